# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications and integration tasks that a job is about: checked ids, and whether they exist."""

from __future__ import annotations

import typing as t

from ._client import MOST_ITEMS, Client
from ._errors import BadInput
from ._options import checked_id, listed


class Items(t.NamedTuple):
    """Ids, each once."""

    apps: list[str]
    tasks: list[str]


def checked_items(options: t.Mapping[str, t.Any]) -> Items:
    """The ids of the options ``apps`` and ``tasks``.

    :raises BadInput: there is none, there are too many, or one is no id.
    """
    apps, tasks = (
        [checked_id(option, item) for item in dict.fromkeys(options[option] or [])] for option in ("apps", "tasks")
    )
    if not apps and not tasks:
        raise BadInput("apps and tasks are both empty: give the id of at least one application or integration task")
    if len(apps) + len(tasks) > MOST_ITEMS:
        raise BadInput(
            f"apps and tasks hold {len(apps) + len(tasks)} ids: the API takes {MOST_ITEMS} together, so give them in "
            "several tasks, each with a record of its own"
        )
    return Items(apps, tasks)


def existing(client: Client, items: Items) -> dict[str, list[dict[str, t.Any]]]:
    """``apps`` and ``tasks``, each a list of {id, name} in the order given, for a check that starts nothing.

    :raises BadInput: one does not exist, or the caller does not see it.
    """
    found: dict[str, list[dict[str, t.Any]]] = {"apps": [], "tasks": []}
    for app_id in items.apps:
        app = client.app(app_id)
        found["apps"] += [{"id": app_id, "name": app.get("name")}] if app else []
    if items.tasks:
        names = {task["id"]: task["name"] for task in client.tasks()}
        found["tasks"] = [{"id": task_id, "name": names[task_id]} for task_id in items.tasks if task_id in names]
    for option, asked in (("apps", items.apps), ("tasks", items.tasks)):
        unknown = [item for item in asked if item not in {one["id"] for one in found[option]}]
        if unknown:
            raise BadInput(
                f"{option}: instance {client.instance_id} has no {listed(unknown)}, or its caller does not see it: "
                "check the ids"
            )
    return found
