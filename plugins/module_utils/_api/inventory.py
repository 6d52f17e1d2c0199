# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists that tell what an instance holds: where each is, how its pages come, and what of an item may leave."""

from __future__ import annotations

import typing as t

from .._errors import Refused
from . import parts, sealed
from .client import Client, quoted
from .listing import PAGE, read_list
from .plain import number, text
from .sealed import Item

#: No limit, for what the vendor counts as 0 or leaves out.
_NO_LIMITS = dict.fromkeys(("user_call_limits", "app_call_limits", "ip_call_limits"), "0")


def _words(same: str, **others: str) -> dict[str, str]:
    """What a field of an item is called in the API, by what it is called here."""
    return {**{name: name for name in same.split()}, **others}


def _values(same: str = "", **usual: str) -> dict[str, str]:
    """What it means where an edition leaves a field out [docs, SDK], by the field."""
    return {**dict.fromkeys(same.split(), ""), **usual}


def _secrets(*names: str) -> t.Callable[[Item], Item]:
    return lambda item: {name: sealed.sealed(item.get(name)) for name in names}


_APP = {"app_id": "roma_app_id", "app_name": "roma_app_name"}
_BINDING = {"api": "api_id", "env": "env_name"}


class Listing(t.NamedTuple):
    """One list of the API. ``path`` is below the instance; ``{}`` in it, and ``by`` in the query, is what it is of.

    What no field here names leaves nobody's hands: an item has ``id`` and what stands in words, values and more.
    """

    what: str
    path: str
    #: The field of the answer that holds the items, and that of an item that tells it apart.
    field: str
    key: str
    service: str = ""
    by: str | None = None
    #: Items asked for in a page; 0: all come at once. The API takes up to 500 (APIC, ListDatasources), but no document
    #: may be longer than ``answer.LARGEST_DOCUMENT``.
    page: int = PAGE
    #: Names, and what refers to something else: texts, empty where there is none.
    words: t.Mapping[str, str] = _words("name")
    #: Of these words, those without which there is nothing to compare.
    must: str = "name"
    #: What is compared of two that are each other's twin: texts; sealed where it is of a form that nobody knows.
    values: t.Mapping[str, str] = {}
    #: Whatever else is made of an item.
    more: t.Callable[[Item], Item] = lambda item: {}


LISTINGS: dict[str, Listing] = {
    "apps": Listing("applications", "apps", "apps", "id"),
    # No pages (CheckAuthUsersOfApp).
    "members": Listing(
        *("the users of an application", "apps/{}/users", "users", "id"),
        page=0,
        more=parts.roles,
    ),
    "tasks": Listing(
        *("integration tasks", "tasks", "entities", "task_id", "fdi/"),
        page=500,
        words=_words("status source_app_id target_app_id", name="task_name"),
    ),
    "datasources": Listing(
        *("data sources", "datasources", "entities", "datasource_id", "fdi/"),
        page=50,
        words=_words("app_id app_name", name="datasource_name", type="datasource_type"),
        more=sealed.settings,
    ),
    "groups": Listing(
        *("API groups", "api-groups", "groups", "id", "apic/"),
        words=_words("name", **_APP),
        more=parts.domains,
    ),
    "apis": Listing(
        *("APIs", "apis", "apis", "id", "apic/"),
        words=_words("name group_id group_name run_env_name", **_APP),
        must="name group_id",
        values=_values("req_protocol req_method req_uri auth_type", match_mode="NORMAL"),
    ),
    "channel_apis": Listing(
        *("the APIs of a channel", "apis", "apis", "id", "apic/"), by="vpc_channel_id", words={}, must=""
    ),
    "environments": Listing("environments", "envs", "envs", "id", "apic/"),
    "variables": Listing(
        *("the variables of an API group", "env-variables", "variables", "id", "apic/"),
        by="group_id",
        words=_words("env_id", name="variable_name"),
        must="name env_id",
        more=_secrets("variable_value"),
    ),
    "channels": Listing(
        *("channels", "vpc-channels", "vpc_channels", "id", "apic/"),
        values=_values("port type", member_type="ecs", balance_strategy="1"),
        more=parts.channel,
    ),
    "channel_members": Listing(
        *("the servers of a channel", "vpc-channels/{}/members", "members", "id", "apic/"),
        words=_words("host ecs_id port weight is_backup status member_group_name"),
        must="host|ecs_id",
    ),
    "throttles": Listing(
        *("throttling policies", "throttles", "throttles", "id", "apic/"),
        words=_words("name bind_num"),
        values=_values("api_call_limits time_interval time_unit type", enable_adaptive_control="false", **_NO_LIMITS),
        more=parts.special_limits,
    ),
    "throttle_bindings": Listing(
        *("the APIs of a throttling policy", "throttle-bindings/binded-apis", "apis", "throttle_apply_id", "apic/"),
        by="throttle_id",
        words={"api": "id", "env": "run_env_name"},
        must="api env",
    ),
    "acls": Listing(
        *("access control policies", "acls", "acls", "id", "apic/"),
        words=_words("bind_num", name="acl_name"),
        values=_values("acl_type entity_type acl_value"),
    ),
    "acl_bindings": Listing(
        *("the APIs of an access control policy", "acl-bindings/binded-apis", "apis", "bind_id", "apic/"),
        by="acl_id",
        words=_BINDING,
        must="api env",
    ),
    "signs": Listing(
        *("signature keys", "signs", "signs", "id", "apic/"),
        words=_words("name bind_num ldapi_bind_num"),
        values=_values("sign_type sign_algorithm"),
        more=_secrets("sign_key"),
    ),
    "sign_bindings": Listing(
        *("the APIs of a signature key", "sign-bindings/binded-apis", "bindings", "id", "apic/"),
        by="sign_id",
        words=_BINDING,
        must="api env",
    ),
    "plugins": Listing(
        *("plugins", "plugins", "plugins", "plugin_id", "apic/"),
        page=10,
        words=_words("", name="plugin_name", **_APP),
        values=_values("plugin_type plugin_scope"),
        more=sealed.plugin,
    ),
    "plugin_bindings": Listing(
        *("the APIs of a plugin", "plugins/{}/attached-apis", "apis", "plugin_attach_id", "apic/"),
        words=_BINDING,
        must="api env",
    ),
    "app_configs": Listing(
        *("the configurations of applications", "apps/configs", "configs", "id", "apic/"),
        words=_words("app_id config_type", name="config_name"),
        more=_secrets("config_value"),
    ),
    # Left out, limit and offset are "all" (ListMqsInstanceTopics); its largest limit was found nowhere. Its app_id is
    # the application's key in one edition.
    "topics": Listing(
        *("topics", "topics", "topics", "name", "mqs/"),
        page=0,
        words=_words("name app_name"),
        values=_values(partition="3", retention_time="72"),
    ),
}


def list_held(client: Client, name: str, of: str = "") -> list[Item]:
    """All items of a list, from all its pages, as :func:`read_item` reads them.

    :arg of: the id of what it is the list of, where :data:`LISTINGS` says so.
    :raises Refused: one of them cannot be told apart from others, or has a part of another form.
    """
    one = LISTINGS[name]
    query = {one.by: of} if one.by else {}
    path = one.path.format(quoted(of))
    found = read_list(client, one.what, path, one.field, one.key, one.service, one.page, **query)
    return [read_item(one, item) for item in found]


def read_item(one: Listing, item: Item) -> Item:
    """An item in one form, whichever the edition's; nothing in it that may be a secret can be read."""
    read: Item = {"id": text(item[one.key]), **{ours: text(item.get(field)) for ours, field in one.words.items()}}
    for word in one.must.split():
        if not any(read[either] for either in word.split("|")):
            raise Refused(f"The list of {one.what} has an item without {word.replace('|', ' and ')}")
    for field, usual in one.values.items():
        value = sealed.shown(item.get(field))
        read[field] = usual if value == "" else value
    return {**read, **one.more(item)}


def count_devices(client: Client) -> dict[str, int | None]:
    """CountDevices and the total of ListRules: how many products, devices and rules there are, by what they are; None
    where no number is told."""
    document = client.get("the number of devices", "statistics/devices-count", "link/")
    rules = client.get("the number of rules", "rules", "link/", offset="0", limit="1")
    products, devices, templates = (_dict(document, name) for name in ("products", "devices", "product_templates"))
    counts = {
        "product templates": number(templates.get("product_templates_numbers")),
        "products": number(products.get("normal_products_numbers")),
        "gateway products": number(products.get("gateway_products_numbers")),
        "rules": number(rules.get("total")),
    }
    for name, field in (("devices", "normal"), ("gateways", "gateway"), ("subdevices", "subsets")):
        states = [number(count) for count in _dict(devices, f"{field}_devices").values()]
        known = [count for count in states if count is not None]
        counts[name] = sum(known) if states and len(known) == len(states) else None
    return counts


def _dict(document: Item, name: str) -> Item:
    value = document.get(name)
    return value if isinstance(value, dict) else {}
