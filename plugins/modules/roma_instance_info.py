#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_instance_info
short_description: Look up instances of a ROMA Connect project
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns all ROMA Connect instances of a project, or those with a certain name.
  - O(instance_id) is ignored.
  - If the list changes while the module reads it, it is read again, at most three times.
options:
  name:
    description:
      - The exact name. If you leave it out, all instances are returned.
    type: str
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._attributes.info
  - roma.connect._connection
seealso:
  - module: roma.connect.roma_app_info
"""

EXAMPLES = r"""
- name: Find an instance by its name
  roma.connect.roma_instance_info:
    region: cn-south-1
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    name: production
  register: found

- name: Show its id
  ansible.builtin.debug:
    msg: "{{ found.instances | map(attribute='id') }}"
"""

RETURN = r"""
instances:
  description: The instances with the API's fields. Empty if there is none with this name.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
      name: production
      status: RUNNING
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import anywhere, instance_info


def main() -> None:
    run(instance_info, {"name": {"type": "str"}}, connections=anywhere)


if __name__ == "__main__":
    main()
