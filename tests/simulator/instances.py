# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances and what is in them: applications and integration tasks."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from . import ids
from .clock import utc


@dataclass
class App:
    """An integration application. Times in seconds since 1970."""

    name: str
    remark: str = ""
    id: str = field(default_factory=ids.resource_id)
    key: str = field(default_factory=lambda: secrets.token_hex(10))
    created: float = 0.0
    updated: float = 0.0
    #: Who may use it: {id, name, roles}; a package does not carry them.
    members: list[dict[str, Any]] = field(default_factory=list)
    #: Names of applications whose APIs this one calls.
    calls: list[str] = field(default_factory=list)

    def listed(self, username: str) -> dict[str, Any]:
        """As ListApps tells it [oas, SDK]."""
        user = {"user_id": "", "user_name": username}
        return {
            "id": self.id,
            "name": self.name,
            "remark": self.remark,
            "roles": ["read", "modify", "delete", "admin", "access"],
            "create_time": _time(self.created),
            "update_time": _time(self.updated),
            "created_user": user,
            "last_updated_user": user,
            "owner": True,
            "key": self.key,
            "favorite": False,
        }


@dataclass
class Task:
    """An integration task (FDI)."""

    name: str
    id: str = field(default_factory=ids.resource_id)
    created: float = 0.0
    task_type: str = "TIMING"
    source_app: str | None = None
    target_app: str | None = None
    #: 1: running [SDK]; a package does not carry that.
    status: int = 0

    def listed(self) -> dict[str, Any]:
        """As ListTasks tells it [SDK: BriefTaskRespBean]."""
        return {
            "task_id": self.id,
            "task_name": self.name,
            "task_type": self.task_type,
            "status": self.status,
            "created_date": _time(self.created),
            "last_modified_time": int(self.created * 1000),
            "execute_status": "RUNNING" if self.status else "UNSTARTED",
            "source_app_id": self.source_app,
            "target_app_id": self.target_app,
            "version": "1",
        }

    def exported(self) -> dict[str, Any]:
        """As it lies in a package."""
        return {
            "id": self.id,
            "name": self.name,
            "task_type": self.task_type,
            "source_app": self.source_app,
            "target_app": self.target_app,
        }


@dataclass
class Instance:
    """A ROMA Connect instance; apps and tasks by id, in the order of their creation."""

    name: str
    id: str = field(default_factory=ids.resource_id)
    status: str = "RUNNING"
    created: float = 0.0
    apps: dict[str, App] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    #: What else it holds, by kind and id: see holdings.py.
    things: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))

    def add_app(self, app: App) -> App:
        """Put it in; it replaces the one with its id."""
        self.apps[app.id] = app
        return app

    def add_task(self, task: Task) -> Task:
        """Put it in; it replaces the one with its id."""
        self.tasks[task.id] = task
        return task

    def app_named(self, name: str) -> App | None:
        """Names of applications are unique in an instance."""
        return next((app for app in self.apps.values() if app.name == name), None)

    def task_named(self, name: str) -> Task | None:
        """So are names of tasks."""
        return next((task for task in self.tasks.values() if task.name == name), None)

    def listed(self, project_id: str) -> dict[str, Any]:
        """As the list of instances tells it [SDK: RomaInstanceCheckListRespInstances]."""
        return {
            "id": self.id,
            "name": self.name,
            "description": "simulated",
            "flavor_id": "00300-30101-0--0",
            "flavor_type": "basic",
            "project_id": project_id,
            "status": self.status,
            "create_time": _time(self.created),
            "update_time": _time(self.created),
            "charge_type": "postPaid",
        }

    def summary(self) -> dict[str, Any]:
        """For the control interface."""
        return {
            "id": self.id,
            "name": self.name,
            "apps": [
                {"id": app.id, "name": app.name, "remark": app.remark, "key": app.key, "members": app.members}
                for app in self.apps.values()
            ],
            "tasks": [{**task.exported(), "status": task.status} for task in self.tasks.values()],
            **{kind: list(things.values()) for kind, things in self.things.items()},
        }


def _time(seconds: float) -> str:
    return utc(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")
