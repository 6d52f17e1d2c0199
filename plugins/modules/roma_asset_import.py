#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_import
short_description: Import a package into a ROMA Connect instance
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Checks a package that M(roma.connect.roma_asset_export) downloaded, sends it to an instance, and waits until the job
    that imports it is over.
  - A request that may have reached the API is never sent twice. If its answer does not come, the task fails and says
    that a job may be running.
  - A package does not carry everything. Keys and secrets of applications, rights of users, addresses and passwords of
    data sources, and policies are not in it.
options:
  src:
    description:
      - The package, on the host where the module runs. It must be a whole zip file, which is checked before anything is
        sent. Its name does not matter.
      - You need this or O(job_id).
    type: path
  job_id:
    description:
      - The id of an import that was started elsewhere. The module waits for it, and starts no job. Do not give O(src)
        with it.
    type: str
  type:
    description:
      - V(AddNew) adds what is in the package. V(Merge) also overwrites what is already there. The console calls them
        Append and Overwrite.
    type: str
    choices:
      - AddNew
      - Merge
    default: AddNew
  prefix:
    description:
      - A text that is put before the names of what is imported.
    type: str
  datasource_overwrite:
    description:
      - Whether to overwrite data sources that are already there. The console offers it with V(Merge) only.
    type: bool
    default: false
  timeout:
    description:
      - Seconds for the upload and the job together. They count from the request that was accepted. Not used without
        O(wait).
      - V(0) asks once.
      - If the job is still running then, the task fails with RV(timed_out=true). The job itself runs on.
    type: int
    default: 3600
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
      - Starts nothing. Checks the package and your access to the instance, and predicts RV(ignore:changed).
notes:
  - The checksum of the package is part of what O(record) holds. The record of another package is not an error once its
    job is over.
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_asset_archive
"""

EXAMPLES = r"""
- name: Export an application from one instance
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    app_names:
      - orders
    dest: /backup/orders.zip

- name: Import it into another one, once for this record
  roma.connect.roma_asset_import:
    region: cn-south-1
    instance_id: 9d4f3a60-9c0e-4b52-8f4b-6f1f2ad1b7c3
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    src: /backup/orders.zip
    prefix: test_
    record: /backup/orders.zip.import.json
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job_id:
  description: The id of the job that was started or resumed. Null in check mode if no job exists yet.
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
    type: importAsset
    status: SUCCEEDED
    reason: []
    progress_percent: 1.0
    archive_id: null
    begin_time: "2019-12-06T06:49:04Z"
    end_time: "2019-12-06T06:50:11Z"
resumed:
  description: Whether the task resumed the job of O(record), and started none.
  returned: unless an option is wrong
  type: bool
  sample: false
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
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_import import import_package
from ansible_collections.roma.connect.plugins.module_utils._operations.options import RECORD, START


def main() -> None:
    run(
        import_package,
        {
            **START,
            **RECORD,
            "src": {"type": "path"},
            "job_id": {"type": "str"},
            "type": {"type": "str", "choices": ["AddNew", "Merge"], "default": "AddNew"},
            "prefix": {"type": "str"},
            "datasource_overwrite": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 3600},
        },
    )


if __name__ == "__main__":
    main()
