# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults by script: which request meets which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .routes import OPERATIONS

#: The kinds of fault, each the main key of its dict. "status" beside another kind belongs to that one.
KINDS = (
    "reset",
    "hang",
    "drip",
    "drip_headers",
    "cut",
    "html",
    "json",
    "raw",
    "huge",
    "redirect",
    "expire_token",
    "refuse",
    "busy",
    "skew",
    "status",
)

Fault = dict[str, Any]


@dataclass
class _Waiting:
    operation: str
    fault: Fault
    times: int | None
    after: int
    path: str


class Faults:
    """Faults that wait for their request; the one that was set first comes first."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, operation: str, fault: Fault, times: int | None = 1, after: int = 0, path: str = "") -> None:
        """`fault` for the next `times` (None: all) requests of `operation`, once `after` of them have passed.

        `path`: only requests whose path has this text in it.
        """
        if operation not in (*OPERATIONS, "*"):
            raise ValueError(f"operation is one of {', '.join(OPERATIONS)} or *, not {operation!r}")
        kind(fault)
        self._waiting.append(_Waiting(operation, dict(fault), times, after, path))

    def take(self, operation: str | None, path: str) -> Fault | None:
        """The fault that this request meets."""
        taken = None
        for waiting in list(self._waiting):
            if waiting.operation not in (operation, "*") or waiting.path not in path:
                continue
            if waiting.after:
                waiting.after -= 1
            elif taken is None:
                taken = waiting
        if taken is None:
            return None
        if taken.times is not None:
            taken.times -= 1
            if taken.times <= 0:
                self._waiting.remove(taken)
        return taken.fault

    def clear(self) -> None:
        """Forget those that still wait."""
        self._waiting.clear()


def kind(fault: Fault) -> str:
    """The main key of a fault."""
    for name in KINDS:
        if name in fault:
            return name
    raise ValueError(f"a fault has one of {', '.join(KINDS)}")
