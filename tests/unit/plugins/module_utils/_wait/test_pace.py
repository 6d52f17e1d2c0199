# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to ask again."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._wait.pace import AdaptivePace, FixedPace, Forecast
from ansible_collections.roma.connect.plugins.module_utils._wait.waiting import wait
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock

#: Also what no API should say.
PROGRESS = st.one_of(st.none(), st.floats(0, 1), st.floats(allow_nan=False))
LENGTHS = st.floats(0, 40_000)
LATENCIES = st.floats(0, 2)


class Scene:
    """A job of *length* seconds that says *tell(share of its length)*, asked with *pace* over a line of *latency*.

    The job is looked at halfway between a question and its answer.
    """

    def __init__(self, pace, length, latency=0.0, tell=lambda share: None):
        self.length, self.latency, self.tell = length, latency, tell
        self.clock = HandClock(0.0)
        self.asked_at = []
        seen = wait(self.fetch, pace, lambda: math.inf, self.clock, self.clock.sleep, lambda seen: None)
        self.polls, self.lag = seen.polls, max(seen.elapsed - length - latency, 0.0)

    def fetch(self):
        self.asked_at.append(self.clock.now)
        self.clock.move(self.latency / 2)
        share = self.clock.now / self.length if self.length else 1.0
        self.clock.move(self.latency / 2)
        if share >= 1:
            return Job("j", None, "SUCCEEDED")
        return Job("j", None, "RUNNING", progress_percent=self.tell(share))


@given(st.floats(0.001, 1e6), st.floats(0, 1e6), PROGRESS)
def test_a_fixed_pace_is_kept_to_the_letter(interval, elapsed, progress):
    assert FixedPace(interval).pause(elapsed, progress) == interval


def test_without_progress_a_question_comes_at_a_share_of_the_time_waited_between_its_bounds():
    asked = Scene(AdaptivePace(), 1000).asked_at
    assert asked[:12] == [*range(11), pytest.approx(11)]
    for earlier, later in zip(asked, asked[1:]):
        assert later - earlier == pytest.approx(min(max(earlier / 10, 1), 30))


@given(LENGTHS, LATENCIES, st.lists(PROGRESS, min_size=1, max_size=40))
def test_whatever_the_progress_pretends_the_lag_has_its_bound_and_the_questions_theirs(length, latency, told):
    answers = iter(told)
    scene = Scene(AdaptivePace(), length, latency, lambda share: next(answers, told[-1]))
    hair = 1e-6 + 1e-9 * length  # seconds, for sums of floats
    assert scene.lag <= min(max(0.1 * length, 1), 30) + hair
    bound = Scene(AdaptivePace(), length, latency).polls
    assert scene.polls <= bound + 12, "each time that the progress was wrong doubles its margin"


@given(LENGTHS, LATENCIES)
def test_a_question_comes_a_second_after_the_one_before_where_no_progress_tells_more(length, latency):
    asked = Scene(AdaptivePace(), length, latency).asked_at
    assert all(later - earlier >= 1 - 1e-6 for earlier, later in zip(asked, asked[1:]))


@given(st.floats(2, 7200), LATENCIES)
def test_with_steady_progress_the_end_is_asked_for_when_it_comes(length, latency):
    scene = Scene(AdaptivePace(), length, latency, lambda share: share)
    assert scene.lag <= 0.02 * length + 0.1 + latency / 2, "what was asked just before the end has to come back first"


@pytest.mark.parametrize("tell", [lambda share: 1.0, lambda share: min(2 * share, 0.99), lambda share: 0.5])
def test_progress_that_pretends_costs_a_handful_of_questions(tell):
    assert Scene(AdaptivePace(), 7200, 0.1, tell).polls <= Scene(AdaptivePace(), 7200, 0.1).polls + 8


def test_a_long_rest_that_the_api_wanted_is_not_taken_for_a_slow_answer():
    rested, plain = AdaptivePace(), AdaptivePace()
    plain.pause(0.1, None)
    rested.pause(0.1, None)
    plain.pause(1.2, None)
    rested.pause(61.2, None)
    assert rested.pause(100, None) == plain.pause(100, None)


def test_an_api_that_hangs_is_not_asked_in_a_hurry():
    assert AdaptivePace().pause(30, None) == pytest.approx(0.1 * (30 - 1) - 1), "as if it took 2 s"


def test_the_forecast_goes_by_the_latter_half():
    forecast = Forecast()
    assert forecast.left(0, 0.0) is None, "one look tells no speed"
    assert forecast.left(50, 0.1) == pytest.approx(450)
    assert forecast.left(100, 0.6) == pytest.approx(40), "half in 50 s: the time before does not count"


def test_the_forecast_begins_anew_where_progress_falls_back():
    forecast = Forecast()
    forecast.left(0, 0.0)
    forecast.left(50, 0.5)
    assert forecast.left(60, 0.1) is None
    assert forecast.left(70, 0.4) == pytest.approx(20)


@pytest.mark.parametrize("progress", [None, 0.2])
def test_progress_that_is_left_out_or_stands_still_forecasts_nothing(progress):
    forecast = Forecast()
    forecast.left(10, 0.2)
    assert forecast.left(20, progress) is None


@pytest.mark.parametrize("progress", [1.0, 1.5, math.inf])
def test_progress_that_says_it_is_over_means_now(progress):
    assert Forecast().left(10, progress) == 0
