# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications and integration tasks that a job is about: checked ids, and whether they exist."""

from __future__ import annotations

import typing as t

from .._account.options import listed
from .._api.client import Client
from .._api.listing import list_tasks, show_app
from .._api.said import unknown
from .._api.start import MOST_ITEMS
from .._errors import BadInput, Refused
from .._wait.verdict import if_names
from .options import ids


class Items(t.NamedTuple):
    """The ids of applications and integration tasks, each once."""

    apps: list[str]
    tasks: list[str]


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


def started(client: Client, start: t.Callable[..., str], items: Items, operation: str) -> str:
    """*start* the job, by a function of ``_api.start``; returns its id.

    :raises Refused: where an item does not exist, with what to do if it is a name.
    """
    try:
        return start(client, *items)
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
        "apps": {app_id: app.get("name") for app_id in items.apps if (app := show_app(client, app_id))},
        "tasks": {task["id"]: task["name"] for task in list_tasks(client)} if items.tasks else {},
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
