# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one-shot download and the disk: space, other plays, memory."""

from __future__ import annotations

import os
import re
import types

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._package.partial import Partial
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    largest_file,
    make_client,
    make_task,
    other_process,
    run_elsewhere,
)

SIZE = 300_000

#: More than the system holds on the way, so that a package counts as fetched only when it was read.
LARGE = 24 << 20


def names(folder):
    return sorted(os.listdir(folder))


def test_what_was_told_as_partial_stays_partial_and_the_next_task_finishes_it(
    fetch, package, sim, clock, dest, folder, monkeypatch
):
    archive_id = package()
    task = make_task(clock, archive_id=archive_id, dest=str(dest), timeout=600)
    with monkeypatch.context() as patch:
        # the time is over while the disk writes
        patch.setattr(Partial, "sync", lambda _partial: task.deadline.give_up())
        with pytest.raises(errors.TimedOut, match=re.escape(f"{dest}.{archive_id}.part")):
            archive(task, make_client(sim, deadline=task.deadline))
    assert (names(folder), task.changed) == ([f"{os.path.basename(dest)}.{archive_id}.part"], False)
    assert fetch(archive_id).changed
    assert names(folder) == [os.path.basename(dest)]
    assert len(sim.requests("archive")) == 1


# Space


def test_a_package_that_does_not_fit_is_told_before_its_body_is_read(fetch, package, sim, folder, monkeypatch):
    monkeypatch.setattr(os, "fstatvfs", lambda _file: types.SimpleNamespace(f_blocks=20, f_bavail=10, f_frsize=1000))
    task = fetch(package())
    assert (type(task.error), task.facts["lost"]) == (errors.NotWritten, False)
    for word in (str(SIZE), "10000", "make room"):
        assert word in str(task.error)
    assert names(folder) == []
    assert len(sim.requests("archive")) == 1


def test_a_package_that_just_fits_is_taken(fetch, package, monkeypatch):
    monkeypatch.setattr(os, "fstatvfs", lambda _file: types.SimpleNamespace(f_blocks=SIZE, f_bavail=SIZE, f_frsize=1))
    assert fetch(package()).changed


def test_a_file_system_that_reports_no_blocks_tells_nothing_of_its_space(fetch, package, monkeypatch):
    monkeypatch.setattr(os, "fstatvfs", lambda _file: types.SimpleNamespace(f_blocks=0, f_bavail=0, f_frsize=0))
    assert fetch(package()).changed


def test_only_the_rest_has_to_fit(fetch, package, sim, monkeypatch):
    archive_id = package()
    sim.fault("archive", {"cut": 200_000})
    sim.fault("archive", {"status": 403})
    fetch(archive_id)
    monkeypatch.setattr(
        os, "fstatvfs", lambda _file: types.SimpleNamespace(f_blocks=SIZE, f_bavail=100_000, f_frsize=1)
    )
    assert fetch(archive_id).changed


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
from ansible_collections.roma.connect.plugins.module_utils._package.partial import Partial
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


# Memory

MEASURE = """
import resource
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._api.client import Client
from ansible_collections.roma.connect.plugins.module_utils._http.transport import Transport
from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.tests.unit.plugins.support import make_task

def fetch(archive_id):
    task = make_task(archive_id=archive_id, dest=given["folder"], timeout=60)
    archive(task, Client(resolve(given["connection"], {}), Transport(task.deadline)))
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
