# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the target lacks, of what was read of both. Pure."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._api.inventory import LISTINGS, read_item
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_compare import CATEGORIES
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_matches import Held, Matches
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_things import untold
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_todo import (
    ANY,
    SENTENCES,
    WHERE,
    WHERE_MISSING,
    opened,
)

APP, OTHER = {"id": "a1", "name": "crm"}, {"id": "a2", "name": "erp"}
GROUP = {"id": "g1", "name": "crm-api", "roma_app_id": "a1", "roma_app_name": "crm", "url_domains": []}
API = {
    "id": "p1",
    "name": "get",
    "group_id": "g1",
    "group_name": "crm-api",
    "roma_app_name": "crm",
    "req_method": "GET",
    "req_uri": "/x",
    "match_mode": "NORMAL",
    "run_env_name": "RELEASE|test",
}
ENVS = [{"id": "e1", "name": "RELEASE"}, {"id": "e2", "name": "test"}]


def held(counts=None, unread=(), **lists):
    """What was read: lists by name, those of single things as ``name__id``; items as the API tells them."""
    one = Held()
    for name, items in {"apps": [APP, OTHER], **lists}.items():
        kind, _two, of = name.partition("__")
        listing = LISTINGS[kind]
        one.lists[kind, of] = [read_item(listing, {listing.key: f"{kind} {n}", **item}) for n, item in enumerate(items)]
    one.device_counts, one.unread = counts or {}, set(unread)
    return one


def found(category, source, target, prefix="", app_names=()):
    """(state, name, app, source, target) of each item."""
    items = list(CATEGORIES[category](Matches(source, target, prefix, app_names)))
    for item in items:
        assert item["category"] == category
        where = WHERE_MISSING.get(category) if item["state"] == "missing" else None
        assert item["todo"].endswith(f"(console: {where or WHERE[category]})")
        assert "{" not in item["todo"]
    return [(item["state"], item["name"], item["app"], item["source"], item["target"]) for item in items]


def changed(thing, **words):
    return {**thing, **words}


def moved(*things):
    """The same in another instance: with other ids."""
    ids = ("id", "group_id", "roma_app_id", "app_id", "datasource_id", "plugin_id", "task_id", "env_id")
    return [{name: f"t-{value}" if name in ids and value else value for name, value in one.items()} for one in things]


APPS = moved(APP, OTHER)
BASE = {"groups": [GROUP], "apis": [API], "environments": ENVS}
BASE_THERE = {"apps": APPS, "groups": moved(GROUP), "apis": moved(API), "environments": moved(*ENVS)}


@pytest.mark.parametrize("category", CATEGORIES)
def test_nothing_is_open_where_nothing_is_there(category):
    assert found(category, held(apps=[]), held(apps=[])) == []


def test_apps():
    assert found("apps", held(), held(apps=moved(APP))) == [("missing", "erp", "erp", "there", None)]
    assert found("apps", held(), held(apps=[]), app_names=["erp"]) == [("missing", "erp", "erp", "there", None)]
    assert found("apps", held(), held(apps=APPS)) == []


def test_an_app_is_found_with_the_prefix_first():
    there = held(apps=[{"id": "t1", "name": "new-crm"}, {"id": "t2", "name": "crm"}, {"id": "t3", "name": "erp"}])
    assert found("apps", held(), there, prefix="new-") == []
    users = held(members__a1=[{"id": "u", "name": "anna", "roles": ["read"]}])
    there.lists["members", "t2"] = users.items("members", "a1")
    assert found("members", users, there, prefix="new-") == [("missing", "anna", "crm", "read", None)]
    assert found("members", users, there) == []


def test_members():
    users = [{"id": "1", "name": "anna", "roles": ["read", "modify"]}, {"id": "2", "name": "bernd", "roles": ["admin"]}]
    source = held(members__a1=users)
    there = [{"id": "9", "name": "bernd", "roles": ["read", "admin"]}, {"id": "8", "name": "more", "roles": []}]
    assert found("members", source, held(apps=APPS, **{"members__t-a1": there})) == [
        ("missing", "anna", "crm", "modify, read", None)
    ]
    there = [
        changed(users[0], roles=["read"]),
        changed(users[1], roles=["read", "access", "delete", "modify", "admin"]),
    ]
    assert found("members", source, held(apps=APPS, **{"members__t-a1": there})) == [
        ("differs", "anna", "crm", "modify, read", "read")
    ]
    assert found("members", source, held(apps=[])) == [], "told by the application"
    assert found("members", source, held(apps=APPS, unread=[("members", "t-a1")])) == [], "told as not checked"


SOURCE = {
    "datasource_id": "d1",
    "datasource_name": "db",
    "datasource_type": "MYSQL",
    "app_id": "a1",
    "app_name": "crm",
    "content": {"host": "h1", "user_name": "u", "ak": "k"},
}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], [("missing", "db", "crm", "there", None)]),
        ([SOURCE], [("unverified", "db", "crm", None, None)]),
        ([changed(SOURCE, datasource_type="KAFKA")], [("missing", "db", "crm", "there", None)]),
        ([changed(SOURCE, app_id="a2", app_name="erp")], [("missing", "db", "crm", "there", None)]),
        ([SOURCE, changed(SOURCE, datasource_id="d2")], [("ambiguous", "db", "crm", "there", "2 fit")]),
        (
            [changed(SOURCE, content={"host": "h2", "user_name": "u"})],
            [
                ("differs", "db", "crm", "host h1, ak (not shown)", "host h2, no ak"),
                ("unverified", "db", "crm", None, None),
            ],
        ),
        (
            [changed(SOURCE, content={})],
            [
                ("differs", "db", "crm", "host h1, user_name u, ak (not shown)", "no host, no user_name, no ak"),
                ("unverified", "db", "crm", None, None),
            ],
        ),
    ],
)
def test_data_sources(there, expected):
    assert found("data_sources", held(datasources=[SOURCE]), held(apps=APPS, datasources=moved(*there))) == expected


def test_what_is_masked_in_one_may_be_anything_in_the_other():
    masked = changed(SOURCE, content={**SOURCE["content"], "user_name": "******"})
    for one, other in ((masked, SOURCE), (SOURCE, masked), (masked, masked)):
        assert found("data_sources", held(datasources=[one]), held(apps=APPS, datasources=moved(other))) == [
            ("unverified", "db", "crm", None, None)
        ]


def test_names_of_connector_parameters_are_not_told():
    content = {"connector_params": {"my_token": "a", "other": "a"}, "headers": {"x": "b"}}
    one, other = changed(SOURCE, content=content), changed(SOURCE, content={"headers": {"x": "c"}})
    [item, _unverified] = found("data_sources", held(datasources=[one]), held(apps=APPS, datasources=moved(other)))
    assert item[3] == "connector parameters (not shown), other settings (not shown)"
    assert item[4] == "no connector parameters, other settings (not shown)"


def test_a_data_source_that_the_source_has_twice_is_ambiguous_once():
    twice = [SOURCE, changed(SOURCE, datasource_id="d2")]
    assert found("data_sources", held(datasources=twice), held(apps=APPS, datasources=moved(SOURCE))) == [
        ("ambiguous", "db", "crm", "there", "1 fits")
    ]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], [("missing", "crm-api/get", "crm", "published in RELEASE, test", None)]),
        ([API], []),
        ([changed(API, run_env_name="test|RELEASE|more")], []),
        (
            [changed(API, run_env_name="RELEASE")],
            [("differs", "crm-api/get", "crm", "published in RELEASE, test", "published in RELEASE")],
        ),
        (
            [changed(API, run_env_name="")],
            [("differs", "crm-api/get", "crm", "published in RELEASE, test", "published in no environment")],
        ),
        ([changed(API, req_uri="/y")], [("differs", "crm-api/get", "crm", "req_uri /x", "req_uri /y")]),
        ([API, changed(API, id="p2", req_uri="/y")], []),
        (
            [changed(API, req_uri="/z"), changed(API, id="p2", req_uri="/y")],
            [("ambiguous", "crm-api/get", "crm", "published in RELEASE, test", "2 fit")],
        ),
    ],
)
def test_apis(there, expected):
    assert found("apis", held(**BASE), held(**{**BASE_THERE, "apis": moved(*there)})) == expected


def test_apis_of_groups_of_one_name_in_two_applications():
    """The group is the one of the twin application, not that of whoever else has one of its name."""
    apps = [{"id": "t1", "name": "crm"}, {"id": "t2", "name": "new-crm"}]
    groups = [{"id": f"tg{number}", "name": "crm-api", "roma_app_id": f"t{number}"} for number in (1, 2)]
    there = held(apps=apps, groups=groups, apis=[changed(API, group_id="tg1", id="x")])
    assert found("apis", held(**BASE), there) == []
    assert [item[0] for item in found("apis", held(**BASE), there, prefix="new-")] == ["missing"]


def test_apis_of_groups_that_are_not_there_are_told_one_by_one():
    groups = [changed(GROUP, id=name, name=name) for name in ("two", "three")]
    apis = [changed(API, id=f"p-{name}", group_id=name, group_name=name) for name in ("two", "three")]
    there = held(**{**BASE_THERE, "groups": [], "apis": []})
    items = found("apis", held(groups=groups, apis=apis), there)
    assert [item[:2] for item in items] == [("missing", "two/get"), ("missing", "three/get")]
    # An API of a group of the target whose id is that of one of the source.
    there = held(**{**BASE_THERE, "groups": [], "apis": [changed(apis[0], roma_app_name="erp")]})
    assert [item[0] for item in found("apis", held(groups=groups, apis=apis), there)] == ["missing", "missing"]


@pytest.mark.parametrize("apis", [[], [API], [API, changed(API, id="p2", group_id="g2")]])
def test_apis_of_a_group_that_the_target_has_twice_are_ambiguous(apis):
    there = held(**{**BASE_THERE, "groups": moved(GROUP, changed(GROUP, id="g2")), "apis": moved(*apis)})
    assert [item[0] for item in found("apis", held(**BASE), there)] == ["ambiguous"]


@pytest.mark.parametrize("there", ["GET", "POST"])
def test_an_api_that_another_fits_exactly_is_not_taken(there):
    apis = [changed(API, id=method, name="order", req_method=method) for method in ("GET", "POST")]
    source = held(**{**BASE, "apis": apis})
    target = held(**{**BASE_THERE, "apis": moved(changed(API, name="order", req_method=there))})
    assert [item[:2] for item in found("apis", source, target)] == [("missing", "crm-api/order")]
    assert set(Matches(source, target, "", ()).twins("apis")) == {there}


def test_with_a_prefix_a_thing_is_the_twin_of_one_at_most():
    both = [changed(APP, id=name, name=name) for name in ("a", "x-a")]
    databases = [changed(SOURCE, datasource_id=name, app_id=name, app_name=None) for name in ("a", "x-a")]
    source = held(apps=both, datasources=databases)
    there = held(apps=moved(both[1]), datasources=moved(databases[1]))
    assert [item[:2] for item in found("apps", source, there, prefix="x-")] == [("missing", "x-a")]
    assert Matches(source, there, "x-", ["x-a"]).missing_apps() == ["x-a"], "though the other is not compared"
    assert [item[:3] for item in found("data_sources", source, there, prefix="x-")] == [("unverified", "db", "a")]
    policies = [{"id": name, "name": name, "is_inclu_special_throttle": 2} for name in ("a", "x-a")]
    there = held(apps=APPS, throttles=moved(policies[1]))
    items = found("throttles", held(throttles=policies), there, prefix="x-")
    assert [item[:2] for item in items] == [("missing", "a")], "what gets no prefix is first looked for without it"


def test_two_applications_of_one_name_are_ambiguous():
    there = held(apps=moved(APP, changed(APP, id="a9"), OTHER))
    assert found("apps", held(), there) == [("ambiguous", "crm", "crm", "there", "2 fit")]
    assert Matches(held(), there, "", ()).unclear_apps() == ["crm"]
    assert Matches(held(), held(apps=APPS[:1]), "", ()).unclear_apps() == []


@pytest.mark.parametrize("doubled", ["source", "target"])
def test_what_belongs_to_one_of_two_applications_of_a_name_is_ambiguous(doubled):
    """Nobody knows which of the two it belongs to, so that it is not compared with what either has."""
    second = changed(APP, id="a9")
    lists = {
        "datasources": [SOURCE],
        "groups": [GROUP],
        "apis": [API],
        "plugins": [{"plugin_id": "k", "plugin_name": "log", "roma_app_id": "a1", "plugin_content": "{}"}],
        "app_configs": [{"id": "x", "config_name": "c", "app_id": "a1", "config_value": "1"}],
    }
    there = {name: moved(*items) for name, items in lists.items()}
    there["datasources"] += moved(changed(SOURCE, datasource_id="d9", app_id="a9", datasource_name="other"))
    source = held(**lists, apps=[APP, second, OTHER] if doubled == "source" else [APP, OTHER])
    target = held(**there, apps=moved(APP, second, OTHER) if doubled == "target" else APPS)
    for category, name in (
        ("apps", "crm"),
        ("data_sources", "db"),
        ("apis", "crm-api/get"),
        ("plugins", "log"),
        ("app_configs", "c"),
    ):
        assert [item[:3] for item in found(category, source, target) if item[1] != "erp"] == [
            ("ambiguous", name, "crm")
        ]
    less = held(apps=target.items("apps"))
    assert [item[0] for item in found("data_sources", source, less)] == ["missing"], "neither has it"


def test_domains():
    domains = [{"domain": "a.example", "cname_status": 3, "ssl_id": "c"}, {"domain": "b.example", "cname_status": 3}]
    source = held(groups=[changed(GROUP, url_domains=domains)])
    there = [{"domain": "b.example", "cname_status": 1}]
    assert found("domains", source, held(apps=APPS, groups=moved(changed(GROUP, url_domains=there)))) == [
        ("missing", "a.example", "crm", "of group crm-api", None),
        ("differs", "b.example", "crm", "CNAME resolved", "CNAME not resolved"),
    ]
    assert found("domains", source, held(apps=APPS, groups=moved(changed(GROUP, url_domains=domains)))) == []
    groups = moved(GROUP, changed(GROUP, id="g2"))
    assert found("domains", source, held(apps=APPS, groups=groups)) == [("ambiguous", "crm-api", "crm", None, None)]
    domain = [changed(domains[0], ssl_id="")]
    [item] = found(
        "domains",
        held(groups=[changed(GROUP, url_domains=domains[:1])]),
        held(apps=APPS, groups=moved(changed(GROUP, url_domains=domain))),
    )
    assert item == ("differs", "a.example", "crm", "certificate there", "no certificate")


@pytest.mark.parametrize(
    ("source", "target", "differs"), [(4, 3, False), (1, 3, False), (None, 3, False), (3, 1, True), (4, 1, True)]
)
def test_a_domain_that_leads_to_the_target_is_as_it_should_be(source, target, differs):
    """Its CNAME can lead to one of the two only."""
    groups = [changed(GROUP, url_domains=[{"domain": "a.example", "cname_status": one}]) for one in (source, target)]
    items = found("domains", held(groups=groups[:1]), held(apps=APPS, groups=moved(groups[1])))
    assert [item[0] for item in items] == ["differs"] * differs


def test_in_a_domain_upper_case_makes_no_difference():
    groups = [changed(GROUP, url_domains=[{"domain": name}]) for name in ("A.example", "a.Example")]
    assert found("domains", held(groups=groups[:1]), held(apps=APPS, groups=moved(groups[1]))) == []


def test_environments():
    assert found("environments", held(**BASE), held(**{**BASE_THERE, "environments": moved(ENVS[0])})) == [
        ("missing", "test", None, "there", None)
    ]
    assert found("environments", held(**BASE), held(apps=APPS), app_names=["erp"]) == [], "its APIs use none"
    assert len(found("environments", held(**BASE), held(apps=APPS), app_names=["crm"])) == 2


def variable(name, value, env="e1"):
    return {"id": name, "variable_name": name, "env_id": env, "variable_value": value}


def test_variables():
    has = [variable("a", "1"), variable("b", "2"), variable("b", "3", "e2"), variable("c", "***")]
    source = held(**BASE, variables__g1=has)
    there = moved(variable("b", "x"), variable("b", "3", "e2"), variable("c", "***"))
    assert found("variables", source, held(**BASE_THERE, **{"variables__t-g1": there})) == [
        ("missing", "crm-api/RELEASE/a", "crm", "a value", None),
        ("differs", "crm-api/RELEASE/b", "crm", "a value", "another value"),
        ("unverified", "crm-api/RELEASE/c", "crm", None, None),
    ]
    without_group = held(**{**BASE_THERE, "groups": []})
    assert [item[0] for item in found("variables", source, without_group)] == ["missing"] * 4
    twice = held(**{**BASE_THERE, "groups": moved(GROUP, changed(GROUP, id="g2"))})
    assert found("variables", source, twice) == [("ambiguous", "crm-api", "crm", None, None)]
    assert found("variables", source, held(**BASE_THERE, unread=[("variables", "t-g1")])) == []
    assert found("variables", held(**BASE, unread=[("variables", "g1")]), held(**BASE_THERE)) == []


CHANNEL = {"id": "c1", "name": "ch", "port": 80, "member_type": "ip", "type": 2, "balance_strategy": 1}
SERVER = {"id": "m", "host": "10.0.0.1", "port": 80, "weight": 1, "is_backup": False, "status": 1}


def test_channels():
    source = held(**BASE, channels=[CHANNEL], channel_members__c1=[SERVER], channel_apis__c1=[API])

    def compared(*channels, servers=(), **more):
        there = held(**BASE_THERE, channels=moved(*channels), **{"channel_members__t-c1": servers})
        return found("channels", source, there, **more)

    assert compared(CHANNEL, servers=[SERVER, changed(SERVER, host="10.0.0.2")]) == []
    assert compared() == [("missing", "ch", None, "10.0.0.1:80 (weight 1)", None)]
    assert compared(CHANNEL) == [("differs", "ch", None, "10.0.0.1:80 (weight 1)", "no servers")]
    assert compared(changed(CHANNEL, port=81), servers=[SERVER]) == [("differs", "ch", None, "port 80", "port 81")]
    assert compared(CHANNEL, changed(CHANNEL, id="c2")) == [
        ("ambiguous", "ch", None, "10.0.0.1:80 (weight 1)", "2 fit")
    ]
    assert [item[0] for item in compared(app_names=["crm"])] == ["missing"]
    assert compared(app_names=["erp"]) == [], "none of its APIs uses it"
    backup = [changed(SERVER, is_backup=True, host="", ecs_id="e")]
    assert compared(CHANNEL, servers=backup)[0][4] == "e:80 (weight 1, backup)"


KINDS = {
    "throttles": (
        "throttles",
        "throttle_bindings",
        {"id": "k1", "name": "pol", "api_call_limits": 5, "is_inclu_special_throttle": 2},
        "api_call_limits",
    ),
    "access_controls": ("acls", "acl_bindings", {"id": "k1", "acl_name": "pol", "acl_value": "a,b"}, "acl_value"),
    "signature_keys": ("signs", "sign_bindings", {"id": "k1", "name": "pol", "sign_type": "hmac"}, "sign_type"),
    "plugins": (
        "plugins",
        "plugin_bindings",
        {"plugin_id": "k1", "plugin_name": "pol", "plugin_type": "cors", "plugin_content": "x"},
        "plugin_type",
    ),
}


@pytest.mark.parametrize("category", KINDS)
def test_policies(category):
    kind, bindings, policy, field = KINDS[category]
    binding = (
        {"id": "p1", "run_env_name": "RELEASE"}
        if kind == "throttles"
        else {"id": "b", "api_id": "p1", "env_name": "RELEASE"}
    )
    there_binding = {
        **binding,
        **{name: "t-p1" for name in ("id", "api_id") if binding[name if name in binding else "id"] == "p1"},
    }
    source = held(**BASE, **{kind: [policy], f"{bindings}__k1": [binding]})

    def compared(*policies, bound=(), **more):
        there = held(**BASE_THERE, **{kind: moved(*policies), f"{bindings}__t-k1": bound})
        items = found(category, source, there, **more)
        return [item for item in items if (category, item[0]) != ("signature_keys", "unverified")]

    told = "bound to crm-api/get in RELEASE"
    assert compared(policy, bound=[there_binding]) == []
    assert compared() == [("missing", "pol", None, told, None)]
    assert compared(policy) == [("differs", "pol", None, told, "not bound to these")]
    assert compared(policy, bound=[{**there_binding, "run_env_name": "test", "env_name": "test"}])[0][0] == "differs"
    [item] = compared(changed(policy, **{field: "other"}), bound=[there_binding])
    assert item == ("differs", "pol", None, f"{field} {policy[field]}", f"{field} other")
    assert compared(policy, changed(policy, id="k2", plugin_id="k2")) == [("ambiguous", "pol", None, told, "2 fit")]
    assert [item[0] for item in compared(app_names=["crm"])] == ["missing"]
    assert compared(app_names=["erp"]) == [], "bound to none of its APIs"


@pytest.mark.parametrize("category", KINDS)
@pytest.mark.parametrize("side", ["source", "target"])
def test_a_policy_whose_bindings_cannot_be_read_is_compared_all_the_same(category, side):
    kind, bindings, policy, field = KINDS[category]
    unread = {"source": [(bindings, "k1")], "target": [(bindings, "t-k1")]}
    binding = {"id": "p1", "api_id": "p1", "run_env_name": "RELEASE", "env_name": "RELEASE"}
    read = {f"{bindings}__k1": [binding]} if side == "target" else {}
    source = held(**BASE, **{kind: [policy]}, **read, unread=unread[side] if side == "source" else ())

    def compared(*policies):
        there = held(**BASE_THERE, **{kind: moved(*policies)}, unread=unread[side] if side == "target" else ())
        # that a key's secret cannot be read is another matter
        return [item for item in found(category, source, there) if item[0] != "unverified"]

    assert compared(policy) == [], "the bindings are not known"
    told = "there" if side == "source" else "bound to crm-api/get in RELEASE"
    assert compared() == [("missing", "pol", None, told, None)]
    [item] = compared(changed(policy, **{field: "other"}))
    assert item == ("differs", "pol", None, f"{field} {policy[field]}", f"{field} other")


def test_a_channel_whose_servers_cannot_be_read_is_compared_all_the_same():
    unread = held(**BASE, channels=[CHANNEL], unread=[("channel_members", "c1")])
    assert found("channels", unread, held(**BASE_THERE)) == [("missing", "ch", None, "there", None)]
    there = held(**BASE_THERE, channels=moved(changed(CHANNEL, port=81)))
    assert found("channels", unread, there) == [("differs", "ch", None, "port 80", "port 81")]


def test_variables_of_an_environment_that_is_not_there_are_missing_though_they_cannot_be_read():
    source = held(**BASE, variables__g1=[variable("a", "1"), variable("b", "2", "e2")])
    there = held(**{**BASE_THERE, "environments": moved(ENVS[0])}, unread=[("variables", "t-g1")])
    assert [item[:2] for item in found("variables", source, there)] == [("missing", "crm-api/test/b")]


def test_only_bindings_to_apis_in_scope_count():
    apis = [API, changed(API, id="p9", roma_app_name="erp")]
    bindings = [{"id": name, "run_env_name": "RELEASE"} for name in ("p1", "p9", "not in the list")]
    source = held(**{**BASE, "apis": apis}, throttles=[KINDS["throttles"][2]], throttle_bindings__k1=bindings)
    [item] = found("throttles", source, held(**BASE_THERE), app_names=["crm"])
    assert item[3] == "bound to crm-api/get in RELEASE"


@pytest.mark.parametrize("category", KINDS)
@pytest.mark.parametrize(
    ("number", "apis", "reasons"),
    [(1, ["p1"], 0), (2, ["p1"], 1), (1, ["another"], 1), (None, ["p1", "another"], 1), (0, [], 0)],
)
def test_bindings_that_are_not_seen_are_said_not_to_be_known(category, number, apis, reasons):
    kind, bindings, policy, _field = KINDS[category]
    bound = [{"id": api, "api_id": api, "run_env_name": "RELEASE", "env_name": "RELEASE"} for api in apis]
    policy = changed(policy, bind_num=None if kind == "plugins" else number, ldapi_bind_num=0)
    source = held(**BASE, **{kind: [policy], f"{bindings}__k1": bound})
    expected = [category] * (reasons if kind != "plugins" or "another" in apis else 0)
    assert [line[0] for line in not_known(source, held(**BASE_THERE))] == expected


def test_the_order_in_a_list_of_addresses_does_not_matter():
    policy = {"id": "k", "acl_name": "p", "acl_value": "192.0.2.1,192.0.2.2"}
    for value in ("192.0.2.2, 192.0.2.1", "192.0.2.2 ,192.0.2.1", "192.0.2.1;\n192.0.2.2;", "192.0.2.1\r\n192.0.2.2"):
        other = changed(policy, acl_value=value)
        assert found("access_controls", held(acls=[policy]), held(apps=APPS, acls=[other])) == [], value


def test_what_is_equal_only_since_it_is_masked_is_unverified():
    sign = {"id": "k", "name": "key", "sign_key": "k", "sign_secret": "s***t"}
    assert found("signature_keys", held(signs=[sign]), held(apps=APPS, signs=[sign])) == [
        ("unverified", "key", None, None, None)
    ]
    log = {"plugin_id": "k", "plugin_name": "log", "plugin_content": '{"password": "***"}'}
    assert found("plugins", held(plugins=[log]), held(apps=APPS, plugins=[log])) == [
        ("unverified", "log", None, None, None)
    ]
    told = changed(log, plugin_content="x")
    assert found("plugins", held(plugins=[told]), held(apps=APPS, plugins=[told])) == []
    assert found("plugins", held(plugins=[told]), held(apps=APPS, plugins=[changed(told, plugin_content="y")])) == [
        ("differs", "log", None, "plugin_content (not shown)", "plugin_content (not shown)")
    ]


def test_a_signature_key_always_has_a_secret():
    sign = {"id": "k", "name": "key"}
    assert found("signature_keys", held(signs=[sign]), held(apps=APPS, signs=[sign])) == [
        ("unverified", "key", None, None, None)
    ]


def test_what_is_told_of_a_plugin_is_compared_and_the_rest_unverified():
    def states(*contents, plugin_type="kafka_log"):
        shape = {"plugin_id": "k", "plugin_name": "log", "plugin_type": plugin_type}
        one, other = ({**shape, "plugin_content": content} for content in contents)
        return [item[0] for item in found("plugins", held(plugins=[one]), held(apps=APPS, plugins=[other]))]

    assert states('{"a": 1, "sasl_password": "x"}', '{"a": 1, "sasl_password": "x"}') == []
    assert states('{"a": 1}', '{"a": 1}') == ["unverified"]
    assert states('{"a": 1}', '{"a": 1}', plugin_type="cors") == []
    assert states(None, None, plugin_type="cors") == ["unverified"]
    assert states('{"a": 1, "password": "x"}', '{"a": 1, "password": "******"}') == ["unverified"]
    assert states('{"a": 1, "password": "x"}', '{"a": 2, "password": "******"}') == ["differs", "unverified"]


def test_a_variable_without_a_value_in_the_answer_is_unverified():
    nulls = [{**variable("a", "x"), "variable_value": None}]
    for one, other in ((nulls, nulls), (nulls, [variable("a", "1")]), ([variable("a", "***")], [variable("a", "1")])):
        there = held(**BASE_THERE, **{"variables__t-g1": moved(*other)})
        assert [item[0] for item in found("variables", held(**BASE, variables__g1=one), there)] == ["unverified"]


def test_a_plugin_of_an_application_goes_with_it():
    log = {"plugin_id": "k", "plugin_name": "log", "roma_app_id": "a1", "plugin_content": "x"}
    assert found("plugins", held(plugins=[log]), held(apps=APPS)) == [
        ("missing", "log", "crm", "bound to nothing", None)
    ]
    assert found("plugins", held(plugins=[log]), held(apps=APPS), app_names=["crm"])[0][0] == "missing"
    assert found("plugins", held(plugins=[log]), held(apps=APPS), app_names=["erp"]) == []
    assert found("plugins", held(plugins=[log]), held(apps=APPS, plugins=moved(log))) == []


@pytest.mark.parametrize(
    ("config", "there", "expected"),
    [
        ({"config_value": "1"}, {"config_value": "1"}, []),
        (
            {"config_value": "1"},
            {"config_value": "2"},
            [("differs", "c", "crm", "a value", "another value")],
        ),
        ({"config_value": "1"}, {"config_value": ""}, [("differs", "c", "crm", "a value", None)]),
        ({"config_value": "1"}, None, [("missing", "c", "crm", "there", None)]),
        ({"config_type": "password"}, {"config_type": "password"}, [("unverified", "c", "crm", None, None)]),
        ({"config_value": None}, {"config_value": None}, [("unverified", "c", "crm", None, None)]),
        ({"config_type": 1}, {"config_type": 1, "config_value": "1"}, [("unverified", "c", "crm", None, None)]),
        (
            {"config_type": 2, "config_value": "1"},
            {"config_type": 2, "config_value": "1"},
            [("unverified", "c", "crm", None, None)],
        ),
        (
            {"config_value": "1"},
            {"config_type": "password", "config_value": "***"},
            [
                ("differs", "c", "crm", "config_type variable", "config_type password"),
                ("unverified", "c", "crm", None, None),
            ],
        ),
        (
            {"config_type": 1, "config_value": "***"},
            {"config_value": "***"},
            [("unverified", "c", "crm", None, None)],
        ),
    ],
)
def test_app_configs(config, there, expected):
    shape = {"id": "x", "config_name": "c", "app_id": "a1", "config_type": "variable"}
    items = [] if there is None else moved({**shape, **there})
    assert found("app_configs", held(app_configs=[{**shape, **config}]), held(apps=APPS, app_configs=items)) == expected


@pytest.mark.parametrize(
    ("source", "target", "states"),
    [(1, 0, ["stopped"]), (1, 1, []), (0, 0, []), ("running", "stop", ["stopped"]), (1, None, ["missing"])],
)
def test_tasks(source, target, states):
    task = {"task_id": "k", "task_name": "nightly", "status": source, "source_app_id": "a1", "target_app_id": "a2"}
    there = [] if target is None else moved(changed(task, status=target))
    assert [item[0] for item in found("tasks", held(tasks=[task]), held(apps=APPS, tasks=there))] == states
    prefixed = [changed(one, task_name="x-nightly") for one in there] + [changed(task, status=1, task_id="old")]
    assert [item[0] for item in found("tasks", held(tasks=[task]), held(apps=APPS, tasks=prefixed), prefix="x-")] == [
        state for state in states if state != "missing"
    ]
    assert [
        item[0] for item in found("tasks", held(tasks=[task]), held(apps=APPS, tasks=there), app_names=["erp"])
    ] == states
    assert found("tasks", held(tasks=[changed(task, target_app_id="")]), held(apps=APPS), app_names=["erp"]) == []


def test_a_task_is_told_with_its_application_though_that_is_missing():
    task = {"task_id": "k", "task_name": "nightly", "status": 1, "source_app_id": "a1", "target_app_id": "a2"}
    assert found("tasks", held(tasks=[task]), held(apps=[])) == [("missing", "nightly", "crm", "there", None)]


def test_topics():
    topic = {"name": "events", "app_name": "crm", "app_id": "the key, in one edition", "partition": 3}
    assert found("topics", held(topics=[topic]), held(apps=APPS)) == [("missing", "events", "crm", "there", None)]
    assert found("topics", held(topics=[topic]), held(apps=APPS, topics=[changed(topic, partition=1)])) == [
        ("differs", "events", "crm", "partition 3", "partition 1")
    ]
    assert (
        found("topics", held(topics=[topic]), held(apps=APPS, topics=[changed(topic, name="x-events")]), prefix="x-")
        == []
    )


def test_devices():
    counts = held({"products": 2, "devices": 5, "rules": 1}), held({"products": 2, "devices": 3, "rules": 0})
    assert found("devices", *counts) == [("differs", "devices", None, "5", "3"), ("missing", "rules", None, "1", "0")]
    assert found("devices", held({"devices": 1}), held({"devices": 7})) == []
    unknown = held({"devices": None, "rules": 1}), held({"devices": 3, "rules": None})
    assert found("devices", *unknown) == []
    assert not_known(*unknown) == [
        ("devices", "source: the API tells no number of these: devices"),
        ("devices", "target: the API tells no number of these: rules"),
    ]


def test_what_belongs_to_an_application_that_is_not_there_is_told_by_that():
    matches = Matches(held(**BASE, datasources=[SOURCE]), held(apps=[]), "", ())
    assert [list(CATEGORIES[name](matches)) for name in ("data_sources", "apis", "domains", "variables")] == [[]] * 4
    assert matches.missing_apps() == ["crm", "erp"]


def test_applications_that_are_hidden_are_counted():
    seen = Matches(held(**BASE), held(**BASE_THERE), "", ())
    assert seen.hidden_apps() == {}
    hidden = [changed(API, roma_app_id="a3"), changed(API, roma_app_id="a4")]
    assert Matches(held(**{**BASE, "apis": hidden}), held(**BASE_THERE), "", ()).hidden_apps() == {"source": 2}


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("topics", {"name": "events", "app_name": "hidden", "app_id": "the key, in one edition"}),
        ("datasources", {"datasource_name": "db", "app_id": "a3"}),
        ("tasks", {"task_name": "nightly", "source_app_id": "a1", "target_app_id": "a3"}),
        ("app_configs", {"id": "c", "config_name": "c", "app_id": "a3"}),
        ("plugins", {"plugin_id": "k", "plugin_name": "log", "roma_app_id": "a3"}),
    ],
)
def test_a_hidden_application_is_known_by_whatever_belongs_to_it(kind, item):
    assert Matches(held(**{kind: [item]}), held(apps=APPS), "", ()).hidden_apps() == {"source": 1}
    topic = {"name": "known", "app_name": "crm", "app_id": "the key, in one edition"}
    assert Matches(held(topics=[topic]), held(apps=APPS), "", ()).hidden_apps() == {}


def test_one_hidden_application_is_counted_once():
    topic = {"name": "events", "app_name": "hidden", "app_id": "the key, in one edition"}
    group = changed(GROUP, roma_app_id="a3", roma_app_name="hidden")
    assert Matches(held(groups=[group], topics=[topic]), held(apps=APPS), "", ()).hidden_apps() == {"source": 1}


def test_where_the_applications_cannot_be_read_none_is_called_missing():
    there = held()
    del there.lists["apps", ""]
    there.unread.add(("apps", ""))
    assert Matches(held(), there, "", ()).missing_apps() == []


@pytest.mark.parametrize(
    ("source", "target", "states", "reasons"),
    [
        (1, "1", [], 1),
        (1, 2, ["differs"], 0),
        (2, 0, [], 0),
        (1, None, ["unverified"], 0),
        (None, 2, ["unverified"], 0),
    ],
)
def test_special_limits(source, target, states, reasons):
    """Of which nothing but that there are some is told."""
    policies = [{"id": "k", "name": "pol", "is_inclu_special_throttle": value} for value in (source, target)]
    both = held(throttles=policies[:1]), held(apps=APPS, throttles=policies[1:])
    assert [item[0] for item in found("throttles", *both)] == states
    assert [line for line in not_known(*both) if line[0] == "throttles" and "pol" in line[1]] == not_known(*both)
    assert len(not_known(*both)) == reasons


def not_known(source, target, app_names=()):
    """(category, reason) of what was read and is still not known."""
    return list(untold(Matches(source, target, "", app_names)))


@pytest.mark.parametrize(
    ("source", "target", "reasons"),
    [
        ({"host": "h", "password": "***"}, {"host": "h"}, 0),
        ({"host": "h"}, {}, 0),  # told as what differs
        (None, {"host": "h"}, 1),
        (None, None, 1),
        ({"host": "***", "port": 1}, {"host": "h", "port": 1}, 1),
        ({"host": "h"}, {"host": "***"}, 1),
    ],
)
def test_an_address_that_is_not_told_is_said_not_to_be_known(source, target, reasons):
    both = held(datasources=[changed(SOURCE, content=source)]), held(datasources=[changed(SOURCE, content=target)])
    assert [category for category, _reason in not_known(*both)] == ["data_sources"] * reasons


@pytest.mark.parametrize(("roles", "reasons"), [(None, 1), ([], 1), (["read"], 0)])
def test_roles_that_are_not_told_are_said_not_to_be_known(roles, reasons):
    users = [{"id": "1", "name": "anna", "roles": roles}]
    both = held(members__a1=users), held(apps=APPS, **{"members__t-a1": [changed(users[0], roles=["read"])]})
    assert [category for category, _reason in not_known(*both)] == ["members"] * reasons
    if reasons:
        [item] = found("members", both[0], held(apps=APPS, **{"members__t-a1": []}))
        assert item == ("missing", "anna", "crm", "not told", None)


@pytest.mark.parametrize(
    ("source", "target", "states", "reasons"),
    [
        (0, None, [], 0),
        (3, "3", [], 1),
        ("3", 1, ["differs"], 1),
        (1, 3, [], 1),
        (None, 3, [], 1),
        (3, None, [], 1),
    ],
)
def test_custom_backends_of_a_key_are_counted_and_no_more(source, target, states, reasons):
    keys = [{"id": "k", "name": "key", "ldapi_bind_num": value, "bind_num": 0} for value in (source, target)]
    both = held(signs=keys[:1]), held(apps=APPS, signs=keys[1:])
    items = found("signature_keys", *both)
    assert [item[0] for item in items] == [*states, "unverified"], "its secret always is"
    if states:
        assert items[0][3:] == ("bound to 3 custom backends", "bound to 1 custom backends")
    assert [line[0] for line in not_known(*both)] == ["signature_keys"] * reasons
    if source == "3":
        [missing] = found("signature_keys", both[0], held(apps=APPS))
        assert missing[3] == "bound to 3 custom backends"


@pytest.mark.parametrize(("status", "known"), [(1, True), ("1", True), (2, True), (None, False), ({}, False)])
@pytest.mark.parametrize("side", [0, 1])
def test_whether_servers_are_available_is_compared_or_said_not_to_be_known(status, known, side):
    servers = [SERVER, SERVER]
    servers[side] = changed(SERVER, status=status)
    both = [
        held(channels=[CHANNEL], channel_members__c1=servers[:1]),
        held(apps=APPS, channels=moved(CHANNEL), **{"channel_members__t-c1": servers[1:]}),
    ]
    told = ["10.0.0.1:80 (weight 1)", "10.0.0.1:80 (weight 1)"]
    told[side] = "10.0.0.1:80 (weight 1, unavailable)"
    assert found("channels", *both) == ([("differs", "ch", None, *told)] if status == 2 else [])
    assert [line[0] for line in not_known(*both)] == ([] if known else ["channels"])


@pytest.mark.parametrize("kind", [{"type": 3}, {"type": "3"}, {"type": None, "vpc_channel_type": "microservice"}])
def test_where_a_channel_of_microservices_leads_to_is_said_not_to_be_known(kind):
    group = {"member_group_name": "v1", "microservice_version": "1"}
    one = changed(CHANNEL, **kind, member_groups=[group])
    both = [held(channels=[one]), held(apps=APPS, channels=moved(one))]
    assert found("channels", *both) == []
    [(category, reason)] = not_known(*both)
    assert (category, reason.endswith(": ch")) == ("channels", True)
    other = changed(one, member_groups=[changed(group, microservice_version="2")])
    assert found("channels", both[0], held(apps=APPS, channels=moved(other))) == [
        ("differs", "ch", None, "group v1, version 1", "group v1, version 2")
    ]


def test_a_server_without_a_port_has_that_of_its_channel():
    source = held(channels=[CHANNEL], channel_members__c1=[changed(SERVER, port=0)])
    there = held(apps=APPS, channels=moved(CHANNEL), **{"channel_members__t-c1": [changed(SERVER, port="80")]})
    assert found("channels", source, there) == []


@pytest.mark.parametrize(
    ("source", "target", "reasons"), [(1, None, 1), (None, 1, 1), (None, 0, 1), (0, None, 0), (1, "what", 1), (1, 0, 0)]
)
def test_a_task_that_does_not_tell_whether_it_runs(source, target, reasons):
    task = {"task_id": "k", "task_name": "nightly", "status": source, "source_app_id": "a1"}
    both = held(tasks=[task]), held(apps=APPS, tasks=moved(changed(task, status=target)))
    assert [line[0] for line in not_known(*both)] == ["tasks"] * reasons
    assert [item[0] for item in found("tasks", *both)] == ([] if reasons or not source else ["stopped"])


def test_what_is_missing_is_not_told_with_the_call_for_what_is_there():
    assert "PUT" not in opened("data_sources", "missing", "n", "a")["todo"]
    assert "starts" not in opened("tasks", "missing", "n", "a")["todo"]
    assert "two fit" not in opened("tasks", "ambiguous", "n", "a", "there", "1 fits")["todo"]


def test_every_state_has_a_sentence_and_every_category_a_place():
    assert list(WHERE) == list(CATEGORIES)
    assert {category for category, _state in SENTENCES} <= set(CATEGORIES)
    for category in CATEGORIES:
        for state in ("missing", "differs", "unverified", "ambiguous", "stopped"):
            if (category, state) in SENTENCES or state in ANY:
                assert "{" not in opened(category, state, "n", None)["todo"]
    assert all((category, "missing") in SENTENCES for category in CATEGORIES)


@pytest.mark.parametrize("name", ["{0}", "{name!r}", "a{", "{app.__class__}"])
def test_a_name_is_no_template(name):
    assert name in opened("apps", "missing", name, name)["todo"]
