# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many questions side by side, each until it is answered or refused. For reading, where asking twice is no harm."""

from __future__ import annotations

import collections
import threading
import time
import typing as t

from .._errors import RomaError
from .._http.deadline import Deadline

#: Questions in flight to one endpoint, at most; as for a fleet.
MOST_IN_FLIGHT = 16

#: How often a question is asked again where the trouble passes by itself, and seconds before the first time; then twice
#: as many each time.
MOST_AGAIN, FIRST_PAUSE = 4, 1.0

#: Seconds that an endpoint may rest, at most, whatever its Retry-After says.
LONGEST_REST = 3600.0

Question = t.Callable[[], t.Any]


class Together:
    """Asks all that it is given, at most :data:`MOST_IN_FLIGHT` at a time of each endpoint.

    An endpoint that is in trouble which passes rests as a whole, and what it did not answer is asked again.
    """

    def __init__(
        self,
        deadline: Deadline,
        observe: t.Callable[[int, t.Any], None],
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        """:arg observe: told the number of a question and its answer, or the error, by one thread at a time. What it
        raises ends all, and is raised by :meth:`ask`."""
        self._deadline = deadline
        self._observe = observe
        self._sleep = sleep
        self._lock = threading.Condition()
        self._left = 0
        self._failure: BaseException | None = None

    def ask(self, questions: t.Sequence[tuple[str, Question]]) -> None:
        """Ask them, each (endpoint, question), and return when all are answered."""
        lines: dict[str, collections.deque[int]] = {}
        for number, (endpoint, _question) in enumerate(questions):
            lines.setdefault(endpoint, collections.deque()).append(number)
        self._left = len(questions)
        for line in lines.values():
            rest = _Rest(self._deadline, self._sleep)
            for _thread in range(min(MOST_IN_FLIGHT, len(line))):
                threading.Thread(
                    target=self._work, args=(questions, line, rest), name="roma.connect reading", daemon=True
                ).start()
        with self._lock:
            self._lock.wait_for(lambda: not self._left or self._failure is not None)
        if self._failure is not None:
            raise self._failure

    def _work(self, questions: t.Sequence[tuple[str, Question]], line: collections.deque[int], rest: _Rest) -> None:
        while self._failure is None:
            try:
                number = line.popleft()
            except IndexError:
                return
            answer: t.Any = None
            try:
                answer = _persistently(questions[number][1], rest)
            except RomaError as error:
                answer = error
            except BaseException as error:  # a defect of the collection, whatever it is: ask() raises it
                self._fail(error)
                return
            with self._lock:
                if self._failure is None:
                    try:
                        self._observe(number, answer)
                    except BaseException as error:
                        self._failure = error
                    self._left -= 1
                    self._lock.notify_all()

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._failure = self._failure or error
            self._lock.notify_all()


class _Rest:
    """Until when an endpoint is left alone, on the deadline's clock."""

    def __init__(self, deadline: Deadline, sleep: t.Callable[[float], None]) -> None:
        self._deadline, self._sleep = deadline, sleep
        self._until = 0.0

    def add(self, seconds: float) -> None:
        self._until = max(self._until, self._deadline.clock() + min(seconds, LONGEST_REST))

    def over(self) -> None:
        """Return when it is. The task's time does not run out meanwhile, as nothing is on its way."""
        while (left := self._until - self._deadline.clock()) > 0:
            self._deadline.touch()
            self._sleep(min(left, 1.0))


def _persistently(question: Question, rest: _Rest) -> t.Any:
    for again in range(MOST_AGAIN + 1):
        rest.over()
        try:
            return question()
        except RomaError as error:
            if not error.passes or again == MOST_AGAIN:
                raise
            rest.add(max(error.pause, FIRST_PAUSE * 2**again))
    return None
