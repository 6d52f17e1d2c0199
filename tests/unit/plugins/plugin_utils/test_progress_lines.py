# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines the console shows: recorded reports are replayed with a clock that is handed in."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.plugin_utils._progress import Lines, duration

JOB = "ff8080814dbd65d7014dbe0d84db0013"
MB = 10**6
SHA256 = "3f5c" * 16


def report(elapsed, progress=None, status="RUNNING"):
    return {"type": "exportAsset", "job_id": JOB, "status": status, "progress": progress, "elapsed": elapsed}


def transfer(elapsed, done, total=340 * MB, over=False, name="crm.zip"):
    return {"package": name, "done": done, "total": total, "elapsed": elapsed, "over": over}


def there(unchanged=False, **changes):
    told = {"there": "/backup/crm.zip", "size": 340 * MB, "entries": 12, "checksum": SHA256, "unchanged": unchanged}
    return {**told, **changes}


def replay(reports, until, end=True):
    """The lines, each with its second, of reports that come in at their ``elapsed``; looked at each quarter second.

    A report may be a pair: the second at which it comes in, and the report.
    """
    waiting = [one if isinstance(one, tuple) else (one["elapsed"], one) for one in reports]
    lines, shown = Lines(), []
    for quarter in range(int(until * 4) + 1):
        now = quarter / 4
        while waiting and waiting[0][0] <= now:
            shown += [(now, line) for line in lines.feed(waiting.pop(0)[1], now)]
        shown += [(now, line) for line in lines.due(now)]
    return shown + ([(until, line) for line in lines.last()] if end else [])


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


def test_how_a_job_ended_is_not_lost_where_another_begins_soon_after():
    new = (3, report(0) | {"job_id": "j2"})
    assert replay([report(0), report(2, None, "FAILED"), new], 3) == [
        (0, f"exportAsset {JOB}: RUNNING after 0 s"),
        (3, f"exportAsset {JOB}: FAILED after 2 s"),
        (3, "exportAsset j2: RUNNING after 0 s"),
    ]


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
        # A package on its way is not waited for: who ends the module then may cut what cannot be had again.
        (transfer(0, 1), False),
        (there(), False),
        ({"left": "p1"}, False),
    ],
)
def test_a_job_that_is_not_over_is_waited_for(document, waiting):
    lines = Lines()
    assert lines.waiting is False
    lines.feed(document, 0)
    assert lines.waiting is waiting


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"total": 1},
        [],
        "text",
        {"type": "t", "job_id": JOB, "status": None},
        {"package": "crm.zip"},
        transfer(0, "masked"),
        there(size=None),
        there(checksum=None),
    ],
)
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


def test_lists_that_are_read_are_counted_and_in_the_end_what_is_open():
    def count(elapsed, done, lists, found=None):
        return {"lists": lists, "done": done, "open": found, "elapsed": elapsed}

    assert replay([count(0, 0, 2), count(1, 2, 30), count(12, 30, 30), count(13, 30, 30, 4)], 14) == [
        (0, "migration: 0 of 2 lists read after 0 s"),
        (10, "migration: 2 of 30 lists read after 10 s"),
        (14, "migration: 30 of 30 lists read, 4 open after 13 s"),
    ]


# Packages


def test_a_transfer_is_told_in_the_rhythm_of_a_job():
    reports = [transfer(second, second * 2 * MB) for second in range(170)] + [transfer(170, 340 * MB, over=True)]
    lines = replay(reports, 300)
    assert lines[:3] == [
        (0, "package crm.zip: 0 %, 0 of 340 MB after 0 s"),
        (10, "package crm.zip: 5 %, 20 of 340 MB after 10 s"),
        (20, "package crm.zip: 11 %, 40 of 340 MB after 20 s"),
    ]
    assert lines[-1] == (170, "package crm.zip: 340 MB after 2 min 50 s")
    assert len(lines) == 18


def test_a_transfer_that_stands_still_is_told_each_minute():
    assert replay([transfer(0, 34 * MB)], 61, end=False) == [
        (0, "package crm.zip: 10 %, 34 of 340 MB after 0 s"),
        (60, "package crm.zip: 10 %, 34 of 340 MB after 1 min 0 s"),
    ]


def test_without_a_total_only_what_came_is_told():
    reports = [transfer(0, 65536, None), transfer(20, 120 * MB, None), transfer(62, 340 * MB, None, over=True)]
    assert [line for _second, line in replay(reports, 62)] == [
        "package crm.zip: 66 kB after 0 s",
        "package crm.zip: 120 MB after 20 s",
        "package crm.zip: 340 MB after 1 min 2 s",
    ]


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [
        (0, 22, "0 %, 0.0 of 0.0 kB"),
        (500, 5000, "10 %, 0.5 of 5.0 kB"),
        (9949, 9950, "99 %, 10 of 10 kB"),
        (1, 48213, "0 %, 0 of 48 kB"),
        (999_499, 999_499, "100 %, 999 of 999 kB"),
        (1, 999_500, "0 %, 0.0 of 1.0 MB"),
        (3_400_000, 340 * MB, "1 %, 3 of 340 MB"),
        (339_999_999, 340 * MB, "99 %, 340 of 340 MB"),
        (400 * MB, 1200 * MB, "33 %, 0.4 of 1.2 GB"),
        (10**12, 4 * 10**12, "25 %, 1000 of 4000 GB"),
    ],
)
def test_sizes_are_in_the_unit_of_the_whole(done, total, text):
    assert replay([transfer(0, done, total)], 0) == [(0, f"package crm.zip: {text} after 0 s")]


def test_what_is_there_is_told_at_once_in_one_line_and_once():
    assert replay([(1, there())], 200) == [(1, f"package /backup/crm.zip is there: 340 MB, 12 files, sha256 {SHA256}")]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (there(entries=1), f"340 MB, 1 file, sha256 {SHA256}"),
        (there(entries=0), f"340 MB, 0 files, sha256 {SHA256}"),
        (there(entries=None), f"340 MB, sha256 {SHA256}"),
        (there(unchanged=True), f"340 MB, 12 files, sha256 {SHA256}; nothing was done"),
    ],
)
def test_what_is_there_is_described(document, text):
    assert replay([(0, document)], 0) == [(0, f"package /backup/crm.zip is there: {text}")]


def test_a_package_that_was_not_downloaded_is_told_with_what_to_do():
    ready = "2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11"
    assert replay([report(0), report(2, 1.0, "SUCCEEDED"), (2, {"left": ready})], 60)[1:] == [
        (2, f"exportAsset {JOB}: SUCCEEDED after 2 s"),
        (2, f"package {ready}: not downloaded. Give a dest, or use roma_asset_archive with this archive_id"),
    ]


def test_how_a_thing_ended_is_told_before_the_next_one_begins():
    """An export with a dest: the job, the package, what is there; then the next of them."""
    reports = [
        report(0),
        report(2, None, "SUCCEEDED"),
        (3, transfer(0, MB)),
        (4, transfer(1, 340 * MB, over=True)),
        (4, there()),
        (5, report(0) | {"job_id": "j2"}),
        (6, report(1, 1.0, "FAILED") | {"job_id": "j2"}),
    ]
    assert replay(reports, 7) == [
        (0, f"exportAsset {JOB}: RUNNING after 0 s"),
        (3, f"exportAsset {JOB}: SUCCEEDED after 2 s"),
        (3, "package crm.zip: 0 %, 1 of 340 MB after 0 s"),
        (4, "package crm.zip: 340 MB after 1 s"),
        (4, f"package /backup/crm.zip is there: 340 MB, 12 files, sha256 {SHA256}"),
        (5, "exportAsset j2: RUNNING after 0 s"),
        (7, "exportAsset j2: FAILED after 1 s"),
    ]


def test_what_was_shown_is_not_told_again_before_the_next_thing():
    lines = replay([report(0), report(20, None, "SUCCEEDED"), (30, transfer(0, MB))], 30, end=False)
    assert [second for second, _line in lines] == [0, 20, 30]


@pytest.mark.parametrize("document", [report(4, 1.0, "SUCCEEDED"), transfer(4, 340 * MB, over=True)])
def test_the_time_of_what_is_over_stands_still(document):
    """A slow server may take minutes between a job's end and the first byte of its package."""
    begun = report(0) if "job_id" in document else transfer(0, MB)
    (_first, begin), (second, end) = replay([begun, document], 300)
    assert begin.endswith("after 0 s")
    assert (second, end.rpartition(" after ")[2]) == (10, "4 s")


def test_names_cannot_drive_the_terminal():
    for document in (transfer(0, 1, name="\x1b[2J\n[host] ok"), there(there="/backup/\x1b[2J\n[host] ok")):
        ((_second, line),) = replay([(0, document)], 0)
        assert line.isprintable()


def test_long_names_are_told_whole():
    for document in (transfer(0, 1, name="x" * 200), there(there="/" + "x" * 200)):
        ((_second, line),) = replay([(0, document)], 0)
        assert "x" * 200 in line
