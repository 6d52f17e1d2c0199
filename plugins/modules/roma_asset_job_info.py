#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_job_info
short_description: Tell how ROMA Connect asset jobs go, and wait for their end
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Returns the facts of a job that exports, imports or deletes assets of a ROMA Connect instance.
  - RV(ignore:changed) is true where the job SUCCEEDED, so that handlers and conditions can follow the job. Use
    C(changed_when=false) where you only look.
  - The task fails where the job FAILED, with every reason in the message.
  - With O(jobs), one process asks for all of them at once, also in several instances, regions and sites. The task then
    fails where any of them failed, timed out or could not be asked, with a line in the message for each of these, and
    returns the facts of all.
  - While it waits, it lives through what passes by itself, such as connections that are refused or reset, time-outs,
    throttling, answers of 5xx, a proxy's page, and a token that expires where it can be renewed. It gives up at once on
    what does not pass.
options:
  job_id:
    description:
      - The id of the job, as the module that started it returned it. This or O(jobs) is required.
    type: str
  jobs:
    description:
      - Several jobs, instead of O(job_id). All are asked at once, under one O(timeout); at most 64 questions are on
        their way, and at most 16 of them at one endpoint.
      - An item says where its job differs from the task. One with a O(jobs[].region) or an O(jobs[].endpoint) of its
        own is at another place as a whole. It takes nothing of the task's place, neither from the options nor from the
        environment, and says itself what it needs, its O(jobs[].instance_id) among it.
      - Credentials are the task's, for all items. Where they are refused for one job, the others at the same endpoint
        are not asked any more, since that would lock them.
      - Of an empty list nothing is asked, and the task succeeds.
    type: list
    elements: dict
    suboptions:
      job_id:
        description:
          - The id of the job. Required.
        type: str
      region:
        description:
          - The region, as O(region).
        type: str
      cloud:
        description:
          - The domain of the default endpoints, as O(cloud). The endpoints of the task then do not count.
        type: str
      endpoint:
        description:
          - The base URL of ROMA Connect, as O(endpoint).
        type: str
      iam_endpoint:
        description:
          - The base URL of IAM, as O(iam_endpoint).
        type: str
      project_id:
        description:
          - The id of the project, as O(project_id).
        type: str
      project_name:
        description:
          - The name of the project, as O(project_name). The O(project_id) of the task then does not count.
        type: str
      instance_id:
        description:
          - The id of the ROMA Connect instance, as O(instance_id).
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
  - roma.connect._wait
  - roma.connect._progress
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

- name: Wait for the exports of many instances at once, two hours at most
  roma.connect.roma_asset_job_info:
    region: cn-north-4
    jobs:
      - job_id: ff8080814dbd65d7014dbe0d84db0013
        instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
      - job_id: ff8080814dbd65d7014dbe0d84db0027
        instance_id: 8d1e0b7c-66a1-4a0e-9d7f-2f4a5b6c7d8e
      - job_id: ff8080814dbd65d7014dbe0d84db0031
        region: ap-southeast-1
        instance_id: 0e9f8d7c-5b4a-4c3d-a2b1-908f7e6d5c4b
    wait: true
    timeout: 7200
  register: exports

- name: Tell which packages are there
  ansible.builtin.debug:
    msg: "{{ exports.jobs | map(attribute='job.archive_id') }}"
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever it came from.
  returned: unless an option is refused or the jobs are in several instances
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job:
  description: The job as it was seen last; null where it could not be asked.
  returned: with job_id, unless an option is refused
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
  returned: with job_id, unless an option is refused
  type: float
  sample: 67.2
polls:
  description: How many questions were asked.
  returned: with job_id, unless an option is refused
  type: int
  sample: 14
timed_out:
  description: Whether the job was still running when the time was over.
  returned: with job_id, unless an option is refused
  type: bool
  sample: false
jobs:
  description: What is known of each of O(jobs), in the order asked. It is there also where the task fails.
  returned: with jobs, unless an option is refused
  type: list
  elements: dict
  contains:
    job_id:
      description: The id as it was asked.
      type: str
      returned: always
    job:
      description: The job as it was seen last, as RV(job); null where it could not be asked.
      type: dict
      returned: always
    elapsed:
      description: Seconds spent waiting for it.
      type: float
      returned: always
    polls:
      description: How many questions were asked.
      type: int
      returned: always
    timed_out:
      description: Whether it was still running, or could still not be asked, when the time was over.
      type: bool
      returned: always
    error:
      description:
        - What the last question met, in the form of RV(error); null where it met no trouble.
        - Where no answer came, C(error_msg) says why, and the other fields are null.
      type: dict
      returned: always
  sample:
    - job_id: ff8080814dbd65d7014dbe0d84db0013
      job:
        id: ff8080814dbd65d7014dbe0d84db0013
        type: exportAsset
        status: SUCCEEDED
        reason: []
        progress_percent: 1.0
        archive_id: 2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11
        begin_time: "2019-12-06T06:49:04Z"
        end_time: "2019-12-06T06:50:11Z"
      elapsed: 67.2
      polls: 14
      timed_out: false
      error:
    - job_id: ff8080814dbd65d7014dbe0d84db0027
      job:
      elapsed: 0.2
      polls: 1
      timed_out: false
      error:
        http_status: 403
        error_code: ROMA.00000101
        error_msg: No permission.
        error_details:
        request_id: 4a6c9e0d1b2f4c5d8e7f6a5b4c3d2e1f
error:
  description: The API's answer; of O(jobs) each item has its own.
  returned: with job_id, when the API answered with an error
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

from ansible_collections.roma.connect.plugins.module_utils._account.options import JOBS, WAIT
from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import connections, job_info


def main() -> None:
    run(job_info, {**JOBS, "wait": {"type": "bool", "default": False}, **WAIT}, connections=connections)


if __name__ == "__main__":
    main()
