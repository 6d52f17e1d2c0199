# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that start a job, and how a list among them is read."""

from __future__ import annotations

import contextlib
import json
import os
import re
import typing as t

from .._account.options import WAIT, checked_id
from .._errors import BadInput

#: Options of modules that start a job; doc_fragments/_start.py.
START: dict[str, t.Any] = {
    **WAIT,
    "wait": {"type": "bool", "default": True},
    "busy_timeout": {"type": "int", "default": 0},
}

#: Options of modules whose start is made to happen once; doc_fragments/_record.py.
RECORD: dict[str, t.Any] = {"record": {"type": "path"}, "force": {"type": "bool", "default": False}}

#: The applications and integration tasks of a job. Elements are raw, since a text is read by :func:`texts`.
ITEMS: dict[str, t.Any] = {name: {"type": "list", "elements": "raw", "default": []} for name in ("apps", "tasks")}

#: What an export takes, and where its packages go.
EXPORT: dict[str, t.Any] = {
    **ITEMS,
    **{name: {"type": "list", "elements": "raw", "default": []} for name in ("app_names", "task_names")},
    "all": {"type": "bool", "default": False},
    "job_id": {"type": "str"},
    "dest": {"type": "path"},
    "download_timeout": {"type": "int", "default": 3600},
}


def check_record(record: str | None, option: str, path: str | None) -> None:
    """:raises BadInput: the record is to be the file at *path*, which it would spoil."""
    if record and path and os.path.realpath(record) == os.path.realpath(path):
        raise BadInput(f"O(record) and O({option}) both name {path}: give the O(record) another name, or leave it out")


def texts(option: str, given: t.Sequence[t.Any] | None) -> list[str]:
    """The items of a list option, each once.

    :arg given: as Ansible hands on a list of raw elements: it splits a text at each comma, and does no more to it.
    :raises BadInput: an item is not a text, or is empty; or a text begins like a list and is not one.
    """
    items = list(given or [])
    if items and all(isinstance(item, str) and "," not in item for item in items):
        items = _of_text(option, ",".join(items))  # what was a list all the same is split again as it was
    wanted = "name" if option.endswith("_names") else "id"
    for item in items:
        if isinstance(item, (bool, dict, list)):
            kind = type(item).__name__
            raise BadInput(f"An item of O({option}) is a {kind} and not a text: give the {wanted} alone, in quotes")
        if item is None or not str(item).strip():
            raise BadInput(f"An item of O({option}) is empty: give the {wanted}, or leave it out")
    return list(dict.fromkeys(map(str, items)))


def ids(option: str, given: t.Sequence[t.Any] | None, if_names: str = "") -> list[str]:
    """As :func:`texts`, where each could be an id.

    :arg if_names: what to do where they are names, for the message.
    """
    found = texts(option, given)
    for item in found:
        if re.search(r"[\s,;'\"`()<>\[\]{}]", item):
            what = "blanks, commas, semicolons, quotes or brackets"
            raise BadInput(f"O({option}) {item[:60]!r} is not an id: it must not hold {what}{if_names}")
        checked_id(option, item)
    return found


def _of_text(option: str, written: str) -> list[t.Any]:
    written = written.strip()
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    if written.startswith("["):
        with contextlib.suppress(ValueError, RecursionError):
            return t.cast("list[t.Any]", json.loads(written, parse_int=str, parse_float=str))
        import ast  # most calls do without

        with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            found = ast.literal_eval(written)  # as templates of Jinja show a list
            if all(isinstance(item, str) for item in found):
                return list(found)
        if re.fullmatch(r"""\[([^][{}'"]|\w['"])*]""", written) is None:
            raise BadInput(f"O({option}) begins like a list, but is not one: write [a, b], or a, b")
        written = written[1:-1]
    elif lines and all(re.match(r"-(\s|$)", line) for line in lines):
        return [line[1:].strip() for line in lines]
    elif len(lines) > 1:
        return lines
    return [item.strip() for item in written.split(",")]
