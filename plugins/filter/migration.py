# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether two connections are those of a migration."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.roma.connect.plugins.plugin_utils._role import Variables

from .connection import connection

DOCUMENTATION = r"""
name: migration
short_description: Say what is wrong with the two connections of a migration
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - For the role P(roma.connect.asset_migrate#role) only. It may change with any release.
  - Each connection must name its instance, and its region or endpoint. The environment does not count, since it is the
    same for both.
options:
  _input:
    description: What was given as source and target.
    type: list
    elements: raw
    required: true
  given:
    description: The names of the role's variables that are set, to find a misspelling.
    type: list
    elements: str
    required: true
positional: given
"""

EXAMPLES = r"""
- name: Make sure that the connections name two places
  vars:
    asset_migrate_source: {region: cn-north-4, instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b}
    asset_migrate_target: {region: cn-south-1, instance_id: 9d4f3a60-9c0e-4b52-8f4b-6f1f2ad1b7c3}
    wrong: >-
      {{ [asset_migrate_source, asset_migrate_target]
         | roma.connect.migration(['asset_migrate_source', 'asset_migrate_target']) }}
  ansible.builtin.assert:
    that: wrong == ''
    fail_msg: "{{ wrong }}"
"""

RETURN = r"""
_value:
  description: A sentence, or an empty text if nothing is wrong.
  type: str
"""

NAMES = ("asset_migrate_source", "asset_migrate_target")


def migration(places: Sequence[t.Any], given: Sequence[str]) -> str:
    """What is wrong with the connections of source and target; empty: nothing."""
    misspelled = Variables("asset_migrate", NAMES).misspelled(given)
    if misspelled:
        return misspelled
    missing, instances = [], set()
    for name, value in zip(NAMES, places):
        try:
            place = connection(value, name)
        except AnsibleFilterError as error:
            return str(error)
        instance = str(place.get("instance_id") or "").strip().lower()
        instances.add(instance)
        if not place:
            missing.append(name)
        elif not instance:
            missing.append(f"instance_id of {name}")
        elif not any(str(place.get(one) or "").strip() for one in ("region", "endpoint")):
            missing.append(f"region or endpoint of {name}")
    if missing:
        return (
            f"Missing: {', '.join(missing)}. Each of the two must name an instance_id, and a region or an endpoint; "
            "the environment, which is one for both, does not count"
        )
    if len(instances) == 1:
        return f"{' and '.join(NAMES)} name the same instance: give another instance_id in one of them"
    return ""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"migration": migration}
