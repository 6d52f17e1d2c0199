# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting an export once: busy APIs, records, check mode; against the simulator, with a clock moved by hand."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._export import export
from ansible_collections.roma.connect.plugins.module_utils._record import Record
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, make_task, unused_port


@pytest.fixture
def sim(make_sim, clock):
    return make_sim(clock=clock, job_seconds=20)


@pytest.fixture
def record(tmp_path):
    return str(tmp_path / "crm.zip.json")


@pytest.fixture
def run(sim, clock):
    """Export as roma_asset_export does; returns the task, with its error if it failed."""

    def one(credentials="token", check_mode=False, endpoint=None, **options):
        task = make_task(clock, check_mode, **{"apps": sim.apps, "tasks": [], "timeout": 600, **options})
        client = make_client(sim, credentials, task.deadline, **({"endpoint": endpoint} if endpoint else {}))
        task.error = None
        try:
            export(task, client)
        except errors.RomaError as error:
            task.error = error
        return task

    return one


def content(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def test_an_export_is_started_and_waited_for(run, sim):
    task = run()
    assert (task.error, task.changed) == (None, True)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert task.facts["job"]["archive_id"]
    assert task.facts["job_id"] == task.facts["job"]["id"]
    assert (task.facts["resumed"], task.facts["package"], task.facts["timed_out"]) == (False, None, False)
    assert 20 <= task.facts["elapsed"] <= 24
    assert len(sim.requests("export")) == 1


def test_without_wait_it_is_only_started(run, sim):
    task = run(wait=False)
    assert (task.error, task.changed) == (None, True)
    assert task.facts["job_id"] == sim.state()["jobs"][0]["id"]
    assert (task.facts["job"], task.facts["polls"]) == (None, 0)
    assert [entry["operation"] for entry in sim.requests()] == ["export"]
    assert task.said == []


def test_the_first_progress_is_told_as_soon_as_the_post_was_answered(run, sim):
    task = run()
    job_id = task.facts["job_id"]
    first = {"type": "exportAsset", "job_id": job_id, "status": "RUNNING", "progress": None, "elapsed": 0.0}
    assert task.said[0] == first
    assert task.said[-1]["status"] == "SUCCEEDED"


def test_a_job_that_fails_fails_the_task_and_was_changed(run, sim):
    task = run(apps=["nosuch"])
    assert (type(task.error), task.changed) == (errors.JobFailed, True)
    assert "nosuch" in str(task.error)
    assert task.facts["job"]["status"] == "FAILED"


def test_at_the_timeout_the_job_s_id_is_told(run, sim, record):
    task = run(timeout=10, record=record)
    assert (type(task.error), task.changed) == (errors.TimedOut, True)
    for word in (task.facts["job_id"], "run this task again", record):
        assert word in str(task.error)
    assert task.facts["job"]["status"] == "RUNNING"


def test_timeout_0_asks_once_after_the_start(run, sim):
    task = run(timeout=0)
    assert class_of(task.error) is errors.TimedOut
    assert [entry["operation"] for entry in sim.requests()] == ["export", "job"]


# Items


@pytest.mark.parametrize(
    ("apps", "tasks", "words"),
    [
        ([], [], "both empty"),
        (None, None, "both empty"),
        (["a"] + [f"a{number}" for number in range(60)], [f"t{number}" for number in range(40)], "101 ids"),
        (["a/b"], [], "apps 'a/b' is no id"),
        ([], ["x", ".."], "tasks '..' is no id"),
        ([""], [], "apps is empty"),
    ],
)
def test_items_that_the_api_does_not_take_are_refused_before_anything_is_sent(run, sim, record, apps, tasks, words):
    task = run(apps=apps, tasks=tasks, record=record)
    assert class_of(task.error) is errors.BadInput
    assert words in str(task.error)
    assert sim.requests() == []
    assert not os.path.exists(record)


def test_100_items_are_taken_and_each_is_sent_once_in_its_order(run, sim):
    apps = [f"a{number}" for number in range(59, -1, -1)]
    run(apps=[*apps, "a5"], tasks=[f"t{number}" for number in range(40)], wait=False)
    body = sim.requests("export")[0]["body"]
    assert [item["id"] for item in body["apps"]] == apps
    assert len(body["tasks"]) == 40


# A busy API


def test_without_busy_timeout_a_busy_api_is_an_error_at_once(run, sim, clock):
    sim.fault("export", {"busy": True})
    task = run()
    assert (type(task.error), task.changed) == (errors.Busy, False)
    assert "busy_timeout" in str(task.error)
    assert (len(sim.requests("export")), clock.sleeps) == (1, [])


@pytest.mark.parametrize("fault", [{"busy": True}, {"status": 429}])
def test_a_slot_is_asked_for_as_long_as_busy_timeout_lasts(run, sim, clock, record, fault):
    sim.fault("export", fault, times=None)
    task = run(busy_timeout=60, record=record)
    assert type(task.error) in (errors.Busy, errors.Throttled)
    assert sum(clock.sleeps) == pytest.approx(60)
    assert 5 < len(sim.requests("export")) < 25
    assert not os.path.exists(record), "nothing was started"


def test_a_slot_that_comes_free_is_taken(run, sim):
    assert run(wait=False).changed
    task = run(busy_timeout=60)
    assert (task.error, task.changed) == (None, True)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert len(sim.state()["jobs"]) == 2


def test_a_server_that_comes_up_is_waited_for(run, sim, clock):
    task = run(busy_timeout=60, endpoint=f"http://127.0.0.1:{unused_port()}")
    assert class_of(task.error) is errors.NotSent
    assert sum(clock.sleeps) == pytest.approx(60)


def test_retry_after_is_obeyed_while_a_slot_is_asked_for(run, sim, clock):
    sim.fault("export", {"status": 429, "retry_after": 17})
    assert run(busy_timeout=60).changed
    assert clock.sleeps[0] == 17


@pytest.mark.parametrize("fault", [{"status": 400}, {"status": 403}, {"redirect": "http://x.example"}])
def test_what_does_not_pass_is_not_asked_again(run, sim, clock, record, fault):
    sim.fault("export", fault)
    task = run(busy_timeout=60, record=record)
    assert not task.changed
    assert (len(sim.requests("export")), clock.sleeps) == (1, [])
    assert not os.path.exists(record)


def test_timeout_counts_from_the_post_that_was_taken(run, sim, clock):
    sim.fault("export", {"busy": True}, times=8)
    task = run(busy_timeout=100, timeout=30)
    assert (task.error, task.facts["job"]["status"]) == (None, "SUCCEEDED")
    assert clock.now - clock.began > 30
    assert task.facts["elapsed"] < 30


# A POST that may have reached the API


@pytest.mark.parametrize(
    "fault", [{"reset": "after"}, {"reset": "before"}, {"status": 500}, {"status": 504}, {"html": 200}, {"cut": 3}]
)
@pytest.mark.parametrize("with_record", [True, False])
def test_a_post_that_may_have_acted_is_never_sent_twice_and_says_so(run, sim, clock, record, fault, with_record):
    sim.fault("export", fault)
    task = run(busy_timeout=60, record=record if with_record else None)
    assert (task.error.may_have_acted, task.changed) == (True, False)
    assert "a job may be running" in str(task.error)
    assert (len(sim.requests("export")), clock.sleeps) == (1, [])
    if not with_record:
        return
    assert content(record)["job_id"] is None
    again = run(record=record)
    assert class_of(again.error) is errors.BadRecord
    assert len(sim.requests("export")) == 1, "the record forbids a second start"


def test_force_starts_anew_after_a_post_that_may_have_acted(run, sim, record):
    sim.fault("export", {"reset": "before"})
    run(record=record)
    assert run(record=record, force=True).changed


def test_a_refused_token_is_no_start(run, sim, record):
    sim.fault("export", {"expire_token": True})
    task = run("password", record=record)
    assert (task.error, task.changed) == (None, True)
    assert len(sim.state()["jobs"]) == 1


def test_trouble_at_iam_while_a_refused_token_is_renewed_started_nothing(run, sim, record):
    for fault in ({"html": 200}, {"status": 503}, {"reset": "after"}):
        sim.fault("export", {"expire_token": True})
        sim.fault("token", fault, after=1)
        task = run("password", record=record)
        assert not task.error.may_have_acted
        assert "may be running" not in str(task.error)
        assert not os.path.exists(record)


def test_nothing_is_written_down_before_credentials_are_there(run, sim, record):
    sim.fault("token", {"status": 503})
    assert class_of(run("password", record=record).error) is errors.ServerFailed
    assert not os.path.exists(record)
    assert sim.requests("export") == []


# With a record


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
    whole = content(record)
    with open(record, "w", encoding="utf-8") as file:
        json.dump({**whole, "package": package}, file)
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


def test_an_export_whose_package_is_gone_is_started_anew(run, sim, record):
    sim.plan(ranges="gone")
    task = run(record=record)
    client = make_client(sim)
    client.open_archive(task.facts["job"]["archive_id"]).content  # noqa: B018
    again = run(record=record)
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, False)


@pytest.mark.parametrize("known", [True, False])
def test_a_download_that_was_cut_is_gone_on_with_by_the_record_s_package(run, sim, record, tmp_path, known):
    sim.plan(ranges="gone")
    archive_id = run(record=record).facts["job"]["archive_id"]
    make_client(sim).open_archive(archive_id).close()  # from here on the API no longer tells the package's id
    partial = tmp_path / "crm.zip.part"
    partial.write_bytes(b"part")
    with Record(record) as written:
        written.fetching(str(partial))
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
    assert content(record)["job"]["status"] == "FAILED"


def test_a_status_that_no_edition_knows_is_warned_of_once_though_it_is_looked_at_first(run, sim, record):
    run(record=record, wait=False)
    job_id = content(record)["job_id"]
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
    before = content(record)
    sim.fault("export", {"status": 403})
    assert class_of(run(record=record).error) is errors.Refused
    assert content(record) == before


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


@pytest.mark.parametrize("option", ["apps", "tasks"])
def test_check_mode_names_what_does_not_exist(run, sim, option):
    task = run(check_mode=True, **{option: ["nosuch"]})
    assert (type(task.error), task.changed) == (errors.BadInput, False)
    assert f"{option}: instance {sim.instance_id} has no nosuch" in str(task.error)


@pytest.mark.parametrize(
    ("plan", "seconds", "changed"), [({}, 0, False), ({}, 60, False), ({"outcome": "FAILED"}, 60, True)]
)
def test_check_mode_asks_for_the_record_s_job_and_does_not_wait(run, sim, record, clock, plan, seconds, changed):
    sim.plan(**plan)
    run(record=record, wait=False)
    clock.move(seconds)
    before = content(record)
    sim.clear_requests()
    task = run(check_mode=True, record=record)
    assert (task.error, task.changed) == (None, changed)
    assert {entry["operation"] for entry in sim.requests()} == ({"job", "app"} if changed else {"job"})
    assert clock.sleeps == []
    assert content(record) == before


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
