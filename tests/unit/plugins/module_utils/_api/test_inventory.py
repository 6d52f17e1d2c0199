# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of what an instance holds, against the simulator."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.inventory import LISTINGS, count_devices, list_held
from ansible_collections.roma.connect.plugins.module_utils._api.sealed import Sealed
from ansible_collections.roma.connect.tests.simulator.beginning import PLANTED
from ansible_collections.roma.connect.tests.unit.plugins.support import make_client


@pytest.fixture
def ids(sim):
    """What each list is the list of."""
    things = sim.state()["instances"][0]
    return {
        "members": sim.apps[0],
        "variables": things["groups"][0]["id"],
        "channel_apis": things["channels"][0]["id"],
        "channel_members": things["channels"][0]["id"],
        "throttle_bindings": things["throttles"][0]["id"],
        "acl_bindings": things["acls"][0]["id"],
        "sign_bindings": things["signs"][0]["id"],
        "plugin_bindings": things["plugins"][0]["plugin_id"],
    }


@pytest.mark.parametrize("name", LISTINGS)
def test_each_list_is_read_in_one_request_and_without_its_secrets(sim, ids, name):
    items = list_held(make_client(sim), name, ids.get(name, ""))
    assert items
    assert all(isinstance(item[LISTINGS[name].key], str) for item in items)
    [request] = sim.requests()
    assert request["status"] == 200
    assert PLANTED not in json.dumps(items, default=repr)
    assert all(app["key"] not in json.dumps(items, default=repr) for app in sim.state()["instances"][0]["apps"])


@pytest.mark.parametrize("name", [name for name in LISTINGS if LISTINGS[name].page])
def test_each_list_that_has_pages_is_read_to_its_end(make_sim, name):
    sim = make_sim(page_items=2)
    sim.change(
        add={
            "datasources": [{"app": "orders", "datasource_name": f"d{number}"} for number in range(7)],
            "apis": [{"group": "orders-api", "name": f"a{number}", "published": ["test"]} for number in range(7)],
            "groups": [{"app": "orders", "name": f"g{number}"} for number in range(7)],
            "environments": [{"name": f"e{number}"} for number in range(7)],
        }
    )
    everything = [[f"orders-api/a{number}", "test"] for number in range(7)]
    sim.change(
        set={
            "throttles": {"at most 100": {"bound": everything}},
            "acls": {"office": {"bound": everything}},
            "signs": {"backend-key": {"bound": everything}},
            "plugins": {"log-to-kafka": {"bound": everything}},
            "channels": {"order-servers": {"members": [{"host": f"10.0.0.{number}"} for number in range(7)]}},
        }
    )
    client, things = make_client(sim), sim.state()["instances"][0]
    of = {
        "variables": things["groups"][0]["id"],
        "channel_apis": things["channels"][0]["id"],
        "channel_members": things["channels"][0]["id"],
        "throttle_bindings": things["throttles"][0]["id"],
        "acl_bindings": things["acls"][0]["id"],
        "sign_bindings": things["signs"][0]["id"],
        "plugin_bindings": things["plugins"][0]["plugin_id"],
    }.get(name, "")
    items = list_held(client, name, of)
    assert len({item[LISTINGS[name].key] for item in items}) == len(items)
    least = 7 if name in {"datasources", "apis", "groups", "environments", "channel_members"} or "_bind" in name else 1
    assert len(items) >= least
    assert len(sim.requests()) >= least / 2


def test_what_may_be_secret_is_sealed(sim, ids):
    client = make_client(sim)
    assert isinstance(list_held(client, "variables", ids["variables"])[0]["variable_value"], Sealed)
    assert isinstance(list_held(client, "signs")[0]["sign_key"], Sealed)
    assert isinstance(list_held(client, "app_configs")[0]["config_value"], Sealed)
    assert isinstance(list_held(client, "plugins")[0]["plugin_content"], Sealed)


def test_members_that_are_cut_are_no_list(sim):
    client = make_client(sim)
    sim.fault("members", {"json": {"total": 7, "id": "x", "users": [{"id": "u", "name": "n"}] * 5}})
    with pytest.raises(errors.Refused, match="5 of 7"):
        list_held(client, "members", sim.apps[0])


@pytest.mark.parametrize("answer", [{}, {"users": {}}, {"users": [{"name": "no id"}]}, {"users": [1]}])
def test_what_is_no_list(sim, answer):
    sim.fault("members", {"json": answer})
    with pytest.raises(errors.Unreadable):
        list_held(make_client(sim), "members", sim.apps[0])


def test_ids_are_escaped(sim):
    with pytest.raises(errors.Refused):
        list_held(make_client(sim), "plugin_bindings", "a/b?c")
    assert sim.requests()[-1]["path"].endswith("/plugins/a%2Fb%3Fc/attached-apis")


def test_devices_are_counted(sim):
    sim.change(
        add={
            "devices": [
                {"app": "orders", "name": "d", "state": "online"},
                {"app": "orders", "name": "g", "node_type": "gateway"},
            ],
            "products": [{"app": "orders", "name": "p", "product_type": 1}],
        }
    )
    assert count_devices(make_client(sim)) == {
        "product templates": 0,
        "products": 1,
        "gateway products": 1,
        "rules": 1,
        "devices": 2,
        "gateways": 1,
        "subdevices": 0,
    }
    assert [one["operation"] for one in sim.requests()] == ["device_counts", "rules"]


def test_counts_that_are_not_told_are_left_out(sim):
    sim.fault("device_counts", {"json": {"products": None, "devices": {"normal_devices": [1]}}})
    sim.fault("rules", {"json": {"items": []}})
    assert count_devices(make_client(sim)) == {"devices": 0, "gateways": 0, "subdevices": 0}
