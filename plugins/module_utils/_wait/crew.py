# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads that ask for a fleet: one as long as answers come quickly, else as many as questions are in flight."""

from __future__ import annotations

import math
import threading
import typing as t

from .._api.job import Job
from .._errors import RomaError
from .fleet import Fleet, Member
from .waiting import outcome

#: Seconds after the deadline for which answers are still taken: what ends by the request's own time says why.
PATIENCE = 0.15

#: Seconds that what is due waits for a thread that is at work; then one more is set to it. Two threads of one Python
#: that work at once cost more than one after the other.
LATE = 0.02


class Crew:
    """Asks for *fleet*. Its state, and the crew's, are only touched with the lock held.

    Each thread asks what is due, takes the answer in and goes on. Where nothing is due, one keeps watch until something
    is, and the others wait until they are called. So no question is handed from one thread to another. Whoever calls
    :meth:`follow` calls one more to watch where nobody does and something is late: all wait for slow answers then.

    They are daemons, so that a question which never ends keeps no process alive.
    """

    def __init__(self, fleet: Fleet, clock: t.Callable[[], float]) -> None:
        self._fleet = fleet
        self._clock = clock
        self._lock = threading.RLock()  # an observer may stop the crew
        #: Where :meth:`follow` waits until it looks whether something is late, and when that is.
        self._news = threading.Condition(self._lock)
        self._looks_at = -math.inf
        #: Where a thread keeps watch, and until when; None: nobody does.
        self._watch = threading.Condition(self._lock)
        self._watches_until: float | None = None
        #: Where threads wait that are not needed, and how many.
        self._help = threading.Condition(self._lock)
        self._idle = 0
        self._ended = self._stopped = False
        self._defect: BaseException | None = None

    def follow(self, remaining: t.Callable[[], float] | None, observe: t.Callable[[Member], None]) -> bool:
        """Ask until nothing is to be asked any more, or the time is over, or :meth:`stop` is called.

        :arg remaining: seconds left until the deadline; None: each job is asked once.
        :arg observe: told a job of which something new is known, by one thread at a time.
        :returns: whether it was stopped.
        """
        self._left, self._observe = remaining or (lambda: 0.0), observe
        with self._lock:
            try:
                while not (self._ended or self._fleet.over):
                    patience = math.inf if remaining is None else remaining() + PATIENCE
                    if patience <= 0:
                        break
                    self._news.wait(min(patience, self._look(), threading.TIMEOUT_MAX))
            finally:
                self._end()
        if self._defect is not None:
            raise self._defect
        return self._stopped

    def stop(self) -> None:
        """Let :meth:`follow` return; may be called by any thread."""
        with self._lock:
            self._stopped = True
            self._end()

    def _end(self) -> None:
        self._ended = True
        for each in (self._news, self._watch, self._help):
            each.notify_all()

    def _look(self) -> float:
        """Set a thread to watch where nobody does and something is late; returns the seconds until the next look."""
        wake, now = self._fleet.wake(), self._clock()
        if self._watches_until is None and max(wake, self._looks_at) <= now:
            self._watches_until = now  # so nobody else is called before it has come
            if self._idle:
                self._idle -= 1
                self._help.notify()
            else:
                threading.Thread(target=self._work, name="roma.connect question", daemon=True).start()
        self._looks_at = max(wake, now) + LATE
        return self._looks_at - now

    def _work(self) -> None:
        answer: tuple[Member, Job | RomaError, float] | None = None
        try:
            while (member := self._next(answer)) is not None:
                answer = member, outcome(member.fetch), self._clock()
        except BaseException as error:  # a defect of the collection, whatever it is: follow() raises it
            with self._lock:
                self._defect = error
                self._end()

    def _next(self, answer: tuple[Member, Job | RomaError, float] | None) -> Member | None:
        """Take an *answer* in, and return the job that this thread is to ask, as soon as one is due; None: the end."""
        with self._lock:
            if answer is not None and not self._ended:
                for known in self._fleet.answered(*answer, self._left()):
                    self._observe(known)
                if self._fleet.over:
                    self._end()
            watches = answer is None  # for that it was called
            while not self._ended:
                now = self._clock()
                member, wake = self._fleet.take(now), self._fleet.wake()
                if member is not None:
                    if watches:
                        self._watches_until = None
                    if max(wake, now) + LATE < self._looks_at:
                        self._news.notify()
                    return member
                if watches or self._watches_until is None:
                    watches, self._watches_until = True, wake
                    self._watch.wait(min(wake - now, threading.TIMEOUT_MAX))
                else:
                    if wake < self._watches_until:
                        self._watch.notify()
                    self._idle += 1
                    self._help.wait()
                    watches = True
        return None
