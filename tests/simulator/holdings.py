# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instance holds beside applications and integration tasks: data sources, APIs, policies and so on.

Each thing is a dict with the fields that the API tells of it. What refers to another is given by name or id, and kept
as an id. Words that are no fields of the API: `bound` of a policy, pairs of an API and an environment; `published` of
an API, environments; `members` of a channel.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import ids
from .instances import Instance

Thing = dict[str, Any]

#: The environment that each instance has; its id is the same everywhere [SDK examples].
RELEASE = "RELEASE"
RELEASE_ID = "DEFAULT_ENVIRONMENT_RELEASE_ID"


@dataclass(frozen=True)
class Kind:
    """How the API calls a thing's id and name, what it refers to, and its other fields with their defaults."""

    id: str
    name: str
    #: By our word: the kind that is referred to, and the field that holds the id.
    refers: dict[str, tuple[str, str]] = field(default_factory=dict)
    fields: Thing = field(default_factory=dict)


_APP = {"app": ("apps", "app_id")}
_CALLS = {"app_call_limits": 0, "user_call_limits": 0, "ip_call_limits": 0, "api_call_limits": 100}

#: In an order in which each comes after what it refers to.
KINDS = {
    "environments": Kind("id", "name", {}, {"remark": ""}),
    "datasources": Kind(
        "datasource_id", "datasource_name", _APP, {"datasource_type": "MYSQL", "content": None, "description": ""}
    ),
    "groups": Kind("id", "name", {"app": ("apps", "roma_app_id")}, {"remark": "", "domains": []}),
    "channels": Kind(
        "id", "name", {}, {"port": 80, "balance_strategy": 1, "member_type": "ip", "type": 2, "members": []}
    ),
    "apis": Kind(
        "id",
        "name",
        {"group": ("groups", "group_id"), "channel": ("channels", "channel_id")},
        {"req_method": "GET", "req_uri": "/", "match_mode": "NORMAL", "auth_type": "APP", "published": []},
    ),
    "variables": Kind(
        "id",
        "variable_name",
        {"group": ("groups", "group_id"), "environment": ("environments", "env_id")},
        {"variable_value": ""},
    ),
    "throttles": Kind(
        "id", "name", {}, {**_CALLS, "time_interval": 1, "time_unit": "MINUTE", "type": 1, "remark": "", "bound": []}
    ),
    "acls": Kind(
        "id", "acl_name", {}, {"acl_type": "PERMIT", "entity_type": "IP", "acl_value": "192.0.2.1", "bound": []}
    ),
    "signs": Kind(
        "id",
        "name",
        {},
        {"sign_type": "hmac", "sign_key": "", "sign_secret": "", "sign_algorithm": "", "bound": []},
    ),
    "plugins": Kind(
        "plugin_id",
        "plugin_name",
        {"app": ("apps", "roma_app_id")},
        {"plugin_type": "cors", "plugin_scope": "global", "plugin_content": "{}", "remark": "", "bound": []},
    ),
    "app_configs": Kind("id", "config_name", _APP, {"config_type": "variable", "config_value": "", "description": ""}),
    "topics": Kind("name", "name", _APP, {"partition": 3, "replication": 3, "retention_time": 72, "description": ""}),
    "products": Kind("id", "name", _APP, {"product_type": 0}),
    "devices": Kind("id", "name", _APP, {"node_type": "normal", "state": "never_connected"}),
    "rules": Kind("rule_id", "name", _APP, {"status": 0, "description": ""}),
}


def add(instance: Instance, kind: str, words: Thing) -> Thing:
    """Put a new thing in; ValueError for a word that its kind does not have, and for what it refers to in vain."""
    shape = KINDS[kind]
    thing = _kept(instance, kind, {**copy.deepcopy(shape.fields), **words})
    if thing.get(shape.name) is None:
        raise ValueError(f"{kind} are told by {shape.name}")
    thing.setdefault(shape.id, ids.number() if shape.id == "rule_id" else ids.resource_id())
    thing.update({key: None for _kind, key in shape.refers.values() if key not in thing})
    instance.things[kind][thing[shape.id]] = thing
    return thing


def put(instance: Instance, kind: str, words: Thing) -> Thing:
    """Add it; where there is one of its name that refers to the same, change that."""
    kept, shape = _kept(instance, kind, words), KINDS[kind]
    same = (shape.name, *(key for _kind, key in shape.refers.values() if key != "channel_id"))
    for thing in instance.things[kind].values():
        if all(thing.get(key) == kept.get(key) for key in same):
            kept.get("published", {}).update({**thing.get("published", {}), **kept.get("published", {})})
            thing.update(kept)
            return thing
    return add(instance, kind, words)


def words_of(instance: Instance, kind: str, thing: Thing, prefix: str = "") -> Thing:
    """What `add` takes to make the same in another instance, where applications have this prefix."""
    shape = KINDS[kind]
    told = copy.deepcopy({name: thing[name] for name in (shape.name, *shape.fields)})
    for word, (other, key) in shape.refers.items():
        if thing[key] is not None:
            told[word] = _called(instance, other, thing[key], prefix)
    if "published" in told:
        told["published"] = [_called(instance, "environments", env, "") for env in thing["published"]]
    if "bound" in told:
        told["bound"] = [
            [_called(instance, "apis", api, prefix), _called(instance, "environments", env, "")]
            for api, env in thing["bound"]
        ]
    return told


def change(instance: Instance, kind: str, reference: str, words: Thing) -> None:
    """Give a thing, an application or a task other values."""
    identity = find(instance, kind, reference)
    if kind in KINDS:
        instance.things[kind][identity].update(_kept(instance, kind, words))
        return
    asset = (instance.apps if kind == "apps" else instance.tasks)[identity]
    for name, value in words.items():
        if not hasattr(asset, name):
            raise ValueError(f"{kind} have no {name}")
        setattr(asset, name, value)


def remove(instance: Instance, kind: str, reference: str) -> None:
    """Take it out, with all that refers to it."""
    del instance.things[kind][find(instance, kind, reference)]
    purge(instance)


def purge(instance: Instance) -> None:
    """Take out what refers to something that is there no more."""
    for kind, shape in KINDS.items():
        for identity, thing in list(instance.things[kind].items()):
            for other, key in shape.refers.values():
                if thing[key] is not None and thing[key] not in _all(instance, other):
                    instance.things[kind].pop(identity, None)
            if "bound" in thing:
                thing["bound"] = [pair for pair in thing["bound"] if pair[0] in instance.things["apis"]]


def find(instance: Instance, kind: str, reference: str) -> str:
    """The id of what is called so, or has this id. A group is also called `app/group`, and so on."""
    everything = _all(instance, kind)
    if reference in everything:
        return reference
    named = (identity for identity in everything if reference in _names(instance, kind, identity))
    found = next(named, None)
    if found is None:
        raise ValueError(f"{instance.name} has no {kind} called {reference!r}")
    return found


def name_of(instance: Instance, kind: str, identity: str | None) -> str | None:
    """The name of what has this id; None where there is none."""
    thing = _all(instance, kind).get(identity)
    if thing is None:
        return None
    return str(thing[KINDS[kind].name] if kind in KINDS else thing.name)


def _all(instance: Instance, kind: str) -> dict[Any, Any]:
    assets: dict[str, dict[Any, Any]] = {"apps": {**instance.apps}, "tasks": {**instance.tasks}}
    return {**assets, **instance.things}[kind]


def _names(instance: Instance, kind: str, identity: str) -> Iterator[str]:
    """Its name, and the same with those before it that it belongs to: `group/api`, `app/group/api`."""
    name = name_of(instance, kind, identity) or ""
    yield name
    word = {"groups": "app", "apis": "group"}.get(kind)
    if word:
        owner, key = KINDS[kind].refers[word]
        for longer in _names(instance, owner, instance.things[kind][identity][key]):
            yield f"{longer}/{name}"


def _called(instance: Instance, kind: str, identity: str, prefix: str) -> str:
    """Its longest name; what begins with an application's gets the prefix."""
    *_shorter, name = _names(instance, kind, identity)
    return prefix + name if kind in ("apps", "groups", "apis") else name


def _kept(instance: Instance, kind: str, words: Thing) -> Thing:
    """The words with what they refer to as ids."""
    shape, kept = KINDS[kind], dict(words)
    unknown = set(words) - {shape.id, shape.name, *shape.fields, *shape.refers}
    if unknown:
        raise ValueError(f"{kind} have no {', '.join(sorted(unknown))}")
    for word, (other, key) in shape.refers.items():
        if word in kept:
            kept[key] = find(instance, other, kept.pop(word))
    if "published" in kept:
        kept["published"] = {find(instance, "environments", one): ids.resource_id() for one in kept["published"]}
    if "bound" in kept:
        pairs = [(find(instance, "apis", api), find(instance, "environments", env)) for api, env in kept["bound"]]
        kept["bound"] = pairs
    return kept
