#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_app_info
short_description: Look up applications of a ROMA Connect instance
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns all applications of an instance, or those with a certain name or id.
  - Your user sees only applications that are its own or shared with it.
  - If the list changes while the module reads it, it is read again, at most three times.
options:
  name:
    description:
      - The exact name. Do not give O(app_id) with it.
    type: str
  app_id:
    description:
      - The id. If you give neither this nor O(name), all applications are returned.
    type: str
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._attributes.info
  - roma.connect._connection
seealso:
  - module: roma.connect.roma_instance_info
"""

EXAMPLES = r"""
- name: Find an application by its name
  roma.connect.roma_app_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    name: orders
  register: found

- name: Show its id
  ansible.builtin.debug:
    msg: "{{ found.apps | map(attribute='id') }}"

- name: List all applications (place and credentials come from the environment or from module_defaults)
  roma.connect.roma_app_info:
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
apps:
  description:
    - The applications with the API's fields, except RV(ignore:key), which is half of a credential.
    - Empty if there is none with this name or id.
  returned: success
  type: list
  elements: dict
  sample:
    - id: b2e6b145-4f3f-4a80-aa45-f4b8029f95a3
      name: orders
      remark: ""
      owner: true
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import app_info


def main() -> None:
    run(app_info, {"name": {"type": "str"}, "app_id": {"type": "str"}})


if __name__ == "__main__":
    main()
