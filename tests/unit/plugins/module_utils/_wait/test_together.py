# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many questions side by side."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._wait.together import MOST_AGAIN, MOST_IN_FLIGHT, Together


def ask(questions, observe=None, deadline=None, sleep=time.sleep):
    answers = {}
    Together(deadline or Deadline(5), observe or answers.__setitem__, sleep).ask(questions)
    return answers


def test_each_gets_its_answer():
    assert ask([("a", lambda number=number: number * 2) for number in range(50)]) == {n: n * 2 for n in range(50)}
    assert ask([]) == {}


def test_at_most_so_many_at_a_time_of_each_endpoint():
    lock, flying, most = threading.Lock(), {"a": 0, "b": 0}, {"a": 0, "b": 0}
    full = threading.Barrier(2 * MOST_IN_FLIGHT, timeout=10)

    def question(endpoint, number):
        with lock:
            flying[endpoint] += 1
            most[endpoint] = max(most[endpoint], flying[endpoint])
        if number < MOST_IN_FLIGHT:
            full.wait()  # all of both endpoints are on their way at once
        with lock:
            flying[endpoint] -= 1

    ask([(one, lambda one=one, number=number: question(one, number)) for number in range(40) for one in "ab"])
    assert most == {"a": MOST_IN_FLIGHT, "b": MOST_IN_FLIGHT}


def test_trouble_that_passes_is_asked_through_and_the_endpoint_rests(clock):
    asked = []

    def question():
        asked.append(clock())
        if len(asked) < 3:
            error = errors.Throttled("slowly")
            error.pause = 7.0 if len(asked) == 1 else 0.0
            raise error
        return "there"

    deadline = Deadline(5, clock=clock)
    assert ask([("a", question)], deadline=deadline, sleep=clock.sleep) == {0: "there"}
    assert [later - asked[0] for later in asked] == [0, 7, 9]
    assert deadline.remaining() > 3, "a rest takes nothing of an untimed task's time"


def test_trouble_that_does_not_pass_is_the_answer(clock):
    asked = []

    def question(error):
        asked.append(error)
        raise error

    refused, failing = errors.Refused("no"), errors.ServerFailed("always")
    questions = [("a", lambda: question(refused)), ("b", lambda: question(failing))]
    assert ask(questions, deadline=Deadline(5, clock=clock), sleep=clock.sleep) == {0: refused, 1: failing}
    assert (asked.count(refused), asked.count(failing)) == (1, 1 + MOST_AGAIN)


def test_whoever_observes_can_end_it():
    asked = []

    def observe(number, answer):
        raise errors.CredentialsRefused("no")

    def question():
        asked.append(1)
        time.sleep(0.01)

    with pytest.raises(errors.CredentialsRefused):
        ask([("a", question)] * 500, observe)
    assert len(asked) < 100


def test_a_defect_ends_it():
    def question():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask([("a", question)] * 3)
