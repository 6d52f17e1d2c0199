# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going on by a record, and check mode: what an export does as the record and the API say."""

from __future__ import annotations

import hashlib
import os

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.download import open_archive
from ansible_collections.roma.connect.plugins.module_utils._start.record import Record
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, read_record


def test_a_start_with_a_record_happens_once(run, sim, record):
    first = run(record=record, wait=False)
    second = run(record=record)
    assert (second.error, second.changed, second.facts["resumed"]) == (None, False, True)
    assert second.facts["job_id"] == first.facts["job_id"]
    assert second.facts["job"]["status"] == "SUCCEEDED"
    assert len(sim.requests("export")) == 1


def test_the_same_items_in_another_order_are_the_same_request(run, sim, record):
    run(record=record, wait=False)
    assert run(record=record, apps=sim.apps[::-1]).facts["resumed"]


@pytest.mark.parametrize("force", [False, True])
def test_a_running_job_is_gone_on_with_even_with_force(run, sim, record, force):
    run(record=record, timeout=5)
    task = run(record=record, force=force)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, False, True)
    assert len(sim.requests("export")) == 1


def test_a_running_job_without_wait_is_told_as_it_is(run, sim, record):
    run(record=record, wait=False)
    sim.clear_requests()
    task = run(record=record, wait=False)
    assert (task.changed, task.facts["resumed"], task.facts["job"]["status"]) == (False, True, "RUNNING")
    assert [entry["operation"] for entry in sim.requests()] == ["job"]


@pytest.mark.parametrize("force", [False, True])
def test_an_export_that_succeeded_and_was_not_fetched_is_gone_on_with(run, sim, record, force):
    first = run(record=record)
    sim.clear_requests()
    task = run(record=record, force=force)
    assert (task.changed, task.facts["resumed"]) == (False, True)
    assert task.facts["job"] == first.facts["job"]
    assert [entry["operation"] for entry in sim.requests()] == ["job"], "one question tells that it is over"


def test_an_export_that_is_done_sends_nothing(run, sim, record, tmp_path):
    first = run(record=record)
    dest = tmp_path / "crm.zip"
    dest.write_bytes(b"package")
    package = {"dest": str(dest), "size": 7, "checksum": hashlib.sha256(b"package").hexdigest(), "entries": 1}
    with Record(record) as written:
        written.fetched(package)
    sim.clear_requests()
    task = run(record=record)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, False, False)
    assert (task.facts["job_id"], task.facts["package"]) == (first.facts["job_id"], package)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert sim.requests() == []
    assert run(record=record, force=True, wait=False).facts["job_id"] != first.facts["job_id"]


def test_a_job_that_failed_is_started_anew(run, sim, record):
    sim.plan(outcome="FAILED")
    first = run(record=record)
    assert class_of(first.error) is errors.JobFailed
    second = run(record=record)
    assert (second.error, second.changed, second.facts["resumed"]) == (None, True, False)
    assert second.facts["job_id"] != first.facts["job_id"]


def test_a_job_that_failed_while_nobody_looked_is_started_anew(run, sim, record, clock):
    sim.plan(outcome="FAILED")
    run(record=record, wait=False)
    clock.move(60)
    task = run(record=record)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, False)


def test_a_job_that_the_api_no_longer_knows_is_started_anew(run, sim, record):
    run(record=record, wait=False)
    sim.reset()
    task = run(record=record)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, False)


@pytest.mark.parametrize(
    "text", ["The job does not exist", "The asset task has been deleted.", "No such record", "Invalid job_id"]
)
def test_so_is_one_of_which_the_api_says_so_with_400_and_a_text(run, sim, record, text):
    first = run(record=record, wait=False).facts["job_id"]
    sim.reset()
    sim.fault("job", {"status": 400, "error_code": "ROMA.13000", "error_msg": text})
    task = run(record=record)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, False)
    assert task.facts["job_id"] == read_record(record)["job_id"] != first


@pytest.mark.parametrize(
    "text", ["The instance does not exist.", "No permission for this job", "The token has expired"]
)
def test_one_of_which_it_says_something_else_is_not(run, sim, record, text):
    run(record=record, wait=False)
    before = read_record(record)
    sim.fault("job", {"status": 400, "error_code": "ROMA.13000", "error_msg": text})
    task = run(record=record)
    assert (class_of(task.error), task.changed) == (errors.Refused, False)
    assert read_record(record) == before


def test_an_export_whose_package_is_gone_is_started_anew(run, sim, record):
    sim.plan(ranges="gone")
    task = run(record=record)
    client = make_client(sim)
    assert open_archive(client, task.facts["job"]["archive_id"]).content
    again = run(record=record)
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, False)


@pytest.mark.parametrize("known", [True, False])
def test_a_download_that_was_cut_is_gone_on_with_by_the_record_s_package(run, sim, record, tmp_path, known):
    sim.plan(ranges="gone")
    archive_id = run(record=record).facts["job"]["archive_id"]
    open_archive(make_client(sim), archive_id).close()  # from here on the API no longer tells the package's id
    partial = tmp_path / "crm.zip.part"
    partial.write_bytes(b"part")
    with Record(record) as written:
        written.fetching(str(partial), archive_id)
    if not known:
        sim.reset()
    task = run(record=record)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, False, True)
    assert task.facts["job"]["archive_id"] == archive_id
    assert sim.requests("export")[1:] == []


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": "after"}, {"html": 200}])
@pytest.mark.parametrize(
    ("what", "resumed"), [("running", True), ("succeeded", True), ("failed", False), ("unknown", False)]
)
def test_the_table_holds_where_the_first_question_meets_trouble_that_passes(
    run, sim, record, clock, fault, what, resumed
):
    if what == "failed":
        sim.plan(outcome="FAILED")
    run(record=record, wait=False)
    if what in ("succeeded", "failed"):
        clock.move(60)
    if what == "unknown":
        sim.reset()
    sim.fault("job", fault)
    task = run(record=record)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, not resumed, resumed)
    assert task.facts["job"]["status"] == "SUCCEEDED"


def test_without_wait_trouble_with_the_first_question_is_reported(run, sim, record):
    run(record=record, wait=False)
    sim.fault("job", {"status": 503})
    task = run(record=record, wait=False)
    assert class_of(task.error) is errors.ServerFailed
    assert len(sim.requests("job")) == 1


def test_a_refusal_of_the_first_question_starts_nothing(run, sim, record):
    run(record=record, wait=False)
    sim.fault("job", {"status": 403})
    task = run(record=record)
    assert (type(task.error), task.changed) == (errors.Refused, False)
    assert len(sim.requests("export")) == 1


def test_a_job_that_fails_while_it_is_gone_on_with_fails_the_task(run, sim, record):
    sim.plan(outcome="FAILED")
    run(record=record, wait=False)
    task = run(record=record)
    assert (type(task.error), task.changed, task.facts["resumed"]) == (errors.JobFailed, False, True)
    assert read_record(record)["job"]["status"] == "FAILED"


def test_a_status_that_no_edition_knows_is_warned_of_once_though_it_is_looked_at_first(run, sim, record):
    run(record=record, wait=False)
    job_id = read_record(record)["job_id"]
    sim.reset()
    sim.add_job(id=job_id, status="Paused")
    task = run(record=record, timeout=30)
    assert (type(task.error), task.facts["resumed"]) == (errors.TimedOut, True)
    assert len(task.warned) == 1
    assert task.facts["polls"] == len([entry for entry in sim.requests("job") if job_id in entry["path"]])


def test_another_request_is_refused_before_anything_is_sent(run, sim, record):
    run(record=record)
    sim.clear_requests()
    task = run(record=record, apps=sim.apps[:1])
    assert class_of(task.error) is errors.BadRecord
    assert sim.requests() == []
    assert run(record=record, apps=sim.apps[:1], force=True).changed


def test_a_start_that_was_refused_leaves_the_earlier_record(run, sim, record):
    sim.plan(outcome="FAILED")
    run(record=record)
    before = read_record(record)
    sim.fault("export", {"status": 403})
    assert class_of(run(record=record).error) is errors.Refused
    assert read_record(record) == before


@pytest.mark.parametrize("credentials", ["token", "keys", "temporary", "password"])
def test_a_record_holds_no_secret(run, sim, record, credentials):
    run(credentials, record=record)
    with open(record, encoding="utf-8") as file:
        text = file.read()
    tokens = [entry["headers"].get("x-auth-token", "") for entry in sim.requests()]
    secrets = [sim.auth_token, sim.secret_key, sim.password, *sim.temporary.values(), *filter(None, tokens)]
    assert not any(secret in text for secret in secrets)
    assert not any(secret in text for secret in (sim.username, sim.access_key))


# Check mode


def test_check_mode_starts_nothing_and_predicts(run, sim, record):
    task = run(check_mode=True, record=record)
    assert (task.error, task.changed) == (None, True)
    assert task.facts["job_id"] is None
    assert {entry["operation"] for entry in sim.requests()} == {"app"}
    assert not os.path.exists(record)


@pytest.mark.parametrize(
    ("plan", "seconds", "changed"), [({}, 0, False), ({}, 60, False), ({"outcome": "FAILED"}, 60, True)]
)
def test_check_mode_asks_for_the_record_s_job_and_does_not_wait(run, sim, record, clock, plan, seconds, changed):
    sim.plan(**plan)
    run(record=record, wait=False)
    clock.move(seconds)
    before = read_record(record)
    sim.clear_requests()
    task = run(check_mode=True, record=record)
    assert (task.error, task.changed) == (None, changed)
    assert {entry["operation"] for entry in sim.requests()} == ({"job", "app"} if changed else {"job"})
    assert clock.sleeps == []
    assert read_record(record) == before


def test_check_mode_does_not_wait_for_a_running_job_where_the_first_question_meets_trouble(run, sim, record, clock):
    run(record=record, wait=False)
    sim.fault("job", {"status": 503})
    began = clock.now
    task = run(check_mode=True, record=record)
    assert task.changed is False
    assert clock.now - began < 20, "the job runs for 20 s"


def test_check_mode_checks_what_can_be_checked(run, sim, record, tmp_path):
    assert class_of(run(check_mode=True, apps=[]).error) is errors.BadInput
    assert class_of(run(check_mode=True, record=str(tmp_path / "no" / "r")).error) is errors.BadRecord
    run(record=record, wait=False)
    assert class_of(run(check_mode=True, record=record, apps=["other"]).error) is errors.BadRecord
