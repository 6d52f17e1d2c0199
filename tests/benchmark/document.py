# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results go into a document: each benchmark's between its two markers; what stands around them is written by hand."""

from __future__ import annotations

import os
import re
import typing as t

from .results import Result, Table


def write(path: str, results: t.Mapping[str, Result], measured_on: str) -> None:
    """Put *results* (by benchmark) into the document at *path*, and their pictures into the folder of its name.

    :arg measured_on: the kind of machine.
    :raises ValueError: the document has no place for a result.
    """
    folder = os.path.splitext(path)[0]
    os.makedirs(folder, exist_ok=True)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, result in results.items():
        for picture, draw in result.pictures.items():
            draw_picture(os.path.join(folder, f"{picture}.svg"), draw)
        text = put(text, name, section(result, os.path.basename(folder), measured_on))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def put(text: str, name: str, content: str) -> str:
    """*text* with *content* between the markers of *name*."""
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    found = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
    if not found.search(text):
        raise ValueError(f"the document has no lines {begin} and {end}")
    return found.sub(lambda match: f"{match[1]}{content}{match[2]}", text, count=1)


def section(result: Result, folder: str, measured_on: str) -> str:
    """What stands between two markers."""
    figures = Table(["figure", "measured", "goal", ""], [figure.row() for figure in result.figures])
    parts = [markdown(table) for table in (figures, *result.tables)]
    parts += [f"![{name.replace('-', ' ')}]({folder}/{name}.svg)" for name in result.pictures]
    parts += result.notes
    parts.append(f"Measured on {measured_on}.")
    return "\n" + "\n\n".join(parts) + "\n\n"


def markdown(table: Table) -> str:
    lines = [table.header, ["---"] * len(table.header), *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(table: Table) -> str:
    """For a terminal."""
    widths = [max(len(line[column]) for line in [table.header, *table.rows]) for column in range(len(table.header))]
    lines = [table.header, ["-" * width for width in widths], *table.rows]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def draw_picture(path: str, draw: t.Callable[[t.Any], None]) -> None:
    """An SVG that is the same for the same numbers: no date, no random ids, text as text."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with matplotlib.rc_context({"svg.hashsalt": "roma.connect", "svg.fonttype": "none", "font.size": 9}):
        figure, axes = pyplot.subplots(figsize=(6.4, 3.8), layout="constrained")
        draw(axes)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip() for line in file]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
