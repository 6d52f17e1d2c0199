# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of what an instance holds, against the simulator."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.inventory import (
    LISTINGS,
    count_devices,
    list_held,
    read_item,
)
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
    assert all(isinstance(item["id"], str) for item in items)
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
    assert len({item["id"] for item in items}) == len(items)
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


def test_counts_that_are_texts_are_numbers_and_what_tells_none_is_none(sim):
    devices = {"normal_devices": {"online": "12", "offline": 3.0}, "gateway_devices": {"online": 1, "offline": None}}
    counts = {"products": {"normal_products_numbers": "7"}, "devices": devices, "product_templates": [1]}
    sim.fault("device_counts", {"json": counts})
    sim.fault("rules", {"json": {"items": [], "total": "4"}})
    assert count_devices(make_client(sim)) == {
        "product templates": None,
        "products": 7,
        "gateway products": None,
        "rules": 4,
        "devices": 15,
        "gateways": None,
        "subdevices": None,
    }


@pytest.mark.parametrize("count", [None, "", "many", -1, "-1", 1.5, True, [2], {}])
def test_what_is_no_count(sim, count):
    sim.fault("device_counts", {"json": {"devices": {"normal_devices": {"online": 1, "offline": count}}}})
    sim.fault("rules", {"json": {"total": count}})
    found = count_devices(make_client(sim))
    assert (found["devices"], found["rules"]) == (None, None)


def test_a_total_that_is_a_text_is_one(sim):
    """Else a list that is cut would count as whole."""
    sim.fault("members", {"json": {"total": "7", "id": "x", "users": [{"id": "u", "name": "n"}]}})
    with pytest.raises(errors.Refused, match="1 of 7"):
        list_held(make_client(sim), "members", sim.apps[0])


def read(kind, **fields):
    """An item in one form."""
    return read_item(LISTINGS[kind], {LISTINGS[kind].key: "x", **NAMED.get(kind, {}), **fields})


#: What an item of a list cannot be without.
NAMED = {
    "members": {"name": "n"},
    "groups": {"name": "n"},
    "apis": {"name": "n", "group_id": "g"},
    "channels": {"name": "n"},
    "channel_members": {"host": "h"},
    "throttles": {"name": "n"},
    "signs": {"name": "n"},
    "tasks": {"task_name": "n"},
    "variables": {"variable_name": "n", "env_id": "e"},
    "throttle_bindings": {"id": "a", "run_env_name": "e"},
    "acl_bindings": {"api_id": "a", "env_name": "e"},
}


@pytest.mark.parametrize(
    ("name", "fields", "same"),
    [
        ("apis", {"match_mode": "NORMAL"}, {}),
        ("apis", {"match_mode": None, "run_env_name": None}, {"match_mode": "", "run_env_name": ""}),
        ("channels", {"port": "80", "type": "2", "member_groups": None}, {"port": 80, "member_groups": []}),
        ("channels", {"type": 3}, {"vpc_channel_type": "microservice"}),
        ("channels", {"balance_strategy": "1", "member_type": "ecs"}, {"balance_strategy": None}),
        ("channel_members", {"is_backup": True, "weight": 1}, {"is_backup": "true", "weight": "1"}),
        ("throttles", {"user_call_limits": 0, "enable_adaptive_control": "FALSE"}, {"user_call_limits": None}),
        ("throttles", {"is_inclu_special_throttle": "1"}, {"is_inclu_special_throttle": 1}),
        ("throttles", {"is_inclu_special_throttle": 2}, {"is_inclu_special_throttle": 0}),
        ("members", {"roles": ["read", "modify"]}, {"roles": "modify, read"}),
        ("tasks", {"status": 1}, {"status": "1"}),
        ("signs", {"bind_num": "2", "sign_algorithm": ""}, {"bind_num": 2}),
        ("groups", {"url_domains": None}, {}),
        (
            "groups",
            {"url_domains": [{"domain": "a.example", "cname_status": "3", "min_ssl_version": "TLSv1.1"}]},
            {"url_domains": [{"domain": "a.example", "cname_status": 3, "ssl_id": None}]},
        ),
        ("variables", {"variable_value": 5}, {"variable_value": "5"}),
        ("variables", {"variable_value": False}, {"variable_value": "false"}),
    ],
)
def test_an_item_in_two_spellings_is_one(name, fields, same):
    one, other = read(name, **fields), read(name, **same)
    values = {key: value for key, value in one.items() if not isinstance(value, Sealed)}
    assert values == {key: value for key, value in other.items() if not isinstance(value, Sealed)}
    assert not any(value.differs(other[key]) for key, value in one.items() if isinstance(value, Sealed))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("members", {"name": None}),
        ("members", {"name": {"first": "a"}}),
        ("members", {"roles": [{}]}),
        ("apis", {"group_id": ""}),
        ("channel_members", {"host": None, "ecs_id": ""}),
        ("throttle_bindings", {"id": None}),
        ("acl_bindings", {"env_name": []}),
        ("groups", {"url_domains": "a.example"}),
        ("groups", {"url_domains": [{"cname_status": 3}]}),
        ("channels", {"member_groups": {}}),
    ],
)
def test_what_has_no_name_or_another_form_is_not_compared_by_what_it_lacks(name, fields):
    with pytest.raises(errors.Refused):
        read(name, **fields)


def test_a_value_of_another_form_is_sealed():
    item = read("groups", url_domains=[{"domain": "a.example", "cname_status": {"a": PLANTED}}])
    assert PLANTED not in json.dumps(item, default=repr)
    assert isinstance(item["domains"]["a.example"]["CNAME"], Sealed)


def test_server_groups_are_told_in_words():
    labels = [{"label_name": "app", "label_value": "shop"}]
    group = {"member_group_name": "v1", "member_group_weight": 5, "microservice_port": 0, "microservice_version": "1"}
    [told] = read("channels", member_groups=[{**group, "microservice_labels": labels}])["server_groups"]
    assert told == "group v1, label app shop, version 1, weight 5"
    assert read("channels", member_groups=[{"member_group_name": "v1"}])["server_groups"] == ["group v1"]
