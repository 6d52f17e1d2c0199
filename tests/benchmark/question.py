# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one question costs: a status query against a module that only imports requests and exits."""

from __future__ import annotations

import os
import statistics
import tempfile
import typing as t

from ansible_collections.roma.connect.tests.simulator import Simulator

from .processes import Plays, Spent, module_command, run
from .results import Figure, Result, Table, number

#: Pairs of runs, one after the other.
PROCESS_PAIRS = 25
PLAY_PAIRS = 7
#: Times that a play runs the module, so that Ansible's own start is a small part of it.
LOOP = 10

GOAL = 1.3


def measure(process_pairs: int = PROCESS_PAIRS, play_pairs: int = PLAY_PAIRS, loop: int = LOOP) -> Result:
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder, Simulator() as sim:
        options = {**sim.options("token"), "job_id": sim.add_job(seconds=0)}
        plain = os.path.join(os.path.dirname(__file__), "library", "only_requests.py")
        commands = [
            module_command(folder, "roma_asset_job_info", options),
            module_command(folder, plain, {}),
        ]
        processes = _pairs(process_pairs, *(lambda command=command: run(command) for command in commands))
        plays = Plays(folder)
        times = {"loop": f"{{{{ range({loop}) | list }}}}"}
        tasks = [{"roma.connect.roma_asset_job_info": options, **times}, {"only_requests": {}, **times}]
        empty = _median([plays.run() for _run in range(play_pairs)])
        played = [
            tuple((value - nothing) / loop for value, nothing in zip(pair, empty))
            for pair in _pairs(play_pairs, *(lambda task=task: plays.run(task) for task in tasks))
        ]
    return _result(processes, played)


def _pairs(count: int, *runs: t.Callable[[], Spent]) -> list[tuple[float, ...]]:
    """Medians of each, which take turns."""
    spent = [[run() for run in runs] for _pair in range(count)]
    return [_median([pair[index] for pair in spent]) for index in range(len(runs))]


def _median(spent: t.Sequence[Spent]) -> tuple[float, ...]:
    """Processor time and time."""
    return statistics.median(one.cpu for one in spent), statistics.median(one.seconds for one in spent)


def _result(processes: t.Sequence[t.Sequence[float]], played: t.Sequence[t.Sequence[float]]) -> Result:
    result = Result()
    rows = []
    for name, (question, plain) in {"the module's process": processes, "a task of a play": played}.items():
        for kind, value, base in zip(("processor time", "time"), question, plain):
            result.figures.append(
                Figure(f"{name}: {kind}, of a module's that only imports requests", value / base, at_most=GOAL)
            )
            rows.append([f"{name}: {kind}", number(value, "s"), number(base, "s")])
    result.tables.append(Table(["", "one status query", "only requests"], rows))
    return result
