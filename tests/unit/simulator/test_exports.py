# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports and their jobs."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.tests.unit.simulator.support import Caller


def error(answer, status, code):
    body = answer.json()
    assert (answer.status_code, body["error_code"]) == (status, code), body
    assert body["error_msg"]
    assert body["error_details"]
    assert body["request_id"]
    return body


def test_a_job_runs_by_the_clock(api, clock):
    job_id = api.started()
    job = api.job(job_id)
    assert {key: job[key] for key in ("id", "type", "status")} == {
        "id": job_id,
        "type": "exportAsset",
        "status": "RUNNING",
    }
    assert set(job) == {"id", "type", "status", "progress_percent", "begin_time"}
    clock.move(5)
    assert 0.5 <= api.job(job_id)["progress_percent"] < 0.7
    clock.move(5)
    job = api.job(job_id)
    assert set(job) == {"id", "type", "status", "progress_percent", "begin_time", "end_time", "archive_id"}
    assert (job["status"], job["progress_percent"]) == ("SUCCEEDED", 1)
    assert job["end_time"] > job["begin_time"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"apps": []},
        {"tasks": []},
        {"apps": [], "tasks": []},
        {"apps": ["x"], "tasks": []},
        {"apps": [{"id": ""}], "tasks": []},
        {"apps": [{"task_id": "x"}], "tasks": []},
        {"apps": [{"id": "x"}] * 100, "tasks": [{"id": "x"}]},
    ],
)
def test_an_export_that_asks_for_nothing_sensible(api, body):
    error(api.post(api.assets + "/export", json=body), 400, "ROMA.13000")


def test_an_export_of_what_is_not_there_fails(api, clock):
    answer = api.export(apps=["a", api.sim.apps[0]], tasks=["t"])
    clock.move(20)
    job = api.job(answer.json()["job_id"])
    assert job["status"] == "FAILED"
    assert "archive_id" not in job
    assert [(item["resource_type"], item["resource_name"]) for item in job["reason"]] == [
        ("application", "a"),
        ("task", "t"),
    ]
    assert set(job["reason"][0]) == {"resource_type", "resource_name", "error_code", "error_msg"}


def test_one_job_at_a_time(api, clock):
    api.started()
    error(api.export(), 400, "ROMA.10012")
    clock.move(10)
    api.started()


def test_unknown_instance_and_job(make):
    sim = make(unknown_job=400)
    error(Caller(sim).get(Caller(sim).assets + "/jobs/x"), 400, "ROMA.13000")
    other = Caller(sim, "00000000-0000-0000-0000-000000000000")
    error(other.export(), 400, "ROMA.00014002")
    error(other.get(other.assets + "/jobs/x"), 400, "ROMA.00014002")


def test_a_job_of_another_instance_is_unknown(api):
    job_id = api.started()
    other = Caller(api.sim, api.sim.instances[1]["id"])
    error(other.get(f"{other.assets}/jobs/{job_id}"), 404, "ROMA.00000404")


def test_what_is_no_operation(api):
    for url in (api.sim.endpoint + "/v2/x", api.sim.endpoint + api.sim.endpoint, api.assets + "/jobs/x/"):
        answer = api.get(url)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")


def test_planned_outcome(api, clock):
    reasons = [{"resource_type": "task", "resource_name": "n", "error_code": "FDI.1", "error_msg": "text"}]
    job_id = api.started(seconds=1, outcome="FAILED", reasons=reasons)
    clock.move(1)
    assert api.job(job_id)["reason"] == reasons
    job_id = api.started()
    clock.move(5)
    assert api.job(job_id)["status"] == "RUNNING", "a plan is for one job"


def test_plan_for_all(api, clock):
    api.sim.plan(for_all=True, seconds=1)
    for _number in range(2):
        job_id = api.started()
        clock.move(1)
        assert api.job(job_id)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("progress", "early", "late"),
    [
        ("steady", (0.2, 0.3), (0.8, 0.9)),
        ("stall", (0.2, 0.3), (0.35, 0.35)),
        ("jump", (0.05, 0.05), (0.95, 0.95)),
        ("late", (0.4, 0.6), (1, 1)),
        ("back", (0.2, 0.3), (0.4, 0.5)),
    ],
)
def test_progress(api, clock, progress, early, late):
    job_id = api.started(seconds=1000, progress=progress)
    for share, (low, high) in ((0.25, early), (0.85, late)):
        clock.ahead = 1000 * share
        job = api.job(job_id)
        assert job["status"] == "RUNNING"
        assert low <= job["progress_percent"] <= high


def test_no_progress(api):
    assert "progress_percent" not in api.job(api.started(progress="none"))


def test_edition_2023(make, clock):
    api = Caller(make(edition="2023", job_seconds=1))
    job_id = api.export(apps=["x"]).json()["job_id"]
    assert api.job(job_id)["status"] == "RUNNING"
    clock.move(2)
    job = api.job(job_id)
    assert job["status"] == "FAILED"
    assert job["reasons"]
    assert "reason" not in job


@pytest.mark.parametrize(("epoch", "unit"), [("s", 1), ("ms", 1000)])
def test_edition_2022(make, clock, epoch, unit):
    api = Caller(make(edition="2022", job_seconds=10, epoch=epoch))
    job_id = api.started()
    job = api.job(job_id)
    assert job["status"] == "Running"
    assert abs(job["begin_time"] / unit - clock.time()) < 5
    clock.move(10)
    job = api.job(job_id)
    assert job["status"] == "Success"
    assert job["end_time"] - job["begin_time"] == pytest.approx(10 * unit, abs=unit)
    assert api.get(f"{api.assets}/archives/{job['archive_id']}").status_code == 200
    job = api.job(job_id)
    assert job["status"] == "Finished"
    assert "archive_id" not in job
    body = {"apps": [{"id": "x"}], "tasks": [{"task_id": "y"}]}
    job_id = api.post(api.assets + "/export", json=body).json()["job_id"]
    clock.move(10)
    job = api.job(job_id)
    assert job["status"] == "Failed"
    assert [item["resource_name"] for item in job["reasons"]] == ["x", "y"]
    assert error(api.get(api.assets + "/jobs/x"), 404, "ROMA.00000404")["suggestion"]


def test_literal_jobs_are_served_as_they_are(api, clock):
    fields = {"status": "Rolling", "reasons": None, "progress_percent": 7, "begin_time": 12, "extra": [1]}
    job_id = api.sim.add_job(**fields)
    clock.move(1000)
    assert api.job(job_id) == {"id": job_id, "type": "exportAsset", **fields}
    api.started()
    assert api.sim.add_job(status="RUNNING", id="mine", type="importAsset") == "mine"
    assert api.job("mine") == {"id": "mine", "type": "importAsset", "status": "RUNNING"}
    in_other = api.sim.add_job(status="RUNNING", instance_id=api.sim.instances[1]["id"])
    assert Caller(api.sim, api.sim.instances[1]["id"]).job(in_other)["id"] == in_other


def test_a_job_made_by_plan_has_a_package(api, clock):
    job_id = api.sim.add_job(seconds=0, package_bytes=50000)
    archive_id = api.job(job_id)["archive_id"]
    assert len(api.get(f"{api.assets}/archives/{archive_id}").content) == 50000


@pytest.mark.parametrize(
    "words", [{"colour": 1}, {"seconds": 1, "begin_time": 5}, {"progress": "up"}, {"instance_id": "x", "seconds": 1}]
)
def test_jobs_that_cannot_be_made(api, words):
    answer = api.control("POST", "jobs", json=words)
    assert answer.status_code == 400
    assert answer.json()["error"]
