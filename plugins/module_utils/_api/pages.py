# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that come page by page, and may move while they are read. Pure: the fetch is handed in."""

from __future__ import annotations

import typing as t

from .._errors import Unreadable

Item = dict[str, t.Any]

#: How often a list that moved is started over.
MOST_RESTARTS = 3

#: Pages that a list has, at most. An instance has up to 1000 tasks, and a page at least ten of them.
MOST_PAGES = 1000


class Page(t.NamedTuple):
    """``total`` is how many items the list has in all, as the API tells; None where it does not."""

    items: list[Item]
    total: int | None


def read_all(fetch: t.Callable[[int], Page], key: str, what: str) -> list[Item]:
    """All items of a list, none lost and none repeated.

    Pages overlap by one item: where the first of a page is not the last of the one before, or the total changed, an
    item was added or removed meanwhile, and the list is started over. A page may be shorter than asked for.

    :arg fetch: gets the page that begins at an offset.
    :arg key: the field that tells items apart.
    :arg what: what is listed, for the message.
    :raises Unreadable: the list moved each time, or has no end.
    """
    for _attempt in range(1 + MOST_RESTARTS):
        items = _read_once(fetch, key)
        if items is not None:
            return items
    raise Unreadable(
        f"The list of {what} changed each time while it was read: try again when nobody adds or removes any"
    )


def _read_once(fetch: t.Callable[[int], Page], key: str) -> list[Item] | None:
    """All items; None where the list moved."""
    items, total = fetch(0)
    for _page in range(MOST_PAGES):
        if not items or (total is not None and len(items) >= total):
            break
        page = fetch(len(items) - 1)
        if not page.items or page.items[0].get(key) != items[-1].get(key) or page.total != total:
            return None
        if len(page.items) == 1:
            break
        items = items + page.items[1:]
    else:
        raise Unreadable(f"A list has no end after {MOST_PAGES} pages, and so is none of this API")
    keys = {item.get(key) for item in items}
    return items if len(keys) == len(items) == (len(items) if total is None else total) else None
