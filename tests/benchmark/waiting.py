# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waiting for a job costs the controller: the module's ``wait: true`` against ``uri`` with ``until``."""

from __future__ import annotations

import statistics
import tempfile
import time
import typing as t

from ansible_collections.roma.connect.tests.simulator import Simulator

from .processes import Plays, Running, Spent, started
from .results import Figure, Result, Table, number

#: Length of a job in seconds: part of until's processor time that the module may take, runs. The short ones run within
#: the time of the long one, and single ones were seen to differ by half.
GOALS = {60: (1 / 8, 8), 600: (1 / 50, 1)}

KINDS = ("module", "until", "nothing")


def measure(goals: t.Mapping[int, tuple[float, int]] | None = None) -> Result:
    """The plays of one length run beside each other, and those of the other lengths beside them: they mostly sleep.

    :arg goals: other ones than GOALS.
    """
    goals = goals or GOALS
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder, Simulator() as sim:
        plays = Plays(folder)
        spent: dict[int, list[dict[str, Spent]]] = {length: [] for length in goals}
        empty = [plays.run().cpu for _run in range(5)]
        longest = max(goals)
        with started(_start(plays, sim, longest)) as long_ones:
            for length, (_goal, runs) in goals.items():
                for _run in range(runs if length != longest else 0):
                    with started(_start(plays, sim, length)) as short_ones:
                        spent[length].append(_ended(short_ones))
            spent[longest].append(_ended(long_ones))
    return _result(goals, spent, statistics.median(empty))


def _start(plays: Plays, sim: Simulator, length: int) -> list[Running]:
    """One play of each kind, each with a job of its own.

    Each begins when the one before it has come to ask, since two that start at once slow each other down: that would
    make the one start of the module dear, and one of until's twelve.
    """
    running = []
    for kind in KINDS:
        asked = _questions(sim)
        running.append(plays.start(_task(kind, sim, length)))
        while kind != "nothing" and not _questions(sim) - asked and not running[-1].over():
            time.sleep(0.1)
    return running


def _questions(sim: Simulator) -> set[str]:
    """The jobs that were asked so far, by their paths."""
    return {entry["path"] for entry in sim.requests("job")}


def _ended(running: t.Sequence[Running]) -> dict[str, Spent]:
    return {kind: one.wait() for kind, one in zip(KINDS, running)}


def _task(kind: str, sim: Simulator, length: int) -> dict[str, t.Any]:
    if kind == "nothing":
        return {"ansible.builtin.pause": {"seconds": length}}
    job_id = sim.add_job(seconds=length)
    if kind == "module":
        options = {**sim.options("token"), "job_id": job_id, "wait": True, "timeout": 2 * length}
        return {"roma.connect.roma_asset_job_info": options}
    url = f"{sim.endpoint}/v2/{sim.project_id}/instances/{sim.instance_id}/assets/jobs/{job_id}"
    return {
        "ansible.builtin.uri": {"url": url, "headers": {"X-Auth-Token": sim.auth_token}},
        "register": "answer",
        "until": "answer.json.status != 'RUNNING'",
        "retries": length,  # delay is left at its default
    }


def _result(
    goals: t.Mapping[int, tuple[float, int]], spent: t.Mapping[int, list[dict[str, Spent]]], empty: float
) -> Result:
    result = Result()
    rows = []
    for length, (goal, _runs) in goals.items():
        cpu = {kind: statistics.median(run[kind].cpu for run in spent[length]) for kind in KINDS}
        module, until = cpu["module"] - cpu["nothing"], cpu["until"] - cpu["nothing"]
        name = f"job of {number(length / 60)} min"
        result.figures.append(Figure(f"{name}: processor time, part of until's", module / until, at_most=goal))
        rows.append([name, *(number(value, "s") for value in (module, until, cpu["nothing"] - empty))])
    rows.append(["a play without a task", "", "", number(empty, "s")])
    result.tables.append(Table(["processor time", "wait: true", "uri with until", "pause, for as long"], rows))
    return result
