# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that run on a virtual clock, asked by the collection's own wait."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._wait.pace import Pace
from ansible_collections.roma.connect.plugins.module_utils._wait.waiting import wait

#: Seconds.
SHORTEST_JOB, LONGEST_JOB = 2.0, 7200.0
SHORTEST_LATENCY, LONGEST_LATENCY = 0.02, 2.0

#: What a job tells of itself at each share of its length, 0 to 1.
PROGRESS: dict[str, t.Callable[[float], float | None]] = {
    "steady": lambda share: share,
    "absent": lambda share: None,
    "stalled at 99 %": lambda share: min(2 * share, 0.99),
    "jumping": lambda share: math.floor(4 * share) / 4,
    "late": lambda share: min(2 * share, 1.0),
    "going back": lambda share: (
        share if share < 0.5 else 2 * share - 0.9 if share < 0.75 else 0.6 + 1.6 * (share - 0.75)
    ),
}


@dataclass(frozen=True)
class Case:
    """One job, and how far away it is."""

    #: Seconds that it runs.
    length: float
    #: A key of PROGRESS.
    progress: str
    #: Seconds from a question to its answer; the job is looked at halfway.
    latency: float


@dataclass(frozen=True)
class Outcome:
    """What waiting for a job cost."""

    requests: int
    #: Seconds from the job's end to the module's answer, less one round trip; an answer can come no earlier.
    lag: float


def cases(each: int) -> list[Case]:
    """The mix: *each* jobs of each progress, lengths and latencies log-uniform.

    They are no random numbers but the Kronecker sequence of the plastic number, which fills the square evenly, so that
    the means are the same in each run and need few jobs.
    """
    plastic = 1.324717957244746
    return [
        Case(
            length=_log_uniform(SHORTEST_JOB, LONGEST_JOB, (0.5 + index / plastic) % 1),
            latency=_log_uniform(SHORTEST_LATENCY, LONGEST_LATENCY, (0.5 + index / plastic**2) % 1),
            progress=progress,
        )
        for progress in PROGRESS
        for index in range(each)
    ]


def _log_uniform(low: float, high: float, share: float) -> float:
    return low * (high / low) ** share


def play(case: Case, pace: Pace, progress: t.Callable[[float], float | None] | None = None) -> Outcome:
    """Wait for the job as a module does.

    :arg progress: in place of the case's own: what the job tells at each share of its length.
    """
    told = progress or PROGRESS[case.progress]
    now = 0.0

    def clock() -> float:
        return now

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    def fetch() -> Job:
        sleep(case.latency / 2)
        share = now / case.length
        percent = None if share >= 1 else told(share)
        sleep(case.latency / 2)
        if share >= 1:
            return Job("j", "exportAsset", "SUCCEEDED")
        # in whole percent: what an API tells is rounded
        return Job("j", "exportAsset", "RUNNING", progress_percent=None if percent is None else round(percent, 2))

    seen = wait(fetch, pace, remaining=lambda: math.inf, clock=clock, sleep=sleep, observe=lambda _seen: None)
    return Outcome(seen.polls, max(0.0, now - case.length - case.latency))
