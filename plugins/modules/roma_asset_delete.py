#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_delete
short_description: Delete applications and integration tasks of a ROMA Connect instance
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Starts a job that deletes applications and integration tasks, and waits until it is over.
  - A request that may have reached the API is never sent twice. If its answer does not come, the task fails and says
    that a job may be running.
options:
  apps:
    description:
      - The ids of applications. Together with O(tasks), at least 1 and at most 100.
      - A list of texts. You can also give one text, such as the answer of a survey. It may be a list in JSON, a list
        like V([a, b]), one item a line (with or without V(- ) before each), or items with commas between them.
    type: list
    elements: raw
    default: []
  tasks:
    description:
      - The ids of integration tasks, in the same forms as O(apps).
    type: list
    elements: raw
    default: []
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._connection
  - roma.connect._start
  - roma.connect._wait
  - roma.connect._progress
attributes:
  check_mode:
    support: full
    details:
      - Deletes nothing. Checks that everything exists, and says what would be deleted.
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_app_info
"""

EXAMPLES = r"""
- name: Find an application by its name
  roma.connect.roma_app_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    name: warehouse
  register: found

- name: Delete it, and everything in it
  roma.connect.roma_asset_delete:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    apps: "{{ found.apps | map(attribute='id') }}"
    busy_timeout: 900
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job_id:
  description: The id of the job that was started. Null in check mode.
  returned: unless an option is wrong
  type: str
  sample: ff8080814dbd65d7014dbe0d84db0013
job:
  description:
    - The last known state of the job, as M(roma.connect.roma_asset_job_info) returns it. Null if it was never asked.
  returned: unless an option is wrong
  type: dict
  sample:
    id: ff8080814dbd65d7014dbe0d84db0013
    type: deleteAsset
    status: SUCCEEDED
    reason: []
    progress_percent: 1.0
    archive_id: null
    begin_time: "2019-12-06T06:49:04Z"
    end_time: "2019-12-06T06:50:11Z"
elapsed:
  description: Seconds spent waiting.
  returned: unless an option is wrong
  type: float
  sample: 67.2
polls:
  description: How many times the job was asked.
  returned: unless an option is wrong
  type: int
  sample: 14
timed_out:
  description: Whether the job was still running when the time was up.
  returned: unless an option is wrong
  type: bool
  sample: false
apps:
  description: The applications that would be deleted, each with RV(ignore:id) and RV(ignore:name).
  returned: in check mode, if all of them exist
  type: list
  elements: dict
  sample:
    - id: b2e6b145-4f3f-4a80-aa45-f4b8029f95a3
      name: crm
tasks:
  description: The integration tasks that would be deleted, each with RV(ignore:id) and RV(ignore:name).
  returned: in check mode, if all of them exist
  type: list
  elements: dict
  sample: []
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_delete import delete
from ansible_collections.roma.connect.plugins.module_utils._operations.options import ITEMS, START


def main() -> None:
    run(delete, {**ITEMS, **START})


if __name__ == "__main__":
    main()
