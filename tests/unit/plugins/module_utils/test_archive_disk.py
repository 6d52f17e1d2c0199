# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one-shot download and the disk: space, other plays, kills, memory; and servers of odd ranges."""

from __future__ import annotations

import contextlib
import os
import resource
import time
import types

import pytest
import urllib3

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._archive import archive
from ansible_collections.roma.connect.plugins.module_utils._deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._record import Plan, Record
from ansible_collections.roma.connect.plugins.module_utils._transport import CHUNK
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    make_task,
    other_process,
    read_request,
    run_elsewhere,
    serving,
    zip_bytes,
)

SIZE = 300_000

#: More than the system holds on the way, so that a package counts as fetched only when it was read.
LARGE = 24 << 20


def names(folder):
    return sorted(os.listdir(folder))


# Space


def test_a_package_that_does_not_fit_is_told_before_its_body_is_read(fetch, package, sim, folder, monkeypatch):
    monkeypatch.setattr(os, "fstatvfs", lambda _file: types.SimpleNamespace(f_bavail=10, f_frsize=1000, f_bsize=4096))
    task = fetch(package())
    assert (type(task.error), task.facts["lost"]) == (errors.NotWritten, False)
    for word in (str(SIZE), "10000", "make room"):
        assert word in str(task.error)
    assert names(folder) == []
    assert len(sim.requests("archive")) == 1


def test_a_package_that_just_fits_is_taken(fetch, package, monkeypatch):
    monkeypatch.setattr(os, "fstatvfs", lambda _file: types.SimpleNamespace(f_bavail=SIZE, f_frsize=1, f_bsize=4096))
    assert fetch(package()).changed


def test_only_the_rest_has_to_fit(fetch, package, sim, monkeypatch):
    archive_id = package()
    sim.fault("archive", {"cut": 200_000})
    sim.fault("archive", {"status": 403})
    fetch(archive_id)
    monkeypatch.setattr(os, "fstatvfs", lambda _file: types.SimpleNamespace(f_bavail=100_000, f_frsize=1, f_bsize=1))
    assert fetch(archive_id).changed


@contextlib.contextmanager
def largest_file(size):
    """Writing beyond *size* fails, as on a disk that is full: first short, then not at all."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("limit", [0, 1, 65536, 100_000])
def test_a_disk_that_fills_up_is_told_and_the_next_task_goes_on(fetch, package, folder, limit):
    archive_id = package(package_bytes=LARGE)
    with largest_file(limit):
        task = fetch(archive_id)
    assert (type(task.error), task.changed, task.facts["lost"]) == (errors.NotWritten, False, False)
    assert "full" in str(task.error)
    partial = folder / f"crm.zip.{archive_id}.part"
    if limit:
        assert task.facts["partial"] == str(partial)
        assert partial.stat().st_size == limit
        assert f"{limit} bytes" in str(task.error)
    else:
        assert names(folder) == []
    again = fetch(archive_id)
    assert (again.error, again.changed) == (None, True)
    assert names(folder) == ["crm.zip"]


def test_a_disk_that_takes_all_but_the_last_byte_is_full_and_the_package_is_not_damaged(fetch, package, folder):
    archive_id = package()
    with largest_file(SIZE - 1):
        task = fetch(archive_id)
    assert (type(task.error), task.facts["lost"]) == (errors.NotWritten, False)
    assert f"{SIZE - 1} bytes" in str(task.error)
    assert (folder / f"crm.zip.{archive_id}.part").stat().st_size == SIZE - 1


def test_a_disk_that_fails_is_told_and_what_has_arrived_is_kept(fetch, package, folder, monkeypatch):
    def broken(_source, _target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "rename", broken)
    archive_id = package()
    task = fetch(archive_id)
    assert (type(task.error), task.changed, task.facts["lost"]) == (errors.NotWritten, False, False)
    assert "Input/output error" in str(task.error)
    assert names(folder) == [f"crm.zip.{archive_id}.part"]


# Other plays

HOLD = """
import sys
from ansible_collections.roma.connect.plugins.module_utils._partial import Partial
partial = Partial(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("same", [True, False])
def test_a_second_play_at_the_same_dest_is_told_so_and_asks_nothing(fetch, package, sim, dest, folder, same):
    archive_id = package()
    with other_process(HOLD, str(dest), archive_id if same else "other"):
        before = names(folder)
        task = fetch(archive_id)
        assert class_of(task.error) is errors.BadInput
        assert "being written by another play" in str(task.error)
        assert sim.requests("archive") == []
        assert names(folder) == before, "nothing is left of the attempt"
    assert fetch(archive_id).changed, "the lock went with the process"


def test_a_dest_with_a_longer_name_is_another_dest(fetch, package, folder):
    with other_process(HOLD, str(folder / "crm.zip"), "p"):
        task = fetch(package(), dest=str(folder / "crm"))
    assert (task.error, task.changed) == (None, True)


def test_partial_files_of_other_packages_stay(fetch, package, folder):
    (folder / "crm.zip.other.part").write_bytes(b"of another package")
    (folder / "crm.zip.json").write_bytes(b"{}")
    assert fetch(package()).changed
    assert names(folder) == ["crm.zip", "crm.zip.json", "crm.zip.other.part"]


# Killed

DOWNLOAD = """
import os
from ansible_collections.roma.connect.plugins.module_utils import _archive, _files, _partial, _record
from ansible_collections.roma.connect.tests.unit.plugins.support import make_task
from ansible_collections.roma.connect.plugins.module_utils._client import Client
from ansible_collections.roma.connect.plugins.module_utils._connection import resolve

def die(*_arguments):
    os._exit(77)

def die_after(owner, name, count=1):
    real = getattr(owner, name)
    def once(*arguments):
        nonlocal count
        count -= 1
        result = real(*arguments)
        if count == 0:
            os._exit(77)
        return result
    setattr(owner, name, once)

exec(given["kill"])
task = make_task(**given["options"])
_archive.archive(task, Client(resolve(given["connection"], {}), task.deadline))
"""


def killed(sim, kill, **options):
    code, output = run_elsewhere(DOWNLOAD, kill=kill, connection=sim.options(), options=options)
    assert code == 77, output


KILLS = {
    "before the request": ("_archive._download = die", 1, False),
    "while it arrives": ("die_after(_partial.Partial, 'write', 2)", 1, True),
    "when all has arrived": ("_archive._checked = die", 0, True),
    "before the record is told": ("_record.Record.fetched = die", 0, True),
    "between record and rename": ("die_after(_record.Record, 'fetched')", 0, True),
    "after the rename": ("die_after(os, 'rename', 3)", 0, False),
}


@pytest.mark.parametrize("moment", KILLS)
def test_a_play_that_was_killed_is_gone_on_with(fetch, package, sim, folder, dest, record_of, moment):
    kill, requests, partial_there = KILLS[moment]
    archive_id, record, request = record_of(package(package_bytes=LARGE))
    options = {"archive_id": archive_id, "dest": str(dest), "record": record}
    killed(sim, kill, **options)
    assert any(name.endswith(".part") and (folder / name).stat().st_size for name in names(folder)) == partial_there
    with Record(record) as seen:
        assert seen.plan(request, False) == (Plan.DONE if moment == "after the rename" else Plan.RESUME)
        assert seen.archive_id == archive_id
    sim.clear_requests()
    task = fetch(**options)
    assert task.error is None
    assert task.changed == (moment != "after the rename")
    assert len(sim.requests("archive")) == requests
    assert names(folder) == ["crm.zip", "crm.zip.json"]
    with Record(record) as seen:
        assert seen.plan(request, False) == Plan.DONE


def test_a_whole_partial_file_is_finished_without_a_request(fetch, sim, folder, dest):
    content = zip_bytes(5000, ("a", "b", "c"))
    (folder / "crm.zip.p1.part").write_bytes(content)
    task = fetch("p1")
    assert (task.error, task.changed, task.facts["entries"]) == (None, True, 3)
    assert dest.read_bytes() == content
    assert sim.requests() == []
    assert names(folder) == ["crm.zip"]


def test_a_download_that_was_cut_and_gone_is_told_to_its_record(fetch, package, sim, dest, record_of):
    archive_id, record, request = record_of(package(ranges="gone"))
    sim.fault("archive", {"cut": 1000})
    assert fetch(archive_id, record=record).facts["lost"]
    with Record(record) as seen:
        assert seen.plan(request, False) == Plan.START


def test_a_download_that_was_cut_can_go_on_by_its_record(fetch, package, sim, dest, record_of):
    archive_id, record, request = record_of(package())
    sim.fault("archive", {"cut": 1000})
    sim.fault("archive", {"status": 403})
    assert not fetch(archive_id, record=record).facts["lost"]
    with Record(record) as seen:
        assert (seen.plan(request, False), seen.holds_part) == (Plan.RESUME, True)
    assert fetch(archive_id, record=record).changed


def test_what_became_of_the_package_stands_in_its_record(fetch, package, dest, record_of):
    archive_id, record, request = record_of(package())
    task = fetch(archive_id, record=record)
    with Record(record) as seen:
        assert seen.package == {name: task.facts[name] for name in ("dest", "size", "checksum", "entries")}
        assert seen.plan(request, False) == Plan.DONE


def test_a_record_of_another_package_is_refused_before_anything_is_sent(fetch, package, sim, folder, record_of):
    _archive_id, record, _request = record_of("another")
    task = fetch(package(), record=record)
    assert class_of(task.error) is errors.BadRecord
    for word in (record, "another"):
        assert word in str(task.error)
    assert sim.requests("archive") == []
    assert names(folder) == ["crm.zip.json"]


# Out of time, in real time


def real_task(dest, archive_id="p1", **options):
    return make_task(archive_id=archive_id, dest=str(dest), **options)


def test_out_of_time_what_has_arrived_is_named(make_sim, dest, folder):
    sim = make_sim(job_seconds=0)
    client = make_client(sim)
    archive_id = client.job(sim.add_job(seconds=0, package_bytes=SIZE)).archive_id
    sim.fault("archive", {"drip": 100_000})
    task = real_task(dest, archive_id, timeout=0.5)
    began = time.monotonic()
    with pytest.raises(errors.TimedOut):
        bounded(lambda: archive(task, make_client(sim, deadline=task.deadline)), task.deadline)
    assert time.monotonic() - began < 1.5
    partial = folder / f"crm.zip.{archive_id}.part"
    assert str(partial) in task.unfinished()
    assert 0 < partial.stat().st_size < SIZE


def test_timeout_0_lets_a_slow_transfer_take_its_time(make_sim, dest):
    sim = make_sim()
    archive_id = make_client(sim).job(sim.add_job(seconds=0, package_bytes=SIZE)).archive_id
    sim.fault("archive", {"drip": 300_000})
    task = real_task(dest, archive_id, timeout=0, request_timeout=0.3)
    client = make_client(sim, deadline=task.deadline)
    bounded(lambda: archive(task, client), task.deadline)
    assert task.facts["size"] == SIZE


# Servers of odd ranges


class Parts:
    """Serves *content* to one request after another as *plan* says: how many bytes, and changes of the headers."""

    def __init__(self, content, *plan):
        self.content = content
        self.plan = list(plan)
        self.asked = []

    def __call__(self, connection):
        head, _body = read_request(connection)
        lines = [line.decode() for line in head.split(b"\r\n")]
        asked = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
        self.asked.append({name: asked[name] for name in ("range", "if-range") if name in asked})
        count, changes = self.plan.pop(0)
        start = int(asked["range"][len("bytes=") : -1]) if "range" in asked else 0
        rest = self.content[start:]
        headers = {"Content-Length": len(rest), "ETag": '"e1"'}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        status = "206 Partial Content" if start else "200 OK"
        headers.update(changes)
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
        connection.sendall(f"HTTP/1.1 {status}\r\n{text}\r\n".encode())
        if count is not None:
            connection.sendall(rest[:count])
            if changes.get("stall"):
                time.sleep(changes["stall"])
        else:
            connection.sendall(rest)


CONTENT = zip_bytes(200_000)


def fetch_from(fetch, parts):
    with serving(parts) as port:
        return fetch("p1", endpoint=f"http://127.0.0.1:{port}")


def test_the_rest_is_asked_for_on_condition_that_it_is_the_same_package(fetch, dest):
    parts = Parts(CONTENT, (1000, {}), (None, {}))
    assert fetch_from(fetch, parts).changed
    assert parts.asked == [{}, {"range": "bytes=1000-", "if-range": '"e1"'}]
    assert dest.read_bytes() == CONTENT


@pytest.mark.parametrize("told", ["bytes 5-199/200", "bytes 0-199/200", "bytes */5", "", None, "items 1000-"])
def test_another_part_than_the_one_asked_for_is_not_written(fetch, dest, told):
    parts = Parts(CONTENT, (1000, {}), (None, {"Content-Range": told}), (None, {}))
    task = fetch_from(fetch, parts)
    assert task.error is None
    assert dest.read_bytes() == CONTENT
    assert len(parts.asked) == 3


def test_a_package_of_unknown_length_is_taken(fetch, dest):
    assert fetch_from(fetch, Parts(CONTENT, (None, {"Content-Length": None}))).changed
    assert dest.read_bytes() == CONTENT


def test_a_transfer_that_stalls_is_asked_for_again_from_where_it_stopped(fetch, dest):
    parts = Parts(CONTENT, (150_000, {"stall": 0.6}), (None, {}))
    with serving(parts) as port:
        task = fetch("p1", endpoint=f"http://127.0.0.1:{port}", request_timeout=0.3)
    assert task.error is None
    start = int(parts.asked[1]["range"][len("bytes=") : -1])
    # urllib3 1.26 hands a piece on only when it is whole.
    assert start == 150_000 if hasattr(urllib3.HTTPResponse, "read1") else 150_000 - CHUNK < start <= 150_000
    assert dest.read_bytes() == CONTENT


# Memory

MEASURE = """
import resource
from ansible_collections.roma.connect.plugins.module_utils import _archive
from ansible_collections.roma.connect.plugins.module_utils._client import Client
from ansible_collections.roma.connect.plugins.module_utils._connection import resolve
from ansible_collections.roma.connect.tests.unit.plugins.support import make_task

def fetch(archive_id):
    task = make_task(archive_id=archive_id, dest=given["folder"], timeout=60)
    _archive.archive(task, Client(resolve(given["connection"], {}), task.deadline))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

small = fetch(given["small"])
print("KiB more:", fetch(given["large"]) - small)
"""


def test_memory_does_not_grow_with_the_package(package, sim, folder):
    code, output = run_elsewhere(
        MEASURE,
        folder=str(folder),
        connection=sim.options(),
        small=package(),
        large=package(package_bytes=48 << 20),
    )
    assert code == 0, output
    assert int(output.rpartition(":")[2]) < 16 << 10
