# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a job's end. Pure: clock, sleep, fetch and the time left are handed in."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._errors import RomaError
from ._job import Job
from ._pace import Pace

#: Seconds before the deadline at which the last question starts, at most; it has to be answered in them.
LONGEST_RESERVE = 1.0
SHORTEST_RESERVE = 0.05


@dataclass(frozen=True)
class Seen:
    """What is known after a question: the job as it was seen last, and what went wrong just now."""

    job: Job | None
    #: Seconds since the waiting began.
    elapsed: float
    #: Questions asked.
    polls: int
    trouble: RomaError | None

    @property
    def over(self) -> bool:
        return self.trouble is None and self.job is not None and self.job.over


def wait(
    fetch: t.Callable[[], Job],
    pace: Pace,
    remaining: t.Callable[[], float],
    clock: t.Callable[[], float],
    sleep: t.Callable[[float], None],
    observe: t.Callable[[Seen], None],
    enough: t.Callable[[Seen], bool] = lambda seen: seen.over,
) -> Seen:
    """Ask until it is *enough*, or until no time is left to ask again; the caller tells the two apart.

    The first question is asked at once, and the last one just before the deadline, whatever pause the pace or the
    API wanted.

    :arg remaining: seconds left until the deadline.
    :arg observe: told what is known after each question.
    :raises RomaError: from *fetch*, where it does not pass by itself.
    """
    started = clock()
    job: Job | None = None
    polls = 0
    slowest = 0.0
    while True:
        asked = clock()
        polls += 1
        trouble = None
        try:
            job = fetch()
        except RomaError as error:
            trouble = error
        now = clock()
        slowest = max(slowest, now - asked)
        seen = Seen(job, now - started, polls, trouble)
        observe(seen)
        if trouble is not None and not trouble.passes:
            raise trouble
        if enough(seen):
            return seen
        reserve = min(max(2 * slowest, SHORTEST_RESERVE), LONGEST_RESERVE)
        left = remaining() - reserve
        if left <= 0:
            return seen
        progress = job.progress_percent if job is not None and trouble is None else None
        pause = max(pace.pause(seen.elapsed, progress), trouble.pause if trouble is not None else 0.0)
        sleep(min(pause, left))
