# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads that ask for many jobs: in real time, with answers that wait for each other and not for a clock."""

from __future__ import annotations

import collections
import math
import random
import threading
import time
from types import SimpleNamespace

import pytest

from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._errors import RomaError
from ansible_collections.roma.connect.plugins.module_utils._wait import crew
from ansible_collections.roma.connect.plugins.module_utils._wait.crew import Crew
from ansible_collections.roma.connect.plugins.module_utils._wait.fleet import (
    MOST_AT_A_SITE,
    MOST_IN_FLIGHT,
    Fleet,
)
from ansible_collections.roma.connect.plugins.module_utils._wait.pace import FixedPace

RUNNING = Job("j", "exportAsset", "RUNNING")
SUCCEEDED = Job("j", "exportAsset", "SUCCEEDED")

#: Seconds after which a test that waits has failed.
LONG = 20


class Sea:
    """Jobs that *answer* as they like.

    :arg sites: of each job, where it is asked.
    :arg answer: a function from the number of a job, and how often it was asked before, to its answer.
    """

    def __init__(self, sites, answer, interval=0.001):
        jobs = [(str(number), self.client(site)) for number, site in enumerate(sites)]
        self.fleet = Fleet(jobs, lambda: FixedPace(interval), time.monotonic())
        self.crew = Crew(self.fleet, time.monotonic)
        self.answer = answer
        self.asked = collections.Counter()
        self.in_flight = self.most = 0
        self.known = []
        #: The threads that asked.
        self.threads = set()
        #: The job after which it is stopped.
        self.stops_with = None
        self._lock = threading.Lock()

    def client(self, site):
        return SimpleNamespace(connection=SimpleNamespace(site=site, place=(site,)), job=self._job)

    def _job(self, job_id):
        number = int(job_id)
        with self._lock:
            before = self.asked[number]
            self.asked[number] += 1
            self.in_flight += 1
            self.threads.add(threading.current_thread())
            self.most = max(self.most, self.in_flight)
        try:
            return self.answer(number, before)
        finally:
            with self._lock:
                self.in_flight -= 1

    def follow(self):
        """Until it ends by itself."""
        end = time.monotonic() + LONG
        stopped = self.crew.follow(lambda: end - time.monotonic(), self._observe)
        assert time.monotonic() < end - LONG / 2
        return stopped

    def _observe(self, member):
        number = member.number
        self.known.append(number)
        if number == self.stops_with and self.over(number):
            self.crew.stop()

    def over(self, number):
        return self.fleet.members[number].seen.over


@pytest.fixture
def patient(monkeypatch):
    """Nothing is ever late, so that no thread is called for help."""
    monkeypatch.setattr(crew, "LATE", math.inf)


@pytest.fixture
def hasty(monkeypatch):
    """Help is called for at once."""
    monkeypatch.setattr(crew, "LATE", 0.001)


def questions():
    return [thread for thread in threading.enumerate() if thread.name == "roma.connect question"]


def questions_end():
    threads = questions()
    end = time.monotonic() + LONG
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return not any(thread.is_alive() for thread in threads)


def test_as_long_as_answers_come_quickly_one_thread_asks_for_all(patient):
    def answer(number, before):
        with sea.crew._news:
            sea.crew._news.notify()  # whoever looks whether something is late finds nothing
        return SUCCEEDED if before == number else RUNNING

    sea = Sea(["a", "a", "b", "c"] * 5, answer)
    assert sea.follow() is False
    assert all(sea.over(number) for number in range(20))
    assert [sea.asked[number] for number in range(20)] == list(range(1, 21))
    assert len(sea.threads) == 1
    assert all(thread.daemon for thread in sea.threads), "a question that never ends keeps no process alive"
    assert questions_end()


def test_who_waits_for_an_answer_holds_up_nobody_else():
    others = threading.Event()

    def answer(number, before):
        if number == 0:
            assert others.wait(LONG)
        elif all(sea.over(other) for other in range(1, 9) if other != number):
            others.set()
        return SUCCEEDED if number == 0 or before else RUNNING

    sea = Sea(["slow"] + ["quick"] * 8, answer)
    assert sea.follow() is False
    assert all(sea.over(number) for number in range(9))


@pytest.mark.parametrize(
    ("sites", "most"),
    [(["a"] * MOST_AT_A_SITE * 3, MOST_AT_A_SITE), (list("abcdefgh") * (MOST_IN_FLIGHT // 4), MOST_IN_FLIGHT)],
    ids=["one site", "in all"],
)
def test_slow_sites_are_asked_by_as_many_as_there_may_be(hasty, sites, most):
    together = threading.Barrier(most, timeout=LONG)

    def answer(number, before):
        if before:
            together.wait()
        return SUCCEEDED if before else RUNNING

    sea = Sea(sites, answer)
    assert sea.follow() is False
    assert sea.most == most
    assert len(sea.threads) <= most + 2, "one that watches, and one that found nothing to do"


def test_while_one_that_was_called_has_not_come_nobody_else_is_called(monkeypatch):
    monkeypatch.setattr(crew, "LATE", 0.0)
    sea = Sea(["a", "b", "c"], lambda number, before: SUCCEEDED)
    sea.crew._left, sea.crew._observe = lambda: LONG, sea.known.append
    with sea.crew._news:  # so that nobody can come
        for _look in range(3):
            sea.crew._look()
        assert len(questions()) == 1
    assert sea.follow() is False
    assert questions_end()


class Nap(Sea):
    """Job 0 is not to be asked again for long; whoever relies on that when job 1 is due again comes much too late."""

    def __init__(self, sites, answer):
        super().__init__(sites, lambda number, before: self._rest() if number == 0 else answer(number, before))
        #: Job 0 answers when it is set.
        self.rests = threading.Event()
        self.rests.set()
        self.stops_with = 1

    def _rest(self):
        trouble = RomaError("later, please")
        trouble.passes, trouble.pause = True, 3600
        assert self.rests.wait(LONG)
        raise trouble

    def naps(self, with_a_watch=False):
        """Wait until :meth:`follow` will not look for long, and until a thread keeps watch, if that is asked for."""
        end = time.monotonic() + LONG
        while True:
            with self.crew._news:
                watched = self.crew._watches_until is not None
                if self.crew._looks_at > end - LONG / 2 and (watched or not with_a_watch):
                    return
            assert time.monotonic() < end
            time.sleep(0.001)


def test_what_is_due_before_that_for_which_someone_watches_is_asked_in_time(hasty):
    """One thread waits for job 1, another one for the time when job 0 is due; then job 1 is due again."""

    def answer(number, before):
        sea.rests.set()
        if not before:
            sea.naps(with_a_watch=True)
        return SUCCEEDED if before else RUNNING

    sea = Nap(["b", "a"], answer)
    sea.rests.clear()
    assert sea.follow() is True
    assert sea.asked == {0: 1, 1: 2}


def test_what_is_due_while_the_only_thread_waits_is_asked_in_time(hasty):
    """Job 1 is due again while the thread waits for job 2."""
    over = threading.Event()

    def answer(number, before):
        if number == 2:
            assert over.wait(LONG)
            return SUCCEEDED
        if not before:
            sea.naps()
        else:
            over.set()
        return SUCCEEDED if before else RUNNING

    sea = Nap(["b", "a", "a"], answer)
    assert sea.follow() is True


@pytest.mark.parametrize("seed", range(5))
def test_no_job_is_forgotten_whatever_the_threads_do(hasty, seed):
    chance = random.Random(seed)
    pauses = [chance.choice([0, 0, 0.0005, 0.003]) for _number in range(97)]

    def answer(number, before):
        time.sleep(pauses[(7 * number + before) % len(pauses)])
        return SUCCEEDED if before > number % 11 else RUNNING

    sea = Sea([chance.choice("abcde") for _number in range(80)], answer)
    assert sea.follow() is False
    assert all(sea.over(number) for number in range(80))
    assert [sea.asked[number] for number in range(80)] == [number % 11 + 2 for number in range(80)]
    assert len(sea.known) == sum(sea.asked.values()), "each answer was told"
    assert questions_end()


def test_an_answer_after_the_end_is_told_to_nobody():
    asked, release = threading.Event(), threading.Event()

    def answer(number, before):
        asked.set()
        assert release.wait(LONG)
        return SUCCEEDED

    sea = Sea(["a"], answer)
    end = time.monotonic() + 0.05
    assert sea.crew.follow(lambda: end - time.monotonic(), sea.known.append) is False
    assert asked.wait(LONG)
    release.set()
    assert questions_end()
    assert (sea.known, sea.over(0)) == ([], False)


def test_a_stop_ends_it():
    def answer(number, before):
        if before == 3:
            sea.crew.stop()
        return RUNNING

    sea = Sea(["a"], answer)
    assert sea.follow() is True
    assert (sea.asked[0], len(sea.known)) == (4, 3)
    assert questions_end()


def test_a_stop_before_the_beginning_lets_nothing_begin():
    sea = Sea(["a"], lambda number, before: RUNNING)
    sea.crew.stop()
    assert sea.follow() is True
    assert not sea.asked and not questions()


@pytest.mark.parametrize("where", ["question", "observer"])
def test_a_defect_comes_out(where):
    def fail(*_arguments):
        raise ZeroDivisionError("defect")

    sea = Sea(["a", "b"], fail if where == "question" else lambda number, before: RUNNING)
    with pytest.raises(ZeroDivisionError):
        sea.crew.follow(lambda: LONG, fail if where == "observer" else sea.known.append)
    assert questions_end()


def test_without_jobs_it_ends_at_once():
    assert Sea([], None).follow() is False
