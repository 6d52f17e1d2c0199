# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to ask again."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._pace import AdaptivePace, FixedPace

PROGRESS = st.one_of(st.none(), st.floats(0, 1))


@given(st.floats(0.001, 1e6), st.floats(0, 1e6), PROGRESS)
def test_a_fixed_pace_is_kept_to_the_letter(interval, elapsed, progress):
    assert FixedPace(interval).pause(elapsed, progress) == interval


@pytest.mark.parametrize(
    ("elapsed", "pause"), [(0, 1), (5, 1), (10, 1), (20, 2), (100, 10), (300, 30), (301, 30), (1e6, 30)]
)
def test_the_pause_grows_with_the_time_waited_between_its_bounds(elapsed, pause):
    assert AdaptivePace().pause(elapsed, None) == pytest.approx(pause)


def test_progress_that_moves_brings_the_question_forward():
    pace = AdaptivePace()
    pace.pause(0, 0.0)
    assert pace.pause(200, 0.98) == pytest.approx(4.0816, abs=1e-3), "the end is about 4 s away, not 20"
    assert pace.pause(204, 1.0) == pytest.approx(1.0)


def test_progress_counts_from_where_it_was_first_seen():
    pace = AdaptivePace()
    pace.pause(100, 0.5)
    # half of the rest in 100 s: the other half takes 100 s, but a share of the time waited is less
    assert pace.pause(200, 0.75) == pytest.approx(20)
    assert pace.pause(295, 0.98) == pytest.approx(195 * 0.02 / 0.48)


@pytest.mark.parametrize("progress", [None, 0.2, 0.1])
def test_progress_that_stands_still_falls_back_or_stops_changes_nothing(progress):
    pace = AdaptivePace()
    pace.pause(0, 0.2)
    assert pace.pause(200, progress) == pytest.approx(20)


@given(st.lists(st.tuples(st.floats(0, 1000), PROGRESS), max_size=20))
def test_progress_never_makes_the_pause_longer_and_never_too_short(looks):
    pace = AdaptivePace()
    elapsed = 0.0
    for passed, progress in looks:
        elapsed += passed
        pause = pace.pause(elapsed, progress)
        assert 1 <= pause <= AdaptivePace().pause(elapsed, None)
