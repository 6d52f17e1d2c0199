# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task must have ended, and the watchdog that sees to it."""

from __future__ import annotations

import contextlib
import threading
import typing as t
from time import monotonic

from .._errors import TimedOut

T = t.TypeVar("T")

#: Seconds after the deadline at which the watchdog ends the task. What works in time ends by itself before,
#: and says more than the watchdog can.
GRACE = 0.3

#: Seconds between two looks where the time is over and the task must not be ended yet.
LOOK_EACH = 0.1


class Deadline:
    """When a task must have ended, on the monotonic clock.

    With a *timeout* (seconds) the task is timed, and requests fit into what is left of it. Without one, or with 0, it
    is untimed: each request has *request_timeout* seconds, and the end moves with them.
    """

    def __init__(self, request_timeout: float, timeout: float = 0, clock: t.Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.request_timeout = request_timeout
        self.timeout = timeout
        self._end = clock() + (timeout or request_timeout)
        #: Told when the end comes nearer, and when the work is done.
        self.news = threading.Condition()
        self._settled = self._given_up = self._at_own_work = False

    def begin(self, timeout: float) -> None:
        """Another step begins, which has *timeout* seconds of its own.

        :raises TimedOut: the watchdog has ended the task already.
        """
        with self.news:
            self._check_going_on()
            self.timeout, self._settled = timeout, False
            self._end = self.clock() + (timeout or self.request_timeout)
            self.news.notify()

    def restart(self, since: float) -> None:
        """Count from the moment *since*, which may lie ahead; the end only moves away by it."""
        self._end = max(self._end, since + (self.timeout or self.request_timeout))

    def touch(self) -> None:
        """Something came: an untimed task has ``request_timeout`` seconds again."""
        if not self.timeout:
            self.restart(self.clock())

    def remaining(self) -> float:
        """Seconds left; below 0 when it is over."""
        return self._end - self.clock()

    def for_request(self) -> float:
        """Seconds that a request which starts now may stay without an answer or a byte.

        :raises TimedOut: there is no time left to start one.
        """
        self.touch()
        left = self.remaining()
        if left <= 0:
            raise TimedOut(f"The time allowed, {self.timeout:g} s, was over before the request could be sent")
        return min(self.request_timeout, left, 1e6)  # twice as many do not fit into what the system takes

    @contextlib.contextmanager
    def own_work(self) -> t.Iterator[None]:
        """What is read or written on the task's own disk in this block takes nothing of an untimed task's time."""
        self._at_own_work = True
        try:
            yield
        finally:
            self.touch()
            self._at_own_work = False

    def settle(self) -> None:
        """Say that the last step begins, which is short and sends nothing: from now on the watchdog waits for its end.

        :raises TimedOut: the watchdog has ended the task already.
        """
        with self.news:
            self._check_going_on()
            self._settled = True

    def give_up(self) -> bool:
        """End the task, unless its last step has begun or its time does not count now; returns whether it is ended."""
        with self.news:
            self._given_up = not (self._settled or (self._at_own_work and not self.timeout))
            return self._given_up

    def _check_going_on(self) -> None:
        if self._given_up:
            raise TimedOut("The time allowed was over before the next step")


def bounded(work: t.Callable[[], T], deadline: Deadline) -> T:
    """Do *work* and return what it returns, but come back when *deadline* is over, whatever the network does.

    A time-out of requests bounds neither a slow resolver nor headers that drip, and a signal comes only after the
    resolver. So the work is done in a daemon thread, which ends with the process.

    :raises TimedOut: the time is over and the work is not.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []

    def worker() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # handed on, whatever it is
            failure.append(error)
        with deadline.news:
            deadline.news.notify()

    threading.Thread(target=worker, name="roma.connect task", daemon=True).start()
    with deadline.news:
        while not (outcome or failure):
            left = deadline.remaining() + GRACE
            if left <= 0 and deadline.give_up():
                raise TimedOut("the server gave no whole answer in time")
            deadline.news.wait(max(LOOK_EACH, left))
    if failure:
        raise failure[0]
    return outcome[0]
