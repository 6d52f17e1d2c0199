# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one-shot download, against the simulator, with a clock moved by hand."""

from __future__ import annotations

import builtins
import errno
import hashlib
import os
import stat
import time
import zipfile

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._package import download
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    make_task,
    names,
    zip_bytes,
)

SIZE = 300_000


def is_whole(path):
    with zipfile.ZipFile(path) as package:
        return package.testzip() is None


def ranges(sim):
    return [entry["headers"].get("range") for entry in sim.requests("archive")]


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_a_package_arrives_once_whole_and_private(fetch, package, sim, dest, folder, umask):
    archive_id = package()
    before = os.umask(umask)
    try:
        task = fetch(archive_id)
    finally:
        os.umask(before)
    assert (task.error, task.changed) == (None, True)
    content = dest.read_bytes()
    assert is_whole(dest)
    assert task.facts == {
        "dest": str(dest),
        "size": SIZE,
        "checksum": hashlib.sha256(content).hexdigest(),
        "entries": 1 + len(sim.apps) + len(sim.tasks) + 1,
        "partial": None,
        "lost": False,
    }
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    assert names(folder) == ["crm.zip"]
    assert len(sim.requests("archive")) == 1


def test_a_folder_gets_the_package_under_its_id(fetch, package, folder):
    archive_id = package()
    task = fetch(archive_id, dest=str(folder))
    assert task.facts["dest"] == str(folder / f"{archive_id}.zip")
    assert names(folder) == [f"{archive_id}.zip"]


# A dest that exists


def test_a_dest_that_exists_is_left_alone_and_told(fetch, package, sim, dest):
    content = zip_bytes(names=("a", "b"))
    dest.write_bytes(content)
    dest.chmod(0o644)
    task = fetch(package())
    assert (task.error, task.changed) == (None, False)
    checksum = hashlib.sha256(content).hexdigest()
    told = {"dest": str(dest), "size": len(content), "checksum": checksum, "entries": 2, "partial": None, "lost": False}
    assert task.facts == told
    assert dest.read_bytes() == content
    assert stat.S_IMODE(dest.stat().st_mode) == 0o644
    assert sim.requests("archive") == []


def test_so_is_one_that_is_no_package(fetch, package, dest):
    dest.write_bytes(b"text")
    task = fetch(package())
    assert (task.changed, task.facts["size"], task.facts["entries"]) == (False, 4, None)


def test_force_replaces_it_by_the_new_package(fetch, package, dest, folder):
    dest.write_bytes(b"old")
    task = fetch(package(), force=True)
    assert (task.error, task.changed) == (None, True)
    assert is_whole(dest)
    assert names(folder) == ["crm.zip"]


@pytest.mark.parametrize("damage", ["crc", "truncated"])
def test_with_force_the_old_one_stays_until_the_new_one_is_whole(fetch, package, dest, damage):
    dest.write_bytes(b"old")
    task = fetch(package(damage=damage), force=True)
    assert (type(task.error), task.changed) == (errors.BadPackage, False)
    assert dest.read_bytes() == b"old"


# Before anything is sent


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("dest", ["{folder}/missing/crm.zip", "{folder}/missing/"])
def test_a_dest_without_a_folder_is_refused_before_anything_is_sent(fetch, package, sim, folder, dest, check_mode):
    task = fetch(package(), dest=dest.format(folder=folder), check_mode=check_mode)
    assert class_of(task.error) is errors.BadInput
    assert "create it" in str(task.error)
    assert sim.requests("archive") == []


def test_a_name_that_leaves_no_room_for_the_partial_file_s_is_refused_before_anything_is_sent(
    fetch, package, sim, folder
):
    task = fetch(package(), dest=str(folder / ("x" * 220)))
    assert class_of(task.error) is errors.BadInput
    for word in ("dest", "longer name", "shorter"):
        assert word in str(task.error)
    assert sim.requests("archive") == []


def test_check_mode_tells_a_folder_that_is_not_writable(fetch, package, sim):
    if os.access("/proc/self", os.W_OK):
        pytest.skip("to root this system calls every folder writable")
    task = fetch(package(), dest="/proc/self/crm.zip", check_mode=True)
    assert class_of(task.error) is errors.BadInput
    assert "no file can be made in /proc/self" in str(task.error)
    assert sim.requests("archive") == []


@pytest.mark.parametrize("archive_id", ["", None, "a/b", "..", "a\nb"])
def test_an_id_that_is_none_is_refused_before_anything_is_sent(fetch, sim, folder, archive_id):
    assert class_of(fetch(archive_id).error) is errors.BadInput
    assert sim.requests() == []
    assert names(folder) == []


def test_check_mode_downloads_nothing_and_predicts(fetch, package, sim, dest, folder):
    archive_id = package()
    task = fetch(archive_id, check_mode=True)
    assert (task.error, task.changed) == (None, True)
    assert task.facts["size"] is None
    assert names(folder) == []
    dest.write_bytes(b"there")
    assert fetch(archive_id, check_mode=True).changed is False
    assert fetch(archive_id, check_mode=True, force=True).changed is True
    assert sim.requests("archive") == []


# What kind of answer it is


PAGES = [
    ("<html>Sign in</html>", "text/plain"),
    ("<?xml version='1.0'?><html/>", "application/xml"),
    ("Bad gateway", "TEXT/HTML"),
    ('{"title": "No"}', "application/problem+json"),
    ('{"error_code": "APIGW.0"}', "application/json"),
    ("<html>Sign in</html>", "application/octet-stream"),
    ("PK is how this page begins", "application/zip"),
    ("P", "application/zip"),
    ("", "application/zip"),
]


@pytest.mark.parametrize(
    "label", ["application/json", "application/json;charset=UTF-8", "text/html", "TEXT/PLAIN", "image/png", "?"]
)
@pytest.mark.parametrize("cut", [None, 100_000])
def test_a_package_is_one_whatever_it_is_called(fetch, package, sim, dest, folder, label, cut):
    if cut:
        sim.fault("archive", {"cut": cut})
    task = fetch(package(label=label))
    assert (task.error, task.changed) == (None, True)
    assert is_whole(dest)
    assert names(folder) == ["crm.zip"]
    assert ranges(sim) == [None, *([f"bytes={cut}-"] if cut else [])]


@pytest.mark.parametrize(("page", "label"), PAGES)
def test_a_page_is_no_package_whatever_it_is_called(fetch, package, sim, dest, folder, page, label):
    sim.fault("archive", {"raw": page, "content_type": label})
    task = fetch(package())
    assert (task.error, task.changed, task.facts["lost"]) == (None, True, False)
    assert is_whole(dest)
    assert names(folder) == ["crm.zip"]
    assert ranges(sim) == [None, None]


@pytest.mark.parametrize(("page", "label"), PAGES)
def test_a_page_never_comes_behind_a_part_that_is_held(fetch, package, sim, dest, folder, page, label):
    sim.fault("archive", {"cut": 100_000})
    sim.fault("archive", {"raw": page, "content_type": label})
    sim.fault("archive", {"status": 403})
    archive_id = package()
    task = fetch(archive_id)
    assert (type(task.error), task.facts["lost"]) == (errors.Refused, False)
    assert names(folder) == [f"crm.zip.{archive_id}.part"]
    assert (folder / f"crm.zip.{archive_id}.part").stat().st_size == 100_000
    assert fetch(archive_id).changed
    assert is_whole(dest)
    assert ranges(sim) == [None, *["bytes=100000-"] * 3]


def test_without_time_to_ask_again_a_page_is_told_as_what_it_is(fetch, package, sim):
    sim.fault("archive", {"html": 200})
    task = fetch(package(), timeout=0)
    assert class_of(task.error) is errors.Unreadable
    assert "proxy" in str(task.error)


# A transfer that is cut


@pytest.mark.parametrize("cuts", [[100_000], [0], [1], [2, 1, 1], [100_000, 50_000, 1, 80_000], [SIZE - 1]])
def test_a_transfer_that_is_cut_is_asked_for_again_from_where_it_stopped(fetch, package, sim, dest, folder, cuts):
    for count in cuts:
        sim.fault("archive", {"cut": count})
    task = fetch(package())
    assert (task.error, task.changed) == (None, True)
    assert is_whole(dest)
    assert task.facts["checksum"] == hashlib.sha256(dest.read_bytes()).hexdigest()
    at = [sum(cuts[: index + 1]) for index in range(len(cuts))]
    assert ranges(sim) == [None, *(f"bytes={count}-" if count else None for count in at)]
    assert names(folder) == ["crm.zip"]


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"reset": "before"}, {"html": 200}, {"html": 502}])
def test_what_passes_before_the_package_is_lived_through(fetch, package, sim, dest, folder, fault):
    sim.fault("archive", fault)
    task = fetch(package())
    assert (task.error, task.changed) == (None, True)
    assert is_whole(dest)
    assert names(folder) == ["crm.zip"]


@pytest.mark.parametrize("fault", [{"status": 503}, {"html": 200}, {"json": {"a": 1}}])
def test_what_passes_between_two_parts_does_not_harm_them(fetch, package, sim, dest, fault):
    sim.fault("archive", {"cut": 100_000})
    sim.fault("archive", fault)
    task = fetch(package())
    assert is_whole(dest)
    assert ranges(sim) == [None, "bytes=100000-", "bytes=100000-"]
    assert task.facts["size"] == SIZE


def test_retry_after_is_obeyed(fetch, package, sim, clock):
    sim.fault("archive", {"status": 503, "retry_after": 40})
    fetch(package())
    assert clock.sleeps == [40]


def test_an_api_that_ignores_ranges_starts_over_beside_the_part_that_is_held(fetch, package, sim, dest, folder):
    sim.fault("archive", {"cut": 100_000})
    task = fetch(package(ranges="ignored"))
    assert (task.error, task.changed) == (None, True)
    assert is_whole(dest)
    assert task.facts["checksum"] == hashlib.sha256(dest.read_bytes()).hexdigest()
    assert names(folder) == ["crm.zip"], "the part is of no use any more"


def test_a_part_that_is_held_survives_a_second_one_that_comes_to_less(fetch, package, sim, dest, folder):
    sim.fault("archive", {"cut": 100_000})
    sim.fault("archive", {"cut": 50})
    sim.fault("archive", {"status": 403})
    archive_id = package(ranges="ignored")
    task = fetch(archive_id)
    first, second = f"crm.zip.{archive_id}.part", f"crm.zip.{archive_id}.2.part"
    assert names(folder) == sorted([first, second])
    assert [(folder / name).stat().st_size for name in (first, second)] == [100_000, 50]
    assert first in str(task.error)
    assert second in str(task.error)
    assert task.facts["partial"] == str(folder / first)
    # and the next task goes on
    assert fetch(archive_id).changed
    assert is_whole(dest)
    assert names(folder) == ["crm.zip"]


@pytest.mark.parametrize("held", [b"x" * SIZE, b"x" * (SIZE + 5)])
def test_a_partial_file_with_nothing_behind_it_is_taken_from_the_beginning(fetch, package, sim, dest, folder, held):
    archive_id = package()
    (folder / f"crm.zip.{archive_id}.part").write_bytes(held)
    task = fetch(archive_id)
    assert (task.error, task.changed) == (None, True)
    assert is_whole(dest)
    assert names(folder) == ["crm.zip"]
    assert ranges(sim) == [f"bytes={len(held)}-", None]


# No whole package


def test_a_package_that_is_gone_is_lost_and_leaves_nothing(fetch, package, sim, folder):
    archive_id = package()
    fetch(archive_id, dest=str(folder / "first.zip"))
    task = fetch(archive_id)
    assert (type(task.error), task.changed) == (errors.Gone, False)
    assert (task.facts["lost"], task.facts["partial"]) == (True, None)
    assert "downloaded only once" in str(task.error)
    assert "Nothing of the package has arrived" in str(task.error)
    assert names(folder) == ["first.zip"]


def test_the_id_of_a_job_is_told_to_be_none_of_a_package(fetch, sim, folder):
    job_id = sim.add_job(seconds=0)
    task = fetch(job_id)
    told = (
        f"Correct archive_id, or export again: the API has no package {job_id}. It never existed, or it was downloaded"
    )
    assert str(task.error).startswith(told)
    assert str(task.error).endswith(f"If {job_id} is the id of a job, give the archive_id of that job instead")


def test_a_transfer_that_can_be_resumed_says_so(fetch, package, sim):
    sim.fault("archive", {"cut": 1000}, times=None)
    told = str(fetch(package(package_bytes=10_000_000), timeout=3).error)
    assert told.endswith(" bytes in the last). Run this task again to get the rest")
    sim.clear_faults()
    sim.fault("archive", {"status": 403})
    assert str(fetch(package()).error).endswith("Nothing of the package has arrived")


def test_a_package_that_is_gone_after_a_cut_keeps_what_has_arrived(fetch, package, sim, folder):
    sim.fault("archive", {"cut": 100_000})
    archive_id = package(ranges="gone")
    task = fetch(archive_id)
    partial = folder / f"crm.zip.{archive_id}.part"
    assert (type(task.error), task.facts["lost"]) == (errors.Gone, True)
    assert task.facts["partial"] == str(partial)
    assert str(partial) in str(task.error)
    assert "never existed" not in str(task.error)
    assert "100000 bytes" in str(task.error)
    assert names(folder) == [partial.name]
    assert partial.stat().st_size == 100_000
    assert stat.S_IMODE(partial.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("damage", "words"), [("crc", "'assets.json' does not match its checksum"), ("truncated", "not a whole zip")]
)
def test_a_package_that_arrives_damaged_is_lost_and_kept(fetch, package, dest, folder, damage, words):
    archive_id = package(damage=damage)
    task = fetch(archive_id)
    assert (type(task.error), task.changed, task.facts["lost"]) == (errors.BadPackage, False, True)
    assert words in str(task.error)
    assert task.facts["partial"] in str(task.error)
    assert not dest.exists()
    assert names(folder) == [f"crm.zip.{archive_id}.part"]
    assert (task.facts["size"], task.facts["checksum"], task.facts["entries"]) == (None, None, None)


def test_a_page_in_place_of_the_package_is_no_package_and_not_lost(fetch, package, sim, folder, clock):
    sim.fault("archive", {"html": 200}, times=None)
    task = fetch(package(), timeout=60)
    assert (type(task.error), task.facts["lost"]) == (errors.Unreadable, False)
    assert "60 s, is nearly over" in str(task.error)
    assert 30 < sum(clock.sleeps) < 60
    assert names(folder) == []


@pytest.mark.parametrize("fault", [{"status": 400}, {"status": 403}, {"redirect": "http://x.example"}, {"html": 404}])
def test_what_does_not_pass_ends_it_at_once_and_is_not_lost(fetch, package, sim, folder, clock, fault):
    sim.fault("archive", fault)
    task = fetch(package())
    assert not task.error.passes
    assert (task.changed, task.facts["lost"], clock.sleeps) == (False, False, [])
    assert names(folder) == []


def test_trouble_until_the_time_is_over_ends_in_time_and_tells_it(fetch, package, sim, clock):
    sim.fault("archive", {"status": 503}, times=None)
    task = fetch(package(), timeout=100)
    assert class_of(task.error) is errors.ServerFailed
    assert "503" in str(task.error)
    assert sum(clock.sleeps) <= 100
    assert task.error.answer["http_status"] == 503


def test_timeout_0_asks_once(fetch, package, sim, clock):
    sim.fault("archive", {"status": 503})
    task = fetch(package(), timeout=0)
    assert class_of(task.error) is errors.ServerFailed
    assert (len(sim.requests("archive")), clock.sleeps) == (1, [])


# A dest that cannot be


@pytest.mark.parametrize("force", [False, True])
def test_a_dest_that_is_no_file_is_refused_before_anything_is_sent(fetch, package, sim, folder, force):
    archive_id = package()
    (folder / f"{archive_id}.zip").mkdir()
    task = fetch(archive_id, dest=str(folder), force=force)
    assert class_of(task.error) is errors.BadInput
    assert f"{folder}/{archive_id}.zip is there and is not a file" in str(task.error)
    assert class_of(fetch(archive_id, dest="/dev/null", force=force).error) is errors.BadInput
    assert sim.requests("archive") == []


def test_a_dest_that_cannot_be_read_is_told_so(fetch, package, sim, dest, monkeypatch):
    dest.write_bytes(zip_bytes())
    real = builtins.open

    def refuse(path, *more, **named):
        if path == str(dest):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, *more, **named)

    monkeypatch.setattr(builtins, "open", refuse)  # root may read everything
    task = fetch(package())
    assert class_of(task.error) is errors.BadInput
    for word in (str(dest), "cannot be read (Permission denied)"):
        assert word in str(task.error)
    assert sim.requests("archive") == []


# What is read on the task's own disk takes nothing of its time


def test_a_whole_partial_file_is_put_in_its_place_however_long_it_takes_to_check(make_sim, folder, dest, monkeypatch):
    (folder / "crm.zip.p1.part").write_bytes(zip_bytes())
    real, sim = download.entries, make_sim()

    def entries(path):
        time.sleep(1)
        return real(path)

    monkeypatch.setattr(download, "entries", entries)
    task = make_task(archive_id="p1", dest=str(dest), timeout=0, request_timeout=0.5)
    bounded(lambda: archive(task, make_client(sim, deadline=task.deadline)), task.deadline)
    assert task.changed
    assert is_whole(dest)
    assert sim.requests() == []


# With a record


def test_a_record_that_does_not_exist_is_not_made(fetch, package, folder):
    assert fetch(package(), record=str(folder / "r.json")).changed
    assert names(folder) == ["crm.zip"]
