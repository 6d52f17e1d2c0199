# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications and integration tasks that a job is about: checked ids, and whether they exist."""

from __future__ import annotations

import typing as t

from .._account.options import checked_id, ids, listed, texts
from .._api.client import MOST_ITEMS, Client
from .._api.said import unknown
from .._errors import BadInput, Refused
from .._wait.verdict import if_names


class Items(t.NamedTuple):
    """The ids of applications and integration tasks, each once."""

    apps: list[str]
    tasks: list[str]


class Asked(t.NamedTuple):
    """What an export is asked for: ids and names, or all, or a job that was started elsewhere."""

    apps: list[str]
    tasks: list[str]
    app_names: list[str]
    task_names: list[str]
    all: bool
    job_id: str | None

    def as_written(self) -> dict[str, t.Any]:
        """The request that a record holds: whoever asks the same another day means the same export."""
        lists = {name: sorted(getattr(self, name)) for name in self._fields[:4]}
        return {name: value for name, value in {**self._asdict(), **lists}.items() if value}


def asked_items(options: t.Mapping[str, t.Any]) -> Asked:
    """What the options of an export say.

    :raises BadInput: nothing is asked, or what does not go together, or an item is none.
    """
    apps, tasks = (ids(option, options[option], if_names("export", [option])) for option in Items._fields)
    app_names, task_names = (texts(option, options[option]) for option in ("app_names", "task_names"))
    job_id = checked_id("job_id", options["job_id"]) if options["job_id"] else None
    asked = Asked(apps, tasks, app_names, task_names, options["all"], job_id)
    given = list(asked.as_written())
    if not given:
        raise BadInput(
            "Nothing to export is named: give O(apps), O(tasks), O(app_names) or O(task_names), or "
            "O(all): true, or the O(job_id) of an export that was started elsewhere"
        )
    if len(given) > 1 and (asked.all or asked.job_id):
        alone = "job_id" if asked.job_id else "all"
        others = listed([f"O({option})" for option in given if option != alone])
        raise BadInput(f"O({alone}) and {others} are both given: keep one of them")
    return asked


def look_up(client: Client, asked: Asked) -> Items:
    """The ids that are asked for, looked up where they are names or all.

    :raises BadInput: a name is unknown or there twice, or there is nothing at all.
    """
    if asked.all:
        items = Items([app["id"] for app in client.apps()], [task["id"] for task in client.tasks()])
        if not any(items):
            raise BadInput(f"O(all): the caller sees no application and no integration task of {client.instance_id}")
        return items
    apps = client.apps(asked.app_names[0] if len(asked.app_names) == 1 else None) if asked.app_names else []
    tasks = client.tasks() if asked.task_names else []
    told: list[str] = []
    found = Items(
        *(
            list(dict.fromkeys([*given, *_ids_of(names, listing, option, told)]))
            for given, names, listing, option in (
                (asked.apps, asked.app_names, apps, "app_names"),
                (asked.tasks, asked.task_names, tasks, "task_names"),
            )
        )
    )
    if told:
        raise BadInput("\n".join(told))
    return found


def _ids_of(names: list[str], listing: list[dict[str, t.Any]], option: str, told: list[str]) -> t.Iterator[str]:
    """The ids of what is called so; what is wrong with a name is added to *told*."""
    for name in names:
        matching = [one["id"] for one in listing if one.get("name") == name]
        if len(matching) == 1:
            yield matching[0]
        elif matching:
            told.append(
                f"O({option}): {name!r} is there {len(matching)} times ({listed(matching)}): give the id instead"
            )
        else:
            told.append(f"O({option}): nothing is called {name!r}, or the caller does not see it: correct the name")


def checked_items(options: t.Mapping[str, t.Any], operation: str) -> Items:
    """The ids of the options ``apps`` and ``tasks``, for a job that does *operation*.

    :raises BadInput: there is none, there are too many, or one is no id.
    """
    items = Items(*(ids(option, options[option], if_names(operation, [option])) for option in Items._fields))
    count = len(items.apps) + len(items.tasks)
    if not count:
        raise BadInput(
            "O(apps) and O(tasks) are both empty: give the id of at least one application or integration task"
        )
    if count > MOST_ITEMS:
        raise BadInput(
            f"O(apps) and O(tasks) hold {count} ids: the API takes {MOST_ITEMS} together, so give them in several tasks"
        )
    return items


def started(start: t.Callable[[list[str], list[str]], str], items: Items, operation: str) -> str:
    """*start* the job; returns its id.

    :raises Refused: where an item does not exist, with what to do if it is a name.
    """
    try:
        return start(*items)
    except Refused as error:
        if unknown(error.answer or {}, *items.apps, *items.tasks):
            given = [option for option, asked in items._asdict().items() if asked]
            error.marked += if_names(operation, given)
        raise


def existing(client: Client, items: Items, operation: str) -> dict[str, list[dict[str, t.Any]]]:
    """``apps`` and ``tasks``, each a list of {id, name} in the order given, for a check that starts nothing.

    :raises BadInput: one does not exist, or the caller does not see it.
    """
    names = {
        "apps": {app_id: app.get("name") for app_id in items.apps if (app := client.app(app_id))},
        "tasks": {task["id"]: task["name"] for task in client.tasks()} if items.tasks else {},
    }
    for option, asked in items._asdict().items():
        missing = [item for item in asked if item not in names[option]]
        if missing:
            raise BadInput(
                f"O({option}): instance {client.instance_id} has no {listed(missing)}, or its caller does not see it: "
                f"check the ids{if_names(operation, [option])}"
            )
    return {
        option: [{"id": item, "name": names[option][item]} for item in asked]
        for option, asked in items._asdict().items()
    }
