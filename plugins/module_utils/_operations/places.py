# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export brings where: which items go into which package, and each package's files."""

from __future__ import annotations

import os
import typing as t

from .._api.client import MOST_ITEMS
from .._errors import BadInput
from .items import Items


class Place(t.NamedTuple):
    """Where the packages of an export go. Without a dest there is one job, whose package is left to others."""

    dest: str | None
    record: str | None

    def numbered(self, number: int) -> Place:
        """The place of package *number*, counted from 1."""
        if number == 1:
            return self
        dest, record = self.dest and _numbered(self.dest, number), self.record and _numbered(self.record, number)
        if self.dest and self.record == beside(self.dest):
            record = beside(t.cast(str, dest))
        return Place(dest, record)


def beside(dest: str) -> str:
    """The record of a package for which no other place is given."""
    return f"{dest}.json"


def _numbered(path: str, number: int) -> str:
    root, suffix = os.path.splitext(path)
    return f"{root}-{number}{suffix}"


def place_of(options: t.Mapping[str, t.Any], instance_id: str) -> Place:
    """The place that the options name.

    :raises BadInput: dest is neither a ``.zip`` file in a folder that exists, nor a directory that exists.
    """
    dest, record = options["dest"], options["record"]
    if dest is None:
        return Place(None, record)
    if not dest:
        raise BadInput("O(dest) is empty: name a .zip file, or a directory that exists")
    if os.path.isdir(dest):
        dest = os.path.join(dest, f"{instance_id}.zip")
    elif not dest.endswith(".zip") or os.path.basename(dest) == ".zip":
        raise BadInput(f"O(dest) {dest} is neither a .zip file nor a directory that exists: name one of them")
    folder = os.path.dirname(dest) or "."
    if not os.path.isdir(folder):
        raise BadInput(f"O(dest) {dest}: the folder {folder} does not exist: create it")
    return Place(dest, record or beside(dest))


def batches(items: Items) -> list[Items]:
    """As many packages as are needed, in the order of *items*."""
    marked = [("apps", item) for item in items.apps] + [("tasks", item) for item in items.tasks]
    parts = [marked[begin : begin + MOST_ITEMS] for begin in range(0, len(marked), MOST_ITEMS)]
    return [Items(*([item for kind, item in part if kind == wanted] for wanted in Items._fields)) for part in parts]
