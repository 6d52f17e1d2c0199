# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports and deletions: assets that move between the two instances."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import requests

from ansible_collections.roma.connect.tests.simulator import Simulator
from ansible_collections.roma.connect.tests.unit.simulator.support import Caller


@pytest.fixture
def target(sim):
    """A caller of the second instance, which is empty in the beginning."""
    return Caller(sim, sim.instances[1]["id"])


def run(api, clock, answer):
    """The job that has been started, after its end."""
    assert answer.status_code == 200, answer.text
    job_id = answer.json()["job_id"]
    assert api.job(job_id)["status"] == "RUNNING"
    clock.move(60)
    return api.job(job_id)


def told(job):
    return [(item["resource_type"], item["resource_name"], item["error_msg"]) for item in job["reason"]]


def source_of(api):
    """The id of the first data source, which is the same in a package and after its import."""
    return next(iter(api.sim.world.first_instance.things["datasources"]))


def refused(answer, code):
    assert (answer.status_code, answer.json()["error_code"]) == (400, code), answer.text


def test_assets_move(api, target, clock):
    package = api.package(clock)
    assert target.names() == []
    job = run(target, clock, target.importing(package))
    assert (job["type"], job["status"]) == ("importAsset", "SUCCEEDED")
    assert "archive_id" not in job
    assert target.names() == api.names() == ["orders", "invoices", "warehouse"]
    source, copy = api.sim.state()["instances"]
    assert {app["id"] for app in source["apps"]}.isdisjoint(app["id"] for app in copy["apps"])
    assert {app["key"] for app in source["apps"]}.isdisjoint(app["key"] for app in copy["apps"])
    assert [task["name"] for task in copy["tasks"]] == [task["name"] for task in source["tasks"]]
    assert copy["tasks"][0]["source_app"] == copy["apps"][0]["id"]
    assert source["datasources"][0]["content"]
    assert [item["content"] for item in copy["datasources"]] == [None] * 4, "a package carries no address"


def test_nothing_is_there_before_the_job_ends(api, target, clock):
    target.importing(api.package(clock))
    assert target.names() == []


def test_a_prefix(api, target, clock):
    package = api.package(clock, api.sim.apps[1:])
    run(target, clock, target.importing(package, type="AddNew", prefix="dev-"))
    assert target.names() == ["dev-invoices", "dev-warehouse"]
    assert target.get(target.instance + "/apps", params={"name": "dev-inv"}).json()["total"] == 1


def test_add_new_fails_for_each_resource_that_is_there(api, target, clock):
    package = api.package(clock)
    run(target, clock, target.importing(package))
    job = run(target, clock, target.importing(package))
    assert job["status"] == "FAILED"
    assert told(job) == [
        ("application", "orders", "The application name already exists."),
        ("application", "invoices", "The application name already exists."),
        ("application", "warehouse", "The application name already exists."),
        ("task", "orders to invoices", "The task name already exists."),
        ("task", "stock to warehouse", "The task name already exists."),
    ]
    job = run(target, clock, target.importing(package, prefix="x-"))
    assert told(job) == [("application", "x-orders", "The data source ID already exists.")]
    assert len(target.names()) == 3, "all or nothing"


def test_merge_overwrites_and_keeps_the_data_sources_unless_told(api, target, clock):
    package = api.package(clock, api.sim.apps)
    run(target, clock, target.importing(package))
    instance = api.sim.world.instances[target.sim.instances[1]["id"]]
    app = instance.app_named("orders")
    database = instance.things["datasources"][source_of(api)]
    app.remark, database["content"] = "changed", {"host": "db.target.example"}
    before = app.id
    assert run(target, clock, target.importing(package, type="Merge"))["status"] == "SUCCEEDED"
    app = instance.app_named("orders")
    assert (app.id, app.remark) == (before, "application 1")
    assert instance.things["datasources"][source_of(api)]["content"] == {"host": "db.target.example"}
    run(target, clock, target.importing(package, type="Merge", datasource_overwrite="true"))
    assert instance.things["datasources"][source_of(api)]["content"] is None
    assert len(target.names()) == 3


def test_merge_does_not_help_tasks_of_the_same_name(api, target, clock):
    package = api.package(clock, [], api.sim.tasks)
    run(target, clock, target.importing(package, type="Merge"))
    job = run(target, clock, target.importing(package, type="Merge"))
    assert [item["resource_type"] for item in job["reason"]] == ["task", "task"]
    assert run(target, clock, target.importing(package, type="Merge", prefix="two-"))["status"] == "SUCCEEDED"


def test_applications_before_the_ones_they_call(api, target, clock):
    world = api.sim.world
    world.first_instance.apps[api.sim.apps[0]].calls = ["warehouse"]
    caller = api.package(clock, api.sim.apps[:1])
    called = api.package(clock, api.sim.apps[2:])
    job = run(target, clock, target.importing(caller))
    assert told(job) == [("application", "orders", "Import application warehouse first.")]
    run(target, clock, target.importing(called))
    assert run(target, clock, target.importing(caller))["status"] == "SUCCEEDED"


@pytest.mark.parametrize("name", ["a.b.zip", "_a.zip", "a b.zip", "a.rar", "é.zip", "a.ZIP", "a(1).zip", ".zip"])
def test_file_names_that_are_refused(target, name):
    refused(target.importing(b"", name), "ROMA.10013")


@pytest.mark.parametrize("name", ["a.zip", "1+a_B-2.zip"])
def test_file_names_that_are_taken(api, target, clock, name):
    assert target.importing(api.package(clock), name).status_code == 200


def zipped(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return data.getvalue()


def test_what_is_no_package(api, target, clock):
    refused(target.importing(b"no zip"), "ROMA.10011")
    refused(target.importing(b""), "ROMA.10011")
    package = api.package(clock)
    refused(target.importing(package[:-30]), "ROMA.10011")
    refused(target.importing(package.replace(b'"orders"', b'"0rders"')), "ROMA.10011")
    refused(target.importing(zipped(readme="hello")), "ROMA.10010")
    refused(target.importing(zipped(assets__json="[]")), "ROMA.10010")
    many = json.dumps({"apps": [{"file": "a"}] * 101, "tasks": []})
    refused(target.importing(zipped(assets__json=many, a='{"id": "x", "name": "y"}')), "ROMA.13000")
    assert api.sim.state()["instances"][1]["apps"] == []


def test_what_is_no_file_part(api, target, clock):
    package = api.package(clock)
    refused(target.importing(package, field="file"), "ROMA.13000")
    refused(target.post(target.assets + "/import", data=b"x"), "ROMA.13000")
    refused(target.post(target.assets + "/import", data={"ImportAssetRequestBody": "text"}), "ROMA.13000")
    refused(target.importing(package, type="Replace"), "ROMA.13000")
    refused(target.importing(package, datasource_overwrite="yes"), "ROMA.13000")


def test_the_file_may_stand_beside_other_parts(api, target, clock):
    files = {"other": ("x", b"y" * 10), "ImportAssetRequestBody": ("a.zip", api.package(clock), "application/zip")}
    answer = target.post(target.assets + "/import", data={"field": "value"}, files=files)
    assert run(target, clock, answer)["status"] == "SUCCEEDED"


def test_one_job_at_a_time_of_any_kind(api, target, clock):
    package = api.package(clock)
    api.started()
    refused(target.importing(package), "ROMA.10012")
    refused(api.post(api.assets + "/delete", json={"apps": [{"id": "x"}], "tasks": []}), "ROMA.10012")


def test_editions_ask_for_a_merge_in_their_own_words(make, clock):
    def again(edition, **query):
        sim = make(edition=edition, job_seconds=1)
        api, target = Caller(sim), Caller(sim, sim.instances[1]["id"])
        package = api.package(clock, sim.apps)
        run_any(target, target.importing(package))
        return run_any(target, target.importing(package, **query))["status"]

    def run_any(api, answer):
        job_id = answer.json()["job_id"]
        clock.move(5)
        return api.job(job_id)

    assert again("2025", type="Merge") == "SUCCEEDED"
    assert again("2025", mode="Merge") == "FAILED"
    assert again("2023", mode="Merge", datasource_overwrite="?") == "SUCCEEDED", "it does not know the latter"
    assert again("2023", type="Merge") == "FAILED"
    assert again("2022", type="Merge", mode="Merge") == "Failed"


def test_a_large_package_is_streamed_both_ways(api, target, clock, tmp_path):
    size = 30_000_000
    url = api.archive(clock, package_bytes=size)
    file = tmp_path / "large.zip"
    with api.get(url, stream=True) as answer, file.open("wb") as out:
        for piece in answer.iter_content(1_000_000):
            out.write(piece)
    assert file.stat().st_size == size
    with file.open("rb") as package:
        assert run(target, clock, target.importing(package, "large.zip"))["status"] == "SUCCEEDED"
    assert target.sim.requests("import")[0]["body_bytes"] > size
    assert target.names() == ["orders", "invoices", "warehouse"]


def test_deletions(api, clock):
    body = {"apps": [{"id": api.sim.apps[0]}], "tasks": [{"id": api.sim.tasks[1]}]}
    answer = api.post(api.assets + "/delete", json=body)
    assert api.names() == ["orders", "invoices", "warehouse"]
    job = run(api, clock, answer)
    assert (job["type"], job["status"]) == ("deleteAsset", "SUCCEEDED")
    assert api.names() == ["invoices", "warehouse"]
    assert [task["name"] for task in api.sim.state()["instances"][0]["tasks"]] == ["orders to invoices"]
    body["apps"].append({"id": api.sim.apps[1]})
    job = run(api, clock, api.post(api.assets + "/delete", json=body))
    assert [item[:2] for item in told(job)] == [("application", api.sim.apps[0]), ("task", api.sim.tasks[1])]
    assert api.names() == ["invoices", "warehouse"], "all or nothing"
    api.sim.reset()
    assert api.names() == ["orders", "invoices", "warehouse"]


@pytest.mark.parametrize("body", [{}, {"apps": [], "tasks": []}])
def test_deletions_that_ask_for_nothing(api, body):
    refused(api.post(api.assets + "/delete", json=body), "ROMA.13000")


def test_a_failed_import_by_plan(api, target, clock):
    package = api.package(clock)
    api.sim.plan(outcome="FAILED")
    job = run(target, clock, target.importing(package))
    assert job["status"] == "FAILED"
    assert target.names() == []


def test_an_upload_that_breaks_off(api, target):
    def broken():
        yield b"x" * 1000
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        target.post(target.assets + "/import", data=broken())
    assert target.names() == []
    assert api.sim.state()["jobs"] == []


def test_two_simulators_are_two_places():
    with Simulator() as first, Simulator() as second:
        assert first.project_id != second.project_id
        answer = requests.get(
            f"{second.endpoint}/v2/{second.project_id}/instances",
            headers={"X-Auth-Token": first.auth_token},
            timeout=10,
        )
        assert answer.status_code == 401
