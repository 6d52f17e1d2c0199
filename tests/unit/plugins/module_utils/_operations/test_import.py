# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing a package, against the simulator."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import tracemalloc
import zipfile

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.listing import list_apps
from ansible_collections.roma.connect.plugins.module_utils._api.upload import Upload
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._operations import asset_import
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_import import import_package
from ansible_collections.roma.connect.plugins.module_utils._wait.task import Task
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    make_task,
    read_record,
    zip_bytes,
)


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

    def one(credentials="token", check_mode=False, instance=1, endpoint=None, **options):
        given = {"src": package, "type": "AddNew", "prefix": None, "datasource_overwrite": False, **options}
        task = make_task(clock, check_mode, **{"timeout": 600, **given})
        place = {"endpoint": endpoint} if endpoint else {}
        client = make_client(sim, credentials, task.deadline, instance_id=sim.instances[instance]["id"], **place)
        task.error = None
        try:
            import_package(task, client)
        except errors.RomaError as error:
            task.error = error
        return task

    return one


def names(sim, instance=1):
    return sorted(app["name"] for app in list_apps(make_client(sim, instance_id=sim.instances[instance]["id"])))


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
    assert len(lines) == 1 + len(reasons) + 1
    for line, reason in zip(lines[1:], reasons):
        assert all(str(reason[name]) in line for name in reason)
    assert (task.changed, task.facts["job_id"]) == (True, task.facts["job"]["id"])
    assert lines[-1].startswith("Names that are taken need prefix, or type: Merge")


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


def test_check_mode_asks_a_question_that_reads_and_starts_nothing(run, sim):
    task = run(check_mode=True)
    assert (task.error, task.changed, task.facts["job_id"]) == (None, True, None)
    assert [entry["operation"] for entry in sim.requests()] == ["apps"]


def test_check_mode_notices_refused_credentials(run, sim):
    sim.fault("apps", {"status": 401})
    assert class_of(run(check_mode=True).error) is errors.CredentialsRefused


def test_in_check_mode_a_package_that_is_not_there_yet_is_one_warning(run, sim, tmp_path):
    src = str(tmp_path / "none.zip")
    task = run(check_mode=True, src=src, record=str(tmp_path / "r.json"))
    assert (task.error, task.changed, len(task.warned)) == (None, True, 1)
    assert src in task.warned[0]
    assert [entry["operation"] for entry in sim.requests()] == ["apps"]


@pytest.mark.parametrize("src", [".", "/dev/null"])
def test_what_is_no_file_is_refused_before_any_request(run, sim, src):
    assert "is not a file" in str(run(src=src).error)
    assert sim.requests() == []


def test_a_record_makes_it_happen_once(run, sim, record):
    assert run(record=record).changed
    again = run(record=record)
    assert (again.error, again.changed, again.facts["job"]["status"]) == (None, False, "SUCCEEDED")
    assert len(sim.requests("import")) == 1


@pytest.fixture
def other(package, tmp_path):
    """Another package at another place."""
    path = tmp_path / "other.zip"
    shutil.copy(package, path)
    with zipfile.ZipFile(path, "a") as changed:
        changed.comment = b"another one"
    return str(path)


@pytest.fixture
def record(tmp_path):
    return str(tmp_path / "r.json")


@pytest.mark.parametrize("force", [False, True])
def test_a_record_that_names_the_package_does_not_spoil_it(run, sim, package, tmp_path, force):
    (tmp_path / "r.json").symlink_to(package)
    with open(package, "rb") as file:
        before = file.read()
    for record in (package, str(tmp_path / "r.json")):
        task = run(record=record, force=force)
        assert str(task.error).startswith("record and src both name ")
    assert sim.requests() == []
    with open(package, "rb") as file:
        assert file.read() == before


def test_another_package_just_starts_where_the_earlier_import_is_over(run, sim, other, record):
    run(record=record)
    assert run(record=record, src=other, prefix="b_").changed
    assert len(sim.requests("import")) == 2
    assert len(read_record(record)["request"]["sha256"]) == 64


@pytest.mark.parametrize("before", [{"wait": False}, {"timeout": 5}])
@pytest.mark.parametrize("ended", ["SUCCEEDED", "FAILED", "unknown", "in another instance"])
def test_so_it_does_where_only_the_api_knows_that_it_is_over(run, sim, clock, other, record, before, ended):
    if ended == "FAILED":
        sim.plan(outcome="FAILED")
    first = run(record=record, **before)
    clock.move(60)
    if ended == "unknown":
        sim.reset()
    task = run(record=record, src=other, type="Merge", instance=0 if ended == "in another instance" else 1)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, False)
    assert task.facts["job_id"] not in (None, first.facts["job_id"])
    assert read_record(record)["job_id"] == task.facts["job_id"]


def test_so_check_mode_says(run, sim, clock, other, record):
    run(record=record, wait=False)
    clock.move(60)
    before = read_record(record)
    task = run(record=record, src=other, check_mode=True)
    assert (task.error, task.changed, task.facts["job_id"]) == (None, True, None)
    assert read_record(record) == before


def test_while_the_earlier_one_runs_another_is_refused(run, sim, other, record):
    run(record=record, wait=False)
    task = run(record=record, src=other)
    assert class_of(task.error) is errors.BadRecord
    assert "another request" in str(task.error)
    assert (task.facts["job_id"], task.facts["job"], task.changed) == (None, None, False)
    assert len(sim.requests("import")) == 1


def test_at_another_endpoint_nobody_is_asked_for_the_earlier_one(run, make_sim, sim, other, record, clock):
    run(record=record, wait=False)
    clock.move(60)
    elsewhere = make_sim(clock=clock)
    task = run(record=record, src=other, endpoint=elsewhere.endpoint)
    assert class_of(task.error) is errors.BadRecord
    assert elsewhere.requests() == []


def test_a_killed_import_is_resumed(run, sim, record):
    first = run(record=record, wait=False)
    again = run(record=record)
    assert (again.error, again.changed, again.facts["resumed"]) == (None, False, True)
    assert again.facts["job_id"] == first.facts["job_id"]
    assert len(sim.requests("import")) == 1


def test_a_job_that_was_started_elsewhere_is_waited_for_and_once_it_is_done_nothing_is_asked(run, sim, record):
    job_id = run(wait=False).facts["job_id"]
    task = run(src=None, job_id=job_id, record=record)
    assert (task.error, task.changed, task.facts["job_id"]) == (None, False, job_id)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    sim.clear_requests()
    again = run(src=None, job_id=job_id, record=record)
    assert (again.error, again.changed, again.facts["job"]) == (None, False, task.facts["job"])
    assert sim.requests() == []


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
    with open(src, "rb") as file:
        upload = Upload(file, lambda: calls.append(1))
        total = sum(len(piece) for piece in iter(lambda: upload.read(16384), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == len(upload) > size
    assert peak < 1 << 20
    assert len(calls) > size // 16384


def test_a_package_may_take_longer_to_check_than_a_request_may_take(make_sim, package, monkeypatch):
    sim = make_sim()
    real = asset_import.entries

    def entries(file):
        time.sleep(1)
        return real(file)

    monkeypatch.setattr(asset_import, "entries", entries)
    given = {"src": package, "type": "AddNew", "prefix": None, "datasource_overwrite": False}
    task = make_task(**given, wait=False, request_timeout=0.5)
    bounded(lambda: import_package(task, make_client(sim, deadline=task.deadline)), task.deadline)
    assert (task.changed, len(sim.requests("import"))) == (True, 1)


# What was checked is what is sent


@pytest.fixture
def while_busy(sim, monkeypatch):
    """Do something when the API has said for the first time that it is busy."""

    def at(task_sleep):
        sim.fault("import", {"busy": True})
        pending = [task_sleep]
        real = Task.__init__

        def init(self, *args, **more):
            real(self, *args, **more)
            sleep = self.sleep
            self.sleep = lambda seconds: (pending and pending.pop()(), sleep(seconds))

        monkeypatch.setattr(Task, "__init__", init)

    return at


@pytest.mark.parametrize("how", [os.unlink, lambda src: os.replace(f"{src}.new", src)])
def test_a_package_that_is_deleted_or_replaced_while_a_slot_is_waited_for_is_sent_as_it_was(
    run, sim, package, record, while_busy, how
):
    with open(package, "rb") as file:
        checked = file.read()
    shutil.copy(package, f"{package}.new")
    with zipfile.ZipFile(f"{package}.new", "a") as changed:
        changed.comment = b"another one"
    while_busy(lambda: how(package))
    task = run(record=record, busy_timeout=60)
    assert (task.error, task.changed) == (None, True)
    first, second = sim.requests("import")
    assert first["body_bytes"] == second["body_bytes"]
    assert read_record(record)["request"]["sha256"] == hashlib.sha256(checked).hexdigest()


def test_a_package_that_is_written_to_while_a_slot_is_waited_for_is_not_sent(run, sim, package, record, while_busy):
    def write():
        with open(package, "ab") as file:
            file.write(b"more")

    while_busy(write)
    task = run(record=record, busy_timeout=60)
    assert class_of(task.error) is errors.BadInput
    assert "was changed" in str(task.error)
    assert len(sim.requests("import")) == 1
    assert not os.path.exists(record)


def test_a_record_that_is_removed_while_the_api_is_busy_hides_nothing(run, sim, record, while_busy):
    while_busy(lambda: os.unlink(record))
    sim.fault("import", {"busy": True}, times=None)
    task = run(record=record, busy_timeout=5)
    assert "ROMA.10012" in str(task.error)
    assert task.changed is False
    assert not os.path.exists(record)
