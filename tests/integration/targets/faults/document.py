# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of docs/reliability.md: the matrix as the run gave it, its figures, and the classes of errors.

Each stands between two comments with its name; the rest of the file is written by hand.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from ansible_collections.roma.connect.plugins.module_utils import _errors

from .contract import FAULTS, MOMENTS, STARTS
from .remedies import REMEDIES
from .report import figures
from .result import Result

FILE = Path(__file__).resolve().parents[4] / "docs" / "reliability.md"

#: A column each: its head, and the operations that have to agree in it.
COLUMNS = {
    "a question": ("query",),
    "a look-up": ("list",),
    "a wait": ("wait",),
    "a start": STARTS,
    "a download": ("download",),
    "a token": ("token",),
    "a project's id": ("project",),
    "an agency's keys": ("agency",),
}
#: What the outcomes of the three moments are called where they belong together.
WORDS = {
    ("goes on", "goes on", "deadline"): "survived",
    ("goes on", "deadline"): "survived",
    ("ends", "goes on", "ends"): "ends, or sent again¹",
    ("deadline", "deadline", "deadline"): "ends at `timeout`",
    ("deadline", "deadline"): "ends at `timeout`",
    ("goes on", "goes on", "goes on"): "survived",
    ("goes on", "goes on"): "survived",
    ("goes on",): "survived",
}


def settle(results: list[Result], left_out: int, write: bool) -> bool:
    """Whether the file says what the run gave; with *write* it does afterwards."""
    old = FILE.read_text(encoding="utf-8")
    new = old
    for name, text in (
        ("figures", f"{figures(results, left_out)}."),
        ("matrix", _matrix(results)),
        ("errors", _errors_table()),
    ):
        marked = re.compile(f"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        new, count = marked.subn(lambda match, text=text: f"{match[1]}\n{text}\n\n{match[2]}", new)
        if count != 1:
            raise ValueError(f"{FILE} has no place for the {name}")
    if write:
        FILE.write_text(new, encoding="utf-8")
    elif new != old:
        print(f"\nSTALE: {FILE.name} is not what the run gave. Run the matrix with --write (see CONTRIBUTING.md).")
        return False
    return True


def _matrix(results: list[Result]) -> str:
    ends = {(one.operation, one.fault, one.moment): one for one in results}
    rows = []
    for fault in FAULTS.values():
        cells = [_cell(ends, operations, fault.name) for operations in COLUMNS.values()]
        rows.append([fault.name, f"`{fault.error}`" if fault.error else "–", *cells])
    return _table(["what happens", "told as", *COLUMNS], rows)


def _cell(ends: dict[tuple[str, str, str], Result], operations: tuple[str, ...], fault: str) -> str:
    keys = [[(operation, fault, moment) for moment in MOMENTS] for operation in operations]
    words = {_word([ends[key] for key in moments if key in ends], fault) for moments in keys}
    if len(words) != 1:
        raise ValueError(f"{', '.join(operations)} end differently with {fault}: {words}")
    return words.pop()


def _word(moments: list[Result], fault: str) -> str:
    """What became of one operation and fault, in the moments that there are."""
    outcomes = tuple(one.end for one in moments)
    if not outcomes:
        return "–"
    if set(outcomes) == {"ends"}:
        errors = {one.error for one in moments} - {FAULTS[fault].error}
        told = f" (`{errors.pop()}`)" if errors else ""
        return ("ends; may run" if moments[0].expected.may_run else "ends") + told
    return WORDS.get(outcomes) or ", then ".join(outcomes)


def _errors_table() -> str:
    classes = [
        one
        for one in vars(_errors).values()
        if inspect.isclass(one) and issubclass(one, _errors.RomaError) and one is not _errors.RomaError
    ]
    rows = [
        [
            f"`{one.__name__}`",
            " ".join((one.__doc__ or "").split()),
            "yes" if one.passes else "no",
            "yes" if one.may_have_acted else "no",
            REMEDIES[one.__name__],
        ]
        for one in classes
    ]
    return _table(["error", "when", "passes by itself", "a POST may have acted", "what to do"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
