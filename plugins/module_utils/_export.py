# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_export: pack applications and integration tasks of an instance."""

from __future__ import annotations

from ._client import Client
from ._items import checked_items, existing, started
from ._record import EXPORT
from ._start import Start, start_once
from ._task import Task


def export(task: Task, client: Client) -> None:
    """Start the export that is asked, once, and wait for it if that is asked."""
    items = checked_items(task.options, EXPORT)
    asked = {
        "operation": EXPORT,
        "endpoint": client.endpoint,
        "instance_id": client.instance_id,
        "apps": sorted(items["apps"]),
        "tasks": sorted(items["tasks"]),
    }
    start = Start(
        request=asked,
        post=lambda: started(client.export, items, EXPORT),
        check=lambda: existing(client, items, EXPORT),
        leaves_package=True,
    )
    start_once(task, client, start)
