# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists that tell what an instance holds beside applications and tasks [SDK: the fields of each answer]."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .answers import Answer, json_answer
from .assets import instance_of
from .clock import utc
from .errors import ApiError, not_found
from .holdings import Thing, name_of
from .incoming import Incoming
from .instances import App, Instance
from .world import World

#: Makes the items of a list, in their order.
Items = Callable[[World, Instance, Incoming], Iterable[Thing]]


@dataclass(frozen=True)
class Paging:
    """Limit where none is sent (None: everything), largest limit, and how a parameter is refused."""

    usual: int | None
    most: int
    code: str


APIC = Paging(20, 500, "APIG.2012")
#: One page of the reference says 999, another 500: the smaller one.
FDI = Paging(10, 500, "FDI.3033")
LINK = Paging(10, 999, "ROMA.13000")
#: [docs] "default: all topics"
MQS = Paging(None, 10**9, "ROMA.13000")


def listing(field: str, paging: Paging, items: Items, more: Thing | None = None) -> Callable[[World, Incoming], Answer]:
    """The operation that answers with a page of these items."""

    def answer(world: World, request: Incoming) -> Answer:
        found = list(items(world, instance_of(world, request), request))
        offset, limit = _number(request, "offset", 0, paging), _number(request, "limit", paging.usual, paging)
        if limit is not None and not 1 <= limit <= paging.most:
            raise _refused(paging, "limit")
        most = [number for number in (limit, world.settings.page_items) if number is not None]
        start = max(offset or 0, 0)
        page = found[start : start + min(most) if most else None]
        return json_answer({"total": len(found), "size": len(page), field: page, **(more or {})})

    return answer


def members(world: World, request: Incoming) -> Answer:
    """CheckAuthUsersOfApp: all at once, there are no pages."""
    app = instance_of(world, request).apps.get(request.ids["app_id"])
    if app is None:
        raise not_found("application")
    return json_answer({"total": len(app.members), "id": app.id, "users": app.members})


def device_counts(world: World, request: Incoming) -> Answer:
    """CountDevices."""
    things = instance_of(world, request).things
    states = ("never_connected", "online", "offline")
    devices = [(device["node_type"], device["state"]) for device in things["devices"].values()]
    kinds = [product["product_type"] for product in things["products"].values()]
    return json_answer(
        {
            "product_templates": {"product_templates_numbers": 0},
            "products": {"normal_products_numbers": kinds.count(0), "gateway_products_numbers": kinds.count(1)},
            "devices": {
                f"{told}_devices": {state: devices.count((kind, state)) for state in states}
                for kind, told in (("normal", "normal"), ("gateway", "gateway"), ("subset", "subsets"))
            },
        }
    )


def datasources(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListDatasources."""
    for thing in instance.things["datasources"].values():
        now = int(instance.created * 1000)
        permission = ["read", "access", "delete", "modify"]
        more = {"instance_id": instance.id, "create_time": now, "update_time": now, "app_permission": permission}
        yield {**thing, **more, "app_name": name_of(instance, "apps", thing["app_id"])}


def groups(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListApiGroupsV2: with their domains."""
    for thing in instance.things["groups"].values():
        domains = [
            {"id": domain["domain"], "ssl_id": "", "ssl_name": "", "min_ssl_version": "TLSv1.1", **domain}
            for domain in thing["domains"]
        ]
        sub = f"{thing['id'].replace('-', '')}.apic.example"
        yield {
            **_without(thing, "domains"),
            "status": 1,
            "on_sell_status": 2,
            "is_default": 2,
            "version": "V2",
            "sl_domain": sub,
            "sl_domains": [sub],
            "roma_app_name": name_of(instance, "apps", thing["roma_app_id"]),
            "url_domains": domains,
        }


def apis(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListApisV2: several publications stand in one text, joined by bars; the backend is not told [docs]."""
    channel = request.query.get("vpc_channel_id")
    for thing in instance.things["apis"].values():
        group = instance.things["groups"][thing["group_id"]]
        if channel is not None and channel != thing["channel_id"]:
            continue
        envs = list(thing["published"])
        names = [name_of(instance, "environments", env) or "" for env in envs]
        yield {
            **_without(thing, "published", "channel_id"),
            "type": 1,
            "status": 1,
            "req_protocol": "HTTPS",
            "backend_type": "HTTP",
            "group_version": "V2",
            "group_name": group["name"],
            "roma_app_id": group["roma_app_id"],
            "roma_app_name": name_of(instance, "apps", group["roma_app_id"]),
            "run_env_id": "|".join(envs),
            "run_env_name": "|".join(names),
            "publish_id": "|".join(thing["published"].values()),
            "publish_time": "|".join(_time(instance) for _env in envs),
        }


def environments(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListEnvironmentsV2."""
    return ({**thing, "create_time": _time(instance)} for thing in instance.things["environments"].values())


def variables(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListEnvironmentVariablesV2: of one group, which has to be named."""
    group = request.query.get("group_id")
    if not group:
        raise _refused(APIC, "group_id")
    if group not in instance.things["groups"]:
        raise ApiError(404, "APIG.3001", f"API group {group} does not exist", layer="gateway")
    return (thing for thing in instance.things["variables"].values() if thing["group_id"] == group)


def channels(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListVpcChannelsV2: without their servers."""
    for thing in instance.things["channels"].values():
        yield {**_without(thing, "members"), "status": 1, "member_groups": [], "create_time": _time(instance)}


def channel_members(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
    """ListBackendInstancesV2."""
    channel = instance.things["channels"].get(request.ids["channel_id"])
    if channel is None:
        raise ApiError(404, "APIG.3023", "The VPC channel does not exist", layer="gateway")
    usual = {"weight": 1, "is_backup": False, "member_group_name": "", "status": 1, "port": channel["port"]}
    for number, member in enumerate(channel["members"]):
        told = {"id": f"{channel['id']}-{number}", "ecs_id": "", "ecs_name": "", **member}
        yield {**usual, **told, "vpc_channel_id": channel["id"]}


def policies(kind: str, *more: str) -> Items:
    """Policies, keys or plugins; but for plugins, with the number of their bindings."""

    def items(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
        for thing in instance.things[kind].values():
            counted = {name: len(thing["bound"]) if name == "bind_num" else 0 for name in more}
            owner = {"roma_app_name": name_of(instance, "apps", thing["roma_app_id"])} if kind == "plugins" else {}
            yield {**_without(thing, "bound"), **counted, **owner}

    return items


def bindings(kind: str, asked: str, told: dict[str, str]) -> Items:
    """The APIs that a policy is bound to. `asked`: the parameter, in path or query; `told`: what is told of each API,
    by the field of the answer."""

    def items(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
        identity = request.ids.get(asked) or request.query.get(asked)
        thing = instance.things[kind].get(identity)
        if thing is None:
            raise _refused(APIC, asked)
        for api_id, env in thing["bound"]:
            api = instance.things["apis"][api_id]
            facts = {
                "api": api_id,
                "api_name": api["name"],
                "group": api["group_id"],
                "group_name": name_of(instance, "groups", api["group_id"]),
                "env": env,
                "env_name": name_of(instance, "environments", env),
                "publish": api["published"].get(env, ""),
                "binding": f"{identity}-{api_id}-{env}",
                "uri": api["req_uri"],
                "method": api["req_method"],
            }
            yield {field: facts[name] for field, name in told.items()}

    return items


def of_app(kind: str) -> Items:
    """What belongs to an application."""

    def items(world: World, instance: Instance, request: Incoming) -> Iterable[Thing]:
        named = request.query.get("app_name")
        for thing in instance.things[kind].values():
            owner: App = instance.apps[thing["app_id"]]
            if named in (None, "", owner.name):
                yield {**thing, **({} if kind == "app_configs" else {"app_name": owner.name})}

    return items


_BINDING = {
    "api_id": "api",
    "api_name": "api_name",
    "group_name": "group_name",
    "env_id": "env",
    "env_name": "env_name",
    "publish_id": "publish",
}
_OF_THROTTLE = {
    "id": "api",
    "name": "api_name",
    "group_id": "group",
    "group_name": "group_name",
    "run_env_id": "env",
    "run_env_name": "env_name",
    "publish_id": "publish",
    "req_uri": "uri",
    "throttle_apply_id": "binding",
}
_OF_PLUGIN = {**_BINDING, "plugin_attach_id": "binding", "group_id": "group", "req_uri": "uri", "req_method": "method"}

OPERATIONS = {
    "members": members,
    "datasources": listing("entities", FDI, datasources),
    "groups": listing("groups", APIC, groups),
    "apis": listing("apis", APIC, apis),
    "environments": listing("envs", APIC, environments),
    "variables": listing("variables", APIC, variables),
    "channels": listing("vpc_channels", APIC, channels),
    "channel_members": listing("members", APIC, channel_members),
    "throttles": listing("throttles", APIC, policies("throttles", "bind_num", "is_inclu_special_throttle")),
    "throttle_bindings": listing("apis", APIC, bindings("throttles", "throttle_id", _OF_THROTTLE)),
    "acls": listing("acls", APIC, policies("acls", "bind_num")),
    "acl_bindings": listing("apis", APIC, bindings("acls", "acl_id", {**_BINDING, "bind_id": "binding"})),
    "signs": listing("signs", APIC, policies("signs", "bind_num", "ldapi_bind_num")),
    "sign_bindings": listing("bindings", APIC, bindings("signs", "sign_id", {**_BINDING, "id": "binding"})),
    "plugins": listing("plugins", APIC, policies("plugins")),
    "plugin_bindings": listing("apis", APIC, bindings("plugins", "plugin_id", _OF_PLUGIN)),
    "app_configs": listing("configs", APIC, of_app("app_configs")),
    "topics": listing("topics", MQS, of_app("topics"), {"max_partitions": 300, "remain_partitions": 297}),
    "rules": listing("items", LINK, of_app("rules")),
    "device_counts": device_counts,
}


def _number(request: Incoming, name: str, usual: int | None, paging: Paging) -> int | None:
    text = request.query.get(name)
    if text is None:
        return usual
    try:
        return int(text)
    except ValueError:
        raise _refused(paging, name) from None


def _refused(paging: Paging, name: str) -> ApiError:
    text = f"Invalid parameter value,parameterName:{name}. Please refer to the support documentation"
    return ApiError(400, paging.code, text, layer="gateway")


def _without(thing: Thing, *names: str) -> Thing:
    return {name: value for name, value in thing.items() if name not in names}


def _time(instance: Instance) -> str:
    return utc(instance.created).strftime("%Y-%m-%dT%H:%M:%SZ")
