# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results in the document and on the terminal."""

from __future__ import annotations

import os
import re

import pytest

from ansible_collections.roma.connect.tests.benchmark import __main__ as command, document
from ansible_collections.roma.connect.tests.benchmark.results import Figure, Result, Table, number

DOCUMENT = os.path.join(os.path.abspath(__file__).partition("/tests/")[0], "docs", "performance.md")


def test_a_figure_knows_whether_it_falls_short():
    assert Figure("x", 0.5, at_most=0.5).row() == ["x", "0.5", "at most 0.5", "reached"]
    assert Figure("x", 0.6, at_most=0.5).row()[3] == "falls short"
    assert Figure("x", 3, "s", at_least=4).row() == ["x", "3 s", "at least 4 s", "falls short"]
    assert Figure("x", 3).row() == ["x", "3", "", ""]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.03191, "%", "3.19 %"), (1234.5, "", "1234"), (1 / 3, "s", "0.333 s"), (2.0, "s", "2 s")],
)
def test_a_number_has_three_digits_that_count(value, unit, text):
    assert number(value, unit) == text


def test_only_what_stands_between_the_markers_is_replaced():
    text = "before\n<!-- begin: a -->\nold\n<!-- end: a -->\n<!-- begin: b -->\n<!-- end: b -->\nafter\n"
    once = document.put(text, "a", "new\n")
    assert once == text.replace("old", "new")
    assert document.put(once, "a", "new\n") == once
    with pytest.raises(ValueError, match="begin: c"):
        document.put(text, "c", "new\n")


def test_a_section_has_figures_tables_notes_and_the_machine():
    result = Result([Figure("x", 1, at_most=2)], [Table(["a", "b"], [["1", "2"]])], notes=["No curl."])
    told = document.section(result, "performance", "a machine")
    for text in (
        "| x | 1 | at most 2 | reached |",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "No curl.",
        "Measured on a machine.",
    ):
        assert text in told


def test_what_falls_short_is_said_and_fails(capsys):
    assert command.verdict({"pace": Result([Figure("x", 3, at_most=2), Figure("y", 1, at_most=2)])}) == 1
    said = capsys.readouterr().out
    assert "FALLS SHORT: pace: x, 3, at most 2" in said
    assert "1 of 2 goals reached" in said
    assert command.verdict({"pace": Result([Figure("y", 1, at_most=2), Figure("z", 9)])}) == 0


def test_the_document_has_a_place_for_each_benchmark():
    with open(DOCUMENT, encoding="utf-8") as file:
        assert re.findall(r"<!-- begin: (\S+) -->", file.read()) == list(command.NAMES)
