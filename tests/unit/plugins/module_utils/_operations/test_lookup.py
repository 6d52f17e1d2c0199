# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is, by name or id; against the simulator."""

from __future__ import annotations

import importlib

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import app_info, instance_info, task_info
from ansible_collections.roma.connect.tests.unit.plugins.support import make_client, make_task


@pytest.fixture
def sim(make_sim):
    return make_sim(apps=7, tasks=5, page_items=3)


def found(operation, sim, field, client=None, **options):
    task = make_task(name=None, **options) if "name" not in options else make_task(**options)
    operation(task, client or make_client(sim))
    assert task.changed is False
    return task.facts[field]


def test_all_apps_come_from_short_pages_without_their_keys(sim):
    apps = found(app_info, sim, "apps", app_id=None)
    assert sorted(app["id"] for app in apps) == sorted(sim.apps)
    assert all("key" not in app and app["name"] for app in apps)


def test_a_name_is_compared_exactly(sim):
    one = found(app_info, sim, "apps", app_id=None)[0]
    assert [app["id"] for app in found(app_info, sim, "apps", app_id=None, name=one["name"])] == [one["id"]]
    assert found(app_info, sim, "apps", app_id=None, name=one["name"][:-1]) == []


def test_an_app_is_found_by_its_id(sim):
    [app] = found(app_info, sim, "apps", app_id=sim.apps[1])
    assert app["id"] == sim.apps[1]
    assert "key" not in app
    assert found(app_info, sim, "apps", app_id="nosuch") == []


@pytest.mark.parametrize(("operation", "kind"), [(app_info, "app"), (task_info, "task")])
def test_name_and_id_exclude_each_other(sim, operation, kind):
    with pytest.raises(errors.BadInput, match=f"name and {kind}_id exclude each other"):
        found(operation, sim, f"{kind}s", name="b", **{f"{kind}_id": "a"})
    assert sim.requests() == []
    module = importlib.import_module(f"ansible_collections.roma.connect.plugins.modules.roma_{kind}_info")
    assert f"Not together with O({kind}_id)" in module.DOCUMENTATION


def test_tasks_have_id_and_name_beside_the_api_s_fields(sim):
    tasks = found(task_info, sim, "tasks", task_id=None)
    assert sorted(task["id"] for task in tasks) == sorted(sim.tasks)
    assert all((task["id"], task["name"]) == (task["task_id"], task["task_name"]) for task in tasks)
    assert found(task_info, sim, "tasks", task_id=sim.tasks[2])[0]["id"] == sim.tasks[2]
    assert found(task_info, sim, "tasks", task_id=None, name=tasks[0]["name"]) == [tasks[0]]
    assert found(task_info, sim, "tasks", task_id=None, name="nosuch") == []
    assert found(task_info, sim, "tasks", task_id=None, name=tasks[0]["name"][:-1]) == []


def test_instances_are_the_project_s_and_need_no_instance_id(sim):
    options = {**sim.options(), "instance_id": None}
    client = make_client(sim)
    client.instance_id = resolve(options, {}, in_instance=False).instance_id
    instances = found(instance_info, sim, "instances", client)
    assert [one["id"] for one in instances] == [one["id"] for one in sim.instances]
    assert len(found(instance_info, sim, "instances", client, name=sim.instances[1]["name"])) == 1
    assert found(instance_info, sim, "instances", client, name=sim.instances[1]["name"][:-1]) == []


@pytest.mark.parametrize("answer", [{"apps": 5}, {"apps": [5], "total": 1}, {"total": 1}])
def test_a_list_that_is_none_is_unreadable(sim, answer):
    sim.fault("apps", {"json": answer})
    with pytest.raises(errors.Unreadable):
        found(app_info, sim, "apps", app_id=None)
