# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a value of an answer is, whichever way an edition spells it. Pure."""

from __future__ import annotations

import typing as t


def text(value: t.Any) -> str:
    """A single value: 3, 3.0 and ``"3"`` are one, as are true and ``"true"``, and null and an empty text.

    Lists and dicts are no single value, and an empty text. Half a character, which no URL can hold, becomes a ``?``.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).encode(errors="replace").decode() if isinstance(value, (str, int, float)) else ""


def number(value: t.Any) -> int | None:
    """A count; None where there is none."""
    found = text(value)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 19 else None
