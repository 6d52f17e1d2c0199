# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for many jobs at once: the rules of one, and who is asked next. Pure: answers and clock are handed in.

Questions that are due wait in a line for each site, an endpoint with its IAM. Sites take turns, and each has its own
width, so that one which is slow or dead delays none of the others.
"""

from __future__ import annotations

import collections
import heapq
import typing as t

from .._account.connection import Connection
from .._api.client import Client
from .._api.job import Job
from .._errors import CredentialsRefused, NoAnswer, NotSent, PasswordRefused, Refused, RomaError, TimedOut
from .pace import Pace
from .waiting import Seen, Waiting

#: Questions that are on their way at once, at most.
MOST_IN_FLIGHT = 64
MOST_AT_A_SITE = 16

#: Seconds for which a look, which asks each job once, asks a site from which nothing is heard.
LONGEST_LOOK = 5.0


class Member(t.NamedTuple):
    """A job, and whom to ask how it goes."""

    job_id: str
    client: Client

    def fetch(self) -> Job:
        return self.client.job(self.job_id)


class _Site:
    """Where jobs are asked.

    One question is in flight until it has answered: whoever has wrong credentials is refused once and not sixteen
    times, which would lock a key or a user; and where nobody answers, not many need to wait for it.
    """

    def __init__(self) -> None:
        #: The jobs that are due.
        self.line: collections.deque[int] = collections.deque()
        self.in_flight = 0
        #: How many may be in flight.
        self.width = 1
        self.rests_until = 0.0
        self.heard = False

    def ready(self, now: float) -> bool:
        return bool(self.line) and self.in_flight < self.width and self.rests_until <= now


class Fleet:
    """Many jobs that are waited for at once. They go by their numbers, in the order of *members*.

    :arg pace: makes the pace of one job.
    :arg now: when the waiting begins; all are due then.
    """

    def __init__(self, members: t.Sequence[Member], pace: t.Callable[[], Pace], now: float) -> None:
        self.members = members
        self._began = now
        sites: dict[t.Hashable, _Site] = collections.defaultdict(_Site)
        self._connections = [member.client.connection for member in members]
        self._site_of = [sites[connection.site] for connection in self._connections]
        self._turns = collections.deque(sites.values())
        crowd = collections.Counter(self._site_of)
        # The last questions to one site go in rounds, each as wide as the site.
        self._waiting = [Waiting(pace(), now, -(-crowd[site] // MOST_AT_A_SITE)) for site in self._site_of]
        self._in_flight = 0
        #: When the latest question of each job was to be asked; how long it stood in line comes on top.
        self._due = [now] * len(members)
        self._heap = [(now, number) for number in range(len(members))]
        self._open = set(range(len(members)))

    @property
    def over(self) -> bool:
        """Whether nothing is to be asked any more."""
        return not self._open

    def seen(self, number: int) -> Seen:
        """What is known of a job."""
        return self._waiting[number].seen

    def take(self, now: float) -> int | None:
        """The job to be asked now, which then is in flight; None: none just now."""
        while self._heap and self._heap[0][0] <= now:
            number = heapq.heappop(self._heap)[1]
            if number in self._open:
                self._site_of[number].line.append(number)
        if self._in_flight >= MOST_IN_FLIGHT:
            return None
        for _turn in range(len(self._turns)):
            site = self._turns[0]
            self._turns.rotate(-1)
            if site.ready(now):
                site.in_flight += 1
                self._in_flight += 1
                return site.line.popleft()
        return None

    def wake(self) -> float | None:
        """When there may be one to ask, if no answer comes before; None: only an answer can bring one."""
        if self._in_flight >= MOST_IN_FLIGHT:
            return None
        moments = [site.rests_until for site in self._turns if site.ready(site.rests_until)]
        return min(moments + [due for due, _number in self._heap[:1]], default=None)

    def answered(self, number: int, answer: Job | RomaError, now: float, left: float) -> list[int]:
        """Take the answer to a job's question.

        :arg left: seconds until the deadline; 0 where each job is asked once.
        :returns: the jobs of which something new is known.
        """
        site, waiting = self._site_of[number], self._waiting[number]
        site.in_flight -= 1
        self._in_flight -= 1
        site.width = MOST_AT_A_SITE
        if isinstance(answer, TimedOut):
            # Its turn came when no time was left: nothing was asked.
            site.width = 1
            self._open.discard(number)
            return []
        if number not in self._open:
            # It was refused together with another one while its own question was on the way.
            return []
        seen = waiting.answered(answer, self._due[number], now)
        pause = None if seen.over or seen.hopeless else waiting.pause(left)
        silent = isinstance(answer, (NotSent, NoAnswer))
        site.heard |= not silent
        if pause is None:
            self._open.discard(number)
        else:
            site.width = 1 if silent else MOST_AT_A_SITE
            self._due[number] = now + pause
            heapq.heappush(self._heap, (now + pause, number))
        if seen.trouble is None:
            return [number]
        if pause is not None and seen.trouble.pause:
            rest = min(seen.trouble.pause, pause, left - waiting.longest_reserve)
            site.rests_until = max(site.rests_until, now + rest)
        return [number, *self._end_with(number, seen, now, left)]

    def _end_with(self, number: int, seen: Seen, now: float, left: float) -> list[int]:
        """End the jobs for which asking is of no use, after what this one met; returns them."""
        trouble, site = t.cast(RomaError, seen.trouble), self._site_of[number]
        if seen.hopeless:
            mine = self._connections[number]
            others = [other for other in self._open if _also_meets(trouble, mine, self._connections[other])]
        elif left <= 0 and not site.heard and now - self._began > LONGEST_LOOK:
            others = [other for other in self._open if self._site_of[other] is site]
        else:
            return []
        for other in others:
            self._waiting[other].give_up(trouble, now)
            self._open.discard(other)
            line = self._site_of[other].line
            if other in line:
                line.remove(other)
        return sorted(others)


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
