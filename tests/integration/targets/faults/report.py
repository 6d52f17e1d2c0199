# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells on the console what the matrix gave."""

from __future__ import annotations

from .contract import FAULTS, MOMENTS, OPERATIONS, Outcome
from .result import Result

#: What can be wrong with a case; the first four are what no user forgives.
KINDS = ("lost", "leaked", "started twice", "late", "differs")

SIGNS = {
    "goes on": ("+", "ends well"),
    "ends": ("x", "ends at once, with its error"),
    "may run": ("m", "ends at once, and says that a job may be running"),
    "deadline": ("t", "ends at its time-out, with what is known"),
    "left out": (".", "there is no such case, see below"),
    "differs": ("!", "is not what the contract wants, see below"),
}


def show(results: list[Result], left_out: list[tuple[str, str, str, Outcome]], seconds: float) -> None:
    """Print the table, the reasons of what is left out, what differs, and the figures."""
    signs = {(one.operation, one.fault, one.moment): SIGNS[_became(one)][0] for one in results}
    width = max(len(name) for name in FAULTS)
    print(" " * width + "".join(f"{name:>9}" for name in OPERATIONS))
    for fault in FAULTS:
        cells = ("".join(signs.get((operation, fault, moment), ".") for moment in MOMENTS) for operation in OPERATIONS)
        print(f"{fault:<{width}}" + "".join(f"{cell:>9}" for cell in cells))
    print("\nThe three signs of a cell are three moments:")
    for name, meaning in MOMENTS.items():
        print(f"  {name:<7} {meaning}")
    for sign, meaning in SIGNS.values():
        print(f"  {sign:<7} {meaning}")
    print("\nLeft out:")
    for reason in dict.fromkeys(outcome.reason for *_case, outcome in left_out):
        operations = dict.fromkeys(case[0] for case in left_out if case[3].reason == reason)
        print(f"  {', '.join(operations)}: {reason}")
    for one in results:
        for kind, text in one.wrong:
            print(f"\n{kind.upper()}: {one.name}: {text}")
    print(f"\n{figures(results, len(left_out))}, in {seconds:.0f} s")


def figures(results: list[Result], left_out: int) -> str:
    """How many cases, and how many of them are wrong in which way."""
    counts = {kind: sum(any(kind == one for one, _text in result.wrong) for result in results) for kind in KINDS}
    return f"{len(results)} cases ({left_out} left out): " + ", ".join(f"{kind} {n}" for kind, n in counts.items())


def _became(result: Result) -> str:
    if result.wrong:
        return "differs"
    return "may run" if result.expected.may_run else result.end
