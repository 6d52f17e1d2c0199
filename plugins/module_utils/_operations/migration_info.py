# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: what the target of a migration lacks, as reading both instances shows."""

from __future__ import annotations

import typing as t

from .._account.connection import Connection, resolve_pair
from .._account.options import CONNECTION, check_times, naming
from .._api.client import Client
from .._api.inventory import count_devices, list_held
from .._api.plain import number
from .._errors import BadInput, Refused, RomaError, ServerFailed, Throttled, Unreadable
from .._wait.task import Task
from .._wait.together import Together
from .migration_compare import CATEGORIES
from .migration_matches import BINDINGS, Held, Item, Matches
from .migration_things import untold
from .migration_todo import Open
from .options import texts

#: What the module takes besides the target's connection.
OPTIONS: dict[str, t.Any] = {
    "source": {
        "type": "dict",
        "required": True,
        "options": {**CONNECTION, "request_timeout": {"type": "float"}},
    },
    "prefix": {"type": "str"},
    "app_names": {"type": "list", "elements": "raw", "default": []},
    "categories": {"type": "list", "elements": "str", "choices": list(CATEGORIES)},
}

#: The lists that a category needs of both instances.
_LISTS: dict[str, tuple[str, ...]] = {
    "apps": ("apps",),
    "members": ("apps",),
    "data_sources": ("apps", "datasources"),
    "apis": ("apps", "groups", "apis"),
    "domains": ("apps", "groups"),
    "environments": ("environments",),
    "variables": ("apps", "groups", "environments"),
    "channels": ("channels",),
    "throttles": ("apps", "groups", "apis", "throttles"),
    "access_controls": ("apps", "groups", "apis", "acls"),
    "signature_keys": ("apps", "groups", "apis", "signs"),
    "plugins": ("apps", "groups", "apis", "plugins"),
    "app_configs": ("apps", "app_configs"),
    "tasks": ("tasks",),
    "topics": ("apps", "topics"),
    "devices": ("device_counts",),
}

#: What they need, too, where applications are named: who owns what, and which APIs use what.
_LISTS_BY_APP: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("domains", "variables"), ("apis",)),
    **dict.fromkeys(("environments", "channels"), ("apps", "apis")),
    "tasks": ("apps",),
}

#: The lists of single things that a category needs.
_PARTS: dict[str, tuple[str, ...]] = {
    "members": ("members",),
    "variables": ("variables",),
    "channels": ("channel_apis", "channel_members"),
    "throttles": ("throttle_bindings",),
    "access_controls": ("acl_bindings",),
    "signature_keys": ("sign_bindings",),
    "plugins": ("plugin_bindings",),
}

#: What these are lists of, and what one of those is called.
_THINGS: dict[str, tuple[str, str]] = {
    "members": ("apps", "application"),
    "variables": ("groups", "API group"),
    **dict.fromkeys(("channel_apis", "channel_members"), ("channels", "channel")),
    "throttle_bindings": ("throttles", "throttling policy"),
    "acl_bindings": ("acls", "access control policy"),
    "sign_bindings": ("signs", "signature key"),
    "plugin_bindings": ("plugins", "plugin"),
}

#: Trouble of one list, which another one need not have.
_OF_ONE_LIST = (Refused, ServerFailed, Throttled, Unreadable)

#: Codes by which a service refuses who may not ask, whatever the HTTP status.
_NO_PERMISSION = ("ROMA.1006", "ROMA.12001", "APIG.1005")

#: A list of an instance: which, its name, and the id of what it is the list of.
_Question = tuple[str, str, str]


def connections(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> list[Connection]:
    """The target, which the task's own options name, and the source.

    :raises BadInput: an option is missing or wrong; nothing was sent.
    """
    if not isinstance(options["source"], t.Mapping):
        raise BadInput("O(source) is empty: give the connection options of the source as a dictionary")
    with naming("O(source)"):
        check_times(options["source"])
    texts("app_names", options["app_names"])
    return resolve_pair(options, options["source"], environ)


def migration_info(task: Task, target: Client, source: Client) -> None:
    """Bring what is open into the task.

    :raises RomaError: an instance could not be read at all, or is in trouble.
    """
    _Reading(task, {"source": source, "target": target}).report()


class _Reading:
    """Reads both instances, in three steps: lists, what belongs to single things of the source, and to their twins."""

    def __init__(self, task: Task, clients: t.Mapping[str, Client]) -> None:
        self._task, self._clients = task, clients
        self._app_names = texts("app_names", task.options["app_names"])
        asked = set(task.options["categories"] or CATEGORIES)
        self._categories = [category for category in CATEGORIES if category in asked]
        self._held = {"source": Held(), "target": Held()}
        self._refused: dict[_Question, RomaError] = {}
        self._began = task.deadline.clock()
        self._questions = self._done = 0
        own = task.options["source"].get("request_timeout")
        if own is not None:
            task.deadline.request_timeout = max(own, task.deadline.request_timeout)

    def report(self) -> None:
        """Read, compare, and bring the result into the task."""
        # The first question of each goes alone: where credentials are refused, more refusals would lock them.
        first, *others = self._lists()
        self._read([first])
        self._check_names()
        self._read(others)
        for side in self._clients:
            self._check_any(side)
        self._read(list(dict.fromkeys(self._parts())))
        self._read(list(dict.fromkeys(self._twins())))
        matches = self._matches()
        unread = self._not_checked(matches)
        checked = [category for category in self._categories if not self._missing_lists(category)]
        found: list[Open] = [item for category in checked for item in CATEGORIES[category](matches)]
        counts = {category: sum(item["category"] == category for item in found) for category in checked}
        counts = {category: count for category, count in counts.items() if count or not self._all_unread(category)}
        self._task.facts.update(
            open=found,
            counts={category: counts.get(category) for category in self._categories},
            not_checked=unread,
        )
        self._announce(over=True)

    def _lists(self) -> list[str]:
        """Names of the lists that are needed, each once; with app_names, that of applications first."""
        names = ["apps"] if self._app_names else []
        for category in self._categories:
            names += self._needed(category)
        return list(dict.fromkeys(names))

    def _needed(self, category: str) -> list[str]:
        if self._app_names and category == "devices":
            return []  # counts are of a whole instance
        return [*(_LISTS_BY_APP.get(category, ()) if self._app_names else ()), *_LISTS[category]]

    def _parts(self) -> t.Iterator[_Question]:
        """Of single things: the source's; of applications and channels the twins' too, where those are known."""
        matches = self._matches()
        if "members" in self._categories:
            for match in matches.of("apps"):
                if match.one is not None:
                    yield from (("source", "members", match.item["id"]), ("target", "members", match.one["id"]))
        if "variables" in self._categories:
            yield from (("source", "variables", match.item["id"]) for match in matches.of("groups"))
        if "channels" in self._categories and self._app_names:
            yield from (("source", "channel_apis", one["id"]) for one in self._held["source"].items("channels"))
        for kind, list_name in BINDINGS.items():
            if self._asks(list_name):
                policies = [one for one in self._held["source"].items(kind) if _is_bound(one)]
                yield from (("source", list_name, one["id"]) for one in policies)

    def _twins(self) -> t.Iterator[_Question]:
        """What of the target has to be read for what the source has, and the servers of its channels."""
        matches, source = self._matches(), self._held["source"]
        if "variables" in self._categories:
            for match in matches.of("groups"):
                if match.one is not None and source.items("variables", match.item["id"]):
                    yield "target", "variables", match.one["id"]
        if "channels" in self._categories:
            for match in matches.of("channels"):
                yield "source", "channel_members", match.item["id"]
                if match.one is not None:
                    yield "target", "channel_members", match.one["id"]
        for kind, list_name in BINDINGS.items():
            for match in matches.of(kind) if self._asks(list_name) else ():
                if match.one is not None and source.items(list_name, match.item["id"]) and _is_bound(match.one):
                    yield "target", list_name, match.one["id"]

    def _asks(self, part: str) -> bool:
        return any(part in _PARTS.get(category, ()) for category in self._categories)

    def _matches(self) -> Matches:
        prefix = self._task.options["prefix"] or ""
        return Matches(self._held["source"], self._held["target"], prefix, self._app_names)

    def _read(self, wanted: t.Sequence[str | _Question]) -> None:
        """:arg wanted: names of lists of both instances, or lists of single things."""
        questions: list[_Question] = []
        for one in wanted:
            questions += [(side, one, "") for side in self._clients] if isinstance(one, str) else [one]
        self._questions += len(questions)
        self._announce()

        def observe(number: int, answer: t.Any) -> None:
            self._take_in(questions[number], answer)

        asked = [(self._clients[question[0]].endpoint, self._question(question)) for question in questions]
        Together(self._task.deadline, observe, self._task.sleep).ask(asked)

    def _question(self, question: _Question) -> t.Callable[[], t.Any]:
        side, name, of = question
        client = self._clients[side]
        return lambda: count_devices(client) if name == "device_counts" else list_held(client, name, of)

    def _take_in(self, question: _Question, answer: t.Any) -> None:
        side, name, of = question
        held = self._held[side]
        self._done += 1
        if isinstance(answer, RomaError):
            first = question == ("source", self._lists()[0], "") or question == ("target", self._lists()[0], "")
            if not (_may_not_be_read(answer) or (isinstance(answer, _OF_ONE_LIST) and not first)):
                raise _of_side(side, answer)
            self._refused[question] = answer
            held.unread.add((name, of))
        elif name == "device_counts":
            held.device_counts = answer
        else:
            held.lists[name, of] = answer
        self._announce()

    def _announce(self, over: bool = False) -> None:
        elapsed = round(self._task.deadline.clock() - self._began, 3)
        open_items = len(self._task.facts["open"]) if over else None
        self._task.announce({"lists": self._questions, "done": self._done, "open": open_items, "elapsed": elapsed})

    def _check_names(self) -> None:
        known = set(self._held["source"].app_names().values())
        unknown = [name for name in self._app_names if name not in known]
        if unknown and ("source", "apps", "") not in self._refused:
            raise BadInput(f"The source has no application {', '.join(unknown)} that you see: correct O(app_names)")

    def _check_any(self, side: str) -> None:
        """:raises RomaError: not one list of an instance could be read, so that there is no report."""
        refused = [error for question, error in self._refused.items() if question[0] == side]
        if refused and len(refused) == len(self._lists()):
            raise _of_side(side, refused[0])

    def _missing_lists(self, category: str) -> bool:
        """Whether a category cannot be compared."""
        lists = self._needed(category)
        return not lists or any((side, name, "") in self._refused for side in self._clients for name in lists)

    def _all_unread(self, category: str) -> bool:
        """Whether nothing of what a category is made of could be read of an instance."""
        parts = _PARTS.get(category, ())
        for held in self._held.values():
            if category == "devices" and not any(count is not None for count in held.device_counts.values()):
                return True
            refused = {name for name, _of in held.unread} & set(parts)
            if refused and not any(name in refused for name, _of in held.lists):
                return True
        return False

    def _reasons(self, side: str, name: str) -> t.Iterator[str]:
        """Why lists of this name could not be read, with the things whose lists they are; one for each error."""
        things: dict[str, list[str]] = {}
        for (where, what, of), error in self._refused.items():
            if (where, what) == (side, name):
                things.setdefault(str(error), []).append(of)
        for error_text, ids in things.items():
            if name not in _THINGS:
                yield f"{side}: {error_text}"
                continue
            kind, word = _THINGS[name]
            names = {one["id"]: one["name"] for one in self._held[side].items(kind)}
            yield f"{side}, {word} {', '.join(names.get(one, one) for one in ids)}: {error_text}"

    def _not_checked(self, matches: Matches) -> list[dict[str, str]]:
        """What the report does not know, a line for each reason."""
        lines = []
        for category in self._categories:
            for side in self._clients:
                for name in (*self._needed(category), *_PARTS.get(category, ())):
                    lines += [{"category": category, "reason": reason} for reason in self._reasons(side, name)]
            if not self._needed(category):
                reason = "counts are of a whole instance: leave O(app_names) out"
                lines.append({"category": category, "reason": reason.replace("O(app_names)", "app_names")})
        if "apps" not in self._categories and (missing := matches.missing_apps()):
            told = f"the target lacks application {', '.join(missing)}, so that what belongs to it was not compared"
            lines += [{"category": one, "reason": told} for one in self._categories if "apps" in self._needed(one)]
        if "members" in self._categories and (unclear := matches.unclear_apps()):
            told = f"there is more than one application {', '.join(unclear)}, so that its users were not compared"
            lines.append({"category": "members", "reason": told})
        for category, reason in untold(matches):
            if category in self._categories and not self._missing_lists(category):
                lines.append({"category": category, "reason": reason})
        if self._held["source"].lists.get(("apps", "")) == []:
            told = "source: you see no application there, so look whether it is the right one, and what you may see"
            lines.append({"category": "apps", "reason": told})
        for side, hidden in matches.hidden_apps().items():
            told = f"{side}: there are at least {hidden} more applications, which you do not see"
            lines.append({"category": "apps", "reason": told})
        return lines


def _of_side(side: str, error: RomaError) -> RomaError:
    """The error, which says then of which instance it is."""
    error.marked = f"{side}: {error.marked}"
    return error


def _is_bound(policy: Item) -> bool:
    """Whether a policy is bound to an API, or does not say."""
    return number(policy.get("bind_num")) != 0


def _may_not_be_read(error: Exception) -> bool:
    """Whether who asks may not, this edition does not have it, or it is gone: so that it says nothing of others."""
    if not isinstance(error, Refused):
        return False
    answer = error.answer or {}
    status, code = answer.get("http_status"), str(answer.get("error_code"))
    return error.answer is None or status in (403, 404, 405) or code in _NO_PERMISSION
