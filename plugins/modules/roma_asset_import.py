#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_import
short_description: Import a package into a ROMA Connect instance
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Checks a package that M(roma.connect.roma_asset_archive) brought, sends it to an instance, and waits for the end of
    the job that imports it.
  - A request that may have reached the API is never sent twice, since a job may be running then; the error says so.
  - A package does not carry secrets of applications, users' rights, addresses and passwords of data sources, nor
    policies; see the vendor's documentation.
options:
  src:
    description:
      - The package, on the host where the module runs. Before anything is sent, it must be a zip whose members match
        their checksums. Its name does not matter.
      - This or O(job_id) is required.
    type: path
  job_id:
    description:
      - The id of an import that was started elsewhere, to be waited for. No job is started then, and O(src) is left
        out.
    type: str
  type:
    description:
      - V(AddNew) adds what is in the package, V(Merge) also overwrites what is there already. The console calls them
        Append and Overwrite.
    type: str
    choices:
      - AddNew
      - Merge
    default: AddNew
  prefix:
    description:
      - Put before the names of what is imported.
    type: str
  datasource_overwrite:
    description:
      - Whether data sources that are there already are overwritten. The console asks for it with V(Merge) only.
    type: bool
    default: false
  timeout:
    description:
      - Seconds for the upload and the job. They bound the whole task, the last request included, and count from the
        request that was taken. Not used without O(wait).
      - V(0) asks once.
      - A job that is still running then makes the task fail with RV(timed_out=true); the job itself goes on.
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
      - Sends nothing, checks the package, and predicts RV(ignore:changed).
notes:
  - The package's checksum is part of what O(record) says was asked. A record of another package whose job is over is
    no error, since an import leaves nothing to be fetched.
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_asset_archive
"""

EXAMPLES = r"""
- name: Import a package under a prefix, once for this record
  roma.connect.roma_asset_import:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    src: /backup/crm.zip
    prefix: test_
    record: /backup/crm.zip.import.json
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
    type: importAsset
    status: SUCCEEDED
    reason: []
    progress_percent: 1.0
    archive_id: null
    begin_time: "2019-12-06T06:49:04Z"
    end_time: "2019-12-06T06:50:11Z"
resumed:
  description: Whether the task resumed the job of O(record) and started none.
  returned: unless an option is refused
  type: bool
  sample: false
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
