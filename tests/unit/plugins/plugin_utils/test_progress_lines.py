# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines the console shows: recorded reports are replayed with a clock that is handed in."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.plugin_utils._progress import Lines, duration

JOB = "ff8080814dbd65d7014dbe0d84db0013"


def report(elapsed, progress=None, status="RUNNING"):
    return {"type": "exportAsset", "job_id": JOB, "status": status, "progress": progress, "elapsed": elapsed}


def replay(reports, until, end=True):
    """The lines, each with its second, of reports that come in at their ``elapsed``; looked at each quarter second."""
    lines, shown, waiting = Lines(), [], list(reports)
    for quarter in range(int(until * 4) + 1):
        now = quarter / 4
        while waiting and waiting[0]["elapsed"] <= now:
            lines.feed(waiting.pop(0), now)
        line = lines.due(now)
        if line:
            shown.append((now, line))
    last = lines.last() if end else None
    return shown + ([(until, last)] if last else [])


def test_the_first_report_is_shown_at_once_with_the_full_job_id():
    assert replay([report(0)], 1) == [(0, f"exportAsset {JOB}: RUNNING after 0 s")]


def test_nothing_is_shown_before_the_first_report():
    assert replay([], 100) == []


def test_a_change_is_shown_after_ten_seconds_at_the_earliest():
    reports = [report(0, 0.0), report(1, 0.1), report(5, 0.2), report(11, 0.3)]
    assert replay(reports, 15, end=False) == [
        (0, f"exportAsset {JOB}: RUNNING 0 % after 0 s"),
        (10, f"exportAsset {JOB}: RUNNING 20 % after 10 s"),
    ]


def test_a_line_comes_each_minute_while_nothing_changes():
    reports = [report(second, 0.5) for second in range(0, 150, 10)]
    assert [second for second, _line in replay(reports, 149, end=False)] == [0, 60, 120]


def test_the_minute_passes_even_where_the_module_reports_nothing():
    assert replay([report(0, 0.5)], 61, end=False) == [
        (0, f"exportAsset {JOB}: RUNNING 50 % after 0 s"),
        (60, f"exportAsset {JOB}: RUNNING 50 % after 1 min 0 s"),
    ]


def test_the_last_state_is_shown_even_right_after_another_line():
    reports = [report(0), report(2, 1.0, "SUCCEEDED")]
    assert replay(reports, 2.25)[-1] == (2.25, f"exportAsset {JOB}: SUCCEEDED after 2 s")


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
def test_the_last_state_is_not_shown_twice(status):
    lines = replay([report(0), report(20, 1.0, status)], 30)
    assert [line for _second, line in lines].count(f"exportAsset {JOB}: {status} after 20 s") == 1


def test_progress_below_one_per_cent_is_no_change():
    reports = [report(0, 0.5), report(20, 0.501)]
    assert len(replay(reports, 30, end=False)) == 1


def test_a_status_that_no_edition_knows_is_shown_as_it_is():
    assert replay([report(0, None, "PAUSED")], 0)[0][1].endswith("PAUSED after 0 s")


def test_another_job_is_shown_at_once_as_the_one_before_came_to_nothing():
    new = report(1) | {"job_id": "ff8080814dbd65d7014dbe0d84db0014"}
    assert [second for second, _line in replay([report(0, None, "FAILED"), new], 5, end=False)] == [0, 1]


def test_a_time_out_ends_with_what_was_seen_last():
    reports = [report(0, 0.1), report(2, 0.1), report(4, 0.1)]
    assert replay(reports, 5)[-1] == (5, f"exportAsset {JOB}: RUNNING 10 % after 4 s")


def test_an_answer_cannot_drive_the_terminal():
    hostile = report(0, None, "PAU\x1b[2JSED\n[host] ok") | {"type": "x" * 5000}
    line = replay([hostile], 0)[0][1]
    assert line.isprintable()
    assert len(line) < 150
    assert JOB in line


@pytest.mark.parametrize(
    ("document", "waiting"),
    [
        (report(0), True),
        (report(0, None, "PAUSED"), True),
        (report(0, 1.0, "SUCCEEDED"), False),
        (report(0, None, "FAILED"), False),
        ({"total": 2, "done": 1, "failed": 0, "elapsed": 0}, True),
        ({"total": 2, "done": 2, "failed": 1, "elapsed": 0}, False),
    ],
)
def test_what_is_not_over_is_waited_for(document, waiting):
    lines = Lines()
    assert lines.waiting is False
    lines.feed(document, 0)
    assert lines.waiting is waiting


@pytest.mark.parametrize("document", [{}, {"total": 1}, [], "text", {"type": "t", "job_id": JOB, "status": None}])
def test_what_is_no_report_says_so(document):
    with pytest.raises((KeyError, TypeError)):
        Lines().feed(document, 0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (80, "1 min 20 s"), (3599, "59 min 59 s"), (7500, "2 h 5 min")],
)
def test_durations_read_as_people_say_them(seconds, text):
    assert duration(seconds) == text


def test_several_jobs_share_a_line_that_counts():
    def count(elapsed, done, failed=0):
        return {"total": 200, "done": done, "failed": failed, "elapsed": elapsed}

    reports = [count(0, 0), count(2, 3), count(12, 12, 1), count(80, 199, 1), count(81, 200, 1)]
    assert replay(reports, 82) == [
        (0, "asset jobs: 0 of 200 done after 0 s"),
        (10, "asset jobs: 3 of 200 done after 10 s"),
        (20, "asset jobs: 12 of 200 done, 1 failed after 20 s"),
        (80, "asset jobs: 199 of 200 done, 1 failed after 1 min 20 s"),
        (82, "asset jobs: 200 of 200 done, 1 failed after 1 min 21 s"),
    ]
