# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for many jobs at once: the rules of one, over a schedule. Pure: answers and clock are handed in."""

from __future__ import annotations

import collections
import typing as t

from ._client import Client
from ._connection import Connection
from ._errors import CredentialsRefused, NoAnswer, NotSent, PasswordRefused, Refused, RomaError, TimedOut
from ._job import Job
from ._pace import Pace
from ._schedule import MOST_AT_A_SITE, Schedule
from ._wait import Seen, Waiting

#: Seconds for which a look, which asks each job once, asks a site from which nothing is heard.
LONGEST_LOOK = 5.0


class Member(t.NamedTuple):
    """A job, and whom to ask how it goes."""

    job_id: str
    client: Client

    def fetch(self) -> Job:
        return self.client.job(self.job_id)


class Fleet:
    """Many jobs that are waited for at once. They go by their numbers, in the order of *members*.

    :arg pace: makes the pace of one job.
    :arg now: when the waiting begins.
    """

    def __init__(self, members: t.Sequence[Member], pace: t.Callable[[], Pace], now: float) -> None:
        self.members = members
        self._began = now
        sites = [member.client.connection.site for member in members]
        crowd = collections.Counter(sites)
        self._heard: set[t.Hashable] = set()
        # The last questions to one site go in rounds, each as wide as the site.
        self._waiting = [Waiting(pace(), now, -(-crowd[site] // MOST_AT_A_SITE)) for site in sites]
        self._schedule = Schedule(sites, now)
        self._open = set(range(len(members)))

    @property
    def over(self) -> bool:
        """Whether nothing is to be asked any more."""
        return not self._open

    def seen(self, number: int) -> Seen:
        """What is known of a job."""
        return self._waiting[number].seen

    def take(self, now: float) -> int | None:
        """The job to be asked now; None: none just now."""
        return self._schedule.take(now)

    def wake(self) -> float | None:
        """When there may be one to ask, if no answer comes before; None: only an answer can bring one."""
        return self._schedule.wake()

    def answered(self, number: int, answer: Job | RomaError, now: float, left: float) -> list[int]:
        """Take the answer to a job's question.

        :arg left: seconds until the deadline; 0 where each job is asked once.
        :returns: the jobs of which something new is known.
        """
        if isinstance(answer, TimedOut):
            # Its turn came when no time was left: nothing was asked.
            self._schedule.answered(number, widen=False)
            self._open.discard(number)
            return []
        if number not in self._open:
            # It was refused together with another one while its own question was on the way.
            self._schedule.answered(number, widen=True)
            return []
        waiting = self._waiting[number]
        seen = waiting.answered(answer, self._schedule.due(number), now)
        pause = None if seen.over or seen.hopeless else waiting.pause(left)
        silent = isinstance(answer, (NotSent, NoAnswer))
        if not silent:
            self._heard.add(self._site(number))
        self._schedule.answered(number, widen=pause is None or not silent)
        if pause is None:
            self._open.discard(number)
        else:
            self._schedule.again(number, now + pause)
        if seen.trouble is None:
            return [number]
        if pause is not None and seen.trouble.pause:
            rest = min(seen.trouble.pause, pause, left - waiting.longest_reserve)
            self._schedule.rest(number, now + rest)
        return [number, *self._end_with(number, seen, now, left)]

    def _end_with(self, number: int, seen: Seen, now: float, left: float) -> list[int]:
        """End the jobs for which asking is of no use, after what this one met; returns them."""
        trouble = t.cast(RomaError, seen.trouble)
        if seen.hopeless:
            mine = self._connection(number)
            others = [other for other in self._open if _also_meets(trouble, mine, self._connection(other))]
        elif left <= 0 and self._site(number) not in self._heard and now - self._began > LONGEST_LOOK:
            others = [other for other in self._open if self._site(other) == self._site(number)]
        else:
            return []
        for other in others:
            self._waiting[other].give_up(trouble, now)
            self._schedule.drop(other)
            self._open.discard(other)
        return sorted(others)

    def _connection(self, number: int) -> Connection:
        return self.members[number].client.connection

    def _site(self, number: int) -> t.Hashable:
        return self._connection(number).site


def _also_meets(trouble: RomaError, mine: Connection, other: Connection) -> bool:
    """Whether a job at *other* meets the trouble that ended one at *mine*.

    What is refused for a job or an instance says nothing of others. All else that does not pass is of the place. And
    where credentials are refused as such, they are so at the whole site: to try there again would lock them. A token
    is bound to its project, and nothing locks it.
    """
    if isinstance(trouble, Refused):
        return False
    if mine.place == other.place:
        return True
    refused = isinstance(trouble, (CredentialsRefused, PasswordRefused))
    of_the_caller = refused and (trouble.answer or {}).get("http_status") == 401
    return of_the_caller and mine.credentials.way != "token" and mine.site == other.site
