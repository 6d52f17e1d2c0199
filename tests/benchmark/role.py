# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles cost beside the modules that they call, and how many task results a user sees of them."""

from __future__ import annotations

import itertools
import os
import re
import statistics
import tempfile
import typing as t

from ansible_collections.roma.connect.tests.simulator import Simulator

from .processes import Plays, Spent
from .results import Figure, Result, Table, number

#: Runs of each play, in turns.
RUNS = 15

GOAL = 1.3
EXPORT_RESULTS = 6
MIGRATION_RESULTS = 14


def measure(runs: int = RUNS) -> Result:
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder, Simulator(job_seconds=0.5) as sim:
        plays = Plays(folder)
        numbers = itertools.count()

        def dest() -> str:
            return os.path.join(folder, f"{next(numbers)}.zip")

        def by_module() -> Spent:
            options = {**sim.options("token"), "apps": sim.apps[:1], "dest": dest()}
            return plays.run({"roma.connect.roma_asset_export": options})

        def by_role() -> Spent:
            given = {"connection": sim.options("token"), "apps": sim.apps[:1], "dest": dest()}
            return plays.run(_role("asset_export", given))

        spent = [(plays.run(), by_module(), by_role()) for _run in range(runs)]
        target = {**sim.options("token"), "instance_id": sim.instances[1]["id"]}
        places = {"source": sim.options("token"), "target": target}
        migration = plays.run(_role("asset_migrate", {**places, "apps": sim.apps[:1], "dest": dest()}))
    nothing, module, role = (statistics.median(one.cpu for one in kind) for kind in zip(*spent))
    rows = {
        "no task": (nothing, 0),
        "one task: roma_asset_export": (module, task_results(spent[-1][1])),
        "the role asset_export": (role, task_results(spent[-1][2])),
        "the role asset_migrate": (migration.cpu, task_results(migration)),
    }
    header = ["a play of", "processor time", "task results"]
    return Result(
        [
            Figure(
                "an export: processor time, of one module task's", (role - nothing) / (module - nothing), at_most=GOAL
            ),
            Figure("an export: task results", task_results(spent[-1][2]), at_most=EXPORT_RESULTS),
            Figure("a migration: task results", task_results(migration), at_most=MIGRATION_RESULTS),
        ],
        [Table(header, [[what, number(cpu, "s"), number(results)] for what, (cpu, results) in rows.items()])],
        notes=[f"Medians of {runs} runs in turns, less what a play of no task takes; facts are off."],
    )


def _role(name: str, variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    given = {f"{name}_{variable}": value for variable, value in variables.items()}
    return {"import_role": {"name": f"roma.connect.{name}"}, "vars": given}


def task_results(spent: Spent) -> int:
    """How many tasks the recap counts: those that were skipped, too, and each once."""
    counts = re.findall(r"\b(ok|unreachable|failed|skipped)=(\d+)", spent.output.partition("PLAY RECAP")[2])
    return sum(int(count) for _kind, count in counts)
