# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export is asked for: names, all, more than 100 items, a job that was started elsewhere."""

from __future__ import annotations

import os

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import PACKAGE_FACTS
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    NOTHING_ASKED,
    checksum,
    class_of,
    members,
    names,
    operations,
    read_record,
)


def items_of(sim, number=-1):
    body = sim.requests("export")[number]["body"]
    return [item["id"] for item in body["apps"]], [item["id"] for item in body["tasks"]]


# Names and all, looked up in the same task


def test_names_are_looked_up(bring, sim, named):
    apps, tasks = named
    task = bring(app_names=apps[:2], task_names=tasks[:1])
    assert task.error is None
    assert items_of(sim) == (sim.apps[:2], sim.tasks[:1])
    assert operations(sim)[:3] == ["apps", "tasks", "export"]


def test_all_is_what_the_caller_sees(bring, sim):
    assert bring(all=True).error is None
    assert [sorted(items) for items in items_of(sim)] == [sorted(sim.apps), sorted(sim.tasks)]


def test_an_item_that_is_given_by_id_and_by_name_counts_once(bring, sim, named):
    bring(apps=sim.apps[:1], app_names=named[0][:2])
    assert items_of(sim)[0] == sim.apps[:2]


def test_each_name_that_is_unknown_or_there_twice_is_told_before_anything_is_started(bring, make_sim, clock, folder):
    listing = {"total": 3, "size": 3, "apps": [{"id": str(n), "name": name} for n, name in enumerate("aab")]}
    sim = make_sim(clock=clock)
    sim.fault("apps", {"json": listing}, times=None)
    task = bring(app_names=["a", "b", "c", "B", "d e"], task_names=["x"], at=sim)
    assert class_of(task.error) is errors.BadInput
    lines = str(task.error).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["app_names"] * 4 + ["task_names"]
    assert "2 are called 'a' (0 and 1)" in lines[0]
    for line, name in zip(lines[1:], ["c", "B", "d e", "x"]):
        assert f"nothing is called {name!r}" in line
    assert sim.requests("export") == []
    assert names(folder) == []


def test_an_instance_without_anything_has_nothing_to_export(bring, make_sim, clock, folder):
    sim = make_sim(clock=clock, apps=0, tasks=0)
    task = bring(all=True, at=sim)
    assert "sees no application" in str(task.error)
    assert names(folder) == []


def test_without_dest_names_and_all_go_as_well(run, sim, named, record):
    task = run(app_names=named[0], apps=[], record=record, wait=False)
    assert (task.error, items_of(sim)[0]) == (None, sim.apps)
    assert set(task.facts) == {
        "job_id", "job", "job_item", "resumed", "package", "elapsed", "polls", "timed_out"
    }  # fmt: skip
    sim.clear_requests()
    again = run(app_names=named[0], apps=[], record=record)
    assert (again.error, again.facts["resumed"]) == (None, True)
    assert set(operations(sim)) == {"job"}


# More than 100 items


THREE = ["crm-2.zip", "crm-2.zip.json", "crm-3.zip", "crm-3.zip.json", "crm.zip", "crm.zip.json"]


def test_more_than_100_items_go_in_batches_one_after_the_other(bring_many, many, folder):
    task = bring_many()
    assert (task.error, task.changed) == (None, True)
    assert names(folder) == THREE
    asked = [sum(map(len, items_of(many, number))) for number in range(3)]
    assert asked == [100, 100, 8]
    everything = [item for number in range(3) for items in items_of(many, number) for item in items]
    assert sorted(everything) == sorted(many.apps + many.tasks)
    done = [name for name in operations(many) if name in ("export", "archive")]
    assert done == ["export", "archive"] * 3, "a package is on disk before the next job is started"
    packages = task.outcome()["packages"]
    assert [package["dest"] for package in packages] == [str(folder / name) for name in THREE[4:3:-1] + THREE[0:3:2]]
    assert len({package["job_id"] for package in packages}) == 3
    for package in packages:
        assert package["entries"] == len(members(package["dest"]))
    assert {name: task.outcome()[name] for name in PACKAGE_FACTS} == packages[0], "at the top are those of the first"
    assert task.facts["elapsed"] >= 60, "of the whole task"
    assert task.facts["polls"] == len(many.requests("job"))


def test_a_run_that_does_nothing_sends_nothing_and_knows_it_all(bring_many, many):
    first = bring_many().outcome()
    many.clear_requests()
    again = bring_many()
    assert (again.error, again.changed, many.requests()) == (None, False, [])
    for package, before in zip(again.outcome()["packages"], first["packages"]):
        assert package == {**before, "resumed": False}
    assert again.outcome()["package"] == first["package"]


def test_a_record_of_a_name_of_its_own_is_numbered_before_its_suffix(bring_many, folder, tmp_path):
    assert bring_many(record=str(tmp_path / "r.json")).error is None
    assert names(folder) == [name for name in THREE if name.endswith(".zip")]
    assert {"r.json", "r-2.json", "r-3.json"} <= set(names(tmp_path))


def test_a_rerun_resumes_with_the_batch_that_was_cut(bring_many, many, folder):
    many.fault("archive", {"cut": 100}, after=1)
    many.fault("archive", {"status": 403}, after=1)
    task = bring_many()
    assert class_of(task.error) is errors.Refused
    assert names(folder)[:2] == ["crm-2.zip." + task.facts["job"]["archive_id"] + ".part", "crm-2.zip.json"]
    assert task.facts["dest"] == str(folder / "crm-2.zip"), "after a failure they are those of the package that failed"
    assert task.facts["partial"]
    packages = task.outcome()["packages"]
    assert [package["size"] is not None for package in packages] == [True, False, False]
    assert [package["job_id"] is not None for package in packages] == [True, True, False]
    many.clear_requests()
    again = bring_many()
    assert (again.error, again.changed) == (None, True)
    assert names(folder) == THREE
    assert operations(many)[:2] == ["job", "archive"], "nothing is looked up, and the first package is left alone"
    assert len(many.requests("export")) == 1
    assert [package["resumed"] for package in again.outcome()["packages"]] == [False, True, False]
    assert again.outcome()["resumed"] is False, "at the top they are those of the first package"


def test_what_was_added_since_is_in_the_next_export(bring_many, many):
    many.fault("export", {"status": 403}, after=1)
    assert class_of(bring_many().error) is errors.Refused
    many.fault("apps", {"status": 500}, times=None)
    assert bring_many().error is None, "nothing is looked up"
    assert sum(sum(map(len, items_of(many, number))) for number in (0, 2, 3)) == 208


def test_all_places_are_checked_before_the_first_post(bring_many, many, folder):
    (folder / "crm-3.zip").write_bytes(b"another")
    task = bring_many()
    assert class_of(task.error) is errors.BadInput
    assert "crm-3.zip is there" in str(task.error)
    assert many.requests("export") == []
    assert names(folder) == ["crm-3.zip"]


def test_without_dest_more_than_100_items_are_an_error_that_names_it(bring_many, many, record):
    task = bring_many(dest=None, record=record)
    assert "give dest" in str(task.error)
    assert many.requests("export") == []
    assert not os.path.exists(record)


def test_each_job_and_each_package_has_a_time_of_its_own(bring_many, many):
    assert bring_many(timeout=25, download_timeout=1).error is None, "the three jobs take 60 s in all"


# job_id


@pytest.fixture
def job(sim):
    return sim.add_job()


def test_a_job_that_was_started_elsewhere_is_waited_for_and_its_package_brought_in(bring, sim, dest, folder, job):
    task = bring(job_id=job)
    assert (task.error, task.changed, task.facts["resumed"], task.facts["job_id"]) == (None, True, False, job)
    assert task.facts["job_item"]["job_id"] == job
    assert members(dest)
    assert sim.requests("export") == []
    sim.clear_requests()
    again = bring(job_id=job)
    assert (again.error, again.changed, sim.requests()) == (None, False, [])
    assert again.facts["checksum"] == checksum(dest)


def test_its_download_that_was_cut_is_resumed(bring, sim, dest, job):
    sim.fault("archive", {"cut": 1000})
    sim.fault("archive", {"status": 403})
    assert class_of(bring(job_id=job).error) is errors.Refused
    sim.fault("job", {"json": {"id": job, "type": "exportAsset", "status": "SUCCEEDED"}})  # its archive is told once
    task = bring(job_id=job)
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, True)
    assert sim.requests("archive")[-1]["headers"]["range"] == "bytes=1000-"


def test_without_dest_it_is_only_waited_for(run, sim, job):
    task = run(**NOTHING_ASKED | {"job_id": job})
    assert (task.error, task.changed) == (None, False)
    assert task.facts["job"]["archive_id"]
    asked = run(**NOTHING_ASKED | {"job_id": job}, wait=False)
    assert (asked.error, asked.facts["polls"]) == (None, 1)


@pytest.mark.parametrize("plan", [{"seconds": 5, "outcome": "FAILED"}, {"seconds": 0, "damage": "truncated"}])
def test_nor_does_one_that_comes_to_nothing_later_stand_in_the_way(bring, sim, dest, plan):
    assert bring(job_id=sim.add_job(**plan)).error is not None
    assert not dest.exists()
    assert bring().error is None


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    ("plan", "error"),
    [
        ({"outcome": "FAILED"}, errors.JobFailed),
        ({"status": "SUCCEEDED", "type": "importAsset"}, errors.BadInput),
        ({"status": "Finished", "type": "exportAsset"}, errors.Gone),
        (None, errors.UnknownJob),
    ],
)
def test_with_job_id_no_job_is_ever_started(bring, sim, dest, folder, plan, error, force, again):
    job_id = "unknown" if plan is None else sim.add_job(**plan)
    task = bring(job_id=job_id, force=force)
    if again:
        task = bring(job_id=job_id, force=force)
    assert class_of(task.error) is error
    assert task.changed is False
    assert sim.requests("export") == []
    assert not dest.exists()


@pytest.mark.parametrize(
    "plan",
    [
        None,
        {"status": "SUCCEEDED", "type": "importAsset"},
        {"status": "Finished", "type": "exportAsset"},
        {"status": "FAILED", "type": "exportAsset"},
    ],
)
def test_a_job_that_is_of_no_use_leaves_no_record_that_would_be_in_the_way(bring, sim, folder, plan):
    job_id = "unknown" if plan is None else sim.add_job(**plan)
    assert bring(job_id=job_id, check_mode=True).error is not None
    assert bring(job_id=job_id).error is not None
    assert names(folder) == []
    assert bring().error is None


def test_a_record_of_another_job_is_an_error_unless_force(bring, sim, folder, dest, job):
    sim.fault("archive", {"status": 403})
    assert class_of(bring().error) is errors.Refused
    task = bring(job_id=job)
    assert class_of(task.error) is errors.BadRecord
    assert job in str(task.error)
    forced = bring(job_id=job, force=True)
    assert (forced.error, forced.facts["job_id"]) == (None, job)
    assert read_record(folder / "crm.zip.json")["job_id"] == job


def test_a_record_of_the_same_job_is_resumed(run, bring, sim, folder, dest):
    started = run(apps=sim.apps[:1], record=str(folder / "crm.zip.json"), wait=False)
    task = bring(job_id=started.facts["job_id"])
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, True)
