# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals of the pace, on the virtual clock: the same numbers in each run."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._wait.pace import FixedPace
from ansible_collections.roma.connect.tests.benchmark import pace, virtual


def test_every_goal_is_reached():
    short = [figure.row() for figure in pace.measure(each=60).figures if figure.falls_short]
    assert not short


def test_the_mix_is_log_uniform_between_its_ends():
    mix = virtual.cases(each=200)
    assert len(mix) == 200 * len(virtual.PROGRESS)
    for values, low, high in (
        ([case.length for case in mix], virtual.SHORTEST_JOB, virtual.LONGEST_JOB),
        ([case.latency for case in mix], virtual.SHORTEST_LATENCY, virtual.LONGEST_LATENCY),
    ):
        middle = (low * high) ** 0.5
        assert low <= min(values) < 1.1 * low
        assert 0.9 * high < max(values) <= high
        assert sum(value < middle for value in values) == pytest.approx(len(values) / 2, rel=0.02)


@pytest.mark.parametrize(
    ("length", "latency", "requests", "lag"),
    [
        (9.0, 0.0, 3, 1.0),  # asked at 0, 5 and 10
        (10.0, 0.0, 3, 0.0),
        (9.0, 2.0, 3, 5.0),  # asked at 0, 7 and 14, looked at a second after it, told two seconds after it
    ],
)
def test_questions_and_lag_are_counted_as_by_hand(length, latency, requests, lag):
    outcome = virtual.play(virtual.Case(length, "absent", latency), FixedPace(5.0))
    assert (outcome.requests, outcome.lag) == (requests, pytest.approx(lag))
