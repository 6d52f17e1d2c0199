# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting, with a clock that only sleeping and answers move."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._wait.pace import AdaptivePace, FixedPace
from ansible_collections.roma.connect.plugins.module_utils._wait.waiting import wait
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock

RUNNING = Job("j", "exportAsset", "RUNNING")
SUCCEEDED = Job("j", "exportAsset", "SUCCEEDED")
FAILED = Job("j", "exportAsset", "FAILED")
PASSING = (errors.NotSent, errors.NoAnswer, errors.Unreadable, errors.Throttled, errors.ServerFailed)
FINAL = (
    errors.NotVerified,
    errors.Redirected,
    errors.CredentialsRefused,
    errors.PasswordRefused,
    errors.Refused,
    errors.UnknownJob,
    errors.BadInput,
)


class Scene:
    """A job that answers *answers* in turn (the last one again and again), each after *latency* seconds."""

    def __init__(self, *answers, timeout=100.0, latency=0.0, pace=None):
        self.answers = list(answers)
        self.clock = HandClock()
        self.began = self.clock.now
        self.end = self.clock.now + timeout
        self.latency = latency
        self.pace = pace or FixedPace(10)
        self.asked_at = []
        self.seen = []

    def fetch(self):
        self.asked_at.append(self.clock.now - self.began)
        self.clock.move(self.latency)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def play(self):
        return wait(
            fetch=self.fetch,
            pace=self.pace,
            remaining=lambda: self.end - self.clock.now,
            clock=self.clock,
            sleep=self.clock.sleep,
            observe=self.seen.append,
        )

    @property
    def elapsed(self):
        return self.clock.now - self.began


@pytest.mark.parametrize("end", [SUCCEEDED, FAILED])
def test_the_first_question_is_asked_at_once_and_an_end_needs_no_other(end):
    scene = Scene(end)
    seen = scene.play()
    assert (seen.job, seen.over, seen.polls, seen.trouble) == (end, True, 1, None)
    assert scene.asked_at == [0]
    assert scene.clock.sleeps == []


def test_a_fixed_pace_is_kept_to_the_letter():
    scene = Scene(RUNNING, RUNNING, RUNNING, SUCCEEDED, pace=FixedPace(7.5))
    seen = scene.play()
    assert scene.clock.sleeps == [7.5, 7.5, 7.5]
    assert (seen.polls, seen.elapsed) == (4, 22.5)


def test_progress_shortens_the_pause():
    nearly = Job("j", None, "RUNNING", progress_percent=0.99)
    half = Job("j", None, "RUNNING", progress_percent=0.5)

    class Noted(AdaptivePace):
        told = []

        def pause(self, elapsed, progress):
            self.told.append((elapsed, progress))
            return super().pause(elapsed, progress)

    scene = Scene(half, errors.NoAnswer("x"), nearly, SUCCEEDED, timeout=1000, latency=100, pace=Noted())
    scene.play()
    assert [progress for _elapsed, progress in Noted.told] == [0.5, None, 0.99], "trouble tells no progress"
    assert scene.clock.sleeps[-1] < 10, "a tenth of the time waited would be more than 30 s"


@pytest.mark.parametrize("error", PASSING)
def test_what_passes_by_itself_is_lived_through(error):
    scene = Scene(error("x"), RUNNING, error("y"), error("z"), SUCCEEDED)
    seen = scene.play()
    assert (seen.over, seen.polls) == (True, 5)
    assert [type(item.trouble) for item in scene.seen] == [error, type(None), error, error, type(None)]
    assert [item.job for item in scene.seen] == [None, RUNNING, RUNNING, RUNNING, SUCCEEDED], "the last job is kept"


@pytest.mark.parametrize("error", FINAL)
def test_what_does_not_pass_ends_the_waiting_at_once(error):
    scene = Scene(RUNNING, error("x"), SUCCEEDED)
    with pytest.raises(error):
        scene.play()
    assert len(scene.asked_at) == 2
    assert scene.seen[-1].job == RUNNING, "what was known is told before"
    assert isinstance(scene.seen[-1].trouble, error)


@pytest.mark.parametrize("last", [RUNNING, errors.ServerFailed("x")])
def test_a_question_that_no_time_is_left_for_says_nothing_of_the_job(last):
    scene = Scene(RUNNING, last, errors.TimedOut("x"))
    assert scene.play() == scene.seen[-1]
    assert (scene.seen[-1].polls, scene.seen[-1].trouble) == (2, None if last is RUNNING else last)


def throttled(seconds):
    error = errors.Throttled("x")
    error.pause = seconds
    return error


def test_retry_after_is_obeyed():
    scene = Scene(throttled(25), throttled(3), SUCCEEDED)
    scene.play()
    assert scene.clock.sleeps == [25, 10], "what the API wants at least, and the pace at least"


def test_throttling_without_retry_after_is_given_a_rest():
    scene = Scene(errors.Throttled("x"), SUCCEEDED, pace=FixedPace(0.5))
    scene.play()
    assert 2 <= scene.clock.sleeps[0] <= 5


def test_retry_after_never_leads_past_the_deadline():
    scene = Scene(throttled(3600), SUCCEEDED)
    assert scene.play().over
    assert scene.elapsed < 100


@pytest.mark.parametrize(
    ("wanted", "rest"),
    [(1800, 1800), (3600, 3600), (3601, 3600), (999_999_999, 3600), (2.5e11, 3600), (math.inf, 3600)],
)
def test_without_a_deadline_retry_after_is_obeyed_for_an_hour_at_most(wanted, rest):
    scene = Scene(throttled(wanted), SUCCEEDED, timeout=math.inf)
    assert scene.play().over
    assert scene.clock.sleeps == [rest]


def test_a_pace_of_the_user_s_own_is_kept_without_a_deadline():
    scene = Scene(RUNNING, throttled(math.inf), SUCCEEDED, timeout=math.inf, pace=FixedPace(7200))
    scene.play()
    assert scene.clock.sleeps == [7200, 7200]


@pytest.mark.parametrize("latency", [0.0, 0.01, 0.2, 0.4])
def test_the_last_question_is_asked_just_before_the_deadline(latency):
    scene = Scene(RUNNING, latency=latency, pace=FixedPace(1000))
    seen = scene.play()
    assert not seen.over
    assert len(scene.asked_at) == 2
    assert scene.asked_at[1] + latency <= 100
    assert 100 - scene.asked_at[1] <= max(2 * latency, 0.1) + 1e-6


@pytest.mark.parametrize("last", [SUCCEEDED, FAILED])
def test_an_end_seen_by_the_last_question_counts(last):
    assert Scene(RUNNING, last, pace=FixedPace(1000)).play().over


@pytest.mark.parametrize("timeout", [0.0, -5.0])
def test_without_time_a_question_is_asked_once(timeout):
    scene = Scene(RUNNING, timeout=timeout)
    seen = scene.play()
    assert (seen.polls, seen.over, scene.clock.sleeps) == (1, False, [])


def test_trouble_at_the_end_is_told_beside_the_last_job():
    seen = Scene(RUNNING, errors.NoAnswer("x"), timeout=50).play()
    assert (seen.job, seen.over) == (RUNNING, False)
    assert isinstance(seen.trouble, errors.NoAnswer)


def test_an_end_that_was_seen_before_trouble_is_the_end():
    scene = Scene(SUCCEEDED, errors.NoAnswer("x"))
    assert scene.play().over
    assert len(scene.asked_at) == 1


def test_a_status_that_no_edition_knows_counts_as_running():
    scene = Scene(Job("j", None, "PAUSED"), SUCCEEDED)
    assert scene.play().over
    assert scene.clock.sleeps == [10]


def test_it_is_told_what_is_known_after_each_question():
    scene = Scene(RUNNING, SUCCEEDED, latency=2)
    scene.play()
    assert [(item.polls, item.elapsed) for item in scene.seen] == [(1, 2), (2, 14)]


ANSWERS = st.lists(
    st.sampled_from([RUNNING, errors.NoAnswer("x"), throttled(0), throttled(7), throttled(10**9)]),
    min_size=1,
    max_size=9,
)


@given(
    ANSWERS,
    st.floats(0, 500),
    st.floats(0, 5),
    st.one_of(st.none(), st.floats(0.01, 1000)),
)
def test_it_never_oversleeps_and_never_spins(answers, timeout, latency, interval):
    scene = Scene(*answers, timeout=timeout, latency=latency, pace=FixedPace(interval) if interval else AdaptivePace())
    seen = scene.play()
    hair = 1e-6  # seconds, for sums of floats
    assert sum(scene.clock.sleeps) <= timeout + hair, "no sleep ends after the deadline"
    assert scene.asked_at[-1] <= timeout + hair, "no question is asked after it"
    if 2 * latency <= 1:
        assert scene.elapsed <= max(timeout, latency) + hair, "the last question had its time"
    shortest = interval or 1.0
    assert seen.polls <= timeout / shortest + 3
    gaps = [later - earlier for earlier, later in zip(scene.asked_at, scene.asked_at[1:])]
    assert len([gap for gap in gaps if gap < shortest - hair]) <= 2, "only the last is clipped"


def test_what_rounding_leaves_of_the_time_is_none():
    scene = Scene(RUNNING, timeout=1.0, pace=FixedPace(1))
    scene.clock.now = scene.began = 0.0
    scene.end = 1.0
    assert scene.play().polls == 2, "0.05 s before the end nothing is left but 4e-17 s, in which no clock moves"
