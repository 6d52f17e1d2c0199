# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a job's end. Pure: clock, sleep, answers and the time left are handed in."""

from __future__ import annotations

import math
import typing as t

from .._api.job import Job
from .._errors import RomaError, TimedOut
from .pace import Pace

#: Seconds before the deadline at which the last question starts; it has to be answered in them.
LONGEST_RESERVE, SHORTEST_RESERVE = 1.0, 0.05

#: Seconds for which an API that wants to be left alone is, where there is no deadline.
LONGEST_REST = 3600.0


class Seen(t.NamedTuple):
    """What is known after a question: the job as it was seen last, and what went wrong just now."""

    job: Job | None = None
    #: Seconds since the waiting began.
    elapsed: float = 0.0
    #: Questions asked.
    polls: int = 0
    trouble: RomaError | None = None

    @property
    def over(self) -> bool:
        return self.trouble is None and self.job is not None and self.job.over

    @property
    def hopeless(self) -> bool:
        """Whether asking again is of no use, although the end was not seen."""
        return self.trouble is not None and not self.trouble.passes


class Waiting:
    """The rules of waiting for one job: what is known after an answer, and when to ask again.

    The first question is asked at once, and the last one just before the deadline, whatever pause the pace or the
    API wanted.
    """

    def __init__(self, pace: Pace, began: float) -> None:
        self._pace = pace
        self._began = began
        self._slowest = 0.0
        #: Seconds before the deadline at which the last question starts, at most.
        self.longest_reserve = LONGEST_RESERVE
        #: What is known now.
        self.seen = Seen()

    def answered(self, answer: Job | RomaError, asked: float, now: float) -> Seen:
        """Take the *answer* to a question that was to be asked at *asked*."""
        self._slowest = max(self._slowest, now - asked)
        job, trouble = (self.seen.job, answer) if isinstance(answer, RomaError) else (answer, None)
        self.seen = Seen(job, now - self._began, self.seen.polls + 1, trouble)
        return self.seen

    def give_up(self, trouble: RomaError, now: float) -> None:
        """Nothing is asked any more, because of *trouble* that another question met."""
        self.seen = self.seen._replace(elapsed=now - self._began, trouble=trouble)

    def pause(self, left: float) -> float | None:
        """Seconds until the next question, *left* seconds before the deadline; None where no time is left for one.

        To be asked once after each answer: the pace remembers.
        """
        longest = left - min(max(2 * self._slowest, SHORTEST_RESERVE), self.longest_reserve)
        if longest < 0.001:  # too little for another question
            return None
        elapsed, trouble = self.seen.elapsed, self.seen.trouble
        if trouble is not None:
            rest = min(trouble.pause, LONGEST_REST if left == math.inf else longest)
            return min(max(self._pace.pause(elapsed, None), rest), longest)
        return min(self._pace.pause(elapsed, self.seen.job and self.seen.job.progress_percent), longest)


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

    :arg remaining: seconds left until the deadline.
    :arg observe: told what is known after each question.
    :raises RomaError: from *fetch*, where it does not pass by itself.
    """
    waiting = Waiting(pace, clock())
    while True:
        asked = clock()
        answer = outcome(fetch)
        if isinstance(answer, TimedOut) and waiting.seen.polls:  # no time was left, and nothing was asked
            return waiting.seen
        seen = waiting.answered(answer, asked, clock())
        observe(seen)
        if seen.trouble is not None and seen.hopeless:
            raise seen.trouble
        pause = None if enough(seen) else waiting.pause(remaining())
        if pause is None:
            return seen
        sleep(pause)


def outcome(fetch: t.Callable[[], Job]) -> Job | RomaError:
    """What a question brings, be it an error."""
    try:
        return fetch()
    except RomaError as error:
        return error
