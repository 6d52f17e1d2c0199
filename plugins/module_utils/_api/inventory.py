# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists that tell what an instance holds: where each is, how its pages come, and what of an item may leave."""

from __future__ import annotations

import typing as t

from . import sealed
from .client import Client, quoted
from .listing import PAGE, read_list
from .sealed import Item


class Listing(t.NamedTuple):
    """One list of the API. ``path`` is below the instance; ``{}`` in it, and ``by`` in the query, is what it is of."""

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
    #: What becomes of an item before anybody sees it.
    seal: t.Callable[[Item], Item] = lambda item: item


LISTINGS: dict[str, Listing] = {
    "apps": Listing("applications", "apps", "apps", "id", seal=sealed.without("key")),
    # No pages (CheckAuthUsersOfApp).
    "members": Listing("the users of an application", "apps/{}/users", "users", "id", page=0),
    "tasks": Listing("integration tasks", "tasks", "entities", "task_id", "fdi/", page=500),
    "datasources": Listing(
        "data sources", "datasources", "entities", "datasource_id", "fdi/", page=50, seal=sealed.datasource
    ),
    "groups": Listing("API groups", "api-groups", "groups", "id", "apic/"),
    "apis": Listing("APIs", "apis", "apis", "id", "apic/"),
    "channel_apis": Listing("the APIs of a channel", "apis", "apis", "id", "apic/", by="vpc_channel_id"),
    "environments": Listing("environments", "envs", "envs", "id", "apic/"),
    "variables": Listing(
        *("the variables of an API group", "env-variables", "variables", "id", "apic/"),
        by="group_id",
        seal=sealed.fields("variable_value"),
    ),
    "channels": Listing("channels", "vpc-channels", "vpc_channels", "id", "apic/"),
    "channel_members": Listing("the servers of a channel", "vpc-channels/{}/members", "members", "id", "apic/"),
    "throttles": Listing("throttling policies", "throttles", "throttles", "id", "apic/"),
    "throttle_bindings": Listing(
        *("the APIs of a throttling policy", "throttle-bindings/binded-apis", "apis", "throttle_apply_id", "apic/"),
        by="throttle_id",
    ),
    "acls": Listing("access control policies", "acls", "acls", "id", "apic/"),
    "acl_bindings": Listing(
        *("the APIs of an access control policy", "acl-bindings/binded-apis", "apis", "bind_id", "apic/"), by="acl_id"
    ),
    "signs": Listing("signature keys", "signs", "signs", "id", "apic/", seal=sealed.fields("sign_key", "sign_secret")),
    "sign_bindings": Listing(
        *("the APIs of a signature key", "sign-bindings/binded-apis", "bindings", "id", "apic/"), by="sign_id"
    ),
    "plugins": Listing("plugins", "plugins", "plugins", "plugin_id", "apic/", page=10, seal=sealed.plugin),
    "plugin_bindings": Listing("the APIs of a plugin", "plugins/{}/attached-apis", "apis", "plugin_attach_id", "apic/"),
    "app_configs": Listing(
        *("the configurations of applications", "apps/configs", "configs", "id", "apic/"),
        seal=sealed.fields("config_value"),
    ),
    # Left out, limit and offset are "all" (ListMqsInstanceTopics); its largest limit was found nowhere.
    "topics": Listing("topics", "topics", "topics", "name", "mqs/", page=0),
}


def list_held(client: Client, name: str, of: str = "") -> list[Item]:
    """All items of a list, from all its pages; nothing in them that may be a secret can be read.

    :arg of: the id of what it is the list of, where :data:`LISTINGS` says so.
    """
    one = LISTINGS[name]
    query = {one.by: of} if one.by else {}
    path = one.path.format(quoted(of))
    found = read_list(client, one.what, path, one.field, one.key, one.service, one.page, **query)
    return [one.seal(item) for item in found]


def count_devices(client: Client) -> dict[str, int]:
    """CountDevices and the total of ListRules: how many products, devices and rules there are, by what they are."""
    document = client.get("the number of devices", "statistics/devices-count", "link/")
    rules = client.get("the number of rules", "rules", "link/", offset="0", limit="1")
    products, devices, templates = (_dict(document, name) for name in ("products", "devices", "product_templates"))
    counts = {
        "product templates": templates.get("product_templates_numbers"),
        "products": products.get("normal_products_numbers"),
        "gateway products": products.get("gateway_products_numbers"),
        "rules": rules.get("total"),
    }
    for name, field in (("devices", "normal"), ("gateways", "gateway"), ("subdevices", "subsets")):
        states = _dict(devices, f"{field}_devices").values()
        counts[name] = sum(number for number in states if isinstance(number, int))
    return {name: number for name, number in counts.items() if isinstance(number, int)}


def _dict(document: Item, name: str) -> Item:
    value = document.get(name)
    return value if isinstance(value, dict) else {}
