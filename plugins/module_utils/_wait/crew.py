# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads that ask for a fleet: one as long as answers come quickly, else as many as questions are in flight."""

from __future__ import annotations

import contextlib
import math
import queue
import threading
import typing as t

from .._api.job import Job
from .._errors import RomaError
from .fleet import Fleet
from .waiting import outcome

#: Seconds after the deadline for which answers are still taken: what ends by the request's own time says why.
PATIENCE = 0.15

#: Seconds that what is due waits for a thread that is at work; then one more is set to it. Two threads of one Python
#: that work at once cost more than one after the other.
LATE = 0.02

#: By which an idle thread is woken.
Call = queue.SimpleQueue[bool]


class Crew:
    """Asks for *fleet*. Its state, and the crew's, are only touched with the lock held.

    Each thread asks what is due, takes the answer in and goes on; where nothing is due the latest one keeps watch, and
    asks when its time comes. So no question is handed from one thread to another. Whoever calls :meth:`follow` sets
    one more to work where those there are did not get round to something in time: they wait for a slow answer then.

    They are daemons, so that a question which never ends keeps no process alive.
    """

    def __init__(self, fleet: Fleet, clock: t.Callable[[], float]) -> None:
        self._fleet = fleet
        self._clock = clock
        #: Told where :meth:`follow` has to look earlier, or has to end.
        self._news = threading.Condition()
        #: When it looks next whether something is late.
        self._looks_at = math.inf
        self._threads: list[Call] = []
        #: Those that wait to be called, the latest last: what it works with is still at hand in the processor.
        self._idle: dict[Call, None] = {}
        #: Those that are called and have not come yet. To call more would help nobody.
        self._coming: set[Call] = set()
        #: That of the thread that waits until something is due.
        self._watch: Call | None = None
        self._ended = self._stopped = False
        self._defect: BaseException | None = None
        self._left: t.Callable[[], float] = lambda: 0.0
        self._observe: t.Callable[[int], None] = lambda number: None

    def follow(self, remaining: t.Callable[[], float] | None, observe: t.Callable[[int], None]) -> bool:
        """Ask until nothing is to be asked any more, or the time is over, or :meth:`stop` is called.

        :arg remaining: seconds left until the deadline; None: each job is asked once.
        :arg observe: told the number of a job of which something new is known, by one thread at a time.
        :returns: whether it was stopped.
        """
        self._observe = observe
        if remaining is not None:
            self._left = remaining
        with self._news:
            try:
                while not (self._ended or self._fleet.over):
                    patience = math.inf if remaining is None else remaining() + PATIENCE
                    if patience <= 0:
                        break
                    nap = min(patience, self._look())
                    self._news.wait(None if nap == math.inf else nap)
            finally:
                self._ended = True
                for call in self._threads:
                    call.put(True)
        if self._defect is not None:
            raise self._defect
        return self._stopped

    def stop(self) -> None:
        """Let :meth:`follow` return; may be called by any thread."""
        with self._news:
            self._stopped = True
            self._end()

    def _end(self) -> None:
        self._ended = True
        self._news.notify()

    def _look(self) -> float:
        """Set one more thread to work if something is late, or the first; returns the seconds until the next look."""
        wake, now = self._fleet.wake(), self._clock()
        late = wake is not None and max(wake + LATE, self._looks_at) <= now
        if not self._threads or (late and not self._coming):
            self._add()
        self._looks_at = math.inf if wake is None else max(wake, now) + LATE
        return self._looks_at - now

    def _add(self) -> None:
        if self._idle:
            call, _nothing = self._idle.popitem()
        else:
            call = queue.SimpleQueue()
            self._threads.append(call)
            threading.Thread(target=self._work, args=(call,), name="roma.connect question", daemon=True).start()
        self._call(call)

    def _call(self, call: Call) -> None:
        self._coming.add(call)
        call.put(True)

    def _work(self, call: Call) -> None:
        answer: tuple[int, Job | RomaError, float] | None = None
        try:
            while True:
                with self._news:
                    self._idle.pop(call, None)
                    self._coming.discard(call)
                    if answer is not None and not self._ended:
                        self._take_in(*answer)
                    if self._ended:
                        return
                    number = self._take(call)
                    nap = None if number is not None else self._rest(call, fresh=answer is not None)
                answer = None
                if number is not None:
                    answer = (number, outcome(self._fleet.members[number].fetch), self._clock())
                else:
                    with contextlib.suppress(queue.Empty):
                        call.get(timeout=nap)
        except BaseException as error:  # a defect of the collection, whatever it is: follow() raises it
            with self._news:
                self._defect = error
                self._end()

    def _take_in(self, number: int, answer: Job | RomaError, at: float) -> None:
        for known in self._fleet.answered(number, answer, at, self._left()):
            self._observe(known)
        if self._fleet.over:
            self._end()

    def _take(self, call: Call) -> int | None:
        """The job to be asked now by the thread of *call*, if any."""
        now = self._clock()
        number = self._fleet.take(now)
        if number is not None:
            if self._watch is call:
                self._watch = None
            wake = self._fleet.wake()
            if wake is not None and max(wake, now) + LATE < self._looks_at:
                self._news.notify()
        return number

    def _rest(self, call: Call, fresh: bool) -> float | None:
        """Seconds that the thread of *call* has nothing to do; None: until it is called.

        :arg fresh: it comes from a question. Then it takes over the watch, since only now is it known when its job is
            due again.
        """
        if not fresh and self._watch not in (None, call):
            self._idle[call] = None
            return None
        if fresh and self._watch is not None:
            self._call(self._watch)
        self._watch = call
        wake = self._fleet.wake()
        return None if wake is None else max(wake - self._clock(), 0.0)
