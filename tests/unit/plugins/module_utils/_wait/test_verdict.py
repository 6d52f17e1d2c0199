# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What helps where a job failed, beside the API's own reasons."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._wait import verdict

GONE, TAKEN = "The resource does not exist.", "The application name already exists."
HINT = "If these are names, "
MERGE = "Names that are taken need O(prefix), or O(type): Merge, which overwrites applications and data sources"


def reason(error_msg, resource_type="application", resource_name="crm"):
    return {
        "resource_type": resource_type,
        "resource_name": resource_name,
        "error_code": "ROMA.1",
        "error_msg": error_msg,
    }


def lines(type_, *reasons, kind="job"):
    headline, *told = verdict.failed(Job("j", type_, "FAILED", reasons), "job j of instance i", kind)
    assert headline.startswith("job j of instance i FAILED for ")
    assert len(told) - len(reasons) in (0, 1), "one line a reason, and what helps"
    return told


@pytest.mark.parametrize(
    ("type_", "kind", "reasons", "hint"),
    [
        ("exportAsset", "job", [reason(GONE)], "give them in O(app_names)"),
        (None, "exportAsset", [reason(GONE)], "give them in O(app_names)"),
        ("ASSET_EXPORT", "job", [reason(GONE)], "give them in O(app_names)"),
        ("exportAsset", "job", [reason(GONE, "task")], "give them in O(task_names)"),
        (
            "exportAsset",
            "job",
            [reason(GONE, "TASK"), reason("crm not found", None)],
            "give them in O(app_names) and O(task_names)",
        ),
        ("exportAsset", "job", [reason(GONE), reason("It is locked.", "task")], "give them in O(app_names)"),
        ("deleteAsset", "job", [reason(GONE)], "find their ids with roma_app_info"),
        (None, "deleteAsset", [reason(GONE, "task")], "find their ids with roma_task_info"),
    ],
)
def test_where_an_item_does_not_exist_it_may_be_a_name(type_, kind, reasons, hint):
    told = lines(type_, *reasons, kind=kind)
    assert told[-1] == f"{HINT}{hint}"
    assert " ".join(told).count(HINT) == 1
    assert ".. " not in told[-1]


@pytest.mark.parametrize(
    ("type_", "reasons"),
    [
        ("exportAsset", [reason("It is locked.")]),
        ("exportAsset", [reason(None)]),
        ("exportAsset", [reason("The instance does not exist.")]),
        ("exportAsset", [reason(TAKEN)]),
        ("importAsset", [reason(GONE)]),
        (None, [reason(GONE)]),
    ],
)
def test_otherwise_only_the_reasons_are_told(type_, reasons):
    told = " ".join(lines(type_, *reasons))
    assert HINT not in told
    assert "Merge" not in told


@pytest.mark.parametrize(
    "text",
    [
        TAKEN,
        "The data source ID already exists.",
        "task name exists already",
        "Name already in use",
        "The name is already used.",
        "Duplicate application name",
        "duplicated task",
        "API path conflict",
        "There is an application with the same name.",
        "Same data source ID",
    ],
)
def test_an_import_of_what_is_there_names_prefix_and_merge(text):
    told = lines("importAsset", reason("It is locked."), reason(text))
    assert told[0].endswith("It is locked.")
    assert told[1].endswith(text)
    assert told[2] == MERGE
    assert lines(None, reason(text), kind="importAsset")[1] == MERGE


def test_an_import_that_fails_for_something_else_does_not():
    assert "prefix" not in " ".join(lines("importAsset", reason("Import application erp first."), reason(None)))


def test_no_reason_is_no_line():
    [line] = verdict.failed(Job("j", "exportAsset", "FAILED"), "exportAsset j of instance i")
    assert "gives no reason" in line
