# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export with dest, from start to end: one task, its time, its attributes, check mode; against the simulator."""

from __future__ import annotations

import os
import stat

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import PACKAGE_FACTS
from ansible_collections.roma.connect.plugins.module_utils._package.attributes import Attributes
from ansible_collections.roma.connect.tests.unit.plugins import support
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    checksum,
    class_of,
    make_client,
    members,
    names,
    operations,
    read_record,
)

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
    assert package == {name: facts[name] for name in PACKAGE_FACTS}
    assert [stat.S_IMODE((folder / name).stat().st_mode) for name in names(folder)] == [0o600, 0o600]


def test_what_it_returns_is_enough_to_ask_for_the_job_from_anywhere(bring, sim):
    item = bring().facts["job_item"]
    assert set(item) == {"job_id", "endpoint", "iam_endpoint", "project_id", "instance_id"}
    client = make_client(sim, **{name: value for name, value in item.items() if name != "job_id"})
    assert client.job(item["job_id"]).status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("options", "is_told"), [({"dest": None}, True), ({"dest": None, "wait": False}, False), ({}, False)]
)
def test_where_nothing_was_asked_to_be_downloaded_it_is_told_what_is_left(bring, options, is_told):
    task = bring(**options)
    assert task.error is None
    left = {"left": (task.facts["job"] or {}).get("archive_id")}
    assert ("left" in task.said[-1] if task.said else False) is is_told
    assert not is_told or task.said[-1] == left


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
        ({"job_id": "{'job_id': 'j'}"}, "job_id is a whole result"),
        ({"record": "{folder}/missing/r"}, "create"),
        ({"record": "{folder}/../{name}/crm.zip"}, "record and dest both name {folder}/crm.zip: give"),
        ({"dest": None, "mode": "0640"}, "There is no package to set mode on"),
        ({"dest": None, "owner": "root", "group": "root"}, "There is no package to set owner and group on"),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_cannot_be_is_refused_before_anything_is_sent(bring, sim, folder, options, words, check_mode):
    options = {
        name: value.replace("{folder}", str(folder)).replace("{name}", folder.name) if isinstance(value, str) else value
        for name, value in options.items()
    }
    words = words.replace("{folder}", str(folder))
    task = bring(check_mode=check_mode, **options)
    assert type(task.error) in (errors.BadInput, errors.BadRecord)
    assert words in str(task.error).replace(", ", " and ")
    assert sim.requests() == []
    assert names(folder) == []
    assert not task.changed


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
    monkeypatch.setattr(support, "Attributes", Mode)
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
