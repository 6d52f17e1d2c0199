# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: how two things are compared, and what is told of them. Pure."""

from __future__ import annotations

import re
import typing as t

from .._api.sealed import Sealed, called
from .migration_matches import NAMES, Item, Match, Matches, published
from .migration_todo import Open, opened

#: Fields that are compared of a thing that is otherwise only there or not.
FIELDS = {
    "throttles": (
        *("api_call_limits", "user_call_limits", "app_call_limits", "ip_call_limits", "time_interval", "time_unit"),
        *("type", "enable_adaptive_control", "is_inclu_special_throttle"),
    ),
    "acls": ("acl_type", "entity_type", "acl_value"),
    "signs": ("sign_type", "sign_algorithm", "sign_key"),
    "plugins": ("plugin_type", "plugin_scope", "plugin_content"),
    "app_configs": ("config_type", "config_value"),
    "topics": ("partition", "retention_time"),
    "apis": ("req_protocol", "req_method", "req_uri", "match_mode", "auth_type"),
    "channels": ("type", "member_type", "port", "balance_strategy"),
    "domains": ("CNAME", "min_ssl_version", "certificate"),
    "environments": (),
    "tasks": (),
    "apps": (),
}


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
    return bool(comparable(source) != comparable(target))


def name_of(kind: str, item: Item) -> str:
    """What an item is called in the report; an API with its group, as names are unique there at most."""
    name = str(item.get(NAMES[kind]))
    return f"{item.get('group_name')}/{name}" if kind == "apis" else name


def differing_in(kind: str, item: Item, twin: Item) -> list[str]:
    return [field for field in FIELDS[kind] if differs(item.get(field), twin.get(field))]


def comparable(value: t.Any) -> t.Any:
    """A value as it is compared: editions differ in numbers and texts, and in what they leave out."""
    if isinstance(value, Sealed):
        return value
    text = "" if value is None else str(value)
    return sorted(re.split(r"[,;]\s*", text)) if "," in text else text.lower() if isinstance(value, bool) else text


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
    both = [value for name in FIELDS[kind] for value in (item.get(name), twin.get(name))]
    untold = kind == "plugins" and None in (item.get("plugin_content"), twin.get("plugin_content"))
    return kind == "signs" or untold or any(isinstance(value, Sealed) and value.masked for value in both)


def joined(*texts: str) -> str:
    """The texts that are not empty."""
    return ", ".join(filter(None, texts))


def listed(words: t.Iterable[str], nothing: str = "nothing") -> str:
    return ", ".join(sorted(words)) or nothing


def roles_of(user: Item) -> set[str]:
    """``admin`` brings all others with it [SDK]."""
    roles = {str(role) for role in user.get("roles") or []}
    return roles | {"read", "access", "delete", "modify"} if "admin" in roles else roles


def published_in(api: Item) -> str:
    return "published in " + (", ".join(published(api)) or "no environment")


def domains_of(group: Item) -> dict[str, Item]:
    """By their names, with the state of the CNAME and the certificate in words."""
    found = {}
    for one in group.get("url_domains") or []:
        if isinstance(one, dict) and one.get("domain"):
            cname = {1: "not resolved", 2: "being resolved", 3: "resolved", 4: "wrong"}.get(one.get("cname_status", 0))
            certificate = one.get("ssl_name") or ("there" if one.get("ssl_id") else None)
            found[str(one["domain"])] = {**one, "CNAME": cname, "certificate": certificate}
    return found


def variables_of(items: t.Iterable[Item], names: t.Mapping[t.Any, str]) -> dict[tuple[str, str], t.Any]:
    """Values by (environment, variable)."""
    found = {}
    for item in items:
        env = names.get(item.get("env_id"), str(item.get("env_id")))
        found[env, str(item.get("variable_name"))] = item.get("variable_value")
    return found


def servers_of(members: t.Iterable[Item]) -> set[str]:
    return {
        f"{one.get('host') or one.get('ecs_id')}:{one.get('port')} (weight {one.get('weight')}"
        f"{', backup' if one.get('is_backup') else ''})"
        for one in members
    }


def bound_to(matches: Matches, pairs: t.Iterable[tuple[str, str]]) -> str:
    words = listed(f"{name_of('apis', matches.apis[api])} in {env}" for api, env in pairs)
    return "bound to " + words


def runs(task: Item) -> bool:
    """1 in a list; in one edition the word."""
    return str(task.get("status")) in ("1", "running")
