# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles return of what their tasks registered."""

from __future__ import annotations

import importlib

import pytest
import yaml

from ansible_collections.roma.connect.plugins.filter.result import FACTS, FilterModule

IMPORT = "roma_asset_import"
NOTHING = dict.fromkeys(FACTS[IMPORT])
JOB = {**NOTHING, "job_id": "j", "job": {"id": "j"}, "polls": 2}
RAN = {**JOB, "changed": True, "msg": "x", "failed": False}

result = FilterModule().filters()["result"]


@pytest.mark.parametrize("module", FACTS)
def test_a_role_returns_what_its_module_documents(module):
    documented = importlib.import_module(f"ansible_collections.roma.connect.plugins.modules.{module}").RETURN
    assert sorted(FACTS[module]) == sorted(set(yaml.safe_load(documented)) - {"msg"})


@pytest.mark.parametrize(
    ("registered", "facts"),
    [
        (RAN, JOB),
        ({**RAN, "failed": True}, JOB),
        ({"failed": True, "msg": "Refused"}, NOTHING),
        ({"skipped": True, "changed": False}, NOTHING),
        ({}, NOTHING),
    ],
)
def test_all_facts_are_there_and_nothing_else(registered, facts):
    assert result(registered, IMPORT) == facts


@pytest.mark.parametrize(
    ("earlier", "facts"), [([], JOB), ([{}, {"failed": False}], JOB), ([{}, {"failed": True}], NOTHING)]
)
def test_what_did_not_run_does_not_count(earlier, facts):
    assert result(RAN, IMPORT, earlier) == facts
    assert result({"results": [RAN]}, IMPORT, earlier) == {**facts, "packages": [JOB] if facts is JOB else []}


def test_of_a_loop_all_are_told_and_the_first_stands_for_them():
    other = {**RAN, "job_id": "other", "failed": True}
    found = result({"results": [RAN, {"skipped": True}, other]}, IMPORT)
    assert found == {**JOB, "packages": [JOB, {**JOB, "job_id": "other"}]}
    assert result({"results": []}, IMPORT) == {**NOTHING, "packages": []}
