# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record as a file: private, made once, locked, and taken back."""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest

from ansible_collections.roma.connect.plugins.module_utils._errors import BadRecord
from ansible_collections.roma.connect.plugins.module_utils._job import Job
from ansible_collections.roma.connect.plugins.module_utils._record import Plan, Record
from ansible_collections.roma.connect.tests.unit.plugins.support import other_process, run_elsewhere

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
        assert json.loads(content(path)) == {"version": 1, "request": REQUEST, "job_id": None, "job": None}
        record.started("j1")
        assert json.loads(content(path))["job_id"] == "j1"
        record.saw(RUNNING)
        assert json.loads(content(path))["job"]["status"] == "RUNNING"


def test_a_job_that_looks_the_same_is_not_written_again(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.started("j1")
        record.saw(RUNNING)
        before = os.stat(path).st_ino
        record.saw(Job("j1", "exportAsset", "RUNNING", progress_percent=0.5))
        assert os.stat(path).st_ino == before


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
    assert json.loads(content(path))["request"] == REQUEST


def test_a_start_by_force_replaces_an_earlier_record(path):
    for apps in (["a1"], ["a2"]):
        with Record(path) as record:
            record.begin({**REQUEST, "apps": apps})
    assert json.loads(content(path))["request"]["apps"] == ["a2"]


# Killed between the answer and the rename that would have told the job's id

KILLED = """
import os
from ansible_collections.roma.connect.plugins.module_utils._record import Record
record = Record(given["path"])
record.begin(given["request"])
os.rename = lambda *names: os._exit(77)
record.started("j1")
"""


@pytest.mark.parametrize("read_only", [False, True])
def test_the_id_that_a_killed_play_could_not_tell_is_taken(path, tmp_path, read_only):
    code, output = run_elsewhere(KILLED, path=path, request=REQUEST)
    assert code == 77, output
    assert json.loads(content(path))["job_id"] is None
    with Record(path, read_only) as record:
        assert (record.plan(REQUEST, False), record.job_id) == (Plan.RESUME, "j1")
    assert json.loads(content(path))["job_id"] == (None if read_only else "j1")
    assert len(list(tmp_path.iterdir())) == (2 if read_only else 1)


@pytest.mark.parametrize(
    "left",
    [
        b"",
        b'{"version": 1, "request": ',
        json.dumps({"version": 1, "request": {**REQUEST, "apps": ["a2"]}, "job_id": "j1"}).encode(),
        json.dumps({"version": 1, "request": REQUEST}).encode(),
    ],
)
def test_nothing_else_that_a_killed_play_left_is_taken(path, left):
    with Record(path) as record:
        record.begin(REQUEST)
    with open(f"{path}.1.tmp", "wb") as file:
        file.write(left)
    with Record(path) as record, pytest.raises(BadRecord, match="a job may be running"):
        record.plan(REQUEST, False)


# Locked

HOLD = """
import sys
from ansible_collections.roma.connect.plugins.module_utils._record import Record
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


def test_the_lock_stays_while_the_record_is_rewritten(path):
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


def test_a_record_that_is_replaced_while_it_is_opened_is_read_anew(path):
    """Many plays take turns on one record: each sees what the one before it wrote, and none is torn."""
    with Record(path) as record:
        record.begin({**REQUEST, "tasks": []})
    failures = []

    def play(number):
        done = 0
        while done < 10:
            try:
                with Record(path) as record:
                    earlier = json.loads(content(path))["request"]["tasks"]
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
    assert len(json.loads(content(path))["request"]["tasks"]) == 30


# Taken back


def test_a_start_that_was_refused_leaves_no_record(path):
    with Record(path) as record:
        record.begin(REQUEST)
        record.abandon()
        assert not os.path.exists(path)
    with Record(path) as record:
        record.begin(REQUEST)


@pytest.mark.parametrize("before", [b"{}", b"no json", b'{"version": 1}\n'])
def test_a_start_that_was_refused_restores_what_was_there(path, before):
    with open(path, "wb") as file:
        file.write(before)
    with Record(path) as record:
        record.begin(REQUEST)
        assert content(path) != before
        record.abandon()
    assert content(path) == before


# Stale files


def test_what_a_killed_play_left_is_removed(path):
    with open(f"{path}.99999.tmp", "wb") as file:
        file.write(b"half")
    with Record(path) as record:
        record.begin(REQUEST)
    assert not os.path.exists(f"{path}.99999.tmp")


def test_what_a_living_play_writes_is_left_alone(path):
    hold = """
    import fcntl, sys
    file = open(sys.argv[1], "w")
    fcntl.flock(file, fcntl.LOCK_EX)
    """
    with other_process(hold, f"{path}.99999.tmp"):
        with Record(path) as record:
            record.begin(REQUEST)
        assert os.path.exists(f"{path}.99999.tmp")


@pytest.mark.parametrize("name", ["mine.tmp", "99999.tmp.bak", "bak"])
def test_files_of_others_are_left_alone(path, name):
    with open(f"{path}.{name}", "wb") as file:
        file.write(b"precious")
    with Record(path) as record:
        record.begin(REQUEST)
    assert content(f"{path}.{name}") == b"precious"


def test_a_path_with_wildcards_is_taken_as_it_is(tmp_path):
    other = tmp_path / "x.json.1.tmp"
    other.write_bytes(b"other")
    with Record(str(tmp_path / "[x].json")) as record:
        record.begin(REQUEST)
    assert other.exists()


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
    path = str(tmp_path / ("r" * 250))  # the temporary file's name is longer than a name may be
    with Record(path) as record, pytest.raises(BadRecord, match="cannot be written: File name too long"):
        record.begin(REQUEST)
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
        assert synced == [False, True], "first the file, then its folder"
