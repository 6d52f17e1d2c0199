# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: which thing of the source is which of the target. Pure: what was read of both is handed in."""

from __future__ import annotations

import collections
import typing as t

Item = dict[str, t.Any]

#: The field that holds the name of a thing.
NAMES = {
    "apps": "name",
    "tasks": "task_name",
    "datasources": "datasource_name",
    "groups": "name",
    "apis": "name",
    "environments": "name",
    "channels": "name",
    "throttles": "name",
    "acls": "acl_name",
    "signs": "name",
    "plugins": "plugin_name",
    "app_configs": "config_name",
    "topics": "name",
}

#: Policies, with the list of what each is bound to.
BINDINGS = {
    "throttles": "throttle_bindings",
    "acls": "acl_bindings",
    "signs": "sign_bindings",
    "plugins": "plugin_bindings",
}

#: What belongs to no application, so that with app_names it counts where the APIs of these use it.
OF_NO_APP = ("environments", "channels", *BINDINGS)

#: What gets the import's prefix; an earlier one of the same name may be there, too, so the prefixed name comes first.
_PREFIXED = ("apps", "tasks")


class Match(t.NamedTuple):
    """A thing of the source, and those of the target that fit: none, one, or more."""

    item: Item
    found: list[Item]
    #: The source has another one that is just like it.
    alike: bool = False

    @property
    def one(self) -> Item | None:
        """Its twin in the target."""
        return self.found[0] if len(self.found) == 1 and not self.alike else None


class Held:
    """What was read of one instance, by list and the id of what it is the list of."""

    def __init__(self) -> None:
        self.lists: dict[tuple[str, str], list[Item]] = {}
        self.device_counts: dict[str, int] = {}
        #: What could not be read.
        self.unread: set[tuple[str, str]] = set()

    def items(self, name: str, of: str = "") -> list[Item]:
        """The items of a list; none where it was not read."""
        return self.lists.get((name, of), [])

    def app_names(self) -> dict[t.Any, str]:
        """Names of applications by id."""
        return {app["id"]: str(app.get("name")) for app in self.items("apps")}


def app_of(item: Item, names: t.Mapping[t.Any, str]) -> str | None:
    """The name of the application that a thing belongs to; None where it belongs to none."""
    given = item.get("roma_app_name") or item.get("app_name")
    return given or names.get(item.get("roma_app_id") or item.get("app_id") or item.get("source_app_id"))


class Matches:
    """What of the source is in scope, and its twins in the target.

    :arg app_names: applications of the source; empty: all, and all that belongs to none.
    """

    def __init__(self, source: Held, target: Held, prefix: str, app_names: t.Collection[str]) -> None:
        self.source, self.target = source, target
        self._prefix = prefix
        self._wanted = frozenset(app_names)
        self._source_apps, self._target_apps = source.app_names(), target.app_names()
        self._there = set(self._target_apps.values())
        #: The APIs of the source in scope, by id.
        self.apis = {api["id"]: api for api in source.items("apis") if self.in_scope("apis", api)}
        self._made: dict[str, list[Match]] = {}

    def app(self, item: Item) -> str | None:
        """The application of a thing of the source."""
        return app_of(item, self._source_apps)

    def readable(self, kind: str, item: Item, twin: Item | None) -> bool:
        """Whether a list of a thing was read of both, as far as both have it."""
        sides = ((self.source, item), (self.target, twin))
        return not any(one is not None and (kind, identity(one)) in held.unread for held, one in sides)

    def missing_apps(self) -> list[str]:
        """Names of the applications in scope that the target does not have."""
        return [str(match.item.get("name")) for match in self.of("apps") if not match.found]

    def special_limits(self) -> list[str]:
        """Names of throttling policies that have, beside their limits, some for single users or applications."""
        both = [(match.item, match.one) for match in self.of("throttles") if match.one is not None]
        return [str(item.get("name")) for item, one in both if all(map(_has_special, (item, one)))]

    def hidden_apps(self) -> dict[str, int]:
        """How many applications the things of each instance belong to that its list does not show."""
        found = {}
        for side, held in (("source", self.source), ("target", self.target)):
            kinds = ("groups", "apis", "datasources")
            owners = {one.get("roma_app_id") or one.get("app_id") for kind in kinds for one in held.items(kind)}
            hidden = owners - set(held.app_names()) - {None, ""}
            if hidden and ("apps", "") in held.lists:
                found[side] = len(hidden)
        return found

    def has_app(self, item: Item) -> bool:
        """Whether the target has the application of a thing of the source, or it belongs to none."""
        app = self.app(item)
        return app is None or self._app_there(app) is not None

    def of(self, kind: str) -> list[Match]:
        """Each thing of this kind in scope, with those of the target that fit; those that are alike once."""
        if kind not in self._made:
            self._made[kind] = list(self._match(kind))
        return self._made[kind]

    def twins(self, kind: str) -> dict[t.Any, Item]:
        """By the id of a thing of the source, its only twin."""
        return {match.item["id"]: match.one for match in self.of(kind) if match.one is not None}

    def in_scope(self, kind: str, item: Item) -> bool:
        """Whether a thing of the source is to be compared."""
        if not self._wanted:
            return True
        app = self.app(item)
        if kind == "apps":
            return item.get("name") in self._wanted
        if kind == "tasks":
            owners = (item.get("source_app_id"), item.get("target_app_id"))
            return any(self._source_apps.get(owner) in self._wanted for owner in owners)
        if app is not None or kind not in (*OF_NO_APP, "groups"):
            return app in self._wanted
        if kind == "groups":
            return any(api.get("group_id") == item["id"] for api in self.apis.values())
        if kind == "environments":
            return any(item.get("name") in published(api) for api in self.apis.values())
        if kind == "channels":
            return any(api["id"] in self.apis for api in self.source.items("channel_apis", item["id"]))
        return any(api in self.apis for api, _env in bound(self.source, kind, item))

    def _match(self, kind: str) -> t.Iterator[Match]:
        index: dict[t.Any, list[Item]] = collections.defaultdict(list)
        for item in self.target.items(kind):
            index[(*self._owner(kind, item, of_source=False), str(item.get(NAMES[kind])))].append(item)
        known: dict[t.Any, list[Item]] = collections.defaultdict(list)
        for item in self.source.items(kind):
            if self.in_scope(kind, item) and (kind in _PREFIXED or self.has_app(item)):
                known[
                    (*self._owner(kind, item, of_source=True), str(item.get(NAMES[kind])), *_more(kind, item))
                ].append(item)
        for item, *others in known.values():
            owner = self._owner(kind, item, of_source=True)
            fitting = (index.get((*owner, name)) for name in self._names(kind, str(item.get(NAMES[kind]))))
            found = next(filter(None, fitting), [])
            yield Match(item, self._narrowed(kind, item, found), bool(others))

    def _narrowed(self, kind: str, item: Item, found: list[Item]) -> list[Item]:
        """APIs of one name in a group are told apart by method and path, since no two of these may be alike."""
        if kind != "apis" or len(found) < 2:
            return found
        return [one for one in found if _more(kind, one) == _more(kind, item)] or found

    def _names(self, kind: str, name: str) -> list[str]:
        names = [name, self._prefix + name] if self._prefix else [name]
        return names[::-1] if kind in _PREFIXED else names

    def _app_there(self, name: str) -> str | None:
        return next((one for one in self._names("apps", name) if one in self._there), None)

    def _owner(self, kind: str, item: Item, of_source: bool) -> tuple[t.Any, ...]:
        """What a thing belongs to, as the target has it, and what else its name needs to be of one thing."""
        if kind == "apis":
            group = item.get("group_id")
            return ((self.twins("groups").get(group) or {}).get("id", "none") if of_source else group,)
        if kind not in ("datasources", "groups", "plugins", "app_configs"):
            return ()
        app = self.app(item) if of_source else app_of(item, self._target_apps)
        more = (item.get("datasource_type"),) if kind == "datasources" else ()
        return (self._app_there(app) if of_source and app is not None else app, *more)


def _has_special(throttle: Item) -> bool:
    return throttle.get("is_inclu_special_throttle") == 1


def _more(kind: str, item: Item) -> tuple[t.Any, ...]:
    """What tells APIs of one name apart: their paths must not collide."""
    return tuple(item.get(field) for field in ("req_method", "req_uri", "match_mode")) if kind == "apis" else ()


def published(api: Item) -> list[str]:
    """The environments that an API is published in, which stand in one text, joined by bars."""
    return [name for name in str(api.get("run_env_name") or "").split("|") if name]


def bound(held: Held, kind: str, policy: Item) -> list[tuple[str, str]]:
    """(id of an API, environment) of each binding of a policy; each kind of policy calls the two in its own way."""
    bindings = held.items(BINDINGS[kind], identity(policy))
    pairs = [(one.get("api_id") or one.get("id"), one.get("env_name") or one.get("run_env_name")) for one in bindings]
    return [(str(api), str(env)) for api, env in pairs]


def identity(item: Item) -> str:
    """The id of a thing that has lists of its own."""
    return str(item.get("plugin_id") or item["id"])
