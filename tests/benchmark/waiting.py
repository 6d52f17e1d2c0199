# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waiting for a job costs the controller: the module's ``wait: true`` against ``uri`` with ``until``."""

from __future__ import annotations

import statistics
import tempfile
import time
import typing as t

from .https import HttpsSimulator
from .processes import Plays, Running, started
from .results import Figure, Result, Table, number

#: Length of a job in seconds: with what the module is compared, the part of its processor time that it may take, runs.
#: The short ones run within the time of the long one. Of a short job the start is most: so it is held to a module that
#: does the least.
GOALS = {60: ("least", 1.15, 8), 600: ("until", 1 / 50, 1)}

#: The plays of a run. The module starts once in a play, and single starts were seen to differ by half; until starts one
#: for each question, so its play is a mean already.
KINDS = ("module", "until", "module", "least", "module", "nothing")

EMPTY_PLAYS = 10


def measure(goals: t.Mapping[int, tuple[str, float, int]] | None = None) -> Result:
    """The plays of one length run beside each other, and those of the other lengths beside them: they mostly sleep.

    :arg goals: other ones than GOALS.
    """
    goals = goals or GOALS
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder, HttpsSimulator(folder) as sim:
        plays = Plays(folder, poll_interval=1.0)
        cpu: dict[int, dict[str, list[float]]] = {length: {kind: [] for kind in KINDS} for length in goals}
        empty = [plays.run().cpu for _run in range(EMPTY_PLAYS)]
        longest = max(goals)
        with started(_start(plays, sim, longest)) as long_ones:
            for length, (_of, _goal, runs) in goals.items():
                for _run in range(runs if length != longest else 0):
                    with started(_start(plays, sim, length)) as short_ones:
                        _end(short_ones, cpu[length])
            _end(long_ones, cpu[longest])
    return _result(goals, cpu, statistics.fmean(empty))


def _start(plays: Plays, sim: HttpsSimulator, length: int) -> list[Running]:
    """The plays of a run, each with a job of its own.

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


def _questions(sim: HttpsSimulator) -> set[str]:
    """The jobs that were asked so far, by their paths."""
    return {entry["path"] for entry in sim.requests("job")}


def _end(running: t.Sequence[Running], cpu: t.Mapping[str, list[float]]) -> None:
    for kind, one in zip(KINDS, running):
        cpu[kind].append(one.wait().cpu)


def _task(kind: str, sim: HttpsSimulator, length: int) -> dict[str, t.Any]:
    if kind == "nothing":
        return {"ansible.builtin.pause": {"seconds": length}}
    job_id = sim.add_job(seconds=length)
    if kind == "module":
        options = {**sim.options("token"), "job_id": job_id, "wait": True, "timeout": 2 * length}
        return {"roma.connect.roma_asset_job_info": options}
    url = f"{sim.endpoint}/v2/{sim.project_id}/instances/{sim.instance_id}/assets/jobs/{job_id}"
    if kind == "least":
        return {"least_wait": {"url": url, "auth_token": sim.auth_token, "ca_path": sim.ca_path}}
    return {
        "ansible.builtin.uri": {"url": url, "headers": {"X-Auth-Token": sim.auth_token}, "ca_path": sim.ca_path},
        "register": "answer",
        "until": "answer.json.status != 'RUNNING'",
        "retries": length,  # delay is left at its default
    }


def _result(
    goals: t.Mapping[int, tuple[str, float, int]], cpu: t.Mapping[int, t.Mapping[str, list[float]]], empty: float
) -> Result:
    result = Result()
    rows = []
    for length, (of, goal, _runs) in goals.items():
        mean = {kind: statistics.fmean(values) for kind, values in cpu[length].items()}
        module, until, least = (mean[kind] - mean["nothing"] for kind in ("module", "until", "least"))
        name = f"job of {number(length / 60)} min"
        for kind, whose in {"until": "until's", "least": "the least module's"}.items():
            part = module / (until if kind == "until" else least)
            at_most = goal if kind == of else None
            result.figures.append(Figure(f"{name}: processor time, part of {whose}", part, at_most=at_most))
        rows.append([name, *(number(value, "s") for value in (module, until, least, mean["nothing"] - empty))])
    rows.append(["a play without a task", "", "", "", number(empty, "s")])
    header = ["processor time", "wait: true", "uri with until", "the least module", "pause, for as long"]
    result.tables.append(Table(header, rows))
    return result
