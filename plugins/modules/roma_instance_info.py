#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_instance_info
short_description: Look up instances of a ROMA Connect project
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns the ROMA Connect instances of a project, all pages, or those that carry a name.
  - O(instance_id) is ignored.
  - A list that changes while it is read is read again, at most three times.
options:
  name:
    description:
      - The exact name. Left out, all are returned.
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
    region: cn-north-4
    name: production
  register: found
"""

RETURN = r"""
instances:
  description: The instances as the API tells them. Empty where none carries the name.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
      name: production
      status: RUNNING
error:
  description: The API's answer, as M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import instance_info


def main() -> None:
    run(instance_info, {"name": {"type": "str"}}, in_instance=False)


if __name__ == "__main__":
    main()
