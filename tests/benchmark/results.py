# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark found: figures with their goals, tables, pictures."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One number that was measured, and what it should be."""

    name: str
    value: float
    unit: str = ""
    #: None: there is no goal, the number only explains another one.
    at_most: float | None = None
    at_least: float | None = None

    @property
    def falls_short(self) -> bool:
        return (self.at_most is not None and self.value > self.at_most) or (
            self.at_least is not None and self.value < self.at_least
        )

    @property
    def goal(self) -> str:
        if self.at_most is not None:
            return f"at most {number(self.at_most, self.unit)}"
        return "" if self.at_least is None else f"at least {number(self.at_least, self.unit)}"

    @property
    def verdict(self) -> str:
        if not self.goal:
            return ""
        return "falls short" if self.falls_short else "reached"

    def row(self) -> list[str]:
        return [self.name, number(self.value, self.unit), self.goal, self.verdict]


@dataclass(frozen=True)
class Table:
    """Rows of text under a header."""

    header: list[str]
    rows: list[list[str]]


@dataclass
class Result:
    """All that one benchmark found."""

    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    #: By file name without suffix: what is drawn into a matplotlib Axes.
    pictures: dict[str, t.Callable[[t.Any], None]] = field(default_factory=dict)
    #: What was left out, and why.
    notes: list[str] = field(default_factory=list)


def number(value: float, unit: str = "") -> str:
    """A number with three digits that count; "%" takes a part of one."""
    if unit == "%":
        return f"{value * 100:.3g} %"
    digits = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()
