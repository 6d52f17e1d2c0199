# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import and a deletion do to an instance, and why they may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .carried import brought_in
from .holdings import purge
from .instances import App, Instance, Task
from .jobs import Reason, reason

#: The simulator's own code for a resource that is there already; the vendor's codes for reasons were not found.
CONFLICT = "ROMA.00000409"


@dataclass(frozen=True)
class Import:
    """What an import asks. `merge`: the console's "Overwrite"; without it, "Append"."""

    apps: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    merge: bool = False
    prefix: str = ""
    datasource_overwrite: bool = False


def run_import(instance: Instance, wanted: Import, now: float) -> list[Reason]:
    """Put the assets in; where anything is in the way, nothing is, and each resource has its reason."""
    reasons = [*_app_conflicts(instance, wanted), *_task_conflicts(instance, wanted)]
    if reasons:
        return reasons
    owners = {item["id"]: _put_app(instance, wanted, item, now).id for item in wanted.apps}
    for item in wanted.tasks:
        source, target = owners.get(item.get("source_app")), owners.get(item.get("target_app"))
        name = wanted.prefix + item["name"]
        instance.add_task(Task(name, created=now, task_type=item["task_type"], source_app=source, target_app=target))
    return []


def run_delete(instance: Instance, apps: list[str], tasks: list[str]) -> None:
    """Take them out."""
    for item in apps:
        instance.apps.pop(item, None)
    for item in tasks:
        instance.tasks.pop(item, None)
    purge(instance)


def _app_conflicts(instance: Instance, wanted: Import) -> list[Reason]:
    reasons = []
    known = {app.name for app in instance.apps.values()}
    datasources = instance.things["datasources"]
    for item in wanted.apps:
        name = wanted.prefix + item["name"]
        uncalled = [called for called in item["calls"] if not {called, wanted.prefix + called} & known]
        if name in known and not wanted.merge:
            reasons.append(reason("application", name, CONFLICT, "The application name already exists."))
        elif not wanted.merge and any(source["datasource_id"] in datasources for source in item["datasources"]):
            # [docs: "If the data source IDs are the same, select Overwrite"]
            reasons.append(reason("application", name, CONFLICT, "The data source ID already exists."))
        elif uncalled:
            reasons.append(reason("application", name, CONFLICT, f"Import application {uncalled[0]} first."))
        known.add(name)
    return reasons


def _task_conflicts(instance: Instance, wanted: Import) -> list[Reason]:
    # Both ways of importing: only a prefix helps [docs: "To import FDI tasks with same name, enter a prefix"].
    names = [wanted.prefix + item["name"] for item in wanted.tasks]
    text = "The task name already exists."
    return [reason("task", name, CONFLICT, text) for name in names if instance.task_named(name)]


def _put_app(instance: Instance, wanted: Import, item: dict[str, Any], now: float) -> App:
    name = wanted.prefix + item["name"]
    app = instance.app_named(name)
    if app is None:
        app = instance.add_app(App(name, created=now))
    app.remark, app.calls, app.updated = item["remark"], list(item["calls"]), now
    brought_in(instance, app, item, wanted.prefix, wanted.datasource_overwrite)
    return app
