# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of many jobs is to be asked next. Pure: the clock is handed in.

Questions that are due wait in a line for each site, an endpoint with its IAM. Sites take turns, and each has its own
width, so that one which is slow or dead delays none of the others.
"""

from __future__ import annotations

import collections
import heapq
import typing as t

#: Questions that are on their way at once, at most.
MOST_IN_FLIGHT = 64
MOST_AT_A_SITE = 16


class _Site:
    def __init__(self) -> None:
        self.line: collections.deque[int] = collections.deque()
        self.in_flight = 0
        self.width = 1
        self.rests_until = 0.0

    def ready(self, now: float) -> bool:
        return bool(self.line) and self.in_flight < self.width and self.rests_until <= now


class Schedule:
    """Jobs go by their numbers. All are due at once in the beginning.

    A site has one question in flight until it has answered: whoever has wrong credentials is refused once and not
    sixteen times, which would lock a key or a user; and where nobody answers, not many need to wait for it.

    :arg sites: of each job, where it is asked.
    """

    def __init__(self, sites: t.Sequence[t.Hashable], now: float) -> None:
        found: dict[t.Hashable, _Site] = {}
        self._site_of = [found.setdefault(site, _Site()) for site in sites]
        self._turns = collections.deque(found.values())
        self._in_flight = 0
        self._heap = [(now, number) for number in range(len(sites))]
        self._due = [now] * len(sites)
        self._dropped: set[int] = set()

    def due(self, number: int) -> float:
        """When the job's latest question was to be asked; how long it stood in line comes on top."""
        return self._due[number]

    def take(self, now: float) -> int | None:
        """The next job to be asked now, which then is in flight; None: no other just now."""
        while self._heap and self._heap[0][0] <= now:
            number = heapq.heappop(self._heap)[1]
            if number not in self._dropped:
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
        """When there may be one to take, if no answer comes before; None: only an answer can bring one."""
        if self._in_flight >= MOST_IN_FLIGHT:
            return None
        moments = [site.rests_until for site in self._turns if site.ready(site.rests_until)]
        return min(moments + [due for due, _number in self._heap[:1]], default=None)

    def answered(self, number: int, widen: bool) -> None:
        """A job's question is no longer in flight.

        :arg widen: let its site have all that a site may have in flight; else one.
        """
        site = self._site_of[number]
        site.in_flight -= 1
        self._in_flight -= 1
        site.width = MOST_AT_A_SITE if widen else 1

    def again(self, number: int, at: float) -> None:
        """Ask the job again then."""
        self._due[number] = at
        heapq.heappush(self._heap, (at, number))

    def rest(self, number: int, until: float) -> None:
        """Leave the job's whole site alone until then."""
        site = self._site_of[number]
        site.rests_until = max(site.rests_until, until)

    def drop(self, number: int) -> None:
        """Do not ask the job any more."""
        self._dropped.add(number)
        line = self._site_of[number].line
        if number in line:
            line.remove(number)
