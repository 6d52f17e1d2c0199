# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is: the operations that list things, or look one up."""

from __future__ import annotations

import typing as t

from .. import _errors as errors
from .client import Client, quoted
from .pages import Page, read_all
from .plain import number
from .said import unknown

Item = dict[str, t.Any]

#: Items asked for in a page. The API's own limit is found for instances only (100); a shorter page is taken as it is.
PAGE = 100


def list_apps(client: Client, name: str | None = None) -> list[Item]:
    """ListApps: all applications that the user sees; with a *name*, only those called exactly so.

    They come without their ``key``, which is half of a credential.
    """
    fuzzy = {"name": name} if name else {}
    found = read_list(client, "applications", "apps", "apps", "id", "", PAGE, **fuzzy)
    return [_without_key(app) for app in found if not name or app.get("name") == name]


def show_app(client: Client, app_id: str) -> Item | None:
    """ShowDetailsOfApp: one application; None where the instance has none with that id."""
    try:
        return _without_key(client.get(f"application {app_id}", f"apps/{quoted(app_id)}"))
    except errors.Refused as error:
        if unknown(error.answer or {}, app_id):
            return None
        raise


def _without_key(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "key"}


def list_tasks(client: Client) -> list[Item]:
    """ListTasks of FDI: all integration tasks, each with ``id`` and ``name`` beside the API's fields."""
    found = read_list(client, "integration tasks", "tasks", "entities", "task_id", "fdi/")
    return [{**task, "id": task.get("task_id"), "name": task.get("task_name")} for task in found]


def list_instances(client: Client) -> list[Item]:
    """ListInstances: all instances of the project."""
    return read_list(client, "instances", "", "instances", "id")


def read_list(
    client: Client, what: str, path: str, field: str, key: str, service: str = "", page: int = PAGE, **query: str
) -> list[Item]:
    """All items of a list, from all its pages.

    :arg what: what it is a list of, for messages.
    :arg path, service, query: as :meth:`Client.get` takes them.
    :arg field: the answer's field that holds the items.
    :arg key: the items' field that tells them apart.
    :arg page: items asked for in a page; 0: the API knows no pages of it, and all come at once.
    :raises Refused: a list without pages is shorter than the API says.
    """

    def fetch(offset: int) -> Page:
        paging = {"offset": str(offset), "limit": str(page)} if page else {}
        document = client.get(f"the list of {what}", path, service, **query, **paging)
        items, total = document.get(field), number(document.get("total"))
        if not isinstance(items, list) or not all(_is_item(item, key) for item in items):
            raise errors.Unreadable(f"The answer holds no list of {what}, and so is not from this API")
        return Page(items, total)

    if not page:
        items, total = fetch(0)
        if total is not None and total > len(items):
            raise errors.Refused(f"The list of {what} is cut: the API tells {len(items)} of {total}")
        return items
    return read_all(fetch, key, f"{what} of instance {client.instance_id}" if client.instance_id else what)


def _is_item(value: t.Any, key: str) -> bool:
    """Whether *value* is an item of a list, and has what tells it apart from others."""
    return isinstance(value, dict) and isinstance(value.get(key), str)
