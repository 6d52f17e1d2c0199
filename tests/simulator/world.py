# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the simulator knows: one account, its instances, and what happens to them."""

from __future__ import annotations

import copy
import os
from typing import Any

from .accounts import Account, Credentials
from .archives import Archive
from .beginning import first_instances
from .changes import Changes
from .clock import Clock
from .faults import Faults
from .gateway import Gateway
from .instances import Instance
from .jobs import Job
from .journal import Journal
from .plans import Plans
from .settings import Settings


class World:
    """The state of one simulator. `reset` brings back how it began: same ids, same credentials, nothing done."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.account = Account(project_name=settings.region)
        self._beginning = first_instances(settings.apps, settings.tasks, self.clock.time())
        self.reset()

    def reset(self) -> None:
        """As it began."""
        self.credentials = Credentials(self.account, self.settings, self.clock)
        self.gateway = Gateway(self.credentials, self.settings, self.clock)
        self.instances: dict[str, Instance] = {item.id: item for item in copy.deepcopy(self._beginning)}
        self.jobs: dict[str, Job] = {}
        self.archives: dict[str, Archive] = {}
        self.plans = Plans(self.settings)
        self.changes = Changes(self.instances, self.clock)
        self.faults = Faults()
        self.journal = Journal()

    @property
    def first_instance(self) -> Instance:
        """The one that has applications and tasks from the beginning."""
        return next(iter(self.instances.values()))

    def settle(self) -> None:
        """End the jobs whose time has come, in the order in which they end."""
        now = self.clock.monotonic()
        for job in sorted(self.jobs.values(), key=lambda job: job.ends):
            job.settle(now)

    def running_job(self, user: str | None) -> Job | None:
        """The asset job of this user that runs just now."""
        running = (job for job in self.jobs.values() if job.status == "RUNNING" and job.literal is None)
        return next((job for job in running if job.user == user), None)

    def facts(self) -> dict[str, Any]:
        """Place and credentials, for those who want to call the API."""
        account, first = self.account, self.first_instance
        temporary = account.temporary
        return {
            "region": self.settings.region,
            "project_id": account.project_id,
            "project_name": account.project_name,
            "instance_id": first.id,
            "instances": [{"id": instance.id, "name": instance.name} for instance in self.instances.values()],
            "apps": list(first.apps),
            "tasks": list(first.tasks),
            "auth_token": account.auth_token,
            "access_key": account.key.access_key,
            "secret_key": account.key.secret_key,
            "temporary": {
                "access_key": temporary.access_key,
                "secret_key": temporary.secret_key,
                "security_token": temporary.security_token,
            },
            "username": account.username,
            "password": account.password,
            "domain_name": account.domain_name,
            "pid": os.getpid(),
        }

    def state(self) -> dict[str, Any]:
        """For the control interface."""
        self.settle()
        return {
            "instances": [instance.summary() for instance in self.instances.values()],
            "jobs": [
                {"id": job.id, "type": job.type, "status": job.status, "user": job.user, "reasons": job.reasons}
                for job in self.jobs.values()
            ],
            "archives": [archive.summary() for archive in self.archives.values()],
            "locked_keys": self.credentials.key_locks.names(),
            "locked_users": self.credentials.user_locks.names(),
        }
