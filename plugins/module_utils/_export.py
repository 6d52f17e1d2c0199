# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_export: pack applications and integration tasks of an instance."""

from __future__ import annotations

from ._client import MOST_ITEMS, Client
from ._errors import BadInput
from ._options import checked_id
from ._record import EXPORT
from ._start import start_once
from ._task import Task


def export(task: Task, client: Client) -> None:
    """Start the export that is asked, once, and wait for it if that is asked."""
    apps, tasks = checked_items(task)
    request = {
        "operation": EXPORT,
        "endpoint": client.endpoint,
        "instance_id": client.instance_id,
        "apps": sorted(apps),
        "tasks": sorted(tasks),
    }
    start_once(task, client, request, lambda: client.export(apps, tasks), fetched=True)


def checked_items(task: Task) -> tuple[list[str], list[str]]:
    """The ids of the options ``apps`` and ``tasks``, each once.

    :raises BadInput: there is none, there are too many, or one is no id.
    """
    apps, tasks = (
        [checked_id(option, item) for item in dict.fromkeys(task.options[option] or [])] for option in ("apps", "tasks")
    )
    if not apps and not tasks:
        raise BadInput("apps and tasks are both empty: give the id of at least one application or integration task")
    if len(apps) + len(tasks) > MOST_ITEMS:
        raise BadInput(
            f"apps and tasks hold {len(apps) + len(tasks)} ids: the API takes {MOST_ITEMS} together, so give them in "
            "several tasks, each with a record of its own"
        )
    return apps, tasks
