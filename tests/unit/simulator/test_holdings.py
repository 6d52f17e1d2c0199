# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instance holds beside applications and tasks: its lists, and what of it an import leaves out."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.tests.simulator.beginning import PLANTED
from ansible_collections.roma.connect.tests.simulator.inventory import OPERATIONS
from ansible_collections.roma.connect.tests.simulator.routes import _ROUTES
from ansible_collections.roma.connect.tests.unit.simulator.support import Caller

PATHS = {operation: path for operation, _method, _prefix, path in _ROUTES}
FIELDS = {
    "datasources": ("fdi", "entities", 10),
    "groups": ("apic", "groups", 20),
    "apis": ("apic", "apis", 20),
    "rules": ("link", "items", 10),
    "topics": ("mqs", "topics", None),
}


def url(api, operation, **ids):
    instance_id = api.instance.rpartition("/")[2]
    words = {"project_id": api.sim.project_id, "instance_id": instance_id, **ids}
    return api.sim.endpoint + PATHS[operation].format(**words)


def listed(api, operation, **query):
    answer = api.get(url(api, operation), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def target(sim):
    return Caller(sim, sim.instances[1]["id"])


@pytest.mark.parametrize("operation", FIELDS)
def test_pages(api, operation):
    _service, field, usual = FIELDS[operation]
    add = {
        "datasources": {"app": "orders", "datasource_name": "n"},
        "groups": {"app": "orders", "name": "n"},
        "apis": {"group": "orders-api", "name": "n"},
        "rules": {"app": "orders", "name": "n"},
        "topics": {"app": "orders"},
    }[operation]
    things = [{**add, "name": f"topic-{number}"} if operation == "topics" else add for number in range(30)]
    api.sim.change(add={operation: things})
    answer = listed(api, operation)
    assert answer["size"] == len(answer[field]) == (usual or answer["total"])
    assert answer["total"] > 30
    assert listed(api, operation, offset=2, limit=5)[field] == listed(api, operation, limit=7)[field][2:]
    assert listed(api, operation, offset=-1)[field] == answer[field]
    assert len(listed(api, operation, limit=500)[field]) == answer["total"]


@pytest.mark.parametrize(
    ("operation", "query", "code"),
    [
        ("datasources", {"limit": 501}, "FDI.3033"),
        ("groups", {"limit": 501}, "APIG.2012"),
        ("apis", {"limit": 0}, "APIG.2012"),
        ("environments", {"offset": "x"}, "APIG.2012"),
        ("rules", {"limit": 1000}, "ROMA.13000"),
        ("variables", {}, "APIG.2012"),
        ("throttle_bindings", {}, "APIG.2012"),
        ("acl_bindings", {"acl_id": "none"}, "APIG.2012"),
    ],
)
def test_parameters_that_are_refused(api, operation, query, code):
    answer = api.get(url(api, operation), params=query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)


def test_what_is_not_there(api):
    assert api.get(url(api, "members", app_id="none")).status_code == 404
    assert api.get(url(api, "channel_members", channel_id="none")).json()["error_code"] == "APIG.3023"
    assert api.get(url(api, "variables"), params={"group_id": "none"}).json()["error_code"] == "APIG.3001"


def test_publications_are_joined_by_bars(api):
    api_, unpublished, _other = listed(api, "apis")["apis"]
    assert api_["run_env_name"] == "RELEASE|test"
    assert api_["run_env_id"].split("|")[0] == "DEFAULT_ENVIRONMENT_RELEASE_ID"
    assert len(set(api_["publish_id"].split("|"))) == 2
    assert (unpublished["run_env_name"], unpublished["publish_id"]) == ("", "")


def test_the_apis_of_a_channel(api):
    channel = listed(api, "channels")["vpc_channels"][0]
    assert [one["name"] for one in listed(api, "apis", vpc_channel_id=channel["id"])["apis"]] == ["get order"]
    assert "members" not in channel


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_list_meets_its_faults(api, operation):
    group = listed(api, "groups")["groups"][0]["id"]
    ids = {"app_id": api.sim.apps[0], "channel_id": listed(api, "channels")["vpc_channels"][0]["id"]}
    things = api.sim.state()["instances"][0]
    ids["plugin_id"] = things["plugins"][0]["plugin_id"]
    query = {"group_id": group, "throttle_id": things["throttles"][0]["id"]}
    query.update(acl_id=things["acls"][0]["id"], sign_id=things["signs"][0]["id"])
    for status in (403, 404, 405):
        api.sim.fault(operation, {"status": status})
        assert api.get(url(api, operation, **ids), params=query).status_code == status
    assert api.get(url(api, operation, **ids), params=query).status_code == 200
    assert api.get(url(Caller(api.sim, "none"), operation, **ids), params=query).status_code == 400


def imported(api, target, clock, **query):
    package = api.package(clock)
    assert target.importing(package, **query).status_code == 200
    clock.move(60)
    return package, target.sim.state()["instances"][1]


def test_what_an_import_leaves_out(api, target, clock):
    package, there = imported(api, target, clock)
    assert [app["members"] for app in there["apps"]] == [[], [], []]
    assert [task["status"] for task in api.sim.state()["instances"][0]["tasks"]] == [1, 0]
    assert [task["status"] for task in there["tasks"]] == [0, 0]
    assert [(one["datasource_name"], one["content"]) for one in there["datasources"]] == [
        ("orders-db", None),
        ("orders-events", None),
        ("orders-partner", None),
        ("orders-crm", None),
    ]
    assert [(group["name"], group["domains"]) for group in there["groups"]] == [
        ("orders-api", []),
        ("invoices-api", []),
    ]
    assert [(one["name"], [*one["published"]]) for one in there["apis"]] == [
        ("get order", ["DEFAULT_ENVIRONMENT_RELEASE_ID"]),
        ("get invoice", ["DEFAULT_ENVIRONMENT_RELEASE_ID"]),
    ]
    assert [(one["name"], one["members"]) for one in there["channels"]] == [("order-servers", [])]
    assert [one["config_name"] for one in there["app_configs"]] == ["currency"]
    assert [one["name"] for one in there["environments"]] == ["RELEASE"]
    for kind in ("variables", "throttles", "acls", "signs", "plugins", "topics", "products", "devices", "rules"):
        assert there.get(kind, []) == [], kind
    assert package.count(PLANTED.encode()) == 1, "only the configuration of an application, which is no password"


def test_a_prefix_is_that_of_applications(api, target, clock):
    imported(api, target, clock)
    api.sim.change(instance_id=target.sim.instances[1]["id"], remove={"datasources": ["orders-db"]})
    for name in ("orders-events", "orders-partner", "orders-crm"):
        api.sim.change(instance_id=target.sim.instances[1]["id"], remove={"datasources": [name]})
    _package, there = imported(api, target, clock, prefix="copy-")
    names = {app["id"]: app["name"] for app in there["apps"]}
    assert [(names[group["roma_app_id"]], group["name"]) for group in there["groups"]] == [
        ("orders", "orders-api"),
        ("invoices", "invoices-api"),
        ("copy-orders", "orders-api"),
        ("copy-invoices", "invoices-api"),
    ]
    assert len(there["apis"]) == 4


def test_merge_keeps_what_a_package_does_not_carry(api, target, clock):
    package, _there = imported(api, target, clock)
    second = target.sim.instances[1]["id"]
    api.sim.change(
        instance_id=second,
        add={"environments": [{"name": "test"}]},
        set={
            "groups": {"orders-api": {"domains": [{"domain": "orders.example.net"}]}},
            "channels": {"order-servers": {"members": [{"host": "10.0.2.7"}]}},
            "apis": {"get order": {"published": ["RELEASE", "test"]}},
        },
    )
    before = api.sim.state()["instances"][1]
    assert target.importing(package, type="Merge", prefix="").status_code == 200
    clock.move(60)
    # Tasks of the same name are in the way.
    package = api.package(clock, api.sim.apps)
    assert target.importing(package, type="Merge").status_code == 200
    clock.move(60)
    after = api.sim.state()["instances"][1]
    for kind in ("groups", "channels", "datasources", "app_configs"):
        assert after[kind] == before[kind]
    assert [[*one["published"]] for one in after["apis"]] == [[*one["published"]] for one in before["apis"]]


def test_everything_done_by_hand(api, target, clock):
    """As an import with a prefix leaves it, then finished: each list tells the same, but for ids and the prefix."""
    imported(api, target, clock, prefix="copy-")
    api.sim.change(instance_id=target.sim.instances[1]["id"], finish=api.sim.instance_id, prefix="copy-")

    def told(caller):
        lists = {
            operation: listed(caller, operation)
            for operation in OPERATIONS
            if operation not in ("variables", "members") and "bindings" not in operation
            if operation != "channel_members"
        }
        plain = json.loads(json.dumps(lists).replace("copy-", ""), object_hook=without_ids)
        return json.loads(json.dumps(plain), object_hook=in_order)

    def without_ids(item):
        return {key: value for key, value in item.items() if not key.endswith(("id", "time", "domain", "domains"))}

    def in_order(item):
        return {key: sorted(value, key=repr) if isinstance(value, list) else value for key, value in item.items()}

    assert told(target) == told(api)
    first, second = api.sim.state()["instances"]
    assert [app["members"] for app in first["apps"]] == [app["members"] for app in second["apps"]]
    assert [task["status"] for task in first["tasks"]] == [task["status"] for task in second["tasks"]]
    for kind in ("variables", "throttles", "channels"):
        assert len(first[kind]) == len(second[kind]) > 0


def test_what_is_deleted_takes_its_things_along(api, clock):
    body = {"apps": [{"id": item} for item in api.sim.apps], "tasks": []}
    assert api.post(api.assets + "/delete", json=body).status_code == 200
    clock.move(60)
    there = api.sim.state()["instances"][0]
    for kind in ("datasources", "groups", "apis", "variables", "app_configs", "topics", "devices"):
        assert there[kind] == []
    assert [one["bound"] for one in there["throttles"]] == [[], []]


@pytest.mark.parametrize(
    "change",
    [
        {"add": {"apis": [{"name": "x", "group": "none"}]}},
        {"add": {"apis": [{"group": "orders-api"}]}},
        {"add": {"nothing": []}, "set": {"nothing": {"x": {}}}},
        {"add": {"throttles": [{"name": "x", "colour": 1}]}},
        {"set": {"apps": {"orders": {"colour": 1}}}},
        {"set": {"tasks": {"none": {"status": 1}}}},
        {"remove": {"signs": ["none"]}},
        {"finish": "none"},
    ],
)
def test_changes_that_cannot_be_made(api, change):
    assert api.control("POST", "changes", json=change).status_code == 400
