# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task follows a job: the rows of the contract's table, against the simulator, with a clock moved by hand."""

from __future__ import annotations

import time

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline, bounded
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import connections, job_info
from ansible_collections.roma.connect.plugins.module_utils._wait.task import follow
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, make_task

REASONS = [
    {"resource_type": "application", "resource_name": "crm", "error_code": "ROMA.1", "error_msg": "first"},
    {"resource_type": "task", "resource_name": "orders", "error_code": "ROMA.2", "error_msg": "second"},
]


@pytest.fixture
def sim(make_sim, clock):
    return make_sim(clock=clock, job_seconds=100)


def info(sim, clock, job_id, credentials="token", check_mode=False, **options):
    """Ask as roma_asset_job_info does; returns the task, with its error if it failed."""
    task = make_task(clock, check_mode, job_id=job_id, **options)
    client = make_client(sim, credentials, task.deadline)
    task.error = None
    try:
        job_info(task, client)
    except errors.RomaError as error:
        task.error = error
    return task


@pytest.mark.parametrize("wait", [False, True])
def test_a_job_that_succeeded_is_changed(sim, clock, wait):
    task = info(sim, clock, sim.add_job(seconds=0), wait=wait)
    assert (task.error, task.changed) == (None, True)
    job = task.facts.pop("job")
    assert (job["status"], job["type"], job["reason"], job["progress_percent"]) == ("SUCCEEDED", "exportAsset", [], 1.0)
    assert job["archive_id"]
    assert task.facts == {"elapsed": 0.0, "polls": 1, "timed_out": False}


def test_a_running_job_is_not_changed_without_wait(sim, clock):
    task = info(sim, clock, sim.add_job(seconds=100), wait=False)
    assert (task.error, task.changed) == (None, False)
    assert task.facts["job"]["status"] == "RUNNING"
    assert (task.facts["polls"], clock.sleeps) == (1, [])
    assert task.said == [], "it waits for nothing, so there is no progress to tell"


def test_a_running_job_is_waited_for(sim, clock):
    task = info(sim, clock, sim.add_job(seconds=60), timeout=600)
    assert (task.error, task.changed) == (None, True)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert 60 <= task.facts["elapsed"] <= 60 * 1.15
    assert task.facts["polls"] == len(sim.requests("job")) > 5
    assert task.facts["timed_out"] is False


@pytest.mark.parametrize("wait", [False, True])
def test_a_job_that_failed_fails_with_every_reason(sim, clock, wait):
    job_id = sim.add_job(status="FAILED", reason=REASONS)
    task = info(sim, clock, job_id, wait=wait)
    assert (type(task.error), task.changed) == (errors.JobFailed, False)
    assert task.facts["job"]["reason"] == REASONS
    first, *reasons = str(task.error).split("\n")
    for word in ("exportAsset", job_id, sim.instance_id, "FAILED", "2 reasons"):
        assert word in first
    assert reasons == ["application crm: ROMA.1 first", "task orders: ROMA.2 second"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ([], ["no reason", "console"]),
        ([{"error_msg": "disk full"}], ["this reason", "resource (no name): (no code) disk full"]),
        ([REASONS[0]], ["this reason", "application crm: ROMA.1 first"]),
    ],
)
def test_a_job_that_failed_for_less_says_what_it_knows(sim, clock, reason, words):
    message = str(info(sim, clock, sim.add_job(status="FAILED", reason=reason)).error)
    for word in words:
        assert word in message


def test_at_the_timeout_the_last_facts_and_how_to_go_on_are_told(sim, clock):
    job_id = sim.add_job(seconds=100)
    task = info(sim, clock, job_id, timeout=50)
    assert (type(task.error), task.changed) == (errors.TimedOut, False)
    assert task.facts["job"]["status"] == "RUNNING"
    assert 49 <= task.facts["elapsed"] <= 50
    for word in (
        "exportAsset",
        job_id,
        sim.instance_id,
        "still RUNNING (50 %)",
        "50 s",
        "roma_asset_job_info",
        "timeout",
    ):
        assert word in str(task.error)
    assert sum(clock.sleeps) <= 50


def test_timeout_0_asks_once(sim, clock):
    task = info(sim, clock, sim.add_job(seconds=100), timeout=0)
    assert class_of(task.error) is errors.TimedOut
    assert task.facts["job"]["status"] == "RUNNING"
    assert len(sim.requests("job")) == 1
    assert info(sim, clock, sim.add_job(seconds=0), timeout=0).changed


def test_a_fixed_pace_is_kept(sim, clock):
    info(sim, clock, sim.add_job(seconds=60), timeout=600, poll_interval=13.0)
    assert clock.sleeps == [13.0] * 5


def test_check_mode_answers_the_same(sim, clock):
    job_id = sim.add_job(seconds=0)
    with_, without = (info(sim, clock, job_id, check_mode=mode, wait=False) for mode in (True, False))
    assert (with_.facts, with_.changed) == (without.facts, without.changed)


PASSING = [
    {"status": 429},
    {"status": 500},
    {"status": 503, "retry_after": 30},
    {"reset": "before"},
    {"reset": "after"},
    {"cut": 10},
    {"html": 200},
    {"html": 502},
    {"json": {"a": 1}},
    {"raw": "{"},
    {"huge": 2_000_000},
]


def test_it_lives_through_what_passes(sim, clock):
    job_id = sim.add_job(seconds=300)
    for fault in PASSING:
        sim.fault("job", fault)
    task = info(sim, clock, job_id, timeout=600)
    assert (task.error, task.facts["job"]["status"]) == (None, "SUCCEEDED")
    assert task.facts["polls"] > len(PASSING)
    assert 30 in clock.sleeps, "Retry-After is obeyed"


def test_it_lives_through_tokens_that_expire(sim, clock):
    job_id = sim.add_job(seconds=300)
    for after, as_ in ((2, "APIGW"), (5, "ROMA.1000"), (8, "ROMA.1002")):
        sim.fault("job", {"expire_token": True, "as": as_}, after=after)
    task = info(sim, clock, job_id, "password", timeout=600)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert len(sim.requests("token")) == 4


def test_it_lives_through_trouble_at_iam(sim, clock):
    sim.fault("token", {"status": 503}, times=3)
    assert info(sim, clock, sim.add_job(seconds=0), "password", timeout=60).changed


@pytest.mark.parametrize("fault", PASSING)
def test_without_wait_a_question_is_asked_once_and_what_came_is_reported(sim, clock, fault):
    sim.fault("job", fault)
    task = info(sim, clock, sim.add_job(seconds=0), wait=False)
    assert task.error.passes
    assert len(sim.requests("job")) == 1
    assert task.facts == {"job": None, "elapsed": 0.0, "polls": 1, "timed_out": False}
    assert (task.error.answer or {}).get("http_status") == fault.get(
        "status", fault.get("html") if fault.get("html") != 200 else None
    )


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 400}, errors.Refused),
        ({"status": 403}, errors.Refused),
        ({"status": 404, "error_code": "ROMA.00000404"}, errors.UnknownJob),
        ({"status": 413}, errors.Refused),
        ({"expire_token": True}, errors.CredentialsRefused),
        ({"redirect": "http://x.example"}, errors.Redirected),
    ],
)
def test_it_gives_up_at_once_on_what_does_not_pass_with_the_last_facts(sim, clock, fault, kind):
    job_id = sim.add_job(seconds=300)
    sim.fault("job", fault, after=2)
    task = info(sim, clock, job_id, timeout=600)
    assert class_of(task.error) is kind
    assert task.facts["job"]["status"] == "RUNNING"
    assert (task.facts["polls"], len(sim.requests("job"))) == (3, 3)


def test_a_job_that_could_never_be_asked_is_told_so_at_the_timeout(sim, clock):
    sim.fault("job", {"status": 503}, times=None)
    task = info(sim, clock, "j1", timeout=50)
    assert class_of(task.error) is errors.TimedOut
    assert task.facts["job"] is None
    assert "could not be asked in 50 s" in str(task.error)
    assert "503" in str(task.error), "the last trouble is told"
    assert task.error.answer["http_status"] == 503


def test_trouble_at_the_end_keeps_the_last_job(sim, clock):
    job_id = sim.add_job(seconds=300)
    sim.fault("job", {"status": 503}, times=None, after=3)
    task = info(sim, clock, job_id, timeout=50)
    assert task.facts["job"]["status"] == "RUNNING"
    assert "the last question failed" in str(task.error)


def test_a_status_that_no_edition_knows_is_warned_of_once(sim, clock):
    task = info(sim, clock, sim.add_job(status="Paused"), timeout=50)
    assert class_of(task.error) is errors.TimedOut
    assert task.facts["job"]["status"] == "PAUSED"
    assert len(task.warned) == 1
    assert "PAUSED" in task.warned[0]


def test_progress_is_told_at_each_look_with_the_full_id(sim, clock):
    job_id = sim.add_job(seconds=30)
    task = info(sim, clock, job_id, timeout=600)
    assert {(item["type"], item["job_id"]) for item in task.said} == {("exportAsset", job_id)}
    assert len(task.said) == task.facts["polls"]
    assert task.said[0]["status"] == "RUNNING"
    assert task.said[-1]["status"] == "SUCCEEDED"
    assert [item["elapsed"] for item in task.said] == sorted(item["elapsed"] for item in task.said)


@pytest.mark.parametrize("job_id", ["", " ", "a/b", "..", "x\n"])
@pytest.mark.parametrize("jobs", [False, True])
def test_an_id_that_is_none_is_refused_before_there_is_a_client(job_id, jobs):
    options = {"region": "r", "instance_id": "i", "auth_token": "t"}
    which = {"jobs": [{"job_id": job_id}]} if jobs else {"job_id": job_id}
    with pytest.raises(errors.BadInput, match="job_id"):
        connections({**options, **which}, {})


def test_a_job_without_a_type_is_called_by_its_kind(sim, clock):
    task = make_task(clock, timeout=5)
    job_id = sim.add_job(status="RUNNING", type=None)
    with pytest.raises(errors.TimedOut, match="^importAsset"):
        follow(task, make_client(sim, deadline=task.deadline), job_id, kind="importAsset")
    assert task.said[0]["type"] == "importAsset"


def test_elapsed_is_brought_up_to_date_when_a_task_ends_while_it_waits(sim, clock):
    task = make_task(clock)
    task.stop_clock()
    assert "elapsed" not in task.facts, "it never waited"
    task.waiting_since = clock.now
    clock.move(7.1234)
    task.stop_clock()
    assert task.facts["elapsed"] == 7.123


# In real time: whatever the network does


@pytest.mark.parametrize("fault", [{"drip_headers": 0.05}, {"drip": 20}, {"hang": 60}])
def test_the_task_has_ended_a_second_after_its_timeout(make_sim, fault):
    sim = make_sim(job_seconds=3600)
    job_id = sim.add_job(seconds=3600)
    sim.fault("job", fault, times=None)
    task = make_task(job_id=job_id, timeout=0.5, request_timeout=30)
    client = make_client(sim, deadline=task.deadline)
    began = time.monotonic()
    with pytest.raises(errors.RomaError):
        bounded(lambda: job_info(task, client), task.deadline)
    assert time.monotonic() - began < 1.5
    assert job_id in task.unfinished()


def test_without_wait_a_silent_api_ends_after_the_request_s_time(make_sim):
    sim = make_sim()
    sim.fault("job", {"drip_headers": 0.05}, times=None)
    task = make_task(job_id="j", wait=False, request_timeout=0.3)
    client = make_client(sim, deadline=task.deadline)
    began = time.monotonic()
    with pytest.raises(errors.RomaError):
        bounded(lambda: job_info(task, client), task.deadline)
    assert time.monotonic() - began < 1.3


def test_each_request_has_its_own_time_within_a_long_wait(make_sim):
    sim = make_sim()
    sim.fault("job", {"hang": 60})
    task = make_task(job_id=sim.add_job(seconds=0), timeout=30, request_timeout=0.2)
    began = time.monotonic()
    job_info(task, make_client(sim, deadline=task.deadline))
    assert task.facts["polls"] >= 2
    assert time.monotonic() - began < 10


def test_a_deadline_is_a_deadline_of_all_requests(make_sim):
    sim = make_sim()
    deadline = Deadline(30, 0.4)
    sim.fault("projects", {"hang": 60})
    client = make_client(sim, "keys", deadline, project_id=None, project_name=sim.project_name)
    began = time.monotonic()
    with pytest.raises(errors.NoAnswer):
        client.job("j")
    assert time.monotonic() - began < 1
