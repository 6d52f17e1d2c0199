# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export is asked for: which items, and where their packages and records go."""

from __future__ import annotations

import os
import typing as t

from .._account.options import checked_id, listed
from .._api.client import Client
from .._api.listing import list_apps, list_tasks
from .._api.start import MOST_ITEMS
from .._errors import BadInput
from .._wait.verdict import if_names
from .items import Items
from .options import ids, texts


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
        items = Items([app["id"] for app in list_apps(client)], [task["id"] for task in list_tasks(client)])
        if not any(items):
            raise BadInput(f"O(all): the caller sees no application and no integration task of {client.instance_id}")
        return items
    apps = list_apps(client, asked.app_names[0] if len(asked.app_names) == 1 else None) if asked.app_names else []
    tasks = list_tasks(client) if asked.task_names else []
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


def batches(items: Items) -> list[Items]:
    """As many packages as are needed, in the order of *items*."""
    marked = [("apps", item) for item in items.apps] + [("tasks", item) for item in items.tasks]
    parts = [marked[begin : begin + MOST_ITEMS] for begin in range(0, len(marked), MOST_ITEMS)]
    return [Items(*([item for kind, item in part if kind == wanted] for wanted in Items._fields)) for part in parts]


class Place(t.NamedTuple):
    """Where the packages of an export go. Without a dest there is one job, whose package is left to others."""

    dest: str | None
    record: str | None

    def numbered(self, number: int) -> Place:
        """The place of package *number*, counted from 1."""
        if number == 1:
            return self
        dest, record = self.dest and _numbered(self.dest, number), self.record and _numbered(self.record, number)
        if self.dest and self.record == beside(self.dest):
            record = beside(t.cast(str, dest))
        return Place(dest, record)


def beside(dest: str) -> str:
    """The record of a package for which no other place is given."""
    return f"{dest}.json"


def _numbered(path: str, number: int) -> str:
    root, suffix = os.path.splitext(path)
    return f"{root}-{number}{suffix}"


def place_of(options: t.Mapping[str, t.Any], instance_id: str) -> Place:
    """The place that the options name.

    :raises BadInput: dest is neither a ``.zip`` file in a folder that exists, nor a directory that exists.
    """
    dest, record = options["dest"], options["record"]
    if dest is None:
        return Place(None, record)
    if not dest:
        raise BadInput("O(dest) is empty: name a .zip file, or a directory that exists")
    if os.path.isdir(dest):
        dest = os.path.join(dest, f"{instance_id}.zip")
    elif not dest.endswith(".zip") or os.path.basename(dest) == ".zip":
        raise BadInput(f"O(dest) {dest} is neither a .zip file nor a directory that exists: name one of them")
    folder = os.path.dirname(dest) or "."
    if not os.path.isdir(folder):
        raise BadInput(f"O(dest) {dest}: the folder {folder} does not exist: create it")
    return Place(dest, record or beside(dest))
