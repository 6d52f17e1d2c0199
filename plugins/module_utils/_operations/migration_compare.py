# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: what the target lacks, category by category. Pure: what was read of both is handed in."""

from __future__ import annotations

import typing as t

from .migration_matches import BINDINGS, Matches, bound, published
from .migration_things import (
    POLICIES,
    bound_to,
    compared,
    custom_backends,
    differing_in,
    differs,
    joined,
    listed,
    masked,
    name_of,
    not_one,
    published_in,
    runs,
    servers_of,
    settings_told,
    told_of,
    variables_of,
)
from .migration_todo import Open, opened

#: The type of those configurations of an application whose value the API tells.
_PLAIN_CONFIG = "variable"


def apps(matches: Matches) -> t.Iterator[Open]:
    """Applications that the target lacks, or has more than once."""
    for match in matches.of("apps"):
        yield from not_one("apps", name_of("apps", match.item), name_of("apps", match.item), match)


def members(matches: Matches) -> t.Iterator[Open]:
    """Who may use an application in the source and not, or not so much, in the target."""
    for match in matches.of("apps"):
        if match.one is None or not matches.readable("members", match.item, match.one):
            continue  # told by the application, or as what is not checked
        there = {user["name"]: user["roles"] for user in matches.target.items("members", match.one["id"])}
        for user in matches.source.items("members", match.item["id"]):
            name, app, roles = user["name"], match.item["name"], user["roles"]
            if name not in there:
                yield opened("members", "missing", name, app, listed(roles, "not told"))
            elif roles - there[name]:
                yield opened("members", "differs", name, app, listed(roles), listed(there[name]))


def data_sources(matches: Matches) -> t.Iterator[Open]:
    """Data sources without the address and account that the source has; each may have a secret that nobody can read."""
    for match in matches.of("datasources"):
        name, app = name_of("datasources", match.item), matches.app(match.item)
        yield from not_one("data_sources", name, app, match)
        if match.one is None:
            continue
        settings, there = match.item["settings"], match.one["settings"]
        differing = [field for field in settings if differs(settings[field], there.get(field, ""))]
        if differing:
            told = [settings_told(differing, one) for one in (settings, there)]
            yield opened("data_sources", "differs", name, app, *told)
        # No type is known that cannot have a secret, and one that is left out looks like one that is set.
        yield opened("data_sources", "unverified", name, app)


def apis(matches: Matches) -> t.Iterator[Open]:
    """APIs that are missing, or not published where the source's are."""
    for match in matches.of("apis"):
        name, app = name_of("apis", match.item), matches.app(match.item)
        yield from not_one("apis", name, app, match, published_in(match.item))
        if match.one is None:
            continue
        differing = differing_in("apis", match.item, match.one)
        unpublished = set(published(match.item)) - set(published(match.one))
        if differing or unpublished:
            told = [
                joined(told_of(differing, item), published_in(item) if unpublished else "")
                for item in (match.item, match.one)
            ]
            yield opened("apis", "differs", name, app, *told)


def domains(matches: Matches) -> t.Iterator[Open]:
    """Domains of API groups."""
    for match in matches.of("groups"):
        app, has = matches.app(match.item), match.item["domains"]
        if has and match.found and match.one is None:
            yield opened("domains", "ambiguous", match.item["name"], app)
            continue
        there = match.one["domains"] if match.one else {}
        for name, domain in has.items():
            differing = differing_in("domains", domain, there.get(name, {}))
            if there.get(name, {}).get("CNAME") == "resolved":
                # It leads to one of the two: once that is the target, the source's no longer is.
                differing = [field for field in differing if field != "CNAME"]
            if name not in there:
                yield opened("domains", "missing", name, app, f"of group {match.item['name']}")
            elif differing:
                yield opened(
                    "domains", "differs", name, app, told_of(differing, domain), told_of(differing, there[name])
                )


def variables(matches: Matches) -> t.Iterator[Open]:
    """Variables of environments; their values are compared and not told."""
    names = [
        {env["id"]: env["name"] for env in held.items("environments")} for held in (matches.source, matches.target)
    ]
    for match in matches.of("groups"):
        app, group = matches.app(match.item), match.item["name"]
        readable = matches.readable("variables", match.item, match.one)
        has = variables_of(matches.source.items("variables", match.item["id"]), names[0])
        if has and match.found and match.one is None:
            yield opened("variables", "ambiguous", group, app)
            continue
        there = variables_of(matches.target.items("variables", match.one["id"]) if match.one else [], names[1])
        for key, value in has.items():
            name = "/".join((group, *key))
            if not readable and key[0] in names[1].values():
                continue  # told as what is not checked; where there is no such environment, there is none in it
            if key not in there:
                yield opened("variables", "missing", name, app, "a value")
            else:
                yield from compared("variables", name, app, value, there[key])


def channels(matches: Matches) -> t.Iterator[Open]:
    """Channels, and the servers in them."""
    for match in matches.of("channels"):
        name, readable = name_of("channels", match.item), matches.readable("channel_members", match.item, match.one)
        has = servers_of(match.item, matches.source.items("channel_members", match.item["id"]))
        yield from not_one("channels", name, None, match, listed(has, "no servers") if readable else "there")
        if match.one is None:
            continue
        there = servers_of(match.one, matches.target.items("channel_members", match.one["id"]))
        differing, lacks = differing_in("channels", match.item, match.one), readable and bool(has - there)
        if differing or lacks:
            told = [
                joined(told_of(differing, item), listed(servers, "no servers") if lacks else "")
                for item, servers in ((match.item, has), (match.one, there))
            ]
            yield opened("channels", "differs", name, None, *told)


def policies(category: str, kind: str) -> t.Callable[[Matches], t.Iterator[Open]]:
    """Policies, keys or plugins, and what they are bound to."""

    def compare(matches: Matches) -> t.Iterator[Open]:
        twins = {api["id"]: source for source, api in matches.twins("apis").items()}
        for match in matches.of(kind):
            name, app = name_of(kind, match.item), matches.app(match.item)
            readable = matches.readable(BINDINGS[kind], match.item, match.one)
            has = {pair for pair in bound(matches.source, kind, match.item) if pair[0] in matches.apis}
            backends = custom_backends(match.item) or 0
            yield from not_one(category, name, app, match, bound_to(matches, has, backends) if readable else "there")
            if match.one is None:
                continue
            there = {(twins.get(api), env) for api, env in bound(matches.target, kind, match.one)}
            differing, missing = differing_in(kind, match.item, match.one), has - there if readable else set()
            backends_there = custom_backends(match.one)
            lacks_backends = backends_there is not None and backends_there < backends
            if differing or missing or lacks_backends:
                bindings = [bound_to(matches, missing), "not bound to these"] if missing else ["", ""]
                counts = [f"bound to {count} custom backends" for count in (backends, backends_there)]
                told = [
                    joined(told_of(differing, item), binding, count if lacks_backends else "")
                    for item, binding, count in zip((match.item, match.one), bindings, counts)
                ]
                yield opened(category, "differs", name, app, *told)
            if masked(kind, match.item, match.one):
                yield opened(category, "unverified", name, app)

    return compare


def app_configs(matches: Matches) -> t.Iterator[Open]:
    """Configurations of applications; their values are compared and not told."""
    for match in matches.of("app_configs"):
        name, app = name_of("app_configs", match.item), matches.app(match.item)
        yield from not_one("app_configs", name, app, match)
        if match.one is None:
            continue
        told = list(compared("app_configs", name, app, match.item["config_value"], match.one["config_value"]))
        types = [one["config_type"] for one in (match.item, match.one)]
        # One edition has numbers for types; nobody says which is which.
        if all(types) and types[0] != types[1] and types[0].isdigit() == types[1].isdigit():
            told = [opened("app_configs", "differs", name, app, *(f"config_type {one}" for one in types))]
        if types != [_PLAIN_CONFIG] * 2 and not any(item["state"] == "unverified" for item in told):
            told.append(opened("app_configs", "unverified", name, app))
        yield from told


def tasks(matches: Matches) -> t.Iterator[Open]:
    """Integration tasks that are missing, or do not run where the source's do."""
    for match in matches.of("tasks"):
        name, app = name_of("tasks", match.item), matches.app(match.item)
        yield from not_one("tasks", name, app, match)
        if match.one is not None and runs(match.item) and runs(match.one) is False:
            yield opened("tasks", "stopped", name, app, "running", "stopped")


def simple(category: str, kind: str) -> t.Callable[[Matches], t.Iterator[Open]]:
    """What is there or not, with a few fields."""

    def compare(matches: Matches) -> t.Iterator[Open]:
        for match in matches.of(kind):
            name, app = name_of(kind, match.item), matches.app(match.item)
            yield from not_one(category, name, app, match)
            differing = differing_in(kind, match.item, match.one) if match.one else []
            if match.one and differing:
                yield opened(
                    category, "differs", name, app, told_of(differing, match.item), told_of(differing, match.one)
                )

    return compare


def devices(matches: Matches) -> t.Iterator[Open]:
    """Products, devices and rules are only counted."""
    for name, count in matches.source.device_counts.items():
        there = matches.target.device_counts.get(name)
        if count is not None and there is not None and there < count:
            yield opened("devices", "differs" if there else "missing", name, None, str(count), str(there))


#: In the order of the report.
CATEGORIES: dict[str, t.Callable[[Matches], t.Iterator[Open]]] = {
    "apps": apps,
    "members": members,
    "data_sources": data_sources,
    "apis": apis,
    "domains": domains,
    "environments": simple("environments", "environments"),
    "variables": variables,
    "channels": channels,
    **{category: policies(category, kind) for category, kind in POLICIES.items()},
    "app_configs": app_configs,
    "tasks": tasks,
    "topics": simple("topics", "topics"),
    "devices": devices,
}
