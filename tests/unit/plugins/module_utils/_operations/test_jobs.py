# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs in one task, on real sockets."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.client import Client, make_clients
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import connections, job_info
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_task

REASONS = [
    {"resource_type": "application", "resource_name": "crm", "error_code": "ROMA.1", "error_msg": "first"},
    {"resource_type": "task", "resource_name": "orders", "error_code": "ROMA.2", "error_msg": "sec\nond"},
]
ELSEWHERE = {"project_id": "p", "instance_id": "i"}


@pytest.fixture
def sim(make_sim):
    """In real time, since threads wait for it."""
    return make_sim()


def look(options, jobs, environ=None, watchdog=False, **more):
    """Ask as roma_asset_job_info does with ``jobs``; returns the task, with its error if it failed."""
    task = make_task(**{**options, "jobs": jobs, **more})
    clients = make_clients(connections(task.options, environ or {}), task.deadline, Secrets())
    task.error = None
    try:
        if watchdog:
            bounded(lambda: job_info(task, *clients), task.deadline)
        else:
            job_info(task, *clients)
    except errors.RomaError as error:
        task.error = error
    return task


def of(task, name):
    return [item[name] for item in task.facts["jobs"]]


def statuses(task):
    return [job and job["status"] for job in of(task, "job")]


def ids(*job_ids):
    return [{"job_id": job_id} for job_id in job_ids]


# What comes back


def test_all_facts_come_back_in_the_order_asked(sim):
    jobs = [sim.add_job(seconds=seconds) for seconds in (0.3, 0, 0.6, 0.1)]
    task = look(sim.options(), ids(*jobs))
    assert (task.error, task.changed) == (None, True)
    assert of(task, "job_id") == jobs == [job["id"] for job in of(task, "job")]
    assert statuses(task) == ["SUCCEEDED"] * 4
    assert {frozenset(item) for item in task.facts["jobs"]} == {
        frozenset({"job_id", "job", "elapsed", "polls", "timed_out", "error"})
    }
    assert of(task, "polls")[1] == 1
    assert sum(of(task, "polls")) == len(sim.requests("job"))
    assert (of(task, "timed_out"), of(task, "error")) == ([False] * 4, [None] * 4)
    elapsed = of(task, "elapsed")
    assert elapsed[1] < elapsed[0] < elapsed[2]


def test_each_job_that_did_not_succeed_has_a_line(sim, refusing_port):
    jobs = [
        sim.add_job(seconds=0),
        sim.add_job(status="FAILED", reason=REASONS),
        sim.add_job(status="FAILED"),
        sim.add_job(seconds=3600),
        "unknown",
    ]
    dead = {"job_id": "there", "endpoint": f"http://127.0.0.1:{refusing_port}", **ELSEWHERE}
    task = look(sim.options(), [*ids(*jobs), dead], timeout=1)
    assert (class_of(task.error), task.changed) == (errors.JobsFailed, True)
    assert statuses(task) == ["SUCCEEDED", "FAILED", "FAILED", "RUNNING", None, None]
    assert of(task, "timed_out") == [False, False, False, True, False, True]
    assert max(of(task, "elapsed")) < 60, "seconds since the task began"
    assert [(error or {}).get("http_status") for error in of(task, "error")] == [None] * 4 + [404, None]
    assert "cannot be reached" in of(task, "error")[5]["error_msg"]
    lines = str(task.error).split("\n")
    words = [
        [
            jobs[1],
            sim.instance_id,
            "FAILED for these 2 reasons",
            "application crm: ROMA.1 first; task orders: ROMA.2 sec",
        ],
        [jobs[2], "FAILED, and the API gives no reason", "console"],
        [jobs[3], "still RUNNING (0 %) after 1 s", f"job_id {jobs[3]} and wait true", "larger timeout"],
        ["job unknown of instance", "could not be asked", "does not know job unknown", "check job_id"],
        ["job there of instance i could not be asked in 1 s", "cannot be reached"],
    ]
    assert len(lines) == len(words)
    for line, wanted in zip(lines, words):
        for word in wanted:
            assert word in line


def test_without_wait_a_running_job_is_fine_and_what_passes_is_reported(sim):
    jobs = [sim.add_job(seconds=3600), sim.add_job(seconds=0), sim.add_job(seconds=0)]
    sim.fault("job", {"status": 503}, path=jobs[2])
    task = look(sim.options(), ids(*jobs), wait=False)
    assert (statuses(task), task.changed) == (["RUNNING", "SUCCEEDED", None], True)
    assert of(task, "polls") == [1, 1, 1]
    assert of(task, "timed_out") == [False] * 3
    assert jobs[2] in str(task.error) and "503" in str(task.error) and "\n" not in str(task.error)
    assert task.said == [], "it waits for nothing, so there is no progress to tell"
    assert look(sim.options(), ids(*jobs[:1]), wait=False).error is None


def test_timeout_0_asks_each_once(sim):
    jobs = [sim.add_job(seconds=3600), sim.add_job(seconds=0)]
    task = look(sim.options(), ids(*jobs), timeout=0)
    assert class_of(task.error) is errors.JobsFailed
    assert (of(task, "polls"), of(task, "timed_out")) == ([1, 1], [True, False])


def test_the_same_job_twice_is_told_twice(sim):
    job = sim.add_job(seconds=0.2)
    task = look(sim.options(), ids(job, job))
    assert (statuses(task), task.error) == (["SUCCEEDED"] * 2, None)


def test_no_jobs_are_no_error(sim):
    task = look({}, [], environ={"ROMA_AUTH_TOKEN": "t"})
    assert (task.error, task.changed, task.facts) == (None, False, {"jobs": []})
    assert sim.requests() == []


def test_a_status_that_no_edition_knows_is_warned_of_once_a_job(sim):
    jobs = [sim.add_job(status="Paused"), sim.add_job(seconds=0)]
    task = look(sim.options(), ids(*jobs), timeout=1)
    assert [jobs[0] in text and "PAUSED" in text for text in task.warned] == [True]


def test_progress_counts(sim):
    jobs = [sim.add_job(seconds=0), sim.add_job(status="FAILED"), sim.add_job(seconds=0.1), "unknown"]
    said = look(sim.options(), ids(*jobs)).said
    assert (said[0]["done"], said[0]["failed"], said[0]["total"]) == (0, 0, 4)
    assert (said[-1]["done"], said[-1]["failed"]) == (4, 2)
    assert [item["done"] for item in said] == [0, 1, 2, 3, 4]


def test_a_time_out_is_told_with_a_last_count(sim):
    said = look(sim.options(), ids(sim.add_job(seconds=3600)), timeout=1).said
    assert [(item["done"], item["total"]) for item in said] == [(0, 1), (0, 1)]
    assert said[-1]["elapsed"] > 0.5


def test_of_no_jobs_nothing_is_told(sim):
    assert look(sim.options(), []).said == []


# Whatever the network does


def test_it_lives_through_what_passes(sim):
    jobs = [sim.add_job(seconds=1) for _number in range(10)]
    for fault in (
        {"status": 429, "retry_after": 1},
        {"status": 503},
        {"reset": "before"},
        {"reset": "after"},
        {"cut": 10},
        {"html": 502},
        {"raw": "{"},
    ):
        sim.fault("job", fault, after=3)
    task = look(sim.options(), ids(*jobs))
    assert (task.error, statuses(task)) == (None, ["SUCCEEDED"] * 10)


def test_tokens_and_projects_are_asked_for_once_a_place_and_again_when_they_expire(sim):
    jobs = [sim.add_job(seconds=2) for _number in range(30)]
    options = {**sim.options("password"), "project_id": None, "project_name": sim.project_name}
    sim.fault("job", {"expire_token": True}, after=60)
    task = look(options, ids(*jobs))
    assert (task.error, statuses(task)) == (None, ["SUCCEEDED"] * 30)
    assert len(sim.requests("token")) == 2
    keys = {**sim.options("keys"), "project_id": None, "project_name": sim.project_name}
    assert look(keys, ids(*jobs)).error is None
    assert len(sim.requests("projects")) == 1


def test_credentials_that_are_refused_lock_nothing(sim):
    jobs = ids(*(sim.add_job(seconds=0) for _number in range(30)))
    task = look({**sim.options("keys"), "secret_key": "wrong"}, jobs)
    assert len(sim.requests("job")) == 1
    assert len(str(task.error).split("\n")) == 30
    assert {error["http_status"] for error in of(task, "error")} == {401}
    assert of(task, "polls") == [1] + [0] * 29
    look({**sim.options("password"), "password": "wrong"}, jobs)
    assert len(sim.requests("token")) == 1
    assert look(sim.options("keys"), jobs).error is None
    assert look(sim.options("password"), jobs).error is None


@pytest.mark.parametrize("fault", [{"hang": 60}, {"drip_headers": 0.05}])
def test_a_site_that_never_answers_delays_no_other_and_is_told_at_the_end(sim, make_sim, fault):
    other = make_sim()
    other.fault("job", fault, times=None)
    there = {"endpoint": other.endpoint, **ELSEWHERE}
    jobs = [
        {"job_id": "never", **there},
        *ids(sim.add_job(seconds=0), sim.add_job(seconds=0.2)),
        {"job_id": "nor", **there},
    ]
    began = time.monotonic()
    task = look(sim.options(), jobs, watchdog=True, timeout=2, request_timeout=30)
    assert time.monotonic() - began < 3
    told = str(task.error) if class_of(task.error) is errors.JobsFailed else task.unfinished()
    assert [line.split()[1] for line in told.split("\n")] == ["never", "nor"]
    assert (statuses(task), task.changed) == ([None, "SUCCEEDED", "SUCCEEDED", None], True)
    assert of(task, "timed_out") == [True, False, False, True]
    # The waiting begins a moment after the time that is allowed.
    assert max(of(task, "elapsed")[1:3]) < 1.5 < min(of(task, "elapsed")[0], of(task, "elapsed")[3])


def test_no_thread_is_left(sim):
    look(sim.options(), ids(*(sim.add_job(seconds=0.1) for _number in range(30))))
    until = time.monotonic() + 10
    while any(thread.name == "roma.connect question" for thread in threading.enumerate()):
        assert time.monotonic() < until, "threads that asked are still there"
        time.sleep(0.01)


def test_a_defect_of_the_collection_comes_out(sim, monkeypatch):
    monkeypatch.setattr(Client, "job", lambda self, job_id: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        look(sim.options(), ids("j1", "j2"))


# Options


def refusal(jobs, **options):
    given = {"auth_token": "t", "region": "r-1", "instance_id": "i", "jobs": jobs, **options}
    with pytest.raises(errors.BadInput) as caught:
        connections(given, {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("jobs", "options", "words"),
    [
        (None, {}, ["job_id is missing", "jobs"]),
        ([{"job_id": "a"}], {"job_id": "b"}, ["job_id and jobs are both given"]),
        ([{"job_id": "a"}, {"job_id": ""}], {}, ["jobs[1]: job_id is empty"]),
        ([{"job_id": "a"}, {"job_id": None}], {}, ["jobs[1]: job_id is missing: write each item as a dictionary"]),
        ([{"job_id": "a"}, {}], {}, ["jobs[1]: job_id is missing: write each item as a dictionary"]),
        ([{"job_id": "a"}] * 3 + [{"job_id": "a/b"}], {}, ["jobs[3]: job_id 'a/b' is not an id"]),
        ([{"job_id": "a", "instance_id": "../x"}], {}, ["jobs[0]: instance_id '../x' is not an id"]),
        ([{"job_id": "a", "endpoint": "e", "instance_id": "i"}], {}, ["jobs[0]: endpoint 'e' is not a URL"]),
        ([{"job_id": "a", "region": "r 2", "instance_id": "i"}], {}, ["jobs[0]: region 'r 2' cannot be part"]),
        ([{"job_id": "a", "region": "r-2"}], {}, ["jobs[0]: instance_id is missing: set it beside the job_id"]),
        (
            [{"job_id": "a"}],
            {"instance_id": None},
            ["jobs[0]: instance_id is missing: set the option, or ROMA_INSTANCE"],
        ),
        ([{"job_id": "a"}], {"auth_token": None}, ["No credentials"]),
    ],
)
def test_a_wrong_item_is_named(jobs, options, words):
    told = refusal(jobs, **options)
    for word in words:
        assert told.startswith(words[0])
        assert word in told
