# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module reports to its action plugin."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.plugins.module_utils._progress import VARIABLE, Reporter


def test_each_report_is_a_line_of_json_behind_those_that_are_there(tmp_path):
    path = tmp_path / "reports"
    path.write_text("")
    report = Reporter({VARIABLE: str(path)})
    for number in (1, 2):
        report({"job_id": "ü", "number": number})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"job_id": "ü", "number": 1},
        {"job_id": "ü", "number": 2},
    ]


@pytest.mark.parametrize("environ", [{}, {VARIABLE: ""}])
def test_without_an_action_plugin_nothing_is_written(environ, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Reporter(environ)({"a": 1})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["gone", "."])
def test_a_file_that_is_not_there_is_not_made_and_ends_no_task(tmp_path, name):
    Reporter({VARIABLE: str(tmp_path / name)})({"a": 1})
    assert list(tmp_path.iterdir()) == []
