# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many instances: the playbook export_many over as many hosts, and how it grows with their number."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import tempfile
import typing as t
from dataclasses import dataclass

from ansible_collections.roma.connect.tests.simulator import Simulator

from .processes import Plays, Spent
from .results import Figure, Result, Table, number

#: Numbers of hosts, each with an instance at an endpoint of its own.
HOSTS = (10, 50, 200)
FORKS = 20
#: Seconds that each export takes.
JOB_SECONDS = 20.0

#: What the playbook asks for, as the simulator names it.
OPERATIONS = ("export", "job", "archive")


@dataclass(frozen=True)
class Night:
    """What one run of the playbook did."""

    hosts: int
    spent: Spent
    #: By operation.
    requests: dict[str, int]
    packages: int

    @property
    def cpu_each(self) -> float:
        """Seconds of processor time a host."""
        return self.spent.cpu / self.hosts


def measure(hosts: t.Sequence[int] = HOSTS, job_seconds: float = JOB_SECONDS) -> Result:
    nights = [play(count, job_seconds) for count in hosts]
    fewest, most = nights[0], nights[-1]
    name = f"{most.hosts} instances"
    result = Result(
        [
            Figure(f"{name}: packages on disk", most.packages, at_least=most.hosts),
            Figure(f"{name}: exports started", most.requests["export"], at_most=most.hosts),
            Figure(f"{name}: downloads", most.requests["archive"], at_most=most.hosts),
            Figure(f"{name}: processor time a host, of that of {fewest.hosts}", most.cpu_each / fewest.cpu_each),
        ]
    )
    header = ["instances", "questions", "time", "processor time", "of it for each"]
    result.tables.append(Table(header, [_row(night) for night in nights]))
    result.notes.append(f"Each export takes {number(job_seconds, 's')}; {FORKS} forks, 8 downloads at once.")
    return result


def play(hosts: int, job_seconds: float) -> Night:
    """Export from *hosts* instances in one run."""
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder, contextlib.ExitStack() as stack:
        sims = [stack.enter_context(Simulator(job_seconds=job_seconds)) for _host in range(hosts)]
        token = sims[0].options("token")["auth_token"]
        for sim in sims:
            sim.world.credentials.tokens.update(sims[0].world.credentials.tokens)
        inventory = os.path.join(folder, "inventory.json")
        variables = {f"host{index}": _variables(sim, token) for index, sim in enumerate(sims)}
        with open(inventory, "w", encoding="utf-8") as file:
            json.dump({"all": {"hosts": variables, "vars": {"export_many_folder": folder}}}, file)
        spent = Plays(folder).start_playbook("roma.connect.export_many", inventory, FORKS).wait()
        requests = {operation: sum(len(sim.requests(operation)) for sim in sims) for operation in OPERATIONS}
        return Night(hosts, spent, requests, len(glob.glob(os.path.join(folder, "*.zip"))))


def _variables(sim: Simulator, token: str) -> dict[str, t.Any]:
    """A host's, with the token that all have: one task asks for all jobs."""
    return {
        "ansible_connection": "local",
        "export_many_connection": {**sim.options("token"), "auth_token": token},
        "export_many_apps": sim.apps[:1],
    }


def _row(night: Night) -> list[str]:
    return [
        str(night.hosts),
        number(night.requests["job"]),
        number(night.spent.seconds, "s"),
        number(night.spent.cpu, "s"),
        number(night.cpu_each, "s"),
    ]
