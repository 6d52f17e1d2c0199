# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs at once, on a clock that only answers and pauses move: who is asked when, and who ends with whom."""

from __future__ import annotations

import collections
import heapq
import math

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._api.client import make_clients
from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.plugins.module_utils._wait.fleet import Fleet, Member
from ansible_collections.roma.connect.plugins.module_utils._wait.pace import AdaptivePace, FixedPace
from ansible_collections.roma.connect.plugins.module_utils._wait.waiting import wait
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock

RUNNING = Job("j", "exportAsset", "RUNNING")
SUCCEEDED = Job("j", "exportAsset", "SUCCEEDED")
TOKEN = {"auth_token": "t"}
KEYS = {"access_key": "a", "secret_key": "s"}
PASSWORD = {"username": "u", "password": "p", "domain_name": "d"}


class Ended:
    """A job that takes *seconds*."""

    def __init__(self, seconds, latency=0.05):
        self.seconds = seconds
        self.latency = latency

    def __call__(self, now):
        return self.latency, SUCCEEDED if now >= self.seconds else RUNNING


class Sea:
    """A fleet on a clock moved by hand.

    :arg jobs: of each job its site, and what it answers: a function from the moment of the question to latency and
        answer.
    """

    def __init__(self, jobs, pace=AdaptivePace, timeout=600.0, credentials=None, **place):
        places = [{**(TOKEN if credentials is None else credentials), **place, **where} for where, _answer in jobs]
        connections = [resolve({"project_id": "p", "instance_id": "i", **where}, {}) for where in places]
        clients = make_clients(connections, Deadline(5), Secrets())
        self.sites = [connection.site for connection in connections]
        self.answers = [answer for _where, answer in jobs]
        self.fleet = Fleet([Member(f"j{number}", client) for number, client in enumerate(clients)], pace, 0.0)
        self.timeout = timeout
        self.asked = []  # (moment, number)
        self.most = collections.Counter()
        self.known = []

    def play(self, once=False):
        now, flying, in_flight = 0.0, [], collections.Counter()
        while not self.fleet.over:
            while (number := self.fleet.take(now)) is not None:
                latency, answer = self.answers[number](now)
                self.asked.append((now, number))
                heapq.heappush(flying, (now + latency, number, answer))
                for key in (self.sites[number], "all"):
                    in_flight[key] += 1
                    self.most[key] = max(self.most[key], in_flight[key])
            wake = self.fleet.wake()
            moments = [moment for moment in (wake, flying[0][0] if flying else None) if moment is not None]
            assert moments, "nobody is asked, and nobody will be"
            assert min(moments) >= now, "time goes on, so that nobody spins"
            now = min(moments)
            if now > self.timeout:
                break
            if flying and flying[0][0] == now:
                _moment, number, answer = heapq.heappop(flying)
                in_flight[self.sites[number]] -= 1
                in_flight["all"] -= 1
                left = 0.0 if once else self.timeout - now
                self.known += self.fleet.answered(number, answer, now, left)
        return self

    def ended(self, number):
        """When the job's end was known."""
        seen = self.fleet.seen(number)
        assert seen.over, f"job {number} was not seen to its end"
        return seen.elapsed

    def asked_of(self, number):
        return [moment for moment, asked in self.asked if asked == number]


def at(number):
    return {"endpoint": f"https://e{number}"}


def silent(now):
    return 30.0, errors.NoAnswer("no answer")


def test_one_job_is_asked_as_it_is_by_itself():
    clock, moments = HandClock(0.0), []

    def fetch():
        moments.append(clock.now)
        return SUCCEEDED if clock.now >= 300 else RUNNING

    wait(fetch, AdaptivePace(), lambda: 600 - clock.now, clock, clock.sleep, lambda seen: None)
    assert Sea([(at(0), Ended(300, latency=0.0))]).play().asked_of(0) == pytest.approx(moments)


def test_a_site_is_asked_once_until_it_answers_and_then_by_sixteen_at_a_time():
    sea = Sea([(at(0), Ended(50, latency=0.2)) for _number in range(100)]).play()
    assert [moment for moment, _number in sea.asked[:18]] == [0.0] + [0.2] * 16 + [0.4]
    assert sea.most["all"] == 16


def test_all_sites_together_have_sixty_four_questions_in_flight():
    sea = Sea([(at(number % 8), Ended(50, latency=0.4)) for number in range(200)]).play()
    assert sea.most.pop("all") == 64
    assert max(sea.most.values()) == 16


def test_every_job_is_seen_soon_after_its_end():
    sea = Sea([(at(number % 3), Ended(number * 2.0)) for number in range(200)]).play()
    for number in range(200):
        assert number * 2.0 <= sea.ended(number) <= number * 2.0 * 1.1 + 3


@pytest.mark.parametrize("dead", [1, 4, 9])
def test_dead_endpoints_delay_none_of_the_others(dead):
    living = [(at(0), Ended(number * 1.0)) for number in range(60)]
    deadly = [(at(1 + number % dead), silent) for number in range(20 * dead)]
    sea, alone = Sea(deadly + living, timeout=200).play(), Sea(living, timeout=200).play()
    for number in range(60):
        assert sea.ended(20 * dead + number) == pytest.approx(alone.ended(number), abs=0.06)
    assert all(sea.most[sea.sites[number]] == 1 for number in range(dead)), "nobody waits in crowds for nobody"


def test_an_endpoint_that_comes_back_is_asked_by_all_again():
    def away(now):
        return (30.0, errors.NoAnswer("x")) if now < 100 else (0.05, SUCCEEDED if now > 150 else RUNNING)

    sea = Sea([(at(0), away) for _number in range(50)]).play()
    assert all(sea.ended(number) < 180 for number in range(50))


def test_a_slow_endpoint_delays_none_of_the_others():
    slow = [(at(1), Ended(100, latency=20.0)) for _number in range(100)]
    sea = Sea(slow + [(at(0), Ended(number * 1.0)) for number in range(60)]).play()
    assert sea.most[sea.sites[0]] == 16
    for number in range(60):
        assert sea.ended(100 + number) <= number * 1.1 + 3


@pytest.mark.parametrize("latency", [0.01, 0.2, 0.9])
def test_before_the_deadline_each_of_many_is_asked_once_more(latency):
    def late(now):
        return latency, SUCCEEDED if now >= 75 else RUNNING

    sea = Sea([(at(0), late) for _number in range(200)], pace=lambda: FixedPace(1000.0), timeout=100).play()
    assert all(sea.fleet.seen(number).over for number in range(200)), "the last questions do not crowd each other out"


def test_at_the_deadline_what_was_seen_last_is_known():
    sea = Sea([(at(0), Ended(1000)), (at(1), silent), (at(2), Ended(5))], timeout=50).play()
    running, unheard, done = (sea.fleet.seen(number) for number in range(3))
    assert (running.job, running.over, running.hopeless) == (RUNNING, False, False)
    assert (unheard.job, unheard.over) == (None, False)
    assert done.over


def test_without_wait_each_is_asked_once():
    jobs = [(at(number % 2), Ended(1000)) for number in range(40)] + [(at(2), silent) for _number in range(40)]
    sea = Sea(jobs[:40]).play(once=True)
    assert sorted(number for _moment, number in sea.asked) == list(range(40))
    assert sorted(sea.known) == list(range(40))


def test_a_look_does_not_wait_again_and_again_for_a_site_that_is_silent():
    jobs = [(at(0), silent) for _number in range(40)] + [(at(1), Ended(1000)) for _number in range(40)]
    sea = Sea(jobs).play(once=True)
    assert [number for _moment, number in sea.asked if number < 40] == [0]
    assert {type(sea.fleet.seen(number).trouble) for number in range(40)} == {errors.NoAnswer}
    assert sorted(sea.known) == list(range(80))


def test_a_look_asks_for_all_where_a_single_question_fails():
    failing = [(0.1, errors.NoAnswer("reset"))]
    jobs = [(at(0), lambda now: failing.pop() if failing else (30.0, RUNNING)) for _number in range(20)]
    sea = Sea(jobs).play(once=True)
    assert len(sea.asked) == 20
    answered = [(at(0), lambda now: (0.1, RUNNING) if now < 1 else silent(now)) for _number in range(40)]
    assert len(Sea(answered).play(once=True).asked) == 40


def throttled(seconds):
    error = errors.Throttled("429")
    error.pause = seconds
    return error


def test_throttling_gives_the_whole_endpoint_a_rest_and_no_other():
    def job(now):
        return 0.1, throttled(20.0) if 10 <= now < 12 else RUNNING if now < 60 else SUCCEEDED

    jobs = [(at(0), job) for _number in range(30)] + [(at(1), Ended(60)) for _number in range(30)]
    sea = Sea(jobs, pace=lambda: FixedPace(1.0)).play()
    there = [moment for moment, number in sea.asked if number < 30]
    assert len([moment for moment in there if 10 <= moment < 12]) <= 16, "those that were on their way"
    assert not [moment for moment in there if 12 <= moment < 30]
    assert len([moment for moment, number in sea.asked if number >= 30 and 12 <= moment < 30]) > 400


def test_a_rest_never_leads_past_the_deadline():
    def job(now):
        return 0.1, throttled(3600.0) if now < 50 else SUCCEEDED

    sea = Sea([(at(0), job) for _number in range(100)], timeout=100).play()
    assert all(sea.fleet.seen(number).over for number in range(100))


# Who ends with whom


def refused(kind, status, code=None):
    return lambda now: (0.1, kind("refused", {"http_status": status, "error_code": code}))


@pytest.mark.parametrize(
    ("credentials", "answer"),
    [(KEYS, refused(errors.CredentialsRefused, 401)), (PASSWORD, refused(errors.PasswordRefused, 401))],
)
def test_credentials_that_were_refused_are_not_sent_again_to_the_site(credentials, answer):
    jobs = [({"project_id": f"p{number % 5}", "iam_endpoint": "https://iam"}, answer) for number in range(50)]
    sea = Sea(jobs, credentials=credentials, endpoint="https://e").play()
    assert len(sea.asked) == 1, "more of them lock the key or the user"
    assert sorted(sea.known) == list(range(50))
    assert {type(sea.fleet.seen(number).trouble) for number in range(50)} == {type(answer(0)[1])}
    assert [sea.fleet.seen(number).polls for number in (0, 1)] == [1, 0]


def test_elsewhere_the_same_credentials_may_be_good():
    jobs = [(at(0), refused(errors.CredentialsRefused, 401))] * 3 + [(at(1), Ended(10))] * 3
    sea = Sea(jobs, credentials=KEYS).play()
    assert [sea.fleet.seen(number).over for number in range(6)] == [False] * 3 + [True] * 3


def test_a_token_is_refused_for_its_project_only():
    here = [({"project_id": "mine"}, Ended(10))] * 3
    there = [({"project_id": "theirs"}, refused(errors.CredentialsRefused, 401))] * 3
    sea = Sea(there + here, endpoint="https://e").play()
    assert [sea.fleet.seen(number).over for number in range(6)] == [False] * 3 + [True] * 3
    assert sum(number < 3 for _moment, number in sea.asked) == 1


def test_a_project_that_iam_does_not_know_says_nothing_of_others():
    there = [({"project_id": "typo"}, refused(errors.PasswordRefused, 404))] * 3
    here = [({"project_id": "mine"}, Ended(10))] * 3
    sea = Sea(there + here, credentials=PASSWORD, endpoint="https://e", iam_endpoint="https://iam").play()
    assert [sea.fleet.seen(number).over for number in range(6)] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("wanted", [999_999_999, 2.5e11, math.inf])
@pytest.mark.parametrize(("timeout", "rest"), [(math.inf, 3600), (100_000.0, 99_999)])
def test_a_site_that_wants_to_be_left_alone_is_for_an_hour_or_until_the_end(timeout, rest, wanted):
    jobs = [(at(0), lambda now: (0.1, throttled(wanted) if now < 50 else SUCCEEDED)) for _number in range(3)]
    sea = Sea(jobs, timeout=timeout).play()
    assert all(sea.fleet.seen(number).over for number in range(3))
    assert [moment for moment, _number in sea.asked[:2]] == [0, pytest.approx(rest, abs=1)]


@pytest.mark.parametrize("kind", [errors.Refused, errors.UnknownJob])
def test_what_is_refused_for_a_job_says_nothing_of_others(kind):
    jobs = [(at(0), refused(kind, 404)), (at(0), Ended(10)), (at(0), Ended(20))]
    sea = Sea(jobs, credentials=KEYS).play()
    assert [sea.fleet.seen(number).over for number in range(3)] == [False, True, True]
    assert len(sea.asked_of(0)) == 1


@pytest.mark.parametrize("kind", [errors.NotVerified, errors.BadInput])
def test_what_does_not_pass_and_is_of_the_place_ends_all_there(kind):
    sea = Sea([(at(0), refused(kind, None))] * 20 + [(at(1), Ended(5))]).play()
    assert sum(number < 20 for _moment, number in sea.asked) == 1
    assert sea.fleet.seen(20).over


def test_those_on_their_way_when_others_are_refused_come_to_their_end():
    def turned_away(now):
        return (0.1, RUNNING) if now < 5 else (0.1 + now % 1, errors.CredentialsRefused("x", {"http_status": 401}))

    sea = Sea([(at(0), turned_away)] * 40, credentials=KEYS, pace=lambda: FixedPace(5.0)).play()
    assert sea.fleet.over
    assert sorted(set(sea.known)) == list(range(40))
    assert all(sea.fleet.seen(number).hopeless for number in range(40))


def test_those_that_are_to_be_asked_later_when_others_are_refused_are_not():
    refused_later = [(at(0), lambda now: (0.1, RUNNING if now < 5 else errors.CredentialsRefused("x", {})))] * 2
    paces = iter([5.0, 8.0, 1.0])
    sea = Sea([*refused_later, (at(1), Ended(20))], pace=lambda: FixedPace(next(paces))).play()
    assert (len(sea.asked_of(0)), len(sea.asked_of(1))) == (2, 1)
    assert sea.fleet.seen(1).hopeless


def test_a_question_for_which_no_time_was_left_is_none():
    sea = Sea([(at(0), lambda now: (0.1, RUNNING if now < 50 else errors.TimedOut("over")))], timeout=60).play()
    seen = sea.fleet.seen(0)
    assert (seen.job, seen.trouble, seen.hopeless) == (RUNNING, None, False)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.lists(
                st.sampled_from([RUNNING, SUCCEEDED, errors.NoAnswer("x"), throttled(7), errors.Refused("x")]),
                min_size=1,
                max_size=4,
            ),
            st.floats(0.0, 3.0),
        ),
        max_size=90,
    ),
    st.floats(0.0, 100.0),
)
def test_whatever_comes_the_bounds_hold_and_it_ends(jobs, timeout):
    def turns(answers, latency):
        left = list(answers)
        return lambda now: (latency, left.pop(0) if len(left) > 1 else left[0])

    sea = Sea([(at(site), turns(answers, latency)) for site, answers, latency in jobs], timeout=timeout).play()
    assert sea.most.pop("all", 0) <= 64
    assert all(most <= 16 for most in sea.most.values())
    assert all(moment <= timeout for moment, _number in sea.asked)
    for number, (_site, _answers, latency) in enumerate(jobs):
        moments = sea.asked_of(number)
        # but for what gets lost where floats are added
        assert all(after - before >= latency - 1e-9 for before, after in zip(moments, moments[1:])), "one at a time"
