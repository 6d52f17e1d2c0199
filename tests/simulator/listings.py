# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations that list: applications, integration tasks, instances; page by page."""

from __future__ import annotations

from typing import Any, TypeVar

from .answers import Answer, json_answer
from .assets import instance_of
from .errors import not_found
from .incoming import Incoming
from .world import World

Item = TypeVar("Item")

#: Largest limit that is taken, and the limit where none is sent. That of ListApps was not found: ours.
_APPS = (20, 1000)
_TASKS = (10, 1000)
_INSTANCES = (10, 100)


def list_apps(world: World, request: Incoming) -> Answer:
    """ListApps: `name` is fuzzy."""
    apps = [app for app in instance_of(world, request).apps.values() if request.query.get("name", "") in app.name]
    page, told = _page(world, request, apps, _APPS)
    return json_answer({**told, "apps": [app.listed(world.account.username) for app in page]})


def show_app(world: World, request: Incoming) -> Answer:
    """One application."""
    app = instance_of(world, request).apps.get(request.ids["app_id"])
    if app is None:
        raise not_found("application")
    return json_answer(app.listed(world.account.username))


def list_tasks(world: World, request: Incoming) -> Answer:
    """ListTasks of data integration (FDI); the filter by name is spelled as the SDK spells it."""
    tasks = [task for task in instance_of(world, request).tasks.values() if request.query.get("name", "") in task.name]
    page, told = _page(world, request, tasks, _TASKS)
    return json_answer({**told, "entities": [task.listed() for task in page]})


def list_instances(world: World, request: Incoming) -> Answer:
    """The instances of the project, those of one status where it is asked for."""
    status = request.query.get("status")
    instances = [instance for instance in world.instances.values() if status in (None, "", instance.status)]
    page, told = _page(world, request, instances, _INSTANCES)
    return json_answer({**told, "instances": [instance.listed(world.account.project_id) for instance in page]})


def _page(
    world: World, request: Incoming, items: list[Item], limits: tuple[int, int]
) -> tuple[list[Item], dict[str, Any]]:
    """The page asked for, and what is told beside it: `total` of all, `size` of the page."""
    offset = request.number("offset", 0, 0, 10**9)
    limit = request.number("limit", limits[0], 1, limits[1])
    most = world.settings.page_items
    page = items[offset : offset + (limit if most is None else min(limit, most))]
    return page, {"total": len(items), "size": len(page)}
