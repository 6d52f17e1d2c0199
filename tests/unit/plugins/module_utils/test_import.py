# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing a package, against the simulator."""

from __future__ import annotations

import json
import shutil
import tracemalloc
import zipfile

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._archive import archive
from ansible_collections.roma.connect.plugins.module_utils._export import export
from ansible_collections.roma.connect.plugins.module_utils._import import import_package
from ansible_collections.roma.connect.plugins.module_utils._upload import Upload
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, make_task, zip_bytes


@pytest.fixture
def sim(make_sim, clock):
    return make_sim(clock=clock, job_seconds=20)


@pytest.fixture
def package(sim, clock, tmp_path):
    """A package that was exported from the first instance."""
    task = make_task(clock, apps=sim.apps[:1], tasks=[], timeout=600)
    export(task, make_client(sim, deadline=task.deadline))
    dest = str(tmp_path / "an odd name, ü (1).package")
    options = {"archive_id": task.facts["job"]["archive_id"], "dest": dest}
    archive(make_task(clock, **options), make_client(sim))
    sim.clear_requests()
    return dest


@pytest.fixture
def run(sim, clock, package):
    """Import as roma_asset_import does; returns the task, with its error if it failed."""

    def one(credentials="token", check_mode=False, instance=1, **options):
        given = {"src": package, "type": "AddNew", "prefix": None, "datasource_overwrite": False, **options}
        task = make_task(clock, check_mode, **{"timeout": 600, **given})
        client = make_client(sim, credentials, task.deadline, instance_id=sim.instances[instance]["id"])
        task.error = None
        try:
            import_package(task, client)
        except errors.RomaError as error:
            task.error = error
        return task

    return one


def names(sim, instance=1):
    return sorted(app["name"] for app in make_client(sim, instance_id=sim.instances[instance]["id"]).apps())


@pytest.mark.parametrize("credentials", ["token", "keys", "temporary", "password"])
def test_a_package_is_imported_whatever_it_is_called(run, sim, credentials):
    task = run(credentials)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, False)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert len(names(sim)) == 1


def test_what_is_asked_goes_into_the_query(run, sim):
    run(type="Merge", prefix="dev ü+/", datasource_overwrite=True)
    [request] = sim.requests("import")
    assert request["query"] == {"type": "Merge", "prefix": "dev ü+/", "datasource_overwrite": "true"}
    assert int(request["headers"]["content-length"]) == request["body_bytes"]
    assert "transfer-encoding" not in request["headers"]


def test_keys_sign_an_unsigned_payload(run, sim):
    run("keys")
    [request] = sim.requests("import")
    assert request["headers"]["x-sdk-content-sha256"] == "UNSIGNED-PAYLOAD"


def test_a_prefix_is_put_before_the_names(run, sim):
    run(prefix="test_")
    assert all(name.startswith("test_") for name in names(sim))


def test_a_conflict_tells_every_reason_on_a_line_of_its_own(run, sim):
    run()
    task = run()
    assert class_of(task.error) is errors.JobFailed
    reasons = task.facts["job"]["reason"]
    assert reasons
    lines = str(task.error).splitlines()
    assert len(lines) == 1 + len(reasons)
    for line, reason in zip(lines[1:], reasons):
        assert all(str(reason[name]) in line for name in reason)
    assert (task.changed, task.facts["job_id"]) == (True, task.facts["job"]["id"])
    assert "Set prefix to import under other names, or type: Merge to overwrite" in lines[-1]


@pytest.mark.parametrize("content", [None, b"", b"no zip", b"damaged"])
def test_what_is_no_whole_package_is_refused_before_any_request(run, sim, tmp_path, content):
    src = tmp_path / "p.zip"
    if content == b"damaged":
        content = zip_bytes().replace(bytes(range(0, 28, 7)), b"\0\0\0\0", 1)
    if content is not None:
        src.write_bytes(content)
    task = run(src=str(src))
    assert class_of(task.error) is errors.BadInput
    assert str(src) in str(task.error)
    assert sim.requests() == []


def test_check_mode_sends_nothing(run, sim, tmp_path):
    task = run(check_mode=True)
    assert (task.error, task.changed, task.facts["job_id"]) == (None, True, None)
    assert sim.requests() == []
    assert class_of(run(check_mode=True, src=str(tmp_path / "none")).error) is errors.BadInput


def test_a_record_makes_it_happen_once(run, sim, tmp_path):
    record = str(tmp_path / "r.json")
    assert run(record=record).changed
    again = run(record=record)
    assert (again.error, again.changed, again.facts["job"]["status"]) == (None, False, "SUCCEEDED")
    assert len(sim.requests("import")) == 1


def test_another_package_just_starts_where_the_earlier_import_is_over(run, sim, package, tmp_path):
    record, other = str(tmp_path / "r.json"), tmp_path / "other.zip"
    run(record=record, wait=False)
    shutil.copy(package, other)
    with zipfile.ZipFile(other, "a") as changed:
        changed.comment = b"another one"
    assert class_of(run(record=record, src=str(other)).error) is errors.BadRecord
    run(record=record)
    assert run(record=record, src=str(other), prefix="b_").changed
    assert len(sim.requests("import")) == 2
    with open(record, encoding="utf-8") as file:
        assert len(json.load(file)["request"]["sha256"]) == 64


def test_a_killed_import_is_gone_on_with(run, sim, tmp_path):
    record = str(tmp_path / "r.json")
    first = run(record=record, wait=False)
    again = run(record=record)
    assert (again.error, again.changed, again.facts["resumed"]) == (None, False, True)
    assert again.facts["job_id"] == first.facts["job_id"]
    assert len(sim.requests("import")) == 1


def test_a_token_that_is_refused_is_renewed_and_the_package_sent_again_as_a_whole(run, sim):
    sim.fault("import", {"expire_token": True})
    task = run("password")
    assert (task.error, task.facts["job"]["status"]) == (None, "SUCCEEDED")
    first, second = sim.requests("import")
    assert first["body_bytes"] == second["body_bytes"]


def test_an_upload_that_may_have_arrived_is_not_sent_again(run, sim):
    sim.fault("import", {"reset": "after"})
    task = run()
    assert "a job may be running" in str(task.error)
    assert len(sim.requests("import")) == 1


def test_an_upload_is_read_piece_by_piece(tmp_path):
    src, size = tmp_path / "big", 64 << 20
    with open(src, "wb") as file:
        file.truncate(size)
    tracemalloc.start()
    calls = []
    with Upload(str(src), lambda: calls.append(1)) as upload:
        total = sum(len(piece) for piece in iter(lambda: upload.read(16384), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == len(upload) > size
    assert peak < 1 << 20
    assert len(calls) > size // 16384
