# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the two connections of a migration."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.plugins.filter.migration import FilterModule

SOURCE = {"instance_id": "a", "region": "cn-north-4"}
TARGET = {"instance_id": "b", "endpoint": "https://roma.example.com"}

migration = FilterModule().filters()["migration"]


@pytest.mark.parametrize("target", [TARGET, json.dumps(TARGET), {**SOURCE, "instance_id": "c"}])
def test_two_places_are_right(target):
    assert migration([SOURCE, target], ["asset_migrate_source", "asset_migrate_target", "asset_migrate_tasks"]) == ""


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        (None, TARGET, "Missing: asset_migrate_source. "),
        (SOURCE, "", "Missing: asset_migrate_target. "),
        (SOURCE, {"region": "x"}, "Missing: instance_id of asset_migrate_target. "),
        (SOURCE, {**TARGET, "instance_id": " "}, "Missing: instance_id of asset_migrate_target. "),
        ({"instance_id": "a", "region": " "}, TARGET, "Missing: region or endpoint of asset_migrate_source. "),
        (
            SOURCE,
            {**TARGET, "instance_id": " A "},
            "asset_migrate_source and asset_migrate_target name the same instance",
        ),
        (None, {"region": "x"}, "Missing: asset_migrate_source, instance_id of asset_migrate_target. "),
        ("region=x secret_key=hunter2", TARGET, "asset_migrate_source is not a dictionary: "),
        (SOURCE, {**TARGET, "secret_keys": "hunter2"}, "asset_migrate_target holds secret_keys: "),
    ],
)
def test_what_is_wrong_is_one_sentence_that_shows_no_value(source, target, told):
    said = migration([source, target], [])
    assert said.startswith(told)
    assert len(said.splitlines()) == 1
    assert "hunter2" not in said


def test_a_misspelled_connection_is_told_with_both_names():
    said = migration([None, TARGET], ["asset_migrate_sorce", "asset_migrate_target", "asset_migrate_type"])
    assert said.startswith("asset_migrate_sorce is not a variable of role asset_migrate: ")
    assert "asset_migrate_source" in said
