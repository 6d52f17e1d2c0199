# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task must have ended, and the watchdog."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from ansible_collections.roma.connect.plugins.module_utils._errors import TimedOut
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import GRACE, Deadline, bounded
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock


def test_a_timed_request_fits_into_what_is_left():
    clock = HandClock()
    deadline = Deadline(30, 100, clock)
    assert deadline.for_request() == 30
    clock.move(80)
    assert deadline.for_request() == 20
    assert deadline.remaining() == 20


def test_a_request_of_a_year_has_as_long_as_a_socket_takes():
    limit = Deadline(31_536_000, 31_536_000).for_request()
    with socket.socket() as one:
        one.settimeout(limit)
    assert limit > 7 * 24 * 3600


@pytest.mark.parametrize("late", [0, 5])
def test_no_request_starts_when_the_time_is_over(late):
    clock = HandClock()
    deadline = Deadline(30, 100, clock)
    clock.move(100 + late)
    with pytest.raises(TimedOut, match="100 s"):
        deadline.for_request()
    assert deadline.remaining() == -late


def test_an_untimed_task_s_end_moves_with_each_request():
    clock = HandClock()
    deadline = Deadline(30, 0, clock)
    for _number in range(3):
        clock.move(29)
        assert deadline.for_request() == 30
        assert deadline.remaining() == 30


def test_what_comes_in_gives_an_untimed_task_its_time_again_and_a_timed_one_none():
    clock = HandClock()
    untimed, timed = Deadline(30, 0, clock), Deadline(30, 100, clock)
    clock.move(20)
    untimed.touch()
    timed.touch()
    assert (untimed.remaining(), timed.remaining()) == (30, 80)


@pytest.mark.parametrize(("timeout", "length"), [(100, 100), (0, 30)])
def test_a_restart_counts_from_the_moment_told(timeout, length):
    clock = HandClock()
    deadline = Deadline(30, timeout, clock)
    clock.move(10)
    deadline.restart(clock.now)
    assert deadline.remaining() == length
    deadline.restart(clock.now + 50)
    assert deadline.remaining() == length + 50


def test_the_end_never_comes_nearer():
    clock = HandClock()
    deadline = Deadline(30, 100, clock)
    deadline.restart(clock.now + 50)
    deadline.restart(clock.now)
    assert deadline.remaining() == 150


# A task of several steps, each with a time of its own


@pytest.mark.parametrize(("timeout", "length"), [(100, 100), (5, 5), (0, 30)])
def test_a_step_has_a_time_of_its_own_which_may_be_shorter_than_what_is_left(timeout, length):
    clock = HandClock()
    deadline = Deadline(30, 1000, clock)
    clock.move(10)
    deadline.begin(timeout)
    assert (deadline.remaining(), deadline.timeout) == (length, timeout)


def test_what_is_done_on_its_own_disk_takes_nothing_of_an_untimed_task():
    clock = HandClock()
    deadline = Deadline(30, 0, clock)
    with deadline.own_work():
        clock.move(1000)
        assert not deadline.give_up()
    assert deadline.remaining() == 30


def test_of_a_timed_task_it_does():
    clock = HandClock()
    deadline = Deadline(30, 100, clock)
    with deadline.own_work():
        clock.move(40)
        assert deadline.remaining() == 60
        assert deadline.give_up()


# The watchdog, in real time


def test_what_the_work_returns_is_returned():
    assert bounded(lambda: "result", Deadline(5)) == "result"


@pytest.mark.parametrize("error", [ValueError("text"), SystemExit(3), TimedOut("mine")])
def test_what_the_work_raises_is_raised(error):
    def work():
        raise error

    with pytest.raises(type(error)) as caught:
        bounded(work, Deadline(5))
    assert caught.value is error


def test_work_that_never_ends_is_left_at_the_deadline():
    began = time.monotonic()
    with pytest.raises(TimedOut):
        bounded(threading.Event().wait, Deadline(5, 0.2))
    assert 0.2 <= time.monotonic() - began < 0.2 + 1


def test_work_in_time_may_end_by_itself_in_the_grace_after_the_deadline():
    assert GRACE < 1, "the task has ended one second after its timeout"
    done = bounded(lambda: threading.Event().wait(0.2 + GRACE / 3) or "said more", Deadline(5, 0.2))
    assert done == "said more"


def test_a_last_step_that_began_in_time_is_waited_for():
    deadline = Deadline(30, 0.05)

    def work():
        deadline.settle()
        while deadline.remaining() + GRACE > -0.1:
            time.sleep(0.01)
        return "done"

    assert bounded(work, deadline) == "done"


def test_no_last_step_begins_after_the_watchdog_ended_the_task():
    deadline = Deadline(30, 0.05)
    told, refused = threading.Event(), threading.Event()

    def work():
        assert told.wait(10)
        try:
            deadline.settle()
        except TimedOut:
            refused.set()

    with pytest.raises(TimedOut):
        bounded(work, deadline)
    told.set()
    assert refused.wait(10)


def test_a_deadline_that_moves_away_is_followed():
    deadline = Deadline(0.2)

    def work():
        for _number in range(8):
            threading.Event().wait(0.1)
            deadline.restart(deadline.clock())
        return "whole"

    assert bounded(work, deadline) == "whole"


def test_a_deadline_that_stops_moving_is_the_end():
    deadline = Deadline(0.1)

    def work():
        deadline.restart(deadline.clock() + 0.2)
        threading.Event().wait()

    began = time.monotonic()
    with pytest.raises(TimedOut):
        bounded(work, deadline)
    assert 0.3 <= time.monotonic() - began < 0.3 + 1


def test_the_thread_does_not_keep_the_process_alive():
    with pytest.raises(TimedOut):
        bounded(threading.Event().wait, Deadline(0.01))
    left = [thread for thread in threading.enumerate() if thread.name == "roma.connect task"]
    assert left
    assert all(thread.daemon for thread in left)


def test_an_end_that_comes_nearer_is_kept():
    deadline = Deadline(30, 1000)

    def work():
        deadline.begin(0.1)
        threading.Event().wait()

    began = time.monotonic()
    with pytest.raises(TimedOut):
        bounded(work, deadline)
    assert time.monotonic() - began < 5


def test_no_step_begins_after_the_watchdog_ended_the_task():
    deadline = Deadline(30, 0.05)
    told, refused = threading.Event(), threading.Event()

    def work():
        assert told.wait(10)
        try:
            deadline.begin(1000)
        except TimedOut:
            refused.set()

    with pytest.raises(TimedOut):
        bounded(work, deadline)
    told.set()
    assert refused.wait(10)


def test_after_a_last_step_that_was_waited_for_the_next_one_is_bounded_again():
    deadline = Deadline(30, 0.05)

    def work():
        deadline.settle()
        while deadline.remaining() + GRACE > -0.1:
            time.sleep(0.01)
        deadline.begin(0.05)
        threading.Event().wait()

    with pytest.raises(TimedOut):
        bounded(work, deadline)


def test_own_work_that_takes_longer_than_a_request_is_waited_for():
    deadline = Deadline(0.1)

    def work():
        with deadline.own_work():
            time.sleep(0.1 + GRACE + 0.2)
        return "whole"

    assert bounded(work, deadline) == "whole"
