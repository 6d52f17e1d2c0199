# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract's table of records, row by row; each state is written as a task writes it that then dies."""

from __future__ import annotations

import hashlib
import json

import pytest

from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._errors import BadRecord
from ansible_collections.roma.connect.plugins.module_utils._start.record import VERSION, Plan, Record

START, RESUME, DONE = Plan.START, Plan.RESUME, Plan.DONE
EXPORT = {"operation": "exportAsset", "endpoint": "https://one", "instance_id": "i1", "apps": ["a1"], "tasks": []}
IMPORT = {
    "operation": "importAsset",
    "endpoint": "https://one",
    "instance_id": "i1",
    "src_sha256": "00",
    "type": "Merge",
}

RUNNING = Job("j1", "exportAsset", "RUNNING")
FAILED = Job("j1", "exportAsset", "FAILED")
SUCCEEDED = Job("j1", "exportAsset", "SUCCEEDED", archive_id="p1")
FETCHED = Job("j1", "exportAsset", "SUCCEEDED")


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "crm.zip.json")


@pytest.fixture
def dest(tmp_path):
    return tmp_path / "crm.zip"


@pytest.fixture
def partial(tmp_path):
    return tmp_path / "crm.zip.p1.part"


def facts_of(dest, content=b"package"):
    return {"dest": str(dest), "size": len(content), "checksum": hashlib.sha256(content).hexdigest(), "entries": 1}


def write(path, request=None, job_id="j1", *jobs, partial=None, package=None, lost=False):
    """What a task does up to the moment at which it is killed."""
    request = request or EXPORT
    with Record(path) as record:
        record.begin(request)
        if job_id is None:
            return
        record.started(job_id)
        for job in jobs:
            record.saw(job)
        if partial is not None:
            record.fetching(str(partial), "p1")
        if package is not None:
            record.fetched(package)
        if lost:
            record.lost()


def plans(path, request=None):
    """What is to be done without and with force; the text of an error in its place."""
    request = request or EXPORT

    def one(force):
        with Record(path) as record:
            try:
                return record.plan(request, force)
            except BadRecord as error:
                return str(error)

    return one(False), one(True)


# (no record)


@pytest.mark.parametrize("request_", [EXPORT, IMPORT])
def test_no_record_starts_a_job(path, request_):
    assert plans(path, request_) == (START, START)
    assert plans(None, request_) == (START, START)


# a job that is RUNNING, or an export that SUCCEEDED and was not fetched


@pytest.mark.parametrize("request_", [EXPORT, IMPORT])
@pytest.mark.parametrize("jobs", [(), (RUNNING,)])
def test_a_running_job_is_gone_on_with_even_with_force(path, request_, jobs):
    write(path, request_, "j1", *jobs)
    assert plans(path, request_) == (RESUME, RESUME)


def test_an_export_that_succeeded_and_was_not_fetched_is_gone_on_with_even_with_force(path):
    write(path, EXPORT, "j1", RUNNING, SUCCEEDED)
    assert plans(path) == (RESUME, RESUME)


def test_a_download_that_was_cut_is_gone_on_with(path, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial)
    partial.write_bytes(b"part")
    assert plans(path) == (RESUME, RESUME)


def test_a_download_that_was_cut_is_known_by_its_id_though_the_job_was_never_seen_to_end(path, partial):
    write(path, EXPORT, "j1", partial=partial)
    with Record(path) as record:
        assert record.archive_id is None, "nothing of it has arrived, so it may have been the wrong one"
    partial.write_bytes(b"part")
    with Record(path) as record:
        assert record.archive_id == "p1"
        assert record.saw(FETCHED)["archive_id"] == "p1"


def test_a_download_that_has_not_begun_to_arrive_is_gone_on_with(path, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial)
    assert plans(path) == (RESUME, RESUME)


# done


def test_an_import_that_succeeded_is_done_and_force_starts_a_new_one(path):
    write(path, IMPORT, "j1", Job("j1", "importAsset", "SUCCEEDED"))
    assert plans(path, IMPORT) == (DONE, START)


def test_an_export_whose_package_lies_at_its_dest_is_done_and_force_starts_a_new_one(path, dest, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    dest.write_bytes(b"package")
    assert plans(path) == (DONE, START)
    with Record(path) as record:
        assert (record.job_id, record.package) == ("j1", facts_of(dest))


# FAILED, unknown, lost, not where it was


@pytest.mark.parametrize("request_", [EXPORT, IMPORT])
def test_a_job_that_failed_is_started_anew(path, request_):
    write(path, request_, "j1", RUNNING, FAILED)
    assert plans(path, request_) == (START, START)


def test_a_package_that_was_lost_is_exported_anew(path, partial):
    partial.write_bytes(b"part")
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, lost=True)
    assert plans(path) == (START, START)


def test_a_package_that_is_not_where_it_was_is_exported_anew(path, dest, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    assert plans(path) == (START, START)


def test_a_package_that_was_changed_is_exported_anew(path, dest, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    dest.write_bytes(b"changed")
    assert plans(path) == (START, START)


def test_a_package_that_is_a_folder_now_is_exported_anew(path, dest, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    dest.mkdir()
    assert plans(path) == (START, START)


# killed between noting the package and renaming it


def test_a_package_that_was_noted_but_not_yet_renamed_is_gone_on_with(path, dest, partial):
    partial.write_bytes(b"package")
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    assert plans(path) == (RESUME, RESUME)


def test_so_it_is_where_an_older_package_lies_at_its_dest(path, dest, partial):
    dest.write_bytes(b"older")
    partial.write_bytes(b"package")
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    assert plans(path) == (RESUME, RESUME)


# started, but without a job id


@pytest.mark.parametrize("request_", [EXPORT, IMPORT])
def test_a_start_without_a_job_id_is_an_error_and_force_starts_a_new_one(path, request_):
    write(path, request_, None)
    message, forced = plans(path, request_)
    assert path in message
    assert "may be running" in message
    assert "force" in message
    assert forced == START


# another request, another instance


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"apps": ["a2"]}, ["a1", "a2"]),
        ({"tasks": ["t1"]}, ["a1", "t1"]),
        ({"instance_id": "i2"}, ["i1", "i2"]),
        (
            {"operation": "importAsset", "apps": None, "src_sha256": "00"},
            ["exportAsset of instance", "importAsset of instance"],
        ),
    ],
)
@pytest.mark.parametrize("jobs", [(RUNNING,), (SUCCEEDED,), (FAILED,)])
def test_another_request_is_an_error_that_names_both_and_force_starts_a_new_one(path, change, words, jobs):
    write(path, EXPORT, "j1", *jobs)
    message, forced = plans(path, {**EXPORT, **change})
    for word in [path, "force", *words]:
        assert word in message
    assert forced == START


@pytest.mark.parametrize(("job", "is_told"), [(RUNNING, False), (SUCCEEDED, False), (FAILED, True)])
def test_where_the_earlier_export_failed_it_says_that_force_loses_nothing(path, job, is_told):
    write(path, EXPORT, "j1", job)
    message, _forced = plans(path, {**EXPORT, "apps": ["a2"]})
    assert ("the earlier one FAILED, so nothing is lost" in message) is is_told


def test_of_long_lists_it_tells_what_the_other_has_not(path):
    ids = [f"a{number:03}" for number in range(100)]
    write(path, {**EXPORT, "apps": ids}, "j1", RUNNING)
    message, forced = plans(path, {**EXPORT, "apps": [*ids[1:], "b1"]})
    assert "100 ids, ['a000'] among them" in message
    assert "100 ids, ['b1'] among them" in message
    assert len(message) < 500
    assert forced == START


def test_another_endpoint_of_the_same_instance_is_the_same_request(path):
    write(path, EXPORT)
    assert plans(path, {**EXPORT, "endpoint": "https://other"}) == (RESUME, RESUME)


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
@pytest.mark.parametrize("change", [{"src_sha256": "11"}, {"type": "AddNew"}, {"instance_id": "i2"}])
def test_another_import_just_starts_where_the_earlier_one_is_over(path, status, change):
    write(path, IMPORT, "j1", Job("j1", "importAsset", status))
    assert plans(path, {**IMPORT, **change}) == (START, START)


@pytest.mark.parametrize(("job_id", "jobs"), [("j1", (RUNNING,)), ("j1", ()), (None, ())])
def test_another_import_is_an_error_while_the_earlier_one_may_run(path, job_id, jobs):
    write(path, IMPORT, job_id, *jobs)
    message, forced = plans(path, {**IMPORT, "src_sha256": "11"})
    assert "another request" in message
    assert forced == START


# a job that was started elsewhere


@pytest.mark.parametrize("request_", [EXPORT, IMPORT])
def test_a_job_that_was_started_elsewhere_is_waited_for_whatever_the_record_says_of_it(path, request_):
    asked = {**request_, "job_id": "j1"}
    assert plans(path, asked) == (START, START)
    write(path, request_, "j1", FAILED)
    assert plans(path, asked) == (RESUME, RESUME)


def test_so_it_is_not_where_all_is_done(path, dest, partial):
    write(path, {**EXPORT, "job_id": "j1"}, "j1", SUCCEEDED, partial=partial, package=facts_of(dest))
    dest.write_bytes(b"package")
    assert plans(path, {**EXPORT, "job_id": "j1"}) == (DONE, DONE)


@pytest.mark.parametrize("job_id", ["j1", None])
def test_a_record_of_another_job_is_an_error_that_names_it_and_force_takes_it(path, job_id):
    write(path, EXPORT, job_id)
    message, forced = plans(path, {**EXPORT, "job_id": "j2"})
    for word in (path, job_id or "whose id never arrived", "job j2", "force"):
        assert word in message
    assert forced == START


# unreadable


def changed(**changes):
    content = {"version": VERSION, "request": EXPORT, "job_id": "j1", "job": None, **changes}
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\x00",
        b"[" * 100000,
        b"PK\x03\x04 a package",
        changed(version=1),
        changed(version=None),
        changed(request=None),
        changed(request={}),
        changed(request={"operation": 1}),
        changed(job_id=5),
        changed(job="RUNNING"),
        changed(package="x"),
        changed(package={"dest": "x"}),
        changed(partial=["x"]),
    ],
)
def test_an_unreadable_record_is_an_error_that_names_it_and_force_starts_a_new_one(path, content):
    with open(path, "wb") as file:
        file.write(content)
    message, forced = plans(path)
    assert path in message
    assert "cannot be read" in message
    assert forced == START
    with open(path, "rb") as file:
        assert file.read() == content, "it is left as it is"
    write(path)
    assert plans(path) == (RESUME, RESUME), "a start by force makes it a record"


@pytest.mark.parametrize(
    "content",
    [
        changed(job={"status": ["x"]}),
        changed(job={"archive_id": 5}),
        changed(package={"dest": ["x"], "checksum": "x"}),
        changed(package={"dest": "\0", "checksum": "x"}),
        changed(partial="\0"),
        changed(lost="x"),
    ],
)
def test_a_record_of_odd_content_never_breaks_the_task(path, content):
    with open(path, "wb") as file:
        file.write(content)
    for plan in plans(path):
        assert isinstance(plan, (Plan, str))


# What it tells


def test_it_tells_the_job_as_it_was_seen_last(path):
    write(path, EXPORT, "j1", RUNNING, SUCCEEDED)
    with Record(path) as record:
        assert record.job == SUCCEEDED.facts()
        assert (record.job_id, record.archive_id, record.exists) == ("j1", "p1", True)


def test_the_package_s_id_is_kept_while_a_part_of_it_is_held(path, partial):
    partial.write_bytes(b"part")
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial)
    with Record(path) as record:
        assert record.holds_part
        assert record.saw(FETCHED)["archive_id"] == "p1", "the API no longer tells it once the download began"
    with Record(path) as record:
        assert record.archive_id == "p1"


def test_without_a_part_the_api_s_word_counts(path):
    write(path, EXPORT, "j1", SUCCEEDED)
    with Record(path) as record:
        assert not record.holds_part
        assert record.saw(FETCHED)["archive_id"] is None


def test_no_record_is_told_the_same_and_writes_nothing(tmp_path):
    with Record(None) as record:
        record.begin(EXPORT)
        record.started("j1")
        assert record.saw(SUCCEEDED) == SUCCEEDED.facts()
        record.lost()
        record.abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_new_start_forgets_the_earlier_package(path, dest, partial):
    write(path, EXPORT, "j1", SUCCEEDED, partial=partial, package=facts_of(dest), lost=True)
    write(path, EXPORT, "j2", RUNNING)
    with Record(path) as record:
        assert (record.job_id, record.package, record.archive_id) == ("j2", None, None)
    assert plans(path) == (RESUME, RESUME)
