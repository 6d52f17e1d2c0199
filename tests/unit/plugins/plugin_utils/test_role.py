# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a role: which are misspelled, and how they are told to a module."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._errors import named
from ansible_collections.roma.connect.plugins.plugin_utils._role import Variables

OPTIONS = [
    "apps",
    "tasks",
    "app_names",
    "task_names",
    "all",
    "job_id",
    "dest",
    "mode",
    "owner",
    "group",
    "record",
    "force",
]
TIMES = ["timeout", "download_timeout", "poll_interval", "busy_timeout"]
NAMES = [*OPTIONS, *TIMES, "connection"]
EXPORT = Variables("asset_export", [f"asset_export_{name}" for name in NAMES])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("time_out", "timeout"),
        ("app", "apps"),
        ("task_name", "task_names"),
        ("dst", "dest"),
        ("pollinterval", "poll_interval"),
        ("conection", "connection"),
        ("Force", "force"),
    ],
)
def test_a_misspelling_is_told_with_both_names(name, meant):
    told = EXPORT.misspelled({f"asset_export_{name}": 1, "asset_export_dest": "/x"})
    assert told.startswith(f"asset_export_{name} is not a variable of role asset_export: ")
    assert f"asset_export_{meant}," in told
    assert len(told.splitlines()) == 1


def test_each_misspelling_has_its_line():
    told = EXPORT.misspelled(["asset_export_time_out", "asset_export_app", "asset_export_time_out"])
    assert [line.split()[0] for line in told.splitlines()] == ["asset_export_app", "asset_export_time_out"]


@pytest.mark.parametrize(
    "name",
    [
        *(f"asset_export_{name}" for name in NAMES),
        "asset_export_result",
        # Variables of the user's own: the prefix that they share makes no two names one.
        "asset_export_date",
        "asset_export_name",
        "asset_export_host",
        "asset_export_results",
        # Of others.
        "_asset_export_app",
        "asset_import_time_out",
        "asset_exports",
        "app",
    ],
)
def test_what_is_no_misspelling_is_left_alone(name):
    assert EXPORT.misspelled([name]) == ""


def test_a_module_names_the_variables_that_the_role_has():
    assert named("O(dest) and O(wait), O(region)", EXPORT.told()) == "asset_export_dest and wait, region"


@pytest.mark.parametrize("value", [None, "", {}])
def test_only_a_connection_that_is_given_is_one(value):
    given = {"asset_export_connection": {"region": "x"}, "asset_export_dest": "/x", "asset_export_source": "x"}
    assert EXPORT.connections(given) == ["asset_export_connection"]
    assert EXPORT.connections({**given, "asset_export_connection": value}) == []
