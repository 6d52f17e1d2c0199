# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export is asked for: which items, and where they go."""

from __future__ import annotations

import os
import typing as t

from .._account.options import checked_id, listed
from .._api.client import Client
from .._api.listing import list_apps, list_tasks
from .._api.start import MOST_ITEMS
from .._errors import BadInput
from .._wait.verdict import if_names
from .items import KINDS, Items
from .options import ids, texts

#: What an export is asked for, by option, without those that are left out: apps, tasks, app_names and task_names (lists
#: of text), all (True), job_id (of a job that was started elsewhere).
Asked = dict[str, t.Any]


def asked_items(options: t.Mapping[str, t.Any]) -> Asked:
    """What the options of an export say.

    :raises BadInput: nothing is asked, or what does not go together, or an item is none.
    """
    lists = {option: ids(option, options[option], if_names("export", [option])) for option in KINDS}
    lists.update((option, texts(option, options[option])) for option in ("app_names", "task_names"))
    job_id = checked_id("job_id", options["job_id"]) if options["job_id"] else None
    asked = {**lists, "all": options["all"], "job_id": job_id}
    asked = {option: value for option, value in asked.items() if value}
    if not asked:
        raise BadInput(
            "Nothing to export is named: give O(apps), O(tasks), O(app_names) or O(task_names), or "
            "O(all): true, or the O(job_id) of an export that was started elsewhere"
        )
    alone = "job_id" if job_id else "all"
    if alone in asked and len(asked) > 1:
        others = listed([f"O({option})" for option in asked if option != alone])
        raise BadInput(f"O({alone}) and {others} are both given: keep one of them")
    return asked


def look_up(client: Client, asked: Asked) -> list[Items]:
    """The ids that are asked for, looked up where they are names or all: what goes into each package, in their order.

    :raises BadInput: a name is unknown or there twice, or there is nothing at all.
    """
    found: list[tuple[str, str]] = []
    told: list[str] = []
    for kind, option in (("apps", "app_names"), ("tasks", "task_names")):
        names = asked.get(option, [])
        listing: list[dict[str, t.Any]] = []
        if kind == "apps" and (names or "all" in asked):
            listing = list_apps(client, names[0] if len(names) == 1 else None)
        elif names or "all" in asked:
            listing = list_tasks(client)
        given = [one["id"] for one in listing] if "all" in asked else asked.get(kind, [])
        found += [(kind, item) for item in [*given, *_ids_of(names, listing, option, told)]]
    if told:
        raise BadInput("\n".join(told))
    if not found:
        raise BadInput(f"O(all): your user sees no application and no integration task of {client.instance_id}")
    found = list(dict.fromkeys(found))
    parts = [found[begin : begin + MOST_ITEMS] for begin in range(0, len(found), MOST_ITEMS)]
    return [{kind: [item for its, item in part if its == kind] for kind in KINDS} for part in parts]


def _ids_of(names: list[str], listing: list[dict[str, t.Any]], option: str, told: list[str]) -> t.Iterator[str]:
    """The ids of what has these names; what is wrong with a name is added to *told*."""
    for name in names:
        matching = [one["id"] for one in listing if one.get("name") == name]
        if len(matching) == 1:
            yield matching[0]
        elif matching:
            told.append(f"O({option}): {len(matching)} are called {name!r} ({listed(matching)}): give the id instead")
        else:
            told.append(f"O({option}): nothing is called {name!r}, or your user does not see it: correct the name")


def dest_of(options: t.Mapping[str, t.Any], instance_id: str) -> str | None:
    """The file of the first package; None where no package is asked for.

    :raises BadInput: dest is neither a ``.zip`` file in a folder that exists, nor a directory that exists.
    """
    dest: str | None = options["dest"]
    if dest is None:
        return None
    if not dest:
        raise BadInput("O(dest) is empty: name a .zip file, or a directory that exists")
    if os.path.isdir(dest):
        dest = os.path.join(dest, f"{instance_id}.zip")
    elif not dest.endswith(".zip") or os.path.basename(dest) == ".zip":
        raise BadInput(f"O(dest) {dest} is neither a .zip file nor a directory that exists: name one of them")
    folder = os.path.dirname(dest) or "."
    if not os.path.isdir(folder):
        raise BadInput(f"O(dest) {dest}: the folder {folder} does not exist: create it")
    return dest


def numbered(path: str | None, number: int) -> str | None:
    """*path*, for package *number*, counted from 1."""
    if path is None or number == 1:
        return path
    root, suffix = os.path.splitext(path)
    return f"{root}-{number}{suffix}"
