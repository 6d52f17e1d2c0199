# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting an export once: waiting, busy APIs, POSTs without an answer; with a clock moved by hand."""

from __future__ import annotations

import os

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, make_task, read_record


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
    assert task.said[-2]["status"] == "SUCCEEDED"
    assert task.said[-2]["elapsed"] == task.facts["elapsed"]
    assert task.said[-1] == {"left": task.facts["job"]["archive_id"]}


def test_a_job_that_fails_fails_the_task_and_was_changed(run, sim):
    task = run(apps=["nosuch"])
    assert (type(task.error), task.changed) == (errors.JobFailed, True)
    assert "nosuch" in str(task.error)
    assert task.facts["job"]["status"] == "FAILED"


def test_an_app_that_does_not_exist_may_be_a_name(run, sim, record):
    """… whether the job says so or the API itself."""
    hint = "If these are names, give them in app_names"
    assert hint in str(run(apps=["crm"]).error)
    answer = {"status": 400, "error_code": "ROMA.13000", "error_msg": "Application crm does not exist."}
    sim.fault("export", answer, times=2)
    task = run(apps=["crm"], tasks=["erp"], record=record)
    assert (class_of(task.error), task.changed) == (errors.Refused, False)
    assert str(task.error).endswith(f"{hint} and task_names")
    assert task.error.answer["error_msg"] == answer["error_msg"]
    assert str(run(apps=["crm"]).error).endswith(hint)
    assert not os.path.exists(record)


@pytest.mark.parametrize("text", ["No permission on application crm", "The instance does not exist.", "Try later"])
def test_a_refusal_for_something_else_does_not_speak_of_names(run, sim, text):
    sim.fault("export", {"status": 400, "error_code": "ROMA.1", "error_msg": text})
    task = run(apps=["crm"])
    assert class_of(task.error) is errors.Refused
    assert "names" not in str(task.error)


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
        ([], [], "Nothing to export is named"),
        (None, None, "Nothing to export is named"),
        (["a"] + [f"a{number}" for number in range(60)], [f"t{number}" for number in range(40)], "more than 100 items"),
        (["a/b"], [], "apps 'a/b' is not an id"),
        ([], ["x", ".."], "tasks '..' is not an id"),
        ([""], [], "apps is empty"),
        ([{"id": "a"}], [], "An item of apps is a dict and not a text"),
        (["My CRM"], [], "apps 'My CRM' is not an id"),
        (["My CRM", 5], [], "If these are names, give them in app_names"),
        (["a"], ["b; c"], "If these are names, give them in task_names"),
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


def test_a_server_that_comes_up_is_waited_for(run, refusing_port, clock):
    task = run(busy_timeout=60, endpoint=f"http://127.0.0.1:{refusing_port}")
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


def test_time_that_a_token_took_is_not_counted(run, sim, clock):
    task = run("password", timeout=30, got_secret=lambda secret: clock.move(25))
    assert (task.error, task.facts["job"]["status"]) == (None, "SUCCEEDED")
    assert clock.now - clock.began > 30


def test_busy_timeout_counts_from_when_a_start_is_first_tried(run, sim, clock):
    moved = []

    def take_time(_secret):
        if sim.requests("token") and not moved:
            moved.append(clock.move(50))

    sim.fault("export", {"busy": True}, times=None)
    task = run("password", busy_timeout=60, got_secret=take_time)
    assert class_of(task.error) is errors.Busy
    assert 50 + 60 <= clock.now - clock.began <= 112


def test_the_time_does_not_run_out_while_a_slot_is_waited_for(sim, clock):
    sim.fault("export", {"busy": True}, times=2)
    task = make_task(clock, apps=sim.apps, timeout=30, busy_timeout=60)
    left, sleep = [], task.sleep

    def look_and_sleep(seconds):
        left.append(task.deadline.remaining() - seconds)
        sleep(seconds)

    task.sleep = look_and_sleep
    export(task, make_client(sim, "token", task.deadline))
    assert left[:2] == [30, 30]


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
    assert ("start a new one with force" in str(task.error)) == with_record, "without a record nothing is in the way"
    assert (len(sim.requests("export")), clock.sleeps) == (1, [])
    if not with_record:
        return
    assert read_record(record).get("job_id") is None
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
