# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a package on its way, and of one that is there."""

from __future__ import annotations

import contextlib
import json
import threading

import pytest
import urllib3

from ansible_collections.roma.connect.plugins.module_utils._errors import RomaError
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_import import import_package
from ansible_collections.roma.connect.plugins.module_utils._wait.progress import PREFIX, VARIABLE, Transfer
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    make_client,
    make_task,
    read_head,
    read_request,
    serving,
    zip_bytes,
)

SIZE = 300_000


def pieces(reports):
    """(done, total, over) of each report about a package on its way."""
    return [(report["done"], report["total"], report["over"]) for report in reports if "package" in report]


def told_there(task, unchanged):
    facts = {name: task.facts[name] for name in ("size", "entries", "checksum")}
    return {"there": task.facts["dest"], **facts, "unchanged": unchanged}


# The class, with a clock moved by hand


def test_the_first_bytes_are_told_at_once_the_others_once_a_second_and_all_of_them_once(clock):
    said = []
    transfer = Transfer(said.append, clock, "crm.zip")
    for done in (10, 20, 30, 40, 50, 50):
        transfer(done, 50)
        clock.move(0.5)
    transfer(50, 50, over=True)
    assert said == [
        {"package": "crm.zip", "done": 10, "total": 50, "elapsed": 0.0, "over": False},
        {"package": "crm.zip", "done": 30, "total": 50, "elapsed": 1.0, "over": False},
        {"package": "crm.zip", "done": 50, "total": 50, "elapsed": 2.0, "over": True},
    ]


def test_without_a_total_its_end_has_to_be_said(clock):
    said = []
    transfer = Transfer(said.append, clock, "crm.zip")
    transfer(10, None)
    transfer(20, None)
    transfer(20, None, over=True)
    assert pieces(said) == [(10, None, False), (20, None, True)]


# Down, over real sockets


def test_a_download_tells_how_far_it_is_and_what_is_there(fetch, package):
    task = fetch(package())
    first, *_more, last, there = task.said
    assert {report["package"] for report in task.said[:-1]} == {"crm.zip"}
    assert 0 < first["done"] < SIZE
    assert pieces([first, last]) == [(first["done"], SIZE, False), (SIZE, SIZE, True)]
    assert there == told_there(task, unchanged=False)


def test_what_is_held_already_counts(fetch, package, sim, clock):
    sim.fault("archive", {"cut": 100_000})
    task = fetch(package())
    assert task.error is None
    told = [report for report in task.said if "package" in report and report["elapsed"]]
    assert told[0]["done"] > 100_000, "the rest began behind what was held"
    assert {report["total"] for report in task.said if "package" in report} == {SIZE}
    assert told[-1]["elapsed"] == sum(clock.sleeps), "since the first byte was asked for"


def test_so_does_what_an_earlier_task_left(fetch, package, sim):
    archive_id = package()
    sim.fault("archive", {"cut": 100_000})
    assert fetch(archive_id, timeout=0).error is not None
    assert pieces(fetch(archive_id).said)[0][0] > 100_000


@pytest.mark.skipif(not hasattr(urllib3.HTTPResponse, "read1"), reason="urllib3 1.26 may wait for a whole piece")
@pytest.mark.parametrize("headers", ["", f"Content-Length: {len(zip_bytes())}\r\n"])
def test_a_download_is_told_as_soon_as_its_first_bytes_are_there(clock, sim, dest, headers):
    content, told, waited = zip_bytes(), threading.Event(), []

    def slowly(connection):
        read_request(connection)
        connection.sendall(f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + content[:10])
        waited.append(told.wait(5))
        connection.sendall(content[10:])

    with serving(slowly) as port:
        task = make_task(clock, archive_id="p1", dest=str(dest))
        task.announce = lambda report: (task.said.append(report), told.set())
        archive(task, make_client(sim, deadline=task.deadline, endpoint=f"http://127.0.0.1:{port}"))
    assert waited == [True]
    total = len(content) if headers else None
    assert pieces(task.said) == [(10, total, False), (len(content), total, True)]


def test_a_page_in_the_place_of_a_package_is_no_transfer(fetch, package, sim):
    sim.fault("archive", {"html": 200}, times=None)
    task = fetch(package(), timeout=0)
    assert task.error is not None
    assert task.said == []


# What is there


def test_a_package_that_was_there_is_told_with_nothing_done(fetch, package, dest):
    dest.write_bytes(zip_bytes())
    task = fetch(package())
    assert task.said == [told_there(task, unchanged=True)]


def test_one_that_only_got_its_attributes_is_not(sim, dest):
    dest.write_bytes(zip_bytes())
    task = make_task(archive_id="p1", dest=str(dest))
    task.attributes.apply = lambda path: True
    archive(task, make_client(sim))
    assert task.said == [told_there(task, unchanged=False)]


def test_check_mode_tells_of_no_transfer(fetch, package, imported, tmp_path):
    assert fetch(package(), check_mode=True).said == []
    src = tmp_path / "crm.zip"
    src.write_bytes(zip_bytes())
    assert imported(src, check_mode=True).said == []


# Up, over real sockets


@pytest.fixture
def imported(sim, clock):
    """Import as roma_asset_import does; returns the task."""

    def one(src, check_mode=False, announce=None, endpoint=None, **options):
        given = {"src": str(src), "type": "AddNew", "prefix": None, "datasource_overwrite": False, "wait": False}
        task = make_task(clock, check_mode, **given, **options)
        task.announce = announce or task.announce
        client = make_client(sim, deadline=task.deadline, **({"endpoint": endpoint} if endpoint else {}))
        with contextlib.suppress(RomaError):
            import_package(task, client)
        return task

    return one


@pytest.fixture
def src(tmp_path):
    path = tmp_path / "crm of today.zip"
    path.write_bytes(zip_bytes(SIZE))
    return path


def test_an_upload_tells_how_far_it_is(imported, src):
    size = src.stat().st_size
    task = imported(src)
    assert {report["package"] for report in task.said} == {"crm of today.zip"}
    assert pieces(task.said) == [(0, size, False), (size, size, True)]


def test_an_upload_is_told_as_soon_as_its_first_byte_is_sent(imported, src):
    told, waited = threading.Event(), []

    def slowly(connection):
        read_head(connection)
        waited.append(told.wait(5))

    with serving(slowly) as port:
        imported(src, announce=lambda report: told.set(), endpoint=f"http://127.0.0.1:{port}")
    assert waited == [True]


def test_an_upload_that_is_sent_again_is_told_again(imported, sim, src):
    size = src.stat().st_size
    sim.fault("import", {"busy": True})
    task = imported(src, busy_timeout=60)
    assert pieces(task.said) == [(0, size, False), (size, size, True)] * 2


# The module


def test_the_module_tells_its_action_plugin(play, sim, package, tmp_path, monkeypatch):
    path, dest = tmp_path / f"{PREFIX}1", tmp_path / "crm.zip"
    path.write_text("")
    monkeypatch.setenv(VARIABLE, str(path))
    with path.open() as file:
        result = play("roma_asset_archive", **sim.options(), archive_id=package(), dest=str(dest))
        reports = [json.loads(line) for line in file]
    assert result["changed"] is True
    assert pieces(reports)[-1] == (SIZE, SIZE, True)
    assert reports[-1]["there"] == str(dest)
