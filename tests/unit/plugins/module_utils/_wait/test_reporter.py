# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module reports to its action plugin."""

from __future__ import annotations

import json
import os

import pytest

from ansible_collections.roma.connect.plugins.module_utils._wait.progress import PREFIX, VARIABLE, Reporter


@pytest.fixture
def path(tmp_path):
    return tmp_path / f"{PREFIX}1"


def test_each_report_is_a_line_of_json_behind_those_that_are_there(path):
    path.write_text("")
    with path.open() as reports:
        report = Reporter({VARIABLE: str(path)})
        for number in (1, 2):
            report({"job_id": "ü", "number": number})
        assert [json.loads(line) for line in reports] == [
            {"job_id": "ü", "number": 1},
            {"job_id": "ü", "number": 2},
        ]


def test_the_name_goes_at_once_so_that_a_kill_leaves_no_file(path):
    path.write_text("")
    Reporter({VARIABLE: str(path)})
    assert not path.exists()


@pytest.mark.parametrize("environ", [{}, {VARIABLE: ""}])
def test_without_an_action_plugin_nothing_is_written(environ, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Reporter(environ)({"a": 1})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("prepare", [lambda path: None, os.mkdir], ids=["gone", "a folder"])
def test_a_file_that_is_not_there_is_not_made_and_ends_no_task(path, prepare):
    prepare(path)
    before = list(path.parent.iterdir())
    Reporter({VARIABLE: str(path)})({"a": 1})
    assert list(path.parent.iterdir()) == before


def test_a_file_of_another_name_is_left_alone(tmp_path):
    path = tmp_path / "notes"
    path.write_text("mine")
    Reporter({VARIABLE: str(path)})({"a": 1})
    assert path.read_text() == "mine"
