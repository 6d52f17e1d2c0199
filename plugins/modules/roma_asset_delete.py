#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_delete
short_description: Delete applications and integration tasks of a ROMA Connect instance
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Starts a job that deletes applications and integration tasks, and waits for its end.
  - A request that may have reached the API is never sent twice, since a job may be running then; the error says so.
options:
  apps:
    description:
      - The ids of applications. With O(tasks), at least 1 and at most 100 in all.
      - A list of texts. A single text, such as the answer of a survey, is read as a list, too. It is a list in JSON,
        one like V([a, b]), one item a line, with or without V(- ) before each, or items with commas between.
    type: list
    elements: raw
    default: []
  tasks:
    description:
      - The ids of integration tasks, written as O(apps).
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
      - Deletes nothing, looks whether all of it exists, and says what would be deleted.
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_app_info
"""

EXAMPLES = r"""
- name: Delete an application and all that it holds
  roma.connect.roma_asset_delete:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    apps:
      - b2e6b145-4f3f-4a80-aa45-f4b8029f95a3
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever it came from.
  returned: unless an option is refused
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job_id:
  description: The id of the job that was started; null in check mode.
  returned: unless an option is refused
  type: str
  sample: ff8080814dbd65d7014dbe0d84db0013
job:
  description:
    - The job as it was seen last, as M(roma.connect.roma_asset_job_info) returns it; null where it was not asked for.
  returned: unless an option is refused
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
  returned: unless an option is refused
  type: float
  sample: 67.2
polls:
  description: How many questions were asked while waiting.
  returned: unless an option is refused
  type: int
  sample: 14
timed_out:
  description: Whether the job was still running when the time was over.
  returned: unless an option is refused
  type: bool
  sample: false
apps:
  description: The applications that would be deleted, each with RV(ignore:id) and RV(ignore:name).
  returned: in check mode, where all of them exist
  type: list
  elements: dict
  sample:
    - id: b2e6b145-4f3f-4a80-aa45-f4b8029f95a3
      name: crm
tasks:
  description: The integration tasks that would be deleted, each with RV(ignore:id) and RV(ignore:name).
  returned: in check mode, where all of them exist
  type: list
  elements: dict
  sample: []
error:
  description: The API's answer, as M(roma.connect.roma_asset_job_info) returns it.
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
