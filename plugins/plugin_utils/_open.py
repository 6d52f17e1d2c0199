# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The short table of what a migration left undone. Pure."""

from __future__ import annotations

import typing as t

#: Characters of a line, at most; the result has all.
WIDTH = 110


def table(result: t.Mapping[str, t.Any]) -> list[str]:
    """The lines to be shown of what roma_migration_info returned; none where it returned nothing."""
    if not isinstance(result.get("open"), list):
        return []
    names: dict[str, list[str]] = {}
    for item in result["open"]:
        names.setdefault(item["category"], []).append(f"{item['name']} ({item['state']})")
    lines = [f"{len(result['open'])} open" + (", what to do is in the result" if result["open"] else "")]
    lines += [_line(f"  {category:<16}{len(found):>4}  {', '.join(found)}") for category, found in names.items()]
    reasons: dict[str, list[str]] = {}
    for one in result["not_checked"]:
        reasons.setdefault(one["category"], []).append(one["reason"])
    for category, (first, *more) in reasons.items():
        others = f" (and {len(more)} more)" if more else ""
        lines.append(_line(f"  not checked: {category}{others}, {first}"))
    return lines


def _line(text: str) -> str:
    """*text* as a terminal can take it, which names in an answer may not be, and short."""
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return plain if len(plain) <= WIDTH else plain[: WIDTH - 1] + "…"
