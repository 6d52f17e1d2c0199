# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for many jobs at once: the rules of one, and who is asked next. Pure: answers and clock are handed in.

Each site, an endpoint with its IAM, has a line of jobs that are to be asked, and its own width. Sites take turns, so
that one which is slow or dead delays none of the others.
"""

from __future__ import annotations

import collections
import heapq
import math
import typing as t

from .._api.client import Client
from .._api.job import Job
from .._errors import CredentialsRefused, NoAnswer, NotSent, PasswordRefused, Refused, RomaError, TimedOut
from .pace import Pace
from .waiting import Waiting

#: Questions that are on their way at once, at most.
MOST_IN_FLIGHT = 64
MOST_AT_A_SITE = 16

#: Seconds for which a look, which asks each job once, asks a site from which nothing is heard.
LONGEST_LOOK = 5.0


class _Site:
    """Where jobs are asked.

    One question is in flight until it has answered: whoever has wrong credentials is refused once and not sixteen
    times, which would lock a key or a user; and where nobody answers, not many need to wait for it.
    """

    def __init__(self) -> None:
        #: A heap of the jobs that are not in flight: when each is due, its number, and the job.
        self.line: list[tuple[float, int, Member]] = []
        self.in_flight = 0
        #: How many may be in flight.
        self.width = 1
        self.rests_until = 0.0
        self.heard = False

    def opens(self) -> float:
        """When one of its jobs may be asked, if no answer comes before; infinite: only an answer can bring that."""
        return max(self.line[0][0], self.rests_until) if self.line and self.in_flight < self.width else math.inf


class Member(Waiting):
    """The wait for one job of many."""

    def __init__(self, number: int, job_id: str, client: Client, site: _Site, pace: Pace, now: float) -> None:
        super().__init__(pace, now)
        self.number = number
        self.job_id = job_id
        self.client = client
        self.site = site
        #: When it is to be asked; how long it stands in line comes on top.
        self.due = now

    def fetch(self) -> Job:
        return self.client.job(self.job_id)

    def stand_in_line(self) -> None:
        heapq.heappush(self.site.line, (self.due, self.number, self))


class Fleet:
    """Many jobs that are waited for at once.

    :arg jobs: the id of each, and whom to ask for it; ``members`` has them in this order.
    :arg pace: makes the pace of one job.
    :arg now: when the waiting begins; all are due then.
    """

    def __init__(self, jobs: t.Sequence[tuple[str, Client]], pace: t.Callable[[], Pace], now: float) -> None:
        self._began = now
        sites: dict[t.Hashable, _Site] = collections.defaultdict(_Site)
        self.members = [
            Member(number, job_id, client, sites[client.connection.site], pace(), now)
            for number, (job_id, client) in enumerate(jobs)
        ]
        for member in self.members:
            member.stand_in_line()
        for member in self.members:
            # The last questions to a site go in rounds, each as wide as the site, and one after the other.
            member.longest_reserve *= -(-len(member.site.line) // MOST_AT_A_SITE)
        self._turns = collections.deque(sites.values())
        self._in_flight = 0
        self._open = set(self.members)

    @property
    def over(self) -> bool:
        """Whether nothing is to be asked any more."""
        return not self._open

    def take(self, now: float) -> Member | None:
        """The job to be asked now, which then is in flight; None: none just now."""
        if self._in_flight >= MOST_IN_FLIGHT:
            return None
        for _turn in range(len(self._turns)):
            site = self._turns[0]
            self._turns.rotate(-1)
            if site.opens() <= now:
                site.in_flight += 1
                self._in_flight += 1
                return heapq.heappop(site.line)[2]
        return None

    def wake(self) -> float:
        """When there may be one to ask, if no answer comes before; infinite: only an answer can bring one."""
        if self._in_flight >= MOST_IN_FLIGHT:
            return math.inf
        return min((site.opens() for site in self._turns), default=math.inf)

    def answered(self, member: Member, answer: Job | RomaError, now: float, left: float) -> list[Member]:
        """Take the answer to a job's question.

        :arg left: seconds until the deadline; 0 where each job is asked once.
        :returns: the jobs of which something new is known.
        """
        site = member.site
        site.in_flight -= 1
        self._in_flight -= 1
        if isinstance(answer, TimedOut):  # its turn came when no time was left: nothing was asked
            self._open.discard(member)
            return []
        silent = isinstance(answer, (NotSent, NoAnswer))
        site.heard |= not silent
        site.width = MOST_AT_A_SITE
        if member not in self._open:  # it was refused together with another one, while its question was on the way
            return []
        seen = member.answered(answer, member.due, now)
        pause = None if seen.over or seen.hopeless else member.pause(left)
        if pause is None:
            ended = [member, *self._ending_with(member, left, now)]
            self._open.difference_update(ended)
            site.line = [entry for entry in site.line if entry[2] in self._open]
            heapq.heapify(site.line)
            return ended
        site.width = 1 if silent else MOST_AT_A_SITE
        if seen.trouble is not None and seen.trouble.pause:
            rest = min(seen.trouble.pause, pause, left - member.longest_reserve)
            site.rests_until = max(site.rests_until, now + rest)
        member.due = now + pause
        member.stand_in_line()
        return [member]

    def _ending_with(self, member: Member, left: float, now: float) -> t.Iterator[Member]:
        """The others for which asking is of no use, after what *member* met; they are given up."""
        trouble, site = member.seen.trouble, member.site
        if trouble is None:
            return
        nobody_there = left <= 0 and not site.heard and now - self._began > LONGEST_LOOK
        for other in self.members:
            if other is member or other not in self._open:
                continue
            if _also_meets(trouble, member, other) if member.seen.hopeless else nobody_there and other.site is site:
                other.give_up(trouble, now)
                yield other


def _also_meets(trouble: RomaError, member: Member, other: Member) -> bool:
    """Whether the *other* job meets the trouble that ended one.

    What is refused for a job or an instance says nothing of others. All else that does not pass is of the place. And
    where credentials are refused as such, they are so at the whole site: to try there again would lock them. A token
    is bound to its project, and nothing locks it.
    """
    if isinstance(trouble, Refused):
        return False
    mine, its = member.client.connection, other.client.connection
    if mine.place == its.place:
        return True
    refused = isinstance(trouble, (CredentialsRefused, PasswordRefused))
    of_the_caller = refused and (trouble.answer or {}).get("http_status") == 401
    return of_the_caller and mine.credentials.way != "token" and mine.site == its.site
