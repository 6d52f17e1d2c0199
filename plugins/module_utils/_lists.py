# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of ids or names, as users write them: a list, or a text (a survey's answer, ``-e NAME=VALUE``). Pure."""

from __future__ import annotations

import json
import re
import typing as t

from ._errors import BadInput
from ._options import checked_id


def texts(option: str, given: t.Sequence[t.Any] | None) -> list[str]:
    """The items of a list option, each once.

    :arg given: as Ansible hands on a list of raw elements: it splits a text at each comma, and does no more to it.
    :raises BadInput: an item is no text, or is empty; or a text begins like a list and is none.
    """
    items = list(given or [])
    if items and all(isinstance(item, str) and "," not in item for item in items):
        items = _of_text(option, ",".join(items))  # what was a list all the same is split again as it was
    wanted = "name" if option.endswith("_names") else "id"
    for item in items:
        if isinstance(item, (bool, dict, list)):
            kind = type(item).__name__
            raise BadInput(f"An item of O({option}) is no text but a {kind}: give the {wanted} alone, in quotes")
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
            raise BadInput(f"O({option}) {item[:60]!r} is no id: it must not hold {what}{if_names}")
        checked_id(option, item)
    return found


def _of_text(option: str, text: str) -> list[t.Any]:
    text = text.strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if text.startswith("["):
        try:
            return t.cast("list[t.Any]", json.loads(text, parse_int=str, parse_float=str))
        except (ValueError, RecursionError):
            if re.fullmatch(r"""\[([^][{}'"]|\w['"])*]""", text) is None:
                raise BadInput(f"O({option}) begins like a list and is none: write [a, b], or a, b") from None
        text = text[1:-1]
    elif lines and all(re.match(r"-(\s|$)", line) for line in lines):
        return [line[1:].strip() for line in lines]
    elif len(lines) > 1:
        return lines
    return [item.strip() for item in text.split(",")]
