# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: how two things are compared, and what is told of them. Pure."""

from __future__ import annotations

import re
import typing as t

from .._api.inventory import LISTINGS
from .._api.plain import number
from .._api.sealed import Sealed, called
from .migration_matches import BINDINGS, Item, Match, Matches, bound, published
from .migration_todo import Open, opened

#: Fields that are compared of two that are each other's twin, besides the values of the list.
_MORE = {
    "throttles": ("special_limits",),
    "signs": ("sign_key",),
    "plugins": ("plugin_content",),
    "domains": ("CNAME", "min_ssl_version", "certificate"),
}

#: Categories of what is bound to APIs, with the kind of thing that each is of.
POLICIES = {"throttles": "throttles", "access_controls": "acls", "signature_keys": "signs", "plugins": "plugins"}

#: What the API tells of a task's state: a number in a list, in one edition the word.
_RUNS = {"1": True, "running": True, "0": False, "stop": False, "stopped": False}


def fields(kind: str) -> tuple[str, ...]:
    """What is compared of two things of a kind."""
    return (*(LISTINGS[kind].values if kind in LISTINGS else ()), *_MORE.get(kind, ()))


def not_one(category: str, name: str, app: str | None, match: Match, source: str = "there") -> t.Iterator[Open]:
    """What to say where there is no twin, or more than one fits."""
    if not match.found:
        yield opened(category, "missing", name, app, source)
    elif match.one is None:
        yield opened(
            category, "ambiguous", name, app, source, "1 fits" if len(match.found) == 1 else f"{len(match.found)} fit"
        )


def compared(category: str, name: str, app: str | None, source: t.Any, target: t.Any) -> t.Iterator[Open]:
    """What to say of two values that may be secret."""
    if differs(source, target):
        yield opened(category, "differs", name, app, "a value", "another value" if target else None)
    elif any(value is None or (isinstance(value, Sealed) and value.masked) for value in (source, target)):
        yield opened(category, "unverified", name, app)


def differs(source: t.Any, target: t.Any) -> bool:
    """Whether two values differ, as far as both are told; a null in place of what may be secret tells nothing."""
    if isinstance(source, Sealed) and isinstance(target, Sealed):
        return source.differs(target)
    for one, other in ((source, target), (target, source)):
        if isinstance(one, Sealed):
            return other is not None and not one.masked
    # In a list of addresses the order makes no difference, nor what is between them.
    one, other = (sorted(filter(None, re.split(r"\s*[,;\n]\s*", value))) for value in (source or "", target or ""))
    return one != other


def name_of(kind: str, item: Item) -> str:
    """What an item is called in the report; an API with its group, as names are unique there at most."""
    return f"{item['group_name']}/{item['name']}" if kind == "apis" else str(item["name"])


def differing_in(kind: str, item: Item, twin: Item) -> list[str]:
    return [field for field in fields(kind) if differs(item.get(field), twin.get(field))]


def told_of(names: t.Iterable[str], item: Item) -> str:
    """``host db.example, port 3306``."""
    words = []
    for name in names:
        value = item.get(name)
        if isinstance(value, Sealed):
            words.append(f"{name} (not shown)")
        else:
            words.append(f"no {name}" if value in (None, "") else f"{name} {value}")
    return ", ".join(words)


def settings_told(names: t.Iterable[str], settings: Item) -> str:
    """As :func:`told_of`, of a data source; what has no name to be shown is told once."""
    told: dict[str, Item] = {}
    for name in names:
        told.setdefault(called(name), {})[called(name)] = settings.get(name)
    return joined(*(told_of(one, one) for one in told.values()))


def masked(kind: str, item: Item, twin: Item) -> bool:
    """Whether something may be equal only because it was not told; a signature key always has a secret."""
    both = [value for name in fields(kind) for value in (item.get(name), twin.get(name))]
    untold = kind == "plugins" and None in (item["plugin_content"], twin["plugin_content"])
    return kind == "signs" or untold or any(isinstance(value, Sealed) and value.masked for value in both)


def joined(*texts: str) -> str:
    """The texts that are not empty."""
    return ", ".join(filter(None, texts))


def listed(words: t.Iterable[str], nothing: str = "nothing") -> str:
    return ", ".join(sorted(words)) or nothing


def published_in(api: Item) -> str:
    return "published in " + (", ".join(published(api)) or "no environment")


def variables_of(items: t.Iterable[Item], names: t.Mapping[str, str]) -> dict[tuple[str, str], t.Any]:
    """Values by (environment, variable)."""
    return {(names.get(item["env_id"], item["env_id"]), item["name"]): item["variable_value"] for item in items}


def servers_of(channel: Item, members: t.Iterable[Item]) -> set[str]:
    """A channel's servers and their groups, in words. A server without a port has that of the channel."""
    found = set(channel["server_groups"])
    for one in members:
        port = one["port"] if number(one["port"]) else channel["port"]
        told = {
            f"weight {one['weight']}": one["weight"],
            f"in group {one['member_group_name']}": one["member_group_name"],
            "backup": one["is_backup"] == "true",
            "unavailable": one["status"] == "2",
        }
        words = ", ".join(word for word, holds in told.items() if holds)
        found.add(f"{one['host'] or one['ecs_id']}:{port}" + (f" ({words})" if words else ""))
    return found


def bound_to(matches: Matches, pairs: t.Iterable[tuple[str, str]], backends: int | None = 0) -> str:
    words = [f"{name_of('apis', matches.apis[api])} in {env}" for api, env in pairs]
    return "bound to " + listed(words + ([f"{backends} custom backends"] if backends else []))


def custom_backends(policy: Item) -> int | None:
    """How many custom backends a signature key is bound to, which is all that is told of them; None: not even that."""
    return number(policy["ldapi_bind_num"]) if "ldapi_bind_num" in policy else 0


def runs(task: Item) -> bool | None:
    """None: that is not told."""
    return _RUNS.get(task["status"].lower())


def untold(matches: Matches) -> t.Iterator[tuple[str, str]]:
    """(category, reason) for what was read and still not known: it keeps a migration from being called complete."""
    both = {kind: matches.of(kind) for kind in ("apps", "datasources", "throttles", "signs", "channels", "tasks")}
    twins = {kind: [(one.item, one.one) for one in found if one.one is not None] for kind, found in both.items()}

    def told(category: str, names: t.Sequence[str], reason: str) -> t.Iterator[tuple[str, str]]:
        if names:
            yield category, f"{reason}: {', '.join(names)}"

    yield from told(
        "members",
        [item["name"] for item, one in twins["apps"] if _roles_untold(matches, item, one)],
        "the roles of users are not told of all, of these applications",
    )
    yield from told(
        "data_sources",
        [item["name"] for item, one in twins["datasources"] if _settings_untold(item, one)],
        "address and account are not told, or not all of them, of these",
    )
    yield from told(
        "throttles",
        [
            item["name"]
            for item, one in twins["throttles"]
            if item["special_limits"] == one["special_limits"] == "there"
        ],
        "limits for single users and applications are not compared, these policies have some",
    )
    yield from told(
        "signature_keys",
        [match.item["name"] for match in both["signs"] if custom_backends(match.item) != 0],
        "custom backends are only counted, these keys may be bound to others here",
    )
    yield from told(
        "channels",
        [match.item["name"] for match in both["channels"] if match.item["type"] != "2"],
        "which microservice a channel leads to is not read",
    )
    yield from told(
        "channels",
        [match.item["name"] for match in both["channels"] if _server_untold(matches, match)],
        "whether servers are available is not told of all, of these channels",
    )
    yield from told(
        "tasks",
        [item["name"] for item, one in twins["tasks"] if runs(item) is None or (runs(item) and runs(one) is None)],
        "whether these tasks run is not told",
    )
    seen = {api["id"] for api in matches.source.items("apis")}
    for category, kind in POLICIES.items():
        names = []
        for item in (match.item for match in matches.of(kind) if matches.readable(BINDINGS[kind], match.item, None)):
            pairs = bound(matches.source, kind, item)
            if max(number(item.get("bind_num")) or 0, len(pairs)) > sum(api in seen for api, _env in pairs):
                names.append(item["name"])
        yield from told(category, names, "source: these are bound to APIs that you do not see")
    for side, held in (("source", matches.source), ("target", matches.target)):
        names = [name for name, count in held.device_counts.items() if count is None]
        yield from told("devices", names, f"{side}: the API tells no number of these")


def _roles_untold(matches: Matches, app: Item, twin: Item) -> bool:
    there = {user["name"] for user in matches.target.items("members", twin["id"])}
    return any(user["name"] in there and not user["roles"] for user in matches.source.items("members", app["id"]))


def _settings_untold(source: Item, twin: Item) -> bool:
    """Whether the source has none, or one that is no secret is masked."""
    settings = [*source["settings"].items(), *twin["settings"].items()]
    masked = (called(name) == name and isinstance(value, Sealed) and value.masked for name, value in settings)
    return not source["settings"] or any(masked)


def _server_untold(matches: Matches, match: Match) -> bool:
    sides = ((matches.source, match.item), (matches.target, match.one))
    servers = [one for held, channel in sides if channel for one in held.items("channel_members", channel["id"])]
    return any(not one["status"] for one in servers)
