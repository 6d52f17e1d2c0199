# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_delete: delete applications and integration tasks of an instance."""

from __future__ import annotations

from .._api.client import Client
from .._api.start import start_deletion
from .._start.once import Start, start_once
from .._start.record import Plan, Record
from .._wait.task import Task
from .items import checked_items, existing, started

DELETE = "deleteAsset"


def delete(task: Task, client: Client) -> None:
    """Start the deletion that is asked, and wait for it if that is asked; in check mode say what would be deleted."""
    items = checked_items(task.options, DELETE)

    def check() -> None:
        found = existing(client, items, DELETE)
        lines = [f"{kind} {item['name']} ({item['id']})" for kind in ("app", "task") for item in found[f"{kind}s"]]
        task.facts.update(found, msg="\n".join([f"Would delete from instance {client.instance_id}:", *lines]))

    request = {"operation": DELETE, "endpoint": client.endpoint, "instance_id": client.instance_id}
    task.facts.update(job_id=None, job=None, elapsed=0.0, polls=0, timed_out=False)
    start = Start(request, lambda: started(client, start_deletion, items, DELETE), check)
    start_once(task, client, start, Record(None), Plan.START)
