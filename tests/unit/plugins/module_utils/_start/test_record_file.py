# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record as a file: private, made once, locked, and taken back."""

from __future__ import annotations

import errno
import os
import stat
import threading

import pytest

from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._errors import BadRecord
from ansible_collections.roma.connect.plugins.module_utils._start.record import Plan, Record
from ansible_collections.roma.connect.tests.unit.plugins.support import largest_file, other_process, read_record

REQUEST = {"operation": "exportAsset", "endpoint": "https://one", "instance_id": "i1", "apps": ["a1"], "tasks": []}
RUNNING = Job("j1", "exportAsset", "RUNNING")


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "crm.zip.json")


def content(path):
    with open(path, "rb") as file:
        return file.read()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_its_owner_can_read_it_from_first_to_last(path, umask):
    before = os.umask(umask)
    try:
        with Record(path) as record:
            for step in (lambda: record.begin(REQUEST), lambda: record.started("j1"), lambda: record.saw(RUNNING)):
                step()
                assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    finally:
        os.umask(before)


def test_it_is_made_before_the_post_and_gets_the_job_s_id_after_it(path):
    with Record(path) as record:
        assert not os.path.exists(path), "a plan makes no file"
        record.begin(REQUEST)
        assert read_record(path)["request"] == REQUEST
        assert "job_id" not in read_record(path)
        record.started("j1")
        assert read_record(path)["job_id"] == "j1"
        record.saw(RUNNING)
        assert read_record(path)["job"]["status"] == "RUNNING"


def test_a_job_that_looks_the_same_is_not_written_again(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
        record.saw(RUNNING)
        before = content(path)
        record.saw(Job("j1", "exportAsset", "RUNNING", progress_percent=0.5))
        assert content(path) == before


def test_nothing_else_is_left_in_its_folder(path, tmp_path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
    assert [item.name for item in tmp_path.iterdir()] == ["crm.zip.json"]


# Made once


def test_of_two_plays_that_start_at_once_one_is_told_so(path):
    with Record(path) as first, Record(path) as second:
        assert first.plan(REQUEST, False) == second.plan(REQUEST, False) == Plan.START
        first.begin(REQUEST)
        with pytest.raises(BadRecord, match="just made by another play"):
            second.begin({**REQUEST, "apps": ["a2"]})
    assert read_record(path)["request"] == REQUEST


def test_a_start_by_force_replaces_an_earlier_record(path):
    for apps in (["a1"], ["a2"]):
        with Record(path) as record:
            record.begin({**REQUEST, "apps": apps})
    assert read_record(path)["request"]["apps"] == ["a2"]


# A crash


@pytest.mark.parametrize("kept", range(1, 200, 7))
def test_of_a_line_that_was_torn_nothing_is_taken_and_the_next_one_counts(path, kept):
    with Record(path) as record:
        record.begin(REQUEST)
        whole = len(content(path))
        record.started("j1")
        record.saw(RUNNING)
    os.truncate(path, min(whole + kept, len(content(path)) - 1))
    seen = [line for line in content(path)[whole:].splitlines() if line.endswith(b"}")]
    with Record(path) as record:
        assert record.job_id == ("j1" if seen else None)
        record.started("j2")
    with Record(path) as record:
        assert (record.request, record.job_id) == (REQUEST, "j2")


def test_a_file_that_a_crash_left_empty_starts_a_job_since_nothing_was_sent_yet(path):
    with open(path, "wb"):
        pass
    with Record(path) as record:
        assert record.plan(REQUEST, False) == Plan.START
        record.begin(REQUEST)
    assert read_record(path)["request"] == REQUEST


def test_a_line_that_did_not_fit_does_not_spoil_what_was_there(path, monkeypatch):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
    with Record(path) as record:
        with largest_file(len(content(path)) + 10), pytest.raises(BadRecord, match="cannot be written"):
            record.begin({**REQUEST, "apps": ["a2"]})
        record.abandon()
    with Record(path) as record:
        assert (record.request, record.job_id) == (REQUEST, "j1")


def test_a_record_that_does_not_fit_is_not_left_behind(path):
    with largest_file(10), Record(path) as record, pytest.raises(BadRecord, match="cannot be written"):
        record.begin(REQUEST)
    assert not os.path.exists(path)


def test_what_the_job_looks_like_is_no_reason_to_stop_waiting_for_it(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
        with largest_file(len(content(path))):
            assert record.saw(RUNNING) == RUNNING.facts()


# Removed by someone while it is in use


def test_a_record_that_was_removed_meanwhile_is_made_again_with_all_that_it_knew(path):
    with Record(path) as record:
        record.begin(REQUEST)
        os.unlink(path)
        record.started("j1")
    with Record(path) as record:
        assert (record.plan(REQUEST, False), record.job_id) == (Plan.RESUME, "j1")


def test_a_record_that_was_removed_and_made_by_another_is_left_to_that(path):
    with Record(path) as record:
        record.begin(REQUEST)
        os.unlink(path)
        with open(path, "wb") as file:
            file.write(b"another's")
        with pytest.raises(BadRecord, match="made by another play"):
            record.started("j1")
    assert content(path) == b"another's"


@pytest.mark.parametrize("earlier", [False, True])
def test_a_start_that_was_refused_is_taken_back_though_the_record_was_removed(path, earlier):
    if earlier:
        with Record(path) as record:
            record.begin(REQUEST)
            record.started("j1")
    with Record(path) as record:
        record.begin({**REQUEST, "apps": ["a2"]})
        os.unlink(path)
        record.abandon()
    with Record(path) as record:
        assert record.job_id == ("j1" if earlier else None)


# No hard links


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_hard_links_is_enough(path, monkeypatch, number):
    def refuse(*_names, **_more):
        raise OSError(number, os.strerror(number))

    for name in ("link", "rename", "replace"):
        monkeypatch.setattr(os, name, refuse)
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
    assert read_record(path)["job_id"] == "j1"


# Locked

HOLD = """
import sys
from ansible_collections.roma.connect.plugins.module_utils._start.record import Record
record = Record(sys.argv[1])
"""


def test_a_record_that_another_process_has_open_is_told_so(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
    with other_process(HOLD, path):
        with pytest.raises(BadRecord, match="in use by another play") as caught:
            Record(path)
        assert path in str(caught.value)
    with Record(path) as record:
        assert record.job_id == "j1", "the lock went with the process"


def test_the_lock_stays_while_the_record_is_written(path):
    begin = HOLD + f"record.begin({REQUEST!r})\nrecord.started('j1')\n"
    with other_process(begin, path), pytest.raises(BadRecord, match="in use by another play"):
        Record(path)


def test_check_mode_reads_a_record_that_is_in_use(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
    with other_process(HOLD, path), Record(path, read_only=True) as record:
        assert record.plan(REQUEST, False) == Plan.RESUME


def test_check_mode_does_not_keep_a_play_out(path):
    with Record(path) as record:
        record.begin(REQUEST)
    with Record(path, read_only=True), Record(path) as record:
        assert record.exists


def test_the_lock_goes_with_the_block(path):
    for _number in range(2):
        with Record(path) as record:
            record.begin(REQUEST)


def test_many_plays_take_turns_on_one_record(path):
    """Each sees what the one before it wrote, and nothing is torn."""
    with Record(path) as record:
        record.begin({**REQUEST, "tasks": []})
    failures = []

    def play(number):
        done = 0
        while done < 10:
            try:
                with Record(path) as record:
                    earlier = read_record(path)["request"]["tasks"]
                    record.begin({**REQUEST, "tasks": [*earlier, f"{number}-{done}"]})
                    done += 1
            except BadRecord as error:
                if "in use" not in str(error):
                    failures.append(error)
                    return

    threads = [threading.Thread(target=play, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(read_record(path)["request"]["tasks"]) == 30


# Taken back


def test_a_start_that_was_refused_leaves_no_record(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.abandon()
        assert not os.path.exists(path)
    with Record(path) as record:
        record.begin(REQUEST)


@pytest.mark.parametrize("before", [b"{}", b"no json", b'{"version": 1}\n'])
def test_a_start_by_force_that_was_refused_leaves_an_unreadable_record_unreadable(path, before):
    with open(path, "wb") as file:
        file.write(before)
    with Record(path) as record:
        record.begin(REQUEST)
        record.abandon()
    assert content(path).startswith(before)
    with Record(path) as record, pytest.raises(BadRecord, match="cannot be read"):
        record.plan(REQUEST, False)


@pytest.mark.parametrize("job_id", ["j1", None])
def test_a_start_that_was_refused_leaves_what_was_there(path, job_id):
    with Record(path) as record:
        record.begin(REQUEST)
        if job_id:
            record.started(job_id)
    before = read_record(path)
    with Record(path) as record:
        record.begin({**REQUEST, "apps": ["a2"]})
        record.abandon()
    assert read_record(path) == before


def test_a_second_start_in_one_task_that_was_refused_leaves_what_the_first_left(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
        record.lost()
        before = read_record(path)
        record.begin(REQUEST)
        record.abandon()
        assert read_record(path) == before
        record.started("j2")
    with Record(path) as record:
        assert record.job_id == "j2"


def test_a_start_that_was_refused_leaves_a_record_that_another_made_meanwhile(path):
    with Record(path) as record:
        record.begin(REQUEST)
        os.unlink(path)
        with open(path, "wb") as file:
            file.write(b"another's")
        record.abandon()
    assert content(path) == b"another's"


# Where it cannot be


def test_a_folder_that_does_not_exist_is_named_before_anything_is_sent(tmp_path):
    with pytest.raises(BadRecord, match="create") as caught:
        Record(str(tmp_path / "missing" / "r.json"))
    assert str(tmp_path / "missing") in str(caught.value)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_record_that_is_a_folder_is_an_error(tmp_path, read_only):
    with pytest.raises(BadRecord) as caught:
        Record(str(tmp_path), read_only=read_only)
    assert str(tmp_path) in str(caught.value)


def test_a_folder_that_takes_no_file_is_an_error_that_names_the_record():
    with pytest.raises(BadRecord, match="^record /proc/self/roma.json"), Record("/proc/self/roma.json") as record:
        record.begin(REQUEST)


def test_a_record_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(BadRecord, match="cannot be opened: File name too long. Let a user .* or name another record"):
        Record(str(tmp_path / ("r" * 256)))
    assert list(tmp_path.iterdir()) == []


def test_a_relative_path_without_a_folder_is_in_the_current_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Record("r.json") as record:
        record.begin(REQUEST)
    assert (tmp_path / "r.json").exists()


# Check mode


def test_check_mode_writes_nothing(path, tmp_path):
    with Record(path, read_only=True) as record:
        assert record.plan(REQUEST, False) == Plan.START
        record.begin(REQUEST)
        record.started("j1")
        record.saw(RUNNING)
        record.abandon()
    assert list(tmp_path.iterdir()) == []


def test_check_mode_leaves_a_record_as_it_is(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
    before = content(path)
    with Record(path, read_only=True) as record:
        record.saw(RUNNING)
        record.lost()
    assert content(path) == before


# Crash of the machine


def test_the_name_is_synced_and_so_is_the_content(path, monkeypatch):
    synced = []
    real = os.fsync

    def fsync(descriptor):
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with Record(path) as record:
        record.begin(REQUEST)
        assert synced == [True, False], "its name and its content"
