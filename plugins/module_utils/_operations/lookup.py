# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_app_info, roma_task_info and roma_instance_info: what there is, by name or id."""

from __future__ import annotations

from .._account.options import checked_id
from .._api.client import Client
from .._api.listing import list_apps, list_instances, list_tasks, show_app
from .._errors import BadInput
from .._wait.task import Task


def app_info(task: Task, client: Client) -> None:
    """Bring the instance's applications into the task."""
    name, app_id = _one_of(task, "app_id")
    if app_id:
        app = show_app(client, app_id)
        task.facts["apps"] = [app] if app else []
    else:
        task.facts["apps"] = list_apps(client, name)


def task_info(task: Task, client: Client) -> None:
    """Bring the instance's integration tasks into the task."""
    name, task_id = _one_of(task, "task_id")
    task.facts["tasks"] = [
        one for one in list_tasks(client) if name in (None, one["name"]) and task_id in (None, one["id"])
    ]


def instance_info(task: Task, client: Client) -> None:
    """Bring the project's instances into the task."""
    name = task.options["name"] or None
    task.facts["instances"] = [one for one in list_instances(client) if name in (None, one.get("name"))]


def _one_of(task: Task, id_option: str) -> tuple[str | None, str | None]:
    """The name or the id that is looked for; None where it is left out."""
    name, wanted = task.options["name"], task.options[id_option]
    if name and wanted:
        raise BadInput(f"O(name) and O({id_option}) exclude each other: keep one")
    return name or None, checked_id(id_option, wanted) if wanted else None
