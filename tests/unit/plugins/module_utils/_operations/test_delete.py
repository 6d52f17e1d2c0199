# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting assets, against the simulator."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.listing import list_apps, list_tasks
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_delete import delete
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, make_task


@pytest.fixture
def sim(make_sim, clock):
    return make_sim(clock=clock, job_seconds=20)


@pytest.fixture
def run(sim, clock):
    """Delete as roma_asset_delete does, which has neither record nor force."""

    def one(check_mode=False, **options):
        task = make_task(clock, check_mode, **{"apps": [], "tasks": [], "timeout": 600, **options})
        task.options.pop("record")
        task.options.pop("force")
        task.error = None
        try:
            delete(task, make_client(sim, deadline=task.deadline))
        except errors.RomaError as error:
            task.error = error
        return task

    return one


def test_apps_and_tasks_are_deleted(run, sim):
    task = run(apps=sim.apps[:1], tasks=sim.tasks[:1])
    assert (task.error, task.changed, task.facts["job"]["status"]) == (None, True, "SUCCEEDED")
    assert sorted(task.facts) == ["elapsed", "job", "job_id", "polls", "timed_out"]
    client = make_client(sim)
    assert sim.apps[0] not in [app["id"] for app in list_apps(client)]
    assert sim.tasks[0] not in [one["id"] for one in list_tasks(client)]


def test_check_mode_says_what_would_be_deleted_and_sends_no_post(run, sim):
    task = run(check_mode=True, apps=sim.apps[:1], tasks=sim.tasks[:1])
    assert (task.error, task.changed, task.facts["job_id"]) == (None, True, None)
    assert [item["id"] for item in task.facts["apps"] + task.facts["tasks"]] == [sim.apps[0], sim.tasks[0]]
    for item in task.facts["apps"] + task.facts["tasks"]:
        assert f"{item['name']} ({item['id']})" in task.facts["msg"]
    assert {entry["method"] for entry in sim.requests()} == {"GET"}


@pytest.mark.parametrize("option", ["apps", "tasks"])
def test_check_mode_names_what_does_not_exist(run, option):
    task = run(check_mode=True, **{option: ["nosuch"]})
    assert class_of(task.error) is errors.BadInput
    assert f"{option}:" in str(task.error)
    assert "nosuch" in str(task.error)
    assert str(task.error).endswith(f"If these are names, find their ids with roma_{option[:-1]}_info")
    assert task.changed is False


def test_a_deletion_that_fails_tells_why(run, sim):
    task = run(apps=["nosuch"])
    assert class_of(task.error) is errors.JobFailed
    assert "nosuch" in str(task.error)
    hint = "If these are names, find their ids with roma_app_info"
    assert hint in str(task.error)
    sim.fault("delete", {"status": 400, "error_code": "ROMA.13000", "error_msg": "nosuch not found"})
    assert str(run(apps=["nosuch"]).error).endswith(hint)
    assert task.changed is True


def test_a_busy_api_is_asked_again_for_busy_timeout(run, sim):
    sim.fault("delete", {"busy": True}, times=2)
    task = run(apps=sim.apps[:1], busy_timeout=60)
    assert (task.error, task.changed) == (None, True)
    assert len(sim.requests("delete")) == 3


def test_nothing_to_delete_is_refused(run, sim):
    assert class_of(run().error) is errors.BadInput
    assert sim.requests() == []
