# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a case of the matrix."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .contract import Outcome


@dataclass
class Result:
    """What became of a case."""

    operation: str
    fault: str
    moment: str
    expected: Outcome
    #: As Outcome's own end and error.
    end: str = ""
    error: str | None = None
    message: str = ""
    seconds: float = 0.0
    #: Whether the fault came: else the machine was too slow, and nothing was tried.
    met: bool = True
    #: What must hold and does not, by kind: differs, lost, leaked, started twice, late.
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.operation} / {self.fault} / {self.moment}"

    def must(self, holds: t.Any, kind: str, text: str) -> None:
        if not holds:
            self.wrong.append((kind, text))
