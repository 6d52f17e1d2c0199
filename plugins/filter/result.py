# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles return."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

DOCUMENTATION = r"""
name: result
short_description: Make the result of a role from what its task registered
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - For the roles of this collection only. It may change with any release.
  - Takes what a task registered that called a module of this collection, and returns all keys of that module. What is
    not known is null. If the task had a loop, they are those of the first item that ran, and C(packages) is the list of
    all.
options:
  _input:
    description: What the task registered.
    type: raw
    required: true
  module:
    description: The name of the module.
    type: str
    required: true
  after:
    description: >-
      What earlier tasks of the same block registered. If one of them failed, the task did not run, and what is
      registered is of an earlier run.
    type: list
    elements: raw
    default: []
positional: module, after
"""

EXAMPLES = r"""
- name: Import a package
  roma.connect.roma_asset_import:
    src: /backup/crm.zip
  register: imported

- name: Return the result
  ansible.builtin.set_fact:
    asset_import_result: "{{ imported | roma.connect.result('roma_asset_import') }}"
"""

RETURN = r"""
_value:
  description: The facts of the module.
  type: dict
"""

Registered = Mapping[str, t.Any]

#: What the modules return; a test compares it with their documentation.
FACTS = {
    "roma_asset_export": (
        *("instance_id", "job_id", "job", "job_item", "resumed", "package", "dest", "size", "checksum", "entries"),
        *("partial", "lost", "packages", "elapsed", "polls", "timed_out", "error"),
    ),
    "roma_asset_import": ("instance_id", "job_id", "job", "resumed", "elapsed", "polls", "timed_out", "error"),
}


def result(registered: Registered, module: str, after: Sequence[Registered] = ()) -> dict[str, t.Any]:
    """The facts of *module*, null where nothing came of it."""
    ran = not any(earlier.get("failed") for earlier in after)
    if "results" not in registered:
        return {name: registered.get(name) if ran else None for name in FACTS[module]}
    items = [result(item, module, after) for item in registered["results"] if ran and not item.get("skipped")]
    return {**(items[0] if items else dict.fromkeys(FACTS[module])), "packages": items}


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"result": result}
