# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: which thing of the source is which of the target. Pure: what was read of both is handed in."""

from __future__ import annotations

import collections
import typing as t

Item = dict[str, t.Any]

#: Policies, with the list of what each is bound to.
BINDINGS = {
    "throttles": "throttle_bindings",
    "acls": "acl_bindings",
    "signs": "sign_bindings",
    "plugins": "plugin_bindings",
}

#: What belongs to no application, so that with app_names it counts where the APIs of these use it.
OF_NO_APP = ("environments", "channels", *BINDINGS)

#: What belongs to one application, or none, and has its name for itself only within it.
_OWNED = ("datasources", "groups", "plugins", "app_configs")

#: What gets the import's prefix; an earlier one of the same name may be there, too, so the prefixed name comes first.
_PREFIXED = ("apps", "tasks")


class Match(t.NamedTuple):
    """A thing of the source, and those of the target that fit: none, one, or more."""

    item: Item
    found: list[Item]
    #: The source has another one that is just like it, or the target two of what it belongs to.
    unclear: bool = False

    @property
    def one(self) -> Item | None:
        """Its twin in the target."""
        return self.found[0] if len(self.found) == 1 and not self.unclear else None


class _Fit:
    """Things of the source that nothing tells apart, and those of the target that fit."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.found: list[Item] = []
        self.unclear = len(items) > 1

    @property
    def one(self) -> Item | None:
        return Match(self.items[0], self.found, self.unclear).one


class Held:
    """What was read of one instance, by list and the id of what it is the list of."""

    def __init__(self) -> None:
        self.lists: dict[tuple[str, str], list[Item]] = {}
        self.device_counts: dict[str, int | None] = {}
        #: What could not be read.
        self.unread: set[tuple[str, str]] = set()

    def items(self, name: str, of: str = "") -> list[Item]:
        """The items of a list; none where it was not read."""
        return self.lists.get((name, of), [])

    def app_names(self) -> dict[str, str]:
        """Names of applications by id."""
        return {app["id"]: app["name"] for app in self.items("apps")}


def _owners(item: Item) -> list[tuple[str, str]]:
    """(id, name or an empty text) of the applications that a thing says that it belongs to."""
    told = [
        (item.get("app_id"), item.get("app_name")),
        (item.get("source_app_id"), ""),
        (item.get("target_app_id"), ""),
    ]
    return [(key, name or "") for key, name in told if key]


def app_of(item: Item, names: t.Mapping[str, str]) -> str | None:
    """The name of the application that a thing belongs to; None where it belongs to none."""
    return item.get("app_name") or names.get(item.get("app_id") or item.get("source_app_id") or "")


class Matches:
    """What of the source is in scope, and its twins in the target.

    :arg app_names: applications of the source; empty: all, and all that belongs to none.
    """

    def __init__(self, source: Held, target: Held, prefix: str, app_names: t.Collection[str]) -> None:
        self.source, self.target = source, target
        self._prefix = prefix
        self._wanted = frozenset(app_names)
        self._source_apps, self._target_apps = source.app_names(), target.app_names()
        #: The APIs of the source in scope, by id.
        self.apis = {api["id"]: api for api in source.items("apis") if self.in_scope("apis", api)}
        self._made: dict[str, list[Match]] = {}
        self._all: dict[str, list[_Fit]] = {}
        self._groups: dict[str, _Fit] | None = None
        self._app_twins: dict[str, str | None] | None = None
        self._others: set[str] = set()

    def app(self, item: Item) -> str | None:
        """The application of a thing of the source."""
        return app_of(item, self._source_apps)

    def readable(self, kind: str, item: Item, twin: Item | None) -> bool:
        """Whether a list of a thing was read of both, as far as both have it."""
        sides = ((self.source, item), (self.target, twin))
        return not any(one is not None and (kind, one["id"]) in held.unread for held, one in sides)

    def missing_apps(self) -> list[str]:
        """Names of the applications in scope that the target does not have; none where its list was not read."""
        if ("apps", "") not in self.target.lists:
            return []
        return [match.item["name"] for match in self.of("apps") if not match.found]

    def unclear_apps(self) -> list[str]:
        """Names of the applications in scope that one of the two has more than once."""
        return [match.item["name"] for match in self.of("apps") if match.found and match.one is None]

    def hidden_apps(self) -> dict[str, int]:
        """How many applications the things of each instance belong to that its list does not show."""
        found = {}
        for side, held in (("source", self.source), ("target", self.target)):
            names = held.app_names()
            everything = [item for kind in (*_OWNED, "apis", "tasks", "topics") for item in held.items(kind)]
            hidden: dict[str, str] = {}
            for key, name in (owner for item in everything for owner in _owners(item) if owner[0] not in names):
                hidden[key] = name or hidden.get(key, "")
            # Topics tell the name only.
            named = {item.get("app_name") for item in everything if not item.get("app_id")}
            number = len(hidden) + len(named - {None, "", *names.values(), *hidden.values()})
            if number and ("apps", "") in held.lists:
                found[side] = number
        return found

    def has_app(self, item: Item) -> bool:
        """Whether the target has the application of a thing of the source, or it belongs to none."""
        app = self.app(item)
        return app is None or self._app_there(app) is not None

    def of(self, kind: str) -> list[Match]:
        """Each thing of this kind in scope, with those of the target that fit; those that are alike once."""
        if kind not in self._made:
            self._made[kind] = []
            for fit in self._fits(kind):
                in_scope = [item for item in fit.items if self.in_scope(kind, item)]
                self._made[kind] += [Match(item, fit.found, fit.unclear) for item in in_scope[:1]]
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
            return item["name"] in self._wanted
        if kind == "tasks":
            return any(self._source_apps.get(owner) in self._wanted for owner, _name in _owners(item))
        if app is not None or kind not in (*OF_NO_APP, "groups"):
            return app in self._wanted
        if kind == "groups":
            return any(api["group_id"] == item["id"] for api in self.apis.values())
        if kind == "environments":
            return any(item["name"] in published(api) for api in self.apis.values())
        if kind == "channels":
            return any(api["id"] in self.apis for api in self.source.items("channel_apis", item["id"]))
        return any(api in self.apis for api, _env in bound(self.source, kind, item))

    def _fits(self, kind: str) -> list[_Fit]:
        """All of the source, in scope or not, as what is not may be whose twin a thing of the target is."""
        if kind not in self._all:
            known: dict[t.Any, list[Item]] = collections.defaultdict(list)
            for item in self.source.items(kind):
                if kind in _PREFIXED or self.has_app(item):
                    key = (*self._owner(kind, item, of_source=True), item["name"], *_more(kind, item))
                    known[key].append(item)
            self._all[kind] = [_Fit(items) for items in known.values()]
            self._find(kind, self._all[kind])
        return self._all[kind]

    def _find(self, kind: str, fits: list[_Fit]) -> None:
        """Give each thing of the target to one of the source at most: to the one that it fits best."""
        index: dict[t.Any, list[Item]] = collections.defaultdict(list)
        for item in self.target.items(kind):
            index[(*self._owner(kind, item, of_source=False), item["name"])].append(item)
        for fit in fits if kind == "apis" else ():
            group = self._group(fit.items[0])
            if group is not None and group.found and group.one is None:
                # Which of the groups it belongs in is what has to be looked up.
                fit.found, fit.unclear = group.found, True
        taken: set[int] = set()
        # APIs of one name in a group are told apart by method and path, since no two of these may be alike.
        for exactly in (True, False) if kind == "apis" else (False,):
            for place in range(2 if self._prefix else 1):
                several: list[Item] = []
                for fit in fits:
                    if fit.found:
                        continue
                    item = fit.items[0]
                    name = self._names(kind, item["name"])[place]
                    near = index.get((*self._owner(kind, item, of_source=True), name), [])
                    fit.found = [
                        one
                        for one in near
                        if id(one) not in taken and not (exactly and _more(kind, one) != _more(kind, item))
                    ]
                    if fit.found and kind in _OWNED and self._doubled(self.app(item)):
                        fit.unclear = True
                    if len(fit.found) == 1:
                        taken.add(id(fit.found[0]))
                    several += fit.found
                taken.update(map(id, several))

    def _group(self, api: Item) -> _Fit | None:
        """What fits the group of an API of the source."""
        if self._groups is None:
            self._groups = {item["id"]: fit for fit in self._fits("groups") for item in fit.items}
        return self._groups.get(api["group_id"])

    def _names(self, kind: str, name: str) -> list[str]:
        names = [name, self._prefix + name] if self._prefix else [name]
        return names[::-1] if kind in _PREFIXED else names

    def _app_there(self, name: str) -> str | None:
        """What an application of the source is called in the target; None where that does not have it."""
        if self._app_twins is None:
            found = {fit.items[0]["name"]: fit.found for fit in self._fits("apps")}
            self._app_twins = {app: twins[0]["name"] if twins else None for app, twins in found.items()}
            self._others = {*self._target_apps.values()}.difference(filter(None, self._app_twins.values()))
        if name in self._app_twins:
            return self._app_twins[name]
        # One that the source's list does not show.
        return next((one for one in self._names("apps", name) if one in self._others), None)

    def _doubled(self, app: str | None) -> bool:
        """Whether one of the two has more than one application of a name, so that nobody knows what is whose."""
        names = [*self._source_apps.values()], [*self._target_apps.values()]
        return app is not None and (names[0].count(app) > 1 or names[1].count(self._app_there(app) or "") > 1)

    def _owner(self, kind: str, item: Item, of_source: bool) -> tuple[t.Any, ...]:
        """What a thing belongs to, as the target has it, and what else its name needs to be of one thing."""
        if kind == "apis":
            group = self._group(item) if of_source else None
            twin = group.one if group else None
            # What has no twin is its own, so that nothing is taken for it.
            return (of_source and twin is None, twin["id"] if twin else item["group_id"])
        if kind not in _OWNED:
            return ()
        app = self.app(item) if of_source else app_of(item, self._target_apps)
        # One edition has the names that the console shows: SQL Server.
        more = (item["type"].replace(" ", "").upper(),) if kind == "datasources" else ()
        return (self._app_there(app) if of_source and app is not None else app, *more)


def _more(kind: str, item: Item) -> tuple[t.Any, ...]:
    """What tells APIs of one name apart: their paths must not collide."""
    return tuple(item[field] for field in ("req_method", "req_uri", "match_mode")) if kind == "apis" else ()


def published(api: Item) -> list[str]:
    """The environments that an API is published in, which stand in one text, joined by bars."""
    return [name.strip() for name in api["run_env_name"].split("|") if name.strip()]


def bound(held: Held, kind: str, policy: Item) -> list[tuple[str, str]]:
    """(id of an API, environment) of each binding of a policy."""
    return [(one["api"], one["env"]) for one in held.items(BINDINGS[kind], policy["id"])]
