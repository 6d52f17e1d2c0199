#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_job_info
short_description: Get the state of ROMA Connect asset jobs, and wait until they are over
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns the state of a job that exports, imports or deletes assets of a ROMA Connect instance.
  - RV(ignore:changed) is true if the job SUCCEEDED, so that handlers and conditions can follow it. Use
    C(changed_when=false) if you only want to look.
  - The task fails if the job FAILED, with every reason in the message.
  - With O(jobs), one process asks for many jobs at once, also in several instances, regions and sites. The task fails
    if any of them failed, timed out or could not be asked. The message has a line for each of these, and the state of
    all is returned.
  - While the module waits, it survives trouble that is temporary, such as connections that are refused or reset,
    time-outs, throttling, answers of 5xx, a proxy's page, and a token that expires and can be renewed. It gives up at
    once on everything else.
options:
  job_id:
    description:
      - The id of the job, as the module that started it returned it. You need this or O(jobs).
    type: str
  wait:
    description:
      - Whether to wait until the job is over.
    type: bool
    default: false
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._attributes.info
  - roma.connect._connection
  - roma.connect._connection.jobs
  - roma.connect._wait
  - roma.connect._progress
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_asset_archive
"""

EXAMPLES = r"""
- name: Look at a job
  roma.connect.roma_asset_job_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    job_id: ff8080814dbd65d7014dbe0d84db0013
  changed_when: false

- name: Wait for it, an hour at most
  roma.connect.roma_asset_job_info:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    job_id: ff8080814dbd65d7014dbe0d84db0013
    wait: true
    timeout: 3600

# Here region and credentials come from the environment, or from module_defaults. Where a task started an export, its
# result has such an item in job_item.
- name: Wait for the exports of many instances at once, two hours at most
  roma.connect.roma_asset_job_info:
    jobs:
      - job_id: ff8080814dbd65d7014dbe0d84db0013
        instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
      - job_id: ff8080814dbd65d7014dbe0d84db0027
        instance_id: 8d1e0b7c-66a1-4a0e-9d7f-2f4a5b6c7d8e
    wait: true
    timeout: 7200
  register: exports

- name: Show which packages are there
  ansible.builtin.debug:
    msg: "{{ exports.jobs | map(attribute='job.archive_id') }}"
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong or the jobs are in several instances
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job:
  description: The last known state of the job. Null if it could not be asked.
  returned: with job_id, unless an option is wrong
  type: dict
  contains:
    id: {description: The job's id., type: str, returned: always}
    type: {description: "What the job does, for example V(exportAsset).", type: str, returned: always}
    status:
      description:
        - V(RUNNING), V(SUCCEEDED) or V(FAILED), in every edition of the API.
        - Another status is returned in upper case with a warning, and counts as running.
      type: str
      returned: always
    reason:
      description: Why the job failed, one item a resource.
      type: list
      elements: dict
      returned: always
      contains:
        resource_type: {description: V(application) or V(task)., type: str, returned: always}
        resource_name: {description: The resource's name., type: str, returned: always}
        error_code: {description: The API's error code., type: str, returned: always}
        error_msg: {description: "The API's message, cut by the API at 64 characters.", type: str, returned: always}
    progress_percent:
      description: The progress from 0 to 1. Null if the API does not say.
      type: float
      returned: always
    archive_id:
      description: The id of the package of an export that was not downloaded yet.
      type: str
      returned: always
    begin_time: {description: "When the job began, ISO 8601 in UTC.", type: str, returned: always}
    end_time: {description: "When the job ended, ISO 8601 in UTC; null while it runs.", type: str, returned: always}
  sample: &job
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
  returned: with job_id, unless an option is wrong
  type: float
  sample: 67.2
polls:
  description: How many times the job was asked.
  returned: with job_id, unless an option is wrong
  type: int
  sample: 14
timed_out:
  description: Whether the job was still running when the time was up.
  returned: with job_id, unless an option is wrong
  type: bool
  sample: false
jobs:
  description: What is known of each of O(jobs), in the same order. It is returned even if the task fails.
  returned: with jobs, unless an option is wrong
  type: list
  elements: dict
  contains:
    job_id: {description: The id as it was asked., type: str, returned: always}
    job:
      description: The last known state of the job, as RV(job). Null if it could not be asked.
      type: dict
      returned: always
    elapsed: {description: Seconds spent waiting for it., type: float, returned: always}
    polls: {description: How many questions were asked., type: int, returned: always}
    timed_out:
      description: Whether it was still running, or could still not be asked, when the time was up.
      type: bool
      returned: always
    error:
      description:
        - What went wrong with the last question, in the form of RV(error). Null if nothing did.
        - If no answer came, C(error_msg) says why, and the other fields are null.
      type: dict
      returned: always
  sample:
    - {job_id: ff8080814dbd65d7014dbe0d84db0013, job: *job, elapsed: 67.2, polls: 14, timed_out: false, error: null}
    - job_id: ff8080814dbd65d7014dbe0d84db0027
      job: null
      elapsed: 0.2
      polls: 1
      timed_out: false
      error:
        http_status: 403
        error_code: ROMA.00000101
        error_msg: No permission.
        error_details: null
        request_id: 4a6c9e0d1b2f4c5d8e7f6a5b4c3d2e1f
error:
  description: What the API answered. With O(jobs) each item has its own.
  returned: with job_id, when the API answered with an error
  type: dict
  contains:
    http_status: {description: The HTTP status., type: int, returned: always}
    error_code: {description: The API's or the gateway's error code., type: str, returned: always}
    error_msg: {description: The API's text., type: str, returned: always}
    error_details: {description: The API's details., type: str, returned: always}
    request_id: {description: "The id of the request, for the vendor's support.", type: str, returned: always}
"""

from ansible_collections.roma.connect.plugins.module_utils._account.options import JOBS, WAIT
from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import connections, job_info


def main() -> None:
    run(job_info, {**JOBS, "wait": {"type": "bool", "default": False}, **WAIT}, connections=connections)


if __name__ == "__main__":
    main()
