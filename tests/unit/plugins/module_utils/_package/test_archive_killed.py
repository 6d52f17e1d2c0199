# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A download that was killed or cut, and its record: the next task goes on."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._start.record import Plan, Record
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, names, run_elsewhere, zip_bytes

#: More than the system holds on the way, so that a package counts as fetched only when it was read.
LARGE = 24 << 20


DOWNLOAD = """
import os
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._package import download, partial
from ansible_collections.roma.connect.plugins.module_utils import _files
from ansible_collections.roma.connect.plugins.module_utils._start import record as _record
from ansible_collections.roma.connect.tests.unit.plugins.support import make_task
from ansible_collections.roma.connect.plugins.module_utils._api.client import Client
from ansible_collections.roma.connect.plugins.module_utils._http.transport import Transport
from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve

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
archive(task, Client(resolve(given["connection"], {}), Transport(task.deadline)))
"""


def killed(sim, kill, **options):
    code, output = run_elsewhere(DOWNLOAD, kill=kill, connection=sim.options(), options=options)
    assert code == 77, output


KILLS = {
    "before the request": ("download._download = die", 1, False),
    "while it arrives": ("die_after(partial.Partial, 'write', 2)", 1, True),
    "when all has arrived": ("die_after(download, 'entries', 2)", 0, True),
    "before the record is told": ("_record.Record.fetched = die", 0, True),
    "between record and rename": ("die_after(_record.Record, 'fetched')", 0, True),
    "after the rename": ("die_after(os, 'rename')", 0, False),
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


@pytest.mark.parametrize("given", [None, ""])
def test_the_rest_is_asked_for_by_the_record_where_the_api_no_longer_tells_the_id(
    fetch, package, sim, dest, record_of, given
):
    archive_id, record, request = record_of(package(), seen=False)
    sim.fault("archive", {"cut": 1000})
    sim.fault("archive", {"status": 403})
    assert not fetch(archive_id, record=record).changed
    assert fetch(given, record=record).changed
    with Record(record) as seen:
        assert (seen.plan(request, False), seen.package["dest"]) == (Plan.DONE, str(dest))


def test_what_became_of_the_package_stands_in_its_record(fetch, package, dest, record_of):
    archive_id, record, request = record_of(package())
    task = fetch(archive_id, record=record)
    with Record(record) as seen:
        assert seen.package == {name: task.facts[name] for name in ("dest", "size", "checksum", "entries")}
        assert seen.plan(request, False) == Plan.DONE


@pytest.mark.parametrize(("name", "force"), [("copy.zip", False), ("crm.zip", True)])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_package_that_lies_at_its_place_is_not_asked_for_once_more(
    fetch, package, sim, folder, dest, record_of, name, force, check_mode
):
    """It would be told to be lost, and the next export would start another job."""
    archive_id, record, request = record_of(package())
    assert fetch(archive_id, record=record).changed
    sim.clear_requests()
    task = fetch(archive_id, record=record, dest=str(folder / name), force=force, check_mode=check_mode)
    assert class_of(task.error) is errors.BadRecord
    assert str(dest) in str(task.error)
    assert sim.requests() == []
    with Record(record) as seen:
        assert seen.plan(request, False) == Plan.DONE


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_record_of_another_package_is_refused_before_anything_is_sent(
    fetch, package, sim, folder, record_of, check_mode
):
    _archive_id, record, _request = record_of("another")
    task = fetch(package(), record=record, check_mode=check_mode)
    assert class_of(task.error) is errors.BadRecord
    for word in (record, "another"):
        assert word in str(task.error)
    assert sim.requests("archive") == []
    assert names(folder) == ["crm.zip.json"]
