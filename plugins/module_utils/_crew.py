# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads that ask for a fleet: as many as there are questions in flight, at most 64."""

from __future__ import annotations

import math
import queue
import threading
import typing as t

from ._errors import RomaError
from ._fleet import Fleet
from ._job import Job
from ._wait import outcome

#: Seconds after the deadline for which answers are still taken: what ends by the request's own time says why.
PATIENCE = 0.15

Answer = t.Union[Job, RomaError]


class Crew:
    """Asks for *fleet*. Its state is only touched by the thread that calls :meth:`follow`; the others just ask.

    They are daemons, so that a question which never ends keeps no process alive.
    """

    def __init__(self, fleet: Fleet, clock: t.Callable[[], float]) -> None:
        self._fleet = fleet
        self._clock = clock
        self._questions: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        #: Number, answer and moment; None: stop.
        self._answers: queue.SimpleQueue[tuple[int, Answer | BaseException, float] | None] = queue.SimpleQueue()
        self._in_flight = 0
        self._threads = 0

    def follow(self, remaining: t.Callable[[], float] | None, observe: t.Callable[[int], None]) -> None:
        """Ask until nothing is to be asked any more, or the time is over, or :meth:`stop` is called.

        :arg remaining: seconds left until the deadline; None: each job is asked once.
        :arg observe: told the number of a job of which something new is known.
        """
        left = remaining or (lambda: 0.0)
        try:
            while not self._fleet.over:
                self._ask_what_is_due()
                patience = math.inf if remaining is None else remaining() + PATIENCE
                if patience <= 0:
                    return
                try:
                    came = self._answers.get(timeout=self._nap(patience))
                except queue.Empty:
                    continue
                if came is None:
                    return
                number, answer, at = came
                self._in_flight -= 1
                if not isinstance(answer, (Job, RomaError)):
                    raise answer  # a defect of the collection
                for known in self._fleet.answered(number, answer, at, left()):
                    observe(known)
        finally:
            for _thread in range(self._threads):
                self._questions.put(None)

    def stop(self) -> None:
        """Let :meth:`follow` return; may be called by any thread."""
        self._answers.put(None)

    def _ask_what_is_due(self) -> None:
        while (number := self._fleet.take(self._clock())) is not None:
            self._in_flight += 1
            if self._in_flight > self._threads:
                self._threads += 1
                threading.Thread(target=self._work, name="roma.connect question", daemon=True).start()
            self._questions.put(number)

    def _nap(self, patience: float) -> float | None:
        """Seconds to wait for an answer; None: as long as it takes."""
        wake = self._fleet.wake()
        nap = min(patience, math.inf if wake is None else wake - self._clock())
        return None if nap == math.inf else max(nap, 0.0)

    def _work(self) -> None:
        while (number := self._questions.get()) is not None:
            try:
                answer: Answer | BaseException = outcome(self._fleet.members[number].fetch)
            except BaseException as error:  # handed on, whatever it is
                answer = error
            self._answers.put((number, answer, self._clock()))
