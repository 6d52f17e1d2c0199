# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration left undone, of two instances of the simulator."""

from __future__ import annotations

import collections
import json

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.client import make_clients
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_compare import CATEGORIES
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_info import connections, migration_info
from ansible_collections.roma.connect.plugins.module_utils._wait import together
from ansible_collections.roma.connect.tests.simulator.beginning import PLANTED
from ansible_collections.roma.connect.tests.unit.plugins.support import make_task

#: What is open of a migration in which everything was done by hand: what nobody can read.
UNVERIFIED = [
    *(("data_sources", name) for name in ("orders-db", "orders-events", "orders-partner", "orders-crm")),
    ("signature_keys", "backend-key"),
    ("app_configs", "erp"),
]


APPS = ("orders", "invoices", "warehouse")


@pytest.fixture
def sim(make_sim):
    return make_sim()


@pytest.fixture
def second(sim):
    return sim.instances[1]["id"]


@pytest.fixture
def report(sim, second):
    """Compare the second instance with the first; returns the task."""

    def one(target="keys", source="token", environ=None, at=sim, **options):
        given = {"prefix": None, "app_names": [], "categories": None, **options}
        given.setdefault("source", at.options(source))
        task = make_task(wait=False, **{**at.options(target), "instance_id": second}, **given)
        sim.clear_requests()
        clients = make_clients(connections(task.options, environ or {}), task.deadline, Secrets())
        migration_info(task, *clients)
        return task

    return one


def done_by_hand(sim, second, **more):
    sim.change(instance_id=second, finish=sim.instance_id, **more)


def told(task):
    return [(item["category"], item["state"], item["name"]) for item in task.facts["open"]]


def asked(sim, instance_id):
    """How many requests of each operation went to an instance."""
    return collections.Counter(one["operation"] for one in sim.requests() if instance_id in one["path"])


def test_where_everything_was_done_only_stored_secrets_are_open(sim, second, report):
    done_by_hand(sim, second)
    task = report()
    assert told(task) == [(category, "unverified", name) for category, name in UNVERIFIED]
    assert task.facts["not_checked"] == []
    assert list(task.facts["counts"]) == list(CATEGORIES)
    assert task.facts["counts"] == {
        **dict.fromkeys(CATEGORIES, 0),
        "data_sources": 4,
        "signature_keys": 1,
        "app_configs": 1,
    }
    assert task.changed is False


def test_what_is_planted_is_told_and_nothing_else(sim, second, report):
    """One difference for each category, and each state that it can have."""
    done_by_hand(sim, second)
    sim.change(
        add={
            "datasources": [{"app": "orders", "datasource_name": name} for name in ("missing-db", "twice-db")],
            "apis": [{"group": "orders-api", "name": name} for name in ("missing", "twice", "closed")],
            "environments": [{"name": name} for name in ("missing", "twice")],
            "variables": [
                {"group": "orders-api", "environment": "test", "variable_name": name} for name in ("missing", "masked")
            ],
            "channels": [{"name": name} for name in ("missing", "twice")],
            "throttles": [{"name": name} for name in ("missing", "twice")],
            "acls": [{"acl_name": name} for name in ("missing", "twice")],
            "signs": [{"name": name} for name in ("missing", "twice")],
            "plugins": [{"plugin_name": name} for name in ("missing", "twice")],
            "app_configs": [{"app": "orders", "config_name": name} for name in ("missing", "twice")],
            "topics": [{"app": "orders", "name": "missing"}],
            "devices": [{"app": "orders", "name": "missing"}],
            "groups": [{"app": "orders", "name": "twice", "domains": [{"domain": "twice.example"}]}],
        },
        set={
            "apps": {
                "orders": {"members": [{"id": "1", "name": name, "roles": ["read", "modify"]} for name in ("a", "b")]}
            },
            "datasources": {"orders-db": {"content": {"host": "db.source.example"}}},
            "groups": {"orders-api": {"domains": [{"domain": f"{name}.example", "cname_status": 3} for name in "ab"]}},
            "apis": {"closed": {"published": ["RELEASE", "test"]}},
            "variables": {"masked": {"variable_value": "***"}},
        },
        add_apps=[{"name": "missing"}],
        add_tasks=[{"name": "missing"}],
    )
    sim.change(
        instance_id=second,
        add={
            "datasources": [{"app": "orders", "datasource_name": "twice-db"}] * 2,
            "apis": [{"group": "orders-api", "name": "closed"}, *[{"group": "orders-api", "name": "twice"}] * 2],
            "environments": [{"name": "twice"}] * 2,
            "variables": [
                {"group": "orders-api", "environment": "test", "variable_name": "masked", "variable_value": "***"}
            ],
            "channels": [{"name": "twice"}] * 2,
            "throttles": [{"name": "twice"}] * 2,
            "acls": [{"acl_name": "twice"}] * 2,
            "signs": [{"name": "twice"}] * 2,
            "plugins": [{"plugin_name": "twice"}] * 2,
            "app_configs": [{"app": "orders", "config_name": "twice"}] * 2,
            "groups": [{"app": "orders", "name": "twice"}] * 2,
        },
        set={
            "apps": {"orders": {"members": [{"id": "1", "name": "b", "roles": ["read"]}]}},
            "tasks": {"orders to invoices": {"status": 0}},
            "datasources": {
                "orders-events": {"content": {"broker": "10.9.9.9:9093", "ssl": True, "ssl_username": "x"}}
            },
            "groups": {"orders-api": {"domains": [{"domain": "b.example", "cname_status": 1}]}},
            "apis": {"new order": {"req_uri": "/other"}, "closed": {"published": ["RELEASE"]}},
            "variables": {"backend": {"variable_value": "another"}},
            "channels": {"order-servers": {"members": []}},
            "throttles": {"at most 100": {"api_call_limits": 50}},
            "acls": {"office": {"bound": []}},
            "signs": {"backend-key": {"sign_type": "basic"}},
            "plugins": {"log-to-kafka": {"plugin_content": "{}"}},
            "app_configs": {"currency": {"config_value": "another"}},
            "topics": {"new-orders": {"partition": 1}},
        },
        remove={"products": ["scanner"]},
    )
    task = report()
    assert sorted(told(task)) == sorted(
        [
            ("apps", "missing", "missing"),
            ("members", "missing", "a"),
            ("members", "differs", "b"),
            ("data_sources", "missing", "missing-db"),
            ("data_sources", "ambiguous", "twice-db"),
            ("data_sources", "differs", "orders-events"),
            *(("data_sources", "unverified", f"orders-{name}") for name in ("db", "events", "partner", "crm")),
            ("apis", "missing", "orders-api/missing"),
            ("apis", "ambiguous", "orders-api/twice"),
            ("apis", "differs", "orders-api/closed"),
            ("apis", "differs", "orders-api/new order"),
            ("domains", "missing", "a.example"),
            ("domains", "differs", "b.example"),
            ("domains", "ambiguous", "twice"),
            ("variables", "missing", "orders-api/test/missing"),
            ("variables", "differs", "orders-api/RELEASE/backend"),
            ("variables", "unverified", "orders-api/test/masked"),
            *(
                (category, state, name)
                for category, differing in (
                    ("channels", "order-servers"),
                    ("throttles", "at most 100"),
                    ("access_controls", "office"),
                    ("signature_keys", "backend-key"),
                    ("plugins", "log-to-kafka"),
                    ("app_configs", "currency"),
                )
                for state, name in (("missing", "missing"), ("ambiguous", "twice"), ("differs", differing))
            ),
            ("environments", "missing", "missing"),
            ("environments", "ambiguous", "twice"),
            ("signature_keys", "unverified", "backend-key"),
            ("plugins", "unverified", "log-to-kafka"),
            ("app_configs", "unverified", "erp"),
            ("tasks", "missing", "missing"),
            ("tasks", "stopped", "orders to invoices"),
            ("topics", "missing", "missing"),
            ("topics", "differs", "new-orders"),
            ("devices", "missing", "products"),
            ("devices", "differs", "devices"),
        ]
    )
    assert task.facts["not_checked"] == []
    assert sum(task.facts["counts"].values()) == len(task.facts["open"])
    everything = json.dumps([task.facts, task.said])
    assert PLANTED not in everything
    assert "another" not in everything.replace("another value", "")


def test_a_prefix(sim, second, report):
    done_by_hand(sim, second, prefix="copy-")
    assert [item[1] for item in told(report(prefix="copy-"))] == ["unverified"] * len(UNVERIFIED)
    assert ("apps", "missing", "orders") in told(report())


def test_what_is_open_after_a_bare_import(sim, second, report):
    """Everything that a package leaves out: of one application, and what its APIs use."""
    sim.change(instance_id=second, finish=sim.instance_id)
    sim.change(
        instance_id=second,
        set={"apps": {"orders": {"members": []}}, "tasks": {"orders to invoices": {"status": 0}}},
        remove={"environments": ["test"], "throttles": ["at most 100"], "topics": ["new-orders"]},
    )
    task = report(app_names=["orders"])
    assert {item[:2] for item in told(task)} >= {
        ("members", "missing"),
        ("environments", "missing"),
        ("throttles", "missing"),
        ("topics", "missing"),
        ("tasks", "stopped"),
    }
    assert task.facts["not_checked"] == [
        {"category": "devices", "reason": "counts are of a whole instance: leave app_names out"}
    ]
    assert (task.facts["counts"]["devices"], asked(sim, sim.instance_id)["device_counts"]) == (None, 0)
    task = report(app_names=["invoices"])
    assert told(task) == []


LISTS = ("apps", "datasources", "groups", "apis", "environments", "channels", "throttles", "acls", "signs", "plugins")
LISTS += ("app_configs", "tasks", "topics", "rules", "device_counts")


def test_no_more_requests_than_the_contract_allows(sim, second, report):
    done_by_hand(sim, second)
    report()
    expected = {
        **dict.fromkeys(LISTS, 1),
        "members": 3,
        "variables": 2,
        "channel_members": 1,
        **{f"{kind}_bindings": 1 for kind in ("throttle", "acl", "sign", "plugin")},
    }
    assert asked(sim, sim.instance_id) == expected
    # Of the groups of the target only those that have variables in the source.
    assert asked(sim, second) == {**expected, "variables": 1}


@pytest.mark.parametrize(
    ("category", "lists"),
    [
        ("apps", {"apps": 1}),
        ("members", {"apps": 1, "members": 3}),
        ("data_sources", {"apps": 1, "datasources": 1}),
        ("apis", {"apps": 1, "groups": 1, "apis": 1}),
        ("domains", {"apps": 1, "groups": 1}),
        ("environments", {"environments": 1}),
        ("variables", {"apps": 1, "groups": 1, "environments": 1, "variables": 2}),
        ("channels", {"channels": 1, "channel_members": 1}),
        ("throttles", {"apps": 1, "groups": 1, "apis": 1, "throttles": 1, "throttle_bindings": 1}),
        ("access_controls", {"apps": 1, "groups": 1, "apis": 1, "acls": 1, "acl_bindings": 1}),
        ("signature_keys", {"apps": 1, "groups": 1, "apis": 1, "signs": 1, "sign_bindings": 1}),
        ("plugins", {"apps": 1, "groups": 1, "apis": 1, "plugins": 1, "plugin_bindings": 1}),
        ("app_configs", {"apps": 1, "app_configs": 1}),
        ("tasks", {"tasks": 1}),
        ("topics", {"apps": 1, "topics": 1}),
        ("devices", {"device_counts": 1, "rules": 1}),
    ],
)
def test_for_what_is_not_asked_no_request_is_sent(sim, second, report, category, lists):
    done_by_hand(sim, second)
    task = report(categories=[category])
    assert asked(sim, sim.instance_id) == lists
    assert list(task.facts["counts"]) == [category]
    assert {item[0] for item in told(task)} <= {category}


def test_a_policy_that_is_not_bound_is_not_asked_for(sim, second, report):
    done_by_hand(sim, second)
    sim.change(instance_id=second, set={"throttles": {"at most 100": {"bound": []}}})
    assert told(report(categories=["throttles"])) == [("throttles", "differs", "at most 100")]
    assert asked(sim, second)["throttle_bindings"] == 0


def test_with_app_names_only_what_they_need_is_read(sim, second, report):
    done_by_hand(sim, second)
    report(app_names=["invoices"])
    first = asked(sim, sim.instance_id)
    assert (first["members"], first["variables"], first["channel_members"]) == (1, 1, 0)
    assert first["apis"] == 2, "the list, and one for the only channel"
    second_ = asked(sim, second)
    assert (second_["throttle_bindings"], second_["variables"], second_["members"]) == (0, 0, 1)


@pytest.mark.parametrize("status", [403, 404, 405])
def test_what_may_not_be_read_is_said(sim, second, report, status):
    done_by_hand(sim, second)
    for operation in ("members", "throttles", "device_counts", "variables"):
        sim.fault(operation, {"status": status}, times=None)
    task = report()
    assert told(task) == [(category, "unverified", name) for category, name in UNVERIFIED]
    assert sorted({line["category"] for line in task.facts["not_checked"]}) == [
        "devices",
        "members",
        "throttles",
        "variables",
    ]
    assert [task.facts["counts"][name] for name in ("members", "throttles", "variables", "devices")] == [None] * 4
    assert task.facts["counts"]["channels"] == 0
    reasons = [line["reason"] for line in task.facts["not_checked"]]
    assert all(f"HTTP {status}" in reason for reason in reasons)
    names = [reason.partition(": ")[0].partition(" ")[2] for reason in reasons[:2]]
    assert [sorted(one.removeprefix("application ").split(", ")) for one in names] == [sorted(APPS)] * 2
    assert [reason.partition(":")[0] for reason in reasons if "variables" in reason][0].startswith("source, API group ")


def test_where_applications_cannot_be_read_none_is_called_missing(sim, second, report):
    sim.fault("apps", {"status": 403}, times=None, path=second)
    task = report(categories=["data_sources", "environments"])
    assert [line["category"] for line in task.facts["not_checked"]] == ["data_sources"]
    assert "HTTP 403" in task.facts["not_checked"][0]["reason"]
    assert task.facts["counts"]["data_sources"] is None


def test_what_may_not_be_read_of_one_only_is_not_told_as_missing(sim, second, report):
    done_by_hand(sim, second)
    for operation in ("members", "variables", "channel_members", "sign_bindings"):
        sim.fault(operation, {"status": 403}, times=None, path=second)
    task = report()
    assert {item[1] for item in told(task)} == {"unverified"}
    unread = [line["category"] for line in task.facts["not_checked"]]
    assert unread == ["members", "variables", "channels", "signature_keys"]


def test_no_permission_by_its_code(sim, second, report):
    done_by_hand(sim, second)
    sim.fault("topics", {"status": 400, "error_code": "ROMA.1006"}, times=None)
    assert {line["category"] for line in report().facts["not_checked"]} == {"topics"}


def test_an_instance_of_which_nothing_can_be_read_is_no_report(sim, second, report):
    sim.fault("*", {"status": 403}, times=None, path=second)
    with pytest.raises(errors.Refused) as refused:
        report()
    assert refused.value.answer["http_status"] == 403


@pytest.mark.parametrize(("place", "side"), [("source", "source"), ("target", "target")])
def test_the_first_question_ends_it_and_says_whose_it_is(sim, second, report, place, side):
    done_by_hand(sim, second)
    sim.fault("apps", {"status": 400}, times=None, path=sim.instance_id if place == "source" else second)
    with pytest.raises(errors.Refused, match=f"^{side}: The API refused"):
        report()


@pytest.mark.parametrize("fault", [{"status": 400}, {"status": 501}, {"html": 200}])
def test_other_trouble_of_one_list_is_said(sim, second, report, fault, monkeypatch):
    done_by_hand(sim, second)
    monkeypatch.setattr(together, "FIRST_PAUSE", 0.01)  # twice as long each time, it comes to 15 s
    sim.fault("topics", fault, times=None, path=second)
    task = report()
    assert [line["category"] for line in task.facts["not_checked"]] == ["topics"]
    assert task.facts["not_checked"][0]["reason"].startswith("target: ")
    assert (task.facts["counts"]["topics"], len(told(task))) == (None, len(UNVERIFIED))


def test_refused_credentials_are_not_tried_by_all_at_once(sim, second, report):
    sim.fault("*", {"refuse": "signature"}, times=None, path=second)
    with pytest.raises(errors.CredentialsRefused, match="^target: "):
        report()
    assert asked(sim, second) == {"apps": 1}


def test_trouble_that_passes_is_lived_through(sim, second, report):
    done_by_hand(sim, second)
    sim.fault("apis", {"status": 429, "retry_after": 1}, times=1)
    sim.fault("topics", {"html": 502}, times=2)
    sim.fault("members", {"reset": "before"}, times=2)
    assert len(told(report())) == len(UNVERIFIED)


def test_a_source_without_applications_is_not_told_as_complete(sim, make_sim, second):
    """Source and target may be mixed up, or who asks may see none."""
    empty = make_sim(apps=0, tasks=0)
    options = {**sim.options("keys"), "instance_id": second, "source": empty.options("token")}
    task = make_task(wait=False, **options, prefix=None, app_names=[], categories=None)
    migration_info(task, *make_clients(connections(task.options, {}), task.deadline, Secrets()))
    assert (task.facts["open"], [line["category"] for line in task.facts["not_checked"]]) == ([], ["apps"])
    assert "you see no application there" in task.facts["not_checked"][0]["reason"]


def test_hidden_applications_are_said(sim, second, report):
    done_by_hand(sim, second)
    app = sim.state()["instances"][0]["apps"][0]
    sim.fault("apps", {"json": {"total": 1, "size": 1, "apps": [app]}}, times=1, path=sim.instance_id)
    lines = report().facts["not_checked"]
    assert lines == [
        {"category": "apps", "reason": "source: there are at least 1 more applications, which you do not see"}
    ]


def test_what_was_read_and_is_still_not_known_is_said(sim, second, report):
    """Else a migration in which there is such a thing would be told as complete."""
    done_by_hand(sim, second)
    sim.change(set={"channels": {"order-servers": {"type": 3}}})
    sim.change(instance_id=second, set={"channels": {"order-servers": {"type": 3}}})
    key = {"id": "k", "name": "key", "sign_type": "hmac", "bind_num": 0, "ldapi_bind_num": 1}
    sim.fault("signs", {"json": {"total": 1, "signs": [key]}}, times=None)
    sim.fault("device_counts", {"json": {"products": {"normal_products_numbers": "1"}}}, times=None)
    task = report(categories=["channels", "signature_keys", "devices", "tasks"])
    assert told(task) == [("signature_keys", "unverified", "key")]
    assert [(line["category"], line["reason"].rpartition(": ")[2]) for line in task.facts["not_checked"]] == [
        ("signature_keys", "key"),
        ("channels", "order-servers"),
        *[("devices", "product templates, gateway products, devices, gateways, subdevices")] * 2,
    ]
    assert asked(sim, second)["sign_bindings"] == 0, "it is bound to no API"
    assert [line["category"] for line in report(categories=["tasks"]).facts["not_checked"]] == []


def test_where_no_count_is_told_there_is_none(sim, second, report):
    sim.fault("device_counts", {"json": {}}, times=None, path=second)
    sim.fault("rules", {"json": {}}, times=None, path=second)
    task = report(categories=["devices"])
    assert (task.facts["open"], task.facts["counts"]) == ([], {"devices": None})


def test_what_the_lack_of_an_application_hides_is_said(sim, second, report):
    task = report(categories=["data_sources", "environments"])
    assert [line["category"] for line in task.facts["not_checked"]] == ["data_sources"]
    assert "lacks application orders, invoices, warehouse" in task.facts["not_checked"][0]["reason"]


def test_each_has_its_own_credentials(sim, second, report):
    report("keys", "password", categories=["tasks"])
    ways = {one["path"].split("/")[6]: one["headers"] for one in sim.requests("tasks")}
    assert "authorization" in ways[second]
    assert "x-auth-token" in ways[sim.instance_id]


def test_two_sites(sim, make_sim, second):
    """Each of the two is asked at its own place, with its own credentials."""
    other = make_sim()
    options = {**sim.options("keys"), "instance_id": second, "source": other.options("token")}
    task = make_task(wait=False, **options, prefix=None, app_names=[], categories=["apps", "tasks"])
    migration_info(task, *make_clients(connections(task.options, {}), task.deadline, Secrets()))
    assert len(told(task)) == 5
    assert (len(sim.requests()), len(other.requests())) == (2, 2)


def test_a_session_is_shared_by_those_only_who_are_the_same_caller(sim, second):
    """Whoever trusts other certificates, or goes with other keys, has a session of his own."""
    options = {**sim.options("keys"), "instance_id": second, "app_names": []}

    def sessions(**source):
        given = {**options, "source": {**sim.options("keys"), **source}}
        clients = make_clients(connections(given, {}), make_task().deadline, Secrets())
        return {id(client.transport) for client in clients}, {id(client.auth) for client in clients}

    assert [len(one) for one in sessions()] == [1, 1]
    assert [len(one) for one in sessions(validate_certs=False)] == [2, 2]
    assert [len(one) for one in sessions(secret_key="another")] == [2, 2]


def test_what_else_is_left_out_comes_from_the_environment_too(sim, second):
    """As it does for the export and the import of the same migration."""
    place = {"endpoint": sim.endpoint, "instance_id": second, "app_names": []}
    source = {"endpoint": sim.endpoint, "instance_id": sim.instance_id}
    environ = {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d", "HW_PROJECT_NAME": "n"}
    environ["HUAWEICLOUD_SDK_IAM_ENDPOINT"] = "https://iam.example"
    found = connections({**place, "source": source}, environ)
    assert [(one.iam_endpoint, one.project_name) for one in found] == [("https://iam.example", "n")] * 2
    found = connections({**place, "region": "r", "endpoint": None, "source": source}, environ)
    assert [one.iam_endpoint for one in found] == ["https://iam.r.myhuaweicloud.com", "https://iam.example"]


def test_credentials_come_from_the_environment_and_places_do_not(sim, second, report):
    place = {name: sim.options()[name] for name in ("endpoint", "project_id", "instance_id")}
    environ = {"ROMA_AUTH_TOKEN": sim.auth_token, "ROMA_ENDPOINT": "https://elsewhere.invalid"}
    task = make_task(
        wait=False, **{**place, "instance_id": second}, source=place, prefix="", app_names="", categories=["tasks"]
    )
    migration_info(task, *make_clients(connections(task.options, environ), task.deadline, Secrets()))
    assert len(told(task)) == 2


BAD = [
    ({"source": {"instance_id": None}}, r"^source: instance_id is missing: set the option, since .* does not count$"),
    ({"source": {"endpoint": None}}, r"^source: region or endpoint is missing: "),
    ({"instance_id": None}, r"^instance_id is missing: set the option, since "),
    ({"source": {"auth_token": None, "access_key": "a"}}, r"^source: access_key is given without secret_key"),
    ({"access_key": None}, r"^secret_key is given without access_key"),
    ({"source": {"auth_token": None}, "access_key": None, "secret_key": None}, r"^No credentials: "),
    ({"instance_id": "the first"}, r"^source and the target are both instance .*: give another instance_id in one of"),
    ({"source": {"instance_id": "a/b"}}, r"^source: instance_id 'a/b' is not an id"),
    ({"source": {"request_timeout": -1}}, r"^source: request_timeout is -1: give a number of seconds"),
    ({"source_": None}, r"^source is empty: give the connection options of the source as a dictionary$"),
    ({"app_names": [{}]}, r"^An item of app_names is a dict.* and not a text"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_input_gets_one_sentence_and_sends_nothing(sim, second, change, message):
    source = {**sim.options("token"), **change.pop("source", {})} if "source" in change else sim.options("token")
    options = {**sim.options("keys"), "instance_id": second, "source": source, "app_names": [], **change}
    if "source_" in options:
        options["source"] = options.pop("source_")
    if options["instance_id"] == "the first":
        options["instance_id"] = sim.instance_id.upper()
    environ = {"ROMA_INSTANCE_ID": "i", "HW_REGION_NAME": "r", "ROMA_ENDPOINT": "https://e.invalid"}
    with pytest.raises(errors.BadInput, match=message) as refused:
        connections(options, environ)
    assert "\n" not in str(refused.value)
    assert sim.requests() == []


def test_an_application_that_the_source_does_not_have(sim, second, report):
    with pytest.raises(
        errors.BadInput, match=r"^The source has no application no, none that you see: correct app_names$"
    ):
        report(app_names=["no", "orders", "none"])
    assert {one["operation"] for one in sim.requests()} == {"apps"}


def test_it_tells_how_far_it_is(sim, second, report):
    done_by_hand(sim, second)
    said = report().said
    assert said[0] == {"lists": 2, "done": 0, "open": None, "elapsed": said[0]["elapsed"]}
    assert [one["done"] for one in said] == sorted(one["done"] for one in said)
    assert {name: said[-1][name] for name in ("lists", "done", "open")} == {
        "lists": 47,
        "done": 47,
        "open": len(UNVERIFIED),
    }


def test_many_pages_and_things(make_sim):
    sim = make_sim(apps=30, tasks=40, page_items=7)
    second = sim.instances[1]["id"]
    sim.change(instance_id=second, finish=sim.instance_id)
    options = {**sim.options("keys"), "instance_id": second, "source": sim.options("token")}
    task = make_task(wait=False, **options, prefix=None, app_names=[], categories=None)
    migration_info(task, *make_clients(connections(task.options, {}), task.deadline, Secrets()))
    assert [item[1] for item in told(task)] == ["unverified"] * len(UNVERIFIED)


def test_the_module_itself(sim, second, play):
    done_by_hand(sim, second)
    given = {**sim.options("keys"), "instance_id": second, "source": sim.options("token")}
    result = play("roma_migration_info", **given)
    assert (result["changed"], len(result["open"]), result["not_checked"]) == (False, len(UNVERIFIED), [])
    assert play("roma_migration_info", check_mode=True, **given) == result
    assert sim.auth_token not in play.output and PLANTED not in play.output
    refused = play("roma_migration_info", categories="apps,nothing", **given)
    assert "categories" in refused["msg"] and "nothing" in refused["msg"] and "\n" not in refused["msg"]


@pytest.mark.parametrize(
    "wrong", ["text", "a, b", 5, 1.5, True, [], [1], [{"auth_token": PLANTED}], f"token {PLANTED}"]
)
def test_a_source_that_is_no_dictionary(sim, second, play, wrong):
    """Ansible finds no secret in the options then, and tells them all."""
    said = play("roma_migration_info", **{**sim.options("token"), "instance_id": second, "source": wrong})["msg"]
    assert said == "source is not a dictionary: give its options as one, each with its name"
    assert sim.auth_token not in play.output and PLANTED not in play.output
    assert sim.requests() == []


def test_what_a_source_has_beside_its_options_is_not_told(sim, second, play):
    """Where Ansible shows what it called the module with, as some cores always do."""
    given = {**sim.options("token"), "instance_id": second, "source": {"auth_tokn": PLANTED}}
    given["_ansible_inject_invocation"] = True
    assert "source.auth_tokn" in play("roma_migration_info", **given)["msg"]
    assert PLANTED not in play.output


def test_what_is_no_option_is_not_told(sim, second, play):
    """It may be a secret that is misspelled."""
    given = {**sim.options("keys"), "instance_id": second, "source": {}, "_ansible_inject_invocation": True}
    assert "auth_tokn" in play("roma_migration_info", auth_tokn=PLANTED, **given)["msg"]
    assert PLANTED not in play.output


def test_an_option_by_another_name_is_one(sim, play):
    """Of those that Ansible has for files."""
    play("roma_asset_export", **sim.options("token"), attr="+d", _ansible_inject_invocation=True)
    assert '"attr": "+d"' in play.output


@pytest.mark.parametrize(
    "wrong", [[5], [None], [[PLANTED]], "id1,id2", PLANTED, [{"job_id": "a", "auth_token": PLANTED}], {"tokn": PLANTED}]
)
def test_jobs_that_are_no_dictionaries(sim, play, wrong):
    """As with a source, Ansible finds no secret in the options then."""
    said = play("roma_asset_job_info", **sim.options("token"), jobs=wrong, _ansible_inject_invocation=True)["msg"]
    assert "jobs" in said and "job_id" in said and "\n" not in said
    assert sim.auth_token not in play.output and PLANTED not in play.output


def test_a_source_is_given_as_a_text_too(sim, second, play):
    source = " ".join(f"{name}={value}" for name, value in sim.options("token").items())
    given = {**sim.options("keys"), "instance_id": second, "categories": ["tasks"]}
    for text in (source, json.dumps(sim.options("token"))):
        assert play("roma_migration_info", source=text, **given)["counts"] == {"tasks": 2}


def test_without_a_source(sim, second, play):
    said = play("roma_migration_info", **{**sim.options("keys"), "instance_id": second})["msg"]
    assert said == "missing required arguments: source"
