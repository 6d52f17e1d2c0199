#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_export
short_description: Export applications and integration tasks of a ROMA Connect instance
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Starts a job that packs applications and integration tasks, and waits for its end.
  - The package is then downloaded, once, by M(roma.connect.roma_asset_archive).
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
  - roma.connect._record
attributes:
  check_mode:
    support: full
    details:
      - Starts nothing, checks what can be checked without starting a job, and predicts RV(ignore:changed).
seealso:
  - module: roma.connect.roma_asset_archive
  - module: roma.connect.roma_asset_job_info
"""

EXAMPLES = r"""
- name: Export two applications, once for this record
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    apps:
      - b2e6b145-4f3f-4a80-aa45-f4b8029f95a3
      - 3c59dc04-8e88-4024-9bbe-8079a5c74d07
    record: /backup/crm.zip.json
    busy_timeout: 900
  register: export

- name: Download the package
  roma.connect.roma_asset_archive:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    archive_id: "{{ export.job.archive_id }}"
    dest: /backup/crm.zip
    record: /backup/crm.zip.json
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever it came from.
  returned: unless an option is refused
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job_id:
  description: The id of the job that was started or resumed; null in check mode.
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
    type: exportAsset
    status: SUCCEEDED
    reason: []
    progress_percent: 1.0
    archive_id: 2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11
    begin_time: "2019-12-06T06:49:04Z"
    end_time: "2019-12-06T06:50:11Z"
resumed:
  description: Whether the task resumed the job of O(record) and started none.
  returned: unless an option is refused
  type: bool
  sample: false
package:
  description: The package that O(record) says was downloaded and that is in its place; null otherwise.
  returned: unless an option is refused
  type: dict
  contains:
    dest:
      description: The file.
      type: str
      returned: always
    size:
      description: Its size in bytes.
      type: int
      returned: always
    checksum:
      description: Its sha256.
      type: str
      returned: always
    entries:
      description: The number of files in it.
      type: int
      returned: always
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
error:
  description: The API's answer, as M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._export import export
from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._options import ITEMS, RECORD, START


def main() -> None:
    run(export, {**ITEMS, **START, **RECORD})


if __name__ == "__main__":
    main()
