# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export with dest: from what is asked to packages on disk, against the simulator, sentence by sentence."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.listing import list_apps, list_tasks
from ansible_collections.roma.connect.plugins.module_utils._operations import asset_export
from ansible_collections.roma.connect.plugins.module_utils._package.partial import Partial
from ansible_collections.roma.connect.plugins.module_utils._start.record import Record
from ansible_collections.roma.connect.plugins.module_utils._wait.task import Attributes
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    NOTHING_ASKED,
    class_of,
    make_client,
    read_record,
    zip_bytes,
)

FACTS = set(asset_export.PACKAGE_FACTS)


@pytest.fixture
def bring(run, sim, dest):
    """Export to dest."""

    def one(**options):
        asked = {} if {"app_names", "task_names", "all", "job_id"} & set(options) else {"apps": sim.apps[:1]}
        return run(**{**NOTHING_ASKED, "dest": str(dest), **asked, **options})

    return one


def names(folder):
    return sorted(os.listdir(folder))


def members(path):
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return package.namelist()


def operations(sim):
    return [entry["operation"] for entry in sim.requests()]


def items_of(sim, number=-1):
    body = sim.requests("export")[number]["body"]
    return [item["id"] for item in body["apps"]], [item["id"] for item in body["tasks"]]


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# The main job in one task


def test_one_task_exports_waits_and_downloads(bring, sim, dest, folder):
    task = bring()
    assert (task.error, task.changed) == (None, True)
    assert members(dest)
    assert names(folder) == ["crm.zip", "crm.zip.json"]
    facts = task.outcome()
    assert facts["job_id"] == facts["job"]["id"] == sim.state()["jobs"][0]["id"]
    assert (facts["dest"], facts["size"], facts["checksum"]) == (str(dest), dest.stat().st_size, checksum(dest))
    assert (facts["entries"], facts["partial"], facts["lost"]) == (len(members(dest)), None, False)
    assert (facts["resumed"], facts["timed_out"]) == (False, False)
    assert 20 <= facts["elapsed"] <= 25
    assert facts["package"] == {name: facts[name] for name in ("dest", "size", "checksum", "entries")}
    [package] = facts["packages"]
    assert package == {name: facts[name] for name in FACTS}
    assert [stat.S_IMODE((folder / name).stat().st_mode) for name in names(folder)] == [0o600, 0o600]


def test_what_it_returns_is_enough_to_ask_for_the_job_from_anywhere(bring, sim):
    item = bring().facts["job_item"]
    assert set(item) == {"job_id", "endpoint", "iam_endpoint", "project_id", "instance_id"}
    client = make_client(sim, **{name: value for name, value in item.items() if name != "job_id"})
    assert client.job(item["job_id"]).status == "SUCCEEDED"


def test_a_directory_gets_the_package_under_the_instance_s_id(bring, sim, folder):
    task = bring(dest=str(folder))
    assert task.facts["dest"] == str(folder / f"{sim.instance_id}.zip")
    assert names(folder) == [f"{sim.instance_id}.zip", f"{sim.instance_id}.zip.json"]


def test_the_record_lies_elsewhere_where_it_is_told_to(bring, folder, tmp_path):
    bring(record=str(tmp_path / "r.json"))
    assert names(folder) == ["crm.zip"]
    assert read_record(tmp_path / "r.json")["job_id"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dest": ""}, "dest is empty: name a .zip file"),
        ({"dest": "{folder}/crm.tar"}, "neither a .zip file nor a directory"),
        ({"dest": "{folder}/missing/"}, "neither a .zip file nor a directory"),
        ({"dest": "{folder}/.zip"}, "neither a .zip file nor a directory"),
        ({"dest": "{folder}/missing/crm.zip"}, "does not exist: create it"),
        ({"dest": "{folder}/" + "x" * 216 + ".zip"}, "shorter name"),
        ({"wait": False}, "wait: false does not go with dest"),
        ({"apps": []}, "Nothing to export is named"),
        ({"all": True, "apps": ["a"]}, "all and apps are both given"),
        ({"all": True, "task_names": ["a"], "app_names": ["b"]}, "all and app_names and task_names are both given"),
        ({"job_id": "j", "apps": ["a"]}, "job_id and apps are both given"),
        ({"job_id": "j", "all": True}, "job_id and all are both given"),
        ({"job_id": "{'job_id': 'j'}"}, "job_id is no text"),
        ({"record": "{folder}/missing/r"}, "create"),
        ({"dest": None, "mode": "0640"}, "Without dest there is no file that could have mode"),
        ({"dest": None, "owner": "root", "group": "root"}, "that could have owner and group"),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_cannot_be_is_refused_before_anything_is_sent(bring, sim, folder, options, words, check_mode):
    options = {
        name: value.replace("{folder}", str(folder)) if isinstance(value, str) else value
        for name, value in options.items()
    }
    task = bring(check_mode=check_mode, **options)
    assert type(task.error) in (errors.BadInput, errors.BadRecord)
    assert words in str(task.error).replace(", ", " and ")
    assert sim.requests() == []
    assert names(folder) == []
    assert not task.changed


# Names and all, looked up in the same task


@pytest.fixture
def named(sim):
    """The names of the instance's applications and integration tasks, in order of their ids in sim."""
    client = make_client(sim)
    apps = {app["id"]: app["name"] for app in list_apps(client)}
    tasks = {task["id"]: task["name"] for task in list_tasks(client)}
    sim.clear_requests()
    return [apps[item] for item in sim.apps], [tasks[item] for item in sim.tasks]


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
    assert "'a' is there 2 times (0 and 1)" in lines[0]
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


@pytest.fixture
def many(make_sim, clock):
    """205 applications and 3 integration tasks."""
    return make_sim(clock=clock, job_seconds=20, apps=205, tasks=3)


@pytest.fixture
def bring_many(run, many, dest):
    def one(**options):
        return run(**{**NOTHING_ASKED, "at": many, "all": True, "dest": str(dest), **options})

    return one


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
    assert {name: task.outcome()[name] for name in FACTS} == packages[0], "at the top are those of the first"
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


# What lies at dest, beside what the record says


def test_a_file_that_the_record_does_not_know_is_refused_before_the_start(bring, sim, dest, folder):
    dest.write_bytes(b"another")
    task = bring()
    assert class_of(task.error) is errors.BadInput
    assert "does not know it" in str(task.error)
    assert (sim.requests(), names(folder), dest.read_bytes()) == ([], ["crm.zip"], b"another")


def test_force_replaces_it_at_the_end(bring, sim, dest, folder):
    dest.write_bytes(b"another")
    sim.fault("archive", {"status": 403})
    assert class_of(bring(force=True).error) is errors.Refused
    assert dest.read_bytes() == b"another"
    assert bring(force=True).error is None
    assert members(dest)


def test_the_record_s_package_is_left_alone_without_a_request(bring, sim, dest):
    first = bring()
    before = dest.stat().st_mtime_ns
    sim.clear_requests()
    again = bring()
    assert (again.error, again.changed, sim.requests()) == (None, False, [])
    assert {name: again.facts[name] for name in FACTS} == {name: first.facts[name] for name in FACTS}
    assert dest.stat().st_mtime_ns == before


def test_so_it_is_by_the_same_items_in_another_order_and_more_than_once(bring, sim, named):
    bring(apps=sim.apps[:2], app_names=named[0][2:])
    sim.clear_requests()
    again = bring(apps=[*sim.apps[1::-1], sim.apps[0]], app_names=named[0][2:] * 2)
    assert (again.error, again.changed, sim.requests()) == (None, False, [])


def test_the_same_items_named_in_another_way_are_another_request(bring, sim, named):
    bring(apps=sim.apps[:1])
    task = bring(app_names=named[0][:1])
    assert class_of(task.error) is errors.BadRecord
    assert "another request" in str(task.error)


def test_nothing_there_any_more_is_a_new_export(bring, sim, dest):
    first = bring()
    dest.unlink()
    again = bring()
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, False)
    assert again.facts["job_id"] != first.facts["job_id"]


@pytest.mark.parametrize("how", ["damaged", "cut"])
def test_a_file_that_is_no_longer_the_package_is_refused_and_named(bring, sim, dest, how):
    first = bring()
    content = dest.read_bytes()
    dest.write_bytes(content[:-1] if how == "cut" else b"x" + content)
    sim.clear_requests()
    task = bring()
    assert class_of(task.error) is errors.BadInput
    assert "no longer the package" in str(task.error)
    assert str(dest) in str(task.error)
    assert sim.requests() == []
    again = bring(force=True)
    assert (again.error, again.changed) == (None, True)
    assert again.facts["job_id"] != first.facts["job_id"]
    assert checksum(dest) == again.facts["checksum"]


def test_with_force_what_is_done_is_done_again(bring, sim, dest):
    first = bring()
    again = bring(force=True)
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, False)
    assert again.facts["job_id"] != first.facts["job_id"]
    assert len(sim.requests("export")) == 2


def test_a_package_that_the_record_knows_elsewhere_is_no_reason_to_take_another_file_for_it(
    run, bring, sim, dest, folder
):
    run(apps=sim.apps[:1], record=str(folder / "crm.zip.json"))
    with Record(str(folder / "crm.zip.json")) as record:
        elsewhere = folder / "elsewhere.zip"
        elsewhere.write_bytes(zip_bytes())
        record.fetched({"dest": str(elsewhere), "size": 1, "checksum": checksum(elsewhere), "entries": 1})
    task = bring()
    assert class_of(task.error) is errors.BadRecord
    for word in (str(elsewhere), str(dest)):
        assert word in str(task.error)
    dest.write_bytes(b"another")
    assert class_of(bring().error) in (errors.BadRecord, errors.BadInput)
    assert dest.read_bytes() == b"another"


def test_a_start_without_dest_is_completed_with_it(run, bring, sim, dest, folder):
    started = run(apps=sim.apps[:1], record=str(folder / "crm.zip.json"), wait=False)
    task = bring()
    assert (task.error, task.changed, task.facts["resumed"]) == (None, True, True)
    assert task.facts["job_id"] == started.facts["job_id"]
    assert len(sim.requests("export")) == 1


# A file that appears at dest meanwhile


def test_a_file_that_appears_meanwhile_is_not_replaced_and_the_package_is_kept(bring, sim, dest, folder, monkeypatch):
    real = Partial.sync

    def sync(partial):
        real(partial)
        dest.write_bytes(b"another")

    with monkeypatch.context() as patch:
        patch.setattr(Partial, "sync", sync)
        task = bring()
    assert class_of(task.error) is errors.NotWritten
    assert dest.read_bytes() == b"another"
    assert task.facts["partial"] in str(task.error)
    assert members(task.facts["partial"])
    sim.clear_requests()
    refused = bring()
    assert class_of(refused.error) is errors.BadInput
    assert f"the package waits whole in {task.facts['partial']}" in str(refused.error)
    dest.unlink()
    again = bring()
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, True)
    assert sim.requests() == [], "it is put in its place without a request"
    assert names(folder) == ["crm.zip", "crm.zip.json"]
    assert members(dest)


def test_a_link_that_leads_nowhere_is_another_file(bring, sim, dest):
    dest.symlink_to("nowhere.zip")
    assert class_of(bring().error) is errors.BadInput
    assert (dest.is_symlink(), sim.requests("export")) == (True, [])
    assert bring(force=True).error is None
    assert (dest.is_symlink(), members(dest) != []) == (False, True)


# Lost


def warned(task):
    [warning] = task.warned
    assert "once" in warning
    return warning


@pytest.mark.parametrize(
    ("plan", "faults"),
    [
        ({"ranges": "gone"}, [{"cut": 100_000}]),  # cut and gone
        ({"damage": "truncated"}, []),  # damaged on arrival
        ({}, [{"status": 404}]),  # gone at the first request
    ],
)
def test_a_package_that_was_lost_is_exported_again_once(bring, sim, dest, folder, plan, faults):
    sim.plan(**plan)
    for fault in faults:
        sim.fault("archive", fault)
    task = bring()
    assert (task.error, task.changed) == (None, True)
    warned(task)
    assert len(sim.requests("export")) == 2
    assert members(dest)
    assert names(folder) == ["crm.zip", "crm.zip.json"], "its part is removed when the new package is in place"
    assert (task.facts["lost"], task.facts["partial"]) == (False, None)
    assert task.facts["job_id"] == sim.state()["jobs"][-1]["id"]


def test_so_it_is_where_a_job_says_that_its_package_was_fetched(bring, sim, dest):
    sim.fault("job", {"json": {"id": "j", "type": "exportAsset", "status": "Finished"}})
    task = bring(busy_timeout=60)
    assert (task.error, task.changed) == (None, True)
    warned(task)
    assert len({job["id"] for job in sim.state()["jobs"]}) == 2


def test_a_package_that_is_lost_twice_fails_and_the_next_run_starts_anew(bring, sim, dest, folder):
    sim.plan(damage="truncated")
    sim.plan(damage="truncated")
    task = bring()
    assert class_of(task.error) is errors.BadPackage
    assert task.facts["lost"]
    assert task.facts["partial"] in str(task.error)
    assert len(sim.requests("export")) == 2
    assert not dest.exists()
    assert len(names(folder)) == 3, "both parts, and the record"
    assert bring(check_mode=True).changed
    assert len(names(folder)) == 3, "check mode removes nothing"
    assert bring().error is None
    assert members(dest)
    assert len(sim.requests("export")) == 3
    assert names(folder) == ["crm.zip", "crm.zip.json"]


def test_each_export_after_a_loss_has_a_time_of_its_own(bring, sim):
    sim.plan(damage="truncated")
    assert bring(timeout=25).error is None


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


# changed, attributes


class Mode(Attributes):
    """Sets a mode, as the module's own do."""

    def __init__(self):
        self.asked = []

    def check(self, folder):
        self.asked.append(folder)

    def apply(self, path):
        changed = stat.S_IMODE(os.stat(path).st_mode) != 0o640
        os.chmod(path, 0o640)
        return changed


def test_changed_is_true_where_an_attribute_changed_and_a_record_stays_private(bring, sim, dest, folder, monkeypatch):
    monkeypatch.setattr("ansible_collections.roma.connect.plugins.module_utils._wait.task.Attributes", Mode)
    assert bring().changed
    assert [stat.S_IMODE((folder / name).stat().st_mode) for name in names(folder)] == [0o640, 0o600]
    assert not bring().changed
    dest.chmod(0o600)
    sim.clear_requests()
    task = bring()
    assert (task.error, task.changed, sim.requests()) == (None, True, [])


# Time


def test_at_the_timeout_it_says_so_and_the_next_run_resumes(bring, sim, dest, record):
    task = bring(timeout=5)
    assert class_of(task.error) is errors.TimedOut
    assert task.facts["job_id"] in str(task.error)
    assert f"{dest}.json" in str(task.error)
    again = bring()
    assert (again.error, again.changed, again.facts["resumed"]) == (None, True, True)
    assert len(sim.requests("export")) == 1


def test_timeout_0_asks_once_and_downloads_where_the_job_is_over(bring, sim, clock, dest):
    assert class_of(bring(timeout=0).error) is errors.TimedOut
    assert len(sim.requests("job")) == 1
    clock.move(60)
    assert bring(timeout=0).error is None
    assert members(dest)


def test_download_timeout_0_tries_once(bring, sim, dest):
    sim.fault("archive", {"status": 503})
    task = bring(download_timeout=0)
    assert class_of(task.error) is errors.ServerFailed
    assert len(sim.requests("archive")) == 1
    assert bring(download_timeout=0).error is None


def test_the_time_of_a_download_is_bounded_by_its_own_time_out(bring, sim, clock):
    sim.fault("archive", {"status": 503}, times=None)
    task = bring(timeout=3000, download_timeout=50)
    assert class_of(task.error) is errors.ServerFailed
    assert task.facts["timed_out"] is True
    assert 60 <= clock.now - clock.began <= 20 + 50 + 5


# Check mode


def test_check_mode_looks_everything_up_and_starts_nothing(bring_many, many, folder):
    task = bring_many(check_mode=True)
    assert (task.error, task.changed) == (None, True)
    assert many.requests("export") == []
    assert names(folder) == []
    packages = task.outcome()["packages"]
    assert [package["dest"] for package in packages] == [str(folder / f"crm{n}.zip") for n in ("", "-2", "-3")]
    assert {package["job_id"] for package in packages} == {None}


def test_check_mode_notices_an_item_that_does_not_exist(bring, sim):
    task = bring(check_mode=True, apps=["nosuch"])
    assert class_of(task.error) is errors.BadInput
    assert "app_names" in str(task.error)


@pytest.mark.parametrize(("plan", "seconds"), [({}, 0), ({}, 60), ({"outcome": "FAILED"}, 60)])
def test_check_mode_asks_how_a_record_s_job_goes_and_predicts(bring, sim, clock, folder, dest, plan, seconds):
    sim.plan(**plan)
    bring(timeout=5)
    clock.move(seconds)
    before, slept = (folder / "crm.zip.json").read_bytes(), list(clock.sleeps)
    sim.clear_requests()
    task = bring(check_mode=True)
    assert (task.error, task.changed) == (None, True), "a package would be put in its place"
    assert operations(sim)[0] == "job"
    assert (clock.sleeps, (folder / "crm.zip.json").read_bytes()) == (slept, before)
    assert not dest.exists()


def test_check_mode_of_what_is_done_predicts_nothing(bring, sim):
    bring()
    sim.clear_requests()
    task = bring(check_mode=True)
    assert (task.error, task.changed, sim.requests()) == (None, False, [])


# What an earlier run left, and force


def test_what_came_to_nothing_is_looked_up_anew(bring, sim, named, dest):
    sim.plan(outcome="FAILED")
    assert class_of(bring(app_names=named[0][:1]).error) is errors.JobFailed
    sim.clear_requests()
    assert bring(app_names=named[0][:1]).error is None
    assert operations(sim)[:2] == ["apps", "export"]


def test_a_running_job_is_resumed_even_with_force_and_nothing_done_is_done_again_beside_it(bring_many, many, folder):
    many.fault("archive", {"status": 403}, after=1)
    first = bring_many()
    assert class_of(first.error) is errors.Refused
    many.clear_requests()
    task = bring_many(force=True)
    assert task.error is None
    assert [package["resumed"] for package in task.outcome()["packages"]] == [False, True, False]
    assert len(many.requests("export")) == 1
    assert task.outcome()["packages"][0]["job_id"] == first.outcome()["packages"][0]["job_id"]


def test_a_start_that_may_have_been_taken_blocks_until_force(bring, sim, dest):
    sim.fault("export", {"reset": "after"})
    assert "may be running" in str(bring().error)
    assert "may be running" in str(bring().error)
    assert len(sim.requests("export")) == 1
    sim.reset()
    assert bring(force=True).error is None
