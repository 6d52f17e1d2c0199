# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications, integration tasks and instances, page by page."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.tests.unit.simulator.support import Caller


def pages(api, url, key, limit):
    """Everything that a client sees that asks page by page."""
    seen, total = [], 1
    while len(seen) < total:
        answer = api.get(url, params={"offset": len(seen), "limit": limit}).json()
        assert answer["size"] == len(answer[key])
        seen += answer[key]
        total = answer["total"]
    return seen


def test_apps(api):
    url = api.instance + "/apps"
    answer = api.get(url).json()
    assert (answer["total"], answer["size"]) == (3, 3)
    assert [app["id"] for app in answer["apps"]] == api.sim.apps
    assert set(answer["apps"][0]) == {
        "id",
        "name",
        "remark",
        "roles",
        "create_time",
        "update_time",
        "created_user",
        "last_updated_user",
        "owner",
        "key",
        "favorite",
    }
    assert pages(api, url, "apps", 2) == answer["apps"]
    assert api.get(f"{url}/{api.sim.apps[1]}").json() == answer["apps"][1]
    assert api.get(f"{url}/{api.sim.tasks[1]}").status_code == 404


@pytest.mark.parametrize(("name", "found"), [("", 3), ("o", 3), ("ice", 1), ("orders", 1), ("%", 0)])
def test_apps_by_name(api, name, found):
    answer = api.get(api.instance + "/apps", params={"name": name, "limit": 1}).json()
    assert answer["total"] == found


def test_tasks(api):
    url = api.instance.replace("/instances/", "/fdi/instances/") + "/tasks"
    answer = api.get(url).json()
    assert (answer["total"], answer["size"]) == (2, 2)
    assert [task["task_id"] for task in answer["entities"]] == api.sim.tasks
    assert pages(api, url, "entities", 1) == answer["entities"]
    assert api.get(url, params={"name": "stock"}).json()["total"] == 1
    assert api.get(url, params={"limit": 1000}).status_code == 200
    assert api.get(url, params={"limit": 1001}).status_code == 400


def test_instances(api):
    url = f"{api.sim.endpoint}/v2/{api.sim.project_id}/instances"
    answer = api.get(url).json()
    assert [{"id": item["id"], "name": item["name"]} for item in answer["instances"]] == api.sim.instances
    assert (answer["total"], answer["size"]) == (2, 2)
    assert answer["instances"][0]["status"] == "RUNNING"
    assert pages(api, url, "instances", 1) == answer["instances"]
    assert api.get(url, params={"status": "FROZEN"}).json()["instances"] == []
    assert api.get(url, params={"limit": 101}).status_code == 400


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": "x"}, {"offset": -1}, {"limit": "²"}, {"limit": ""}])
def test_pages_that_are_none(api, query):
    answer = api.get(api.instance + "/apps", params=query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ROMA.13000")


def test_listings_of_an_unknown_instance(sim):
    api = Caller(sim, "00000000-0000-0000-0000-000000000000")
    for url in (api.instance + "/apps", api.instance.replace("/instances/", "/fdi/instances/") + "/tasks"):
        assert api.get(url).json()["error_code"] == "ROMA.00014002"


def test_short_pages(make):
    api = Caller(make(apps=5, page_items=2))
    assert api.get(api.instance + "/apps", params={"limit": 100}).json()["size"] == 2
    assert [app["name"] for app in pages(api, api.instance + "/apps", "apps", 100)] == [
        "orders",
        "invoices",
        "warehouse",
        "app-4",
        "app-5",
    ]


def test_many(make):
    api = Caller(make(apps=250, tasks=150))
    assert len(pages(api, api.instance + "/apps", "apps", 100)) == 250
    assert len(set(api.sim.apps)) == 250
    assert len(api.sim.tasks) == 150


def test_pages_that_move(api):
    """An application that comes between two pages shifts the second: its first item was seen before."""
    api.sim.change(operation="apps", after=1, add_apps=[{"name": "new"}])
    url = api.instance + "/apps"
    first = api.get(url, params={"limit": 2}).json()
    second = api.get(url, params={"limit": 2, "offset": 2}).json()
    assert (first["total"], second["total"]) == (3, 4)
    assert second["apps"][0] == first["apps"][1]
    assert api.names() == ["new", "orders", "invoices", "warehouse"]


def test_changes_at_once(api):
    other = api.sim.instances[1]["id"]
    change = {"remove_apps": api.sim.apps[:1], "remove_tasks": api.sim.tasks}
    assert api.control("POST", "changes", json=change).status_code == 200
    assert api.control("POST", "changes", json={"instance_id": other, "add_tasks": [{"name": "t"}]}).status_code == 200
    first, second = api.sim.state()["instances"]
    assert [app["name"] for app in first["apps"]] == ["invoices", "warehouse"]
    assert (first["tasks"], [task["name"] for task in second["tasks"]]) == ([], ["t"])


@pytest.mark.parametrize("change", [{"colour": 1}, {"operation": "nothing"}, {"add_apps": [{"size": 1}]}])
def test_changes_that_cannot_be_made(api, change):
    assert api.control("POST", "changes", json=change).status_code == 400
