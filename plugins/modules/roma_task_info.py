#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_task_info
short_description: Look up integration tasks of a ROMA Connect instance
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns all integration tasks of an instance, or those with a certain name or id.
  - If the list changes while the module reads it, it is read again, at most three times.
options:
  name:
    description:
      - The exact name. Do not give O(task_id) with it.
    type: str
  task_id:
    description:
      - The id. If you give neither this nor O(name), all integration tasks are returned.
    type: str
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._attributes.info
  - roma.connect._connection
seealso:
  - module: roma.connect.roma_instance_info
"""

EXAMPLES = r"""
- name: List the integration tasks
  roma.connect.roma_task_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
  register: found

- name: Show their names and ids
  ansible.builtin.debug:
    msg: "{{ found.tasks | items2dict(key_name='name', value_name='id') }}"
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
tasks:
  description:
    - The integration tasks with the API's fields, and each with RV(ignore:id) and RV(ignore:name).
    - Empty if there is none with this name or id.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 3c59dc04-8e88-4024-9bbe-8079a5c74d07
      name: orders-to-erp
      task_id: 3c59dc04-8e88-4024-9bbe-8079a5c74d07
      task_name: orders-to-erp
      status: stopped
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import task_info


def main() -> None:
    run(task_info, {"name": {"type": "str"}, "task_id": {"type": "str"}})


if __name__ == "__main__":
    main()
