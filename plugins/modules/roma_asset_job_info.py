#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_job_info
short_description: Tell how a ROMA Connect asset job goes, and wait for its end
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns the facts of a job that exports, imports or deletes assets of a ROMA Connect instance.
  - RV(ignore:changed) is true where the job SUCCEEDED, so that handlers and conditions can follow the job. Use
    C(changed_when=false) where you only look.
  - The task fails where the job FAILED, with every reason in the message.
  - While it waits, it lives through what passes by itself, such as connections that are refused or reset, time-outs,
    throttling, answers of 5xx, a proxy's page, and a token that expires where it can be renewed. It gives up at once on
    what does not pass.
options:
  job_id:
    description:
      - The id of the job, as the module that started it returned it.
    type: str
    required: true
  wait:
    description:
      - Whether to wait until the job is over.
    type: bool
    default: false
extends_documentation_fragment:
  - roma.connect._connection
  - roma.connect._wait
  - roma.connect._progress
attributes:
  check_mode:
    description: Can run in check mode and return the same answer as without it, since it only reads.
    support: full
  diff_mode:
    description: Has nothing to compare.
    support: none
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_asset_archive
"""

EXAMPLES = r"""
- name: Look how a job goes
  roma.connect.roma_asset_job_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    job_id: ff8080814dbd65d7014dbe0d84db0013
  register: look
  changed_when: false

- name: Wait for it, an hour at most
  roma.connect.roma_asset_job_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    job_id: ff8080814dbd65d7014dbe0d84db0013
    wait: true
    timeout: 3600
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever it came from.
  returned: always
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job:
  description: The job as it was seen last; null where it could not be asked.
  returned: when the API was asked
  type: dict
  contains:
    id:
      description: The job's id.
      type: str
      returned: always
    type:
      description: What the job does, for example V(exportAsset).
      type: str
      returned: always
    status:
      description:
        - V(RUNNING), V(SUCCEEDED) or V(FAILED), whatever the edition of the API calls it.
        - Another status is returned in upper case with a warning, and counts as running.
      type: str
      returned: always
    reason:
      description: Why the job failed, one item a resource.
      type: list
      elements: dict
      returned: always
      contains:
        resource_type:
          description: V(application) or V(task).
          type: str
          returned: always
        resource_name:
          description: The resource's name.
          type: str
          returned: always
        error_code:
          description: The API's error code.
          type: str
          returned: always
        error_msg:
          description: The API's message, cut by the API at 64 characters.
          type: str
          returned: always
    progress_percent:
      description: The progress from 0 to 1; null where the API tells none.
      type: float
      returned: always
    archive_id:
      description: The id of the package of an export that was not downloaded yet.
      type: str
      returned: always
    begin_time:
      description: When the job began, ISO 8601 in UTC.
      type: str
      returned: always
    end_time:
      description: When the job ended, ISO 8601 in UTC; null while it runs.
      type: str
      returned: always
  sample:
    id: ff8080814dbd65d7014dbe0d84db0013
    type: exportAsset
    status: SUCCEEDED
    reason: []
    progress_percent: 1.0
    archive_id: 2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11
    begin_time: "2019-12-06T06:49:04Z"
    end_time: "2019-12-06T06:50:11Z"
elapsed:
  description: Seconds spent waiting.
  returned: when the API was asked
  type: float
  sample: 67.2
polls:
  description: How many questions were asked.
  returned: when the API was asked
  type: int
  sample: 14
timed_out:
  description: Whether the job was still running when the time was over.
  returned: when the API was asked
  type: bool
  sample: false
error:
  description: What the API answered, where it answered with an error.
  returned: failure
  type: dict
  contains:
    http_status:
      description: The HTTP status.
      type: int
      returned: always
    error_code:
      description: The API's or the gateway's error code.
      type: str
      returned: always
    error_msg:
      description: The API's text.
      type: str
      returned: always
    error_details:
      description: The API's details.
      type: str
      returned: always
    request_id:
      description: The id of the request, for the vendor's support.
      type: str
      returned: always
"""

from ansible_collections.roma.connect.plugins.module_utils._job_info import job_info
from ansible_collections.roma.connect.plugins.module_utils._module import WAIT, run


def main() -> None:
    run(job_info, {"job_id": {"type": "str", "required": True}, "wait": {"type": "bool", "default": False}, **WAIT})


if __name__ == "__main__":
    main()
