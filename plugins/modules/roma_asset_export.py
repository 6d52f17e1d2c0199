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
  - Starts a job that packs applications and integration tasks, waits for its end, and with O(dest) brings the package
    in.
  - A package can be downloaded only once. So everything that can be checked is checked before a job is started, and
    what has arrived is kept. A transfer that is cut is asked for again from where it stopped, by this task
    or the next.
  - A request that may have reached the API is never sent twice, since a job may be running then; the error says so.
  - The same task run again does nothing where the package of O(record) is in its place, resumes what was cut, and
    starts a new job where the earlier one came to nothing.
options:
  apps:
    description:
      - The ids of applications.
      - A list of texts. A single text, such as the answer of a survey, is read as a list, too. It is a list in JSON,
        one like V([a, b]), one item a line, with or without V(- ) before each, or items with commas between.
      - Without O(dest), at most 100 items are exported in all. With it, more of them go in several packages, one after
        the other; from the second on C(-2), C(-3) and so on stand before the suffix of O(dest) and of O(record).
    type: list
    elements: raw
    default: []
  tasks:
    description:
      - The ids of integration tasks, written as O(apps).
    type: list
    elements: raw
    default: []
  app_names:
    description:
      - The names of applications, exactly as they are, written as O(apps). Each that is unknown or there twice is told
        before anything is started.
    type: list
    elements: raw
    default: []
  task_names:
    description:
      - The names of integration tasks, as O(app_names).
    type: list
    elements: raw
    default: []
  all:
    description:
      - Export all applications and integration tasks that the caller sees. An IAM user sees those that are his own or
        shared with him.
    type: bool
    default: false
  job_id:
    description:
      - The id of an export that was started elsewhere, to be waited for, and with O(dest) its package to be brought in.
        No job is started then, whatever became of this one.
    type: str
  dest:
    description:
      - Where the package goes, a C(.zip) file, or a directory that exists, which then gets C(<instance_id>.zip).
      - A file that is there and that O(record) does not know as its package is refused before a job is started, unless
        with O(force). One that appears meanwhile is not replaced; the package is then kept beside it.
    type: path
  record:
    description:
      - A small text file that makes a start happen once, and lets a play that died continue. It is made before the job
        is started, holds what is asked of which instance and then the job's id, and no secret.
      - Left out, it is C(<dest>.json), where there is a O(dest).
      - The same request is the same ids and names, or O(all), and the same O(dest). A record of another request is an
        error. What names and O(all) meant when the job was started is kept, so that a rerun looks nothing up.
    type: path
  force:
    description:
      - Start a new job although the package of O(record) is there, or although the record forbids it (a job may be
        running, another request, an unreadable file), and replace a file at O(dest) when the package is whole.
      - A job of the record that is running, or whose package waits to be fetched, is resumed all the same.
    type: bool
    default: false
  timeout:
    description:
      - Seconds for each job, counted from the request that was taken. Looking up what is exported counts, too.
        Not used without O(wait). V(0) asks once.
      - A job that is still running then makes the task fail with RV(timed_out=true); the job itself goes on.
    type: int
    default: 600
  download_timeout:
    description:
      - Seconds for the transfer of each package. V(0) tries once, and leaves it to O(request_timeout), which counts
        from the last byte.
    type: int
    default: 3600
  mode:
    description:
      - The permissions of O(dest), as for M(ansible.builtin.file). A package that was downloaded has V(0600) where it
        is left out.
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._connection
  - roma.connect._start
  - roma.connect._wait
  - roma.connect._progress
  - ansible.builtin.files
attributes:
  check_mode:
    support: full
    details:
      - Starts nothing, looks everything up, asks how a job of O(record) goes, returns RV(packages) with the places that
        they would take, and predicts RV(ignore:changed).
seealso:
  - module: roma.connect.roma_asset_archive
  - module: roma.connect.roma_asset_import
  - module: roma.connect.roma_asset_job_info
"""

EXAMPLES = r"""
- name: Bring the package of two applications in
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    app_names:
      - crm
      - orders
    dest: /backup/crm.zip
    busy_timeout: 900

- name: Back everything up, each day in a file of its own
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    all: true
    dest: "/backup/all-{{ now().strftime('%F') }}.zip"

- name: Only start a job, once for this record
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    apps:
      - b2e6b145-4f3f-4a80-aa45-f4b8029f95a3
    record: /backup/crm.zip.json
    wait: false
  register: export

- name: Bring its package in, later
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    job_id: "{{ export.job_id }}"
    dest: /backup/crm.zip
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever it came from.
  returned: unless an option is refused
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job_id:
  description:
    - The id of the job that was started or resumed; null in check mode.
    - This fact and all others but RV(elapsed), RV(polls), RV(timed_out) and RV(packages) are of the first package, and
      after a failure of the package that failed.
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
job_item:
  description:
    - Where to ask for the job, as an item of O(roma.connect.roma_asset_job_info#module:jobs) takes it.
  returned: unless an option is refused
  type: dict
  sample:
    job_id: ff8080814dbd65d7014dbe0d84db0013
    endpoint: https://roma.cn-north-4.myhuaweicloud.com
    iam_endpoint: https://iam.cn-north-4.myhuaweicloud.com
    project_id: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
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
dest:
  description: The package.
  returned: with O(dest), unless an option is refused
  type: str
  sample: /backup/crm.zip
size:
  description: Its size in bytes; null until it is there.
  returned: with O(dest), unless an option is refused
  type: int
  sample: 48231
checksum:
  description: Its sha256; null until it is there.
  returned: with O(dest), unless an option is refused
  type: str
  sample: 3f5c1a0e0a4c1d0c6f7b8a9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b
entries:
  description: The number of files in it; null until it is there.
  returned: with O(dest), unless an option is refused
  type: int
  sample: 12
partial:
  description: The partial file that holds what has arrived, where the package is not whole; null otherwise.
  returned: with O(dest), unless an option is refused
  type: str
lost:
  description:
    - Whether the package can no longer be had whole. A package that is lost is exported again once in a task, so that
      this is true only where that was lost, too, or where O(job_id) forbids it.
  returned: with O(dest), unless an option is refused
  type: bool
  sample: false
packages:
  description:
    - All packages, each with job_id, job, job_item, dest, size, checksum, entries, resumed, partial and lost, as above.
  returned: with O(dest), when it is known what goes where
  type: list
  elements: dict
elapsed:
  description: Seconds that the task spent waiting, for all of its jobs and packages.
  returned: unless an option is refused
  type: float
  sample: 67.2
polls:
  description: How many questions were asked while waiting.
  returned: unless an option is refused
  type: int
  sample: 14
timed_out:
  description: Whether the time was over, O(timeout) or O(download_timeout).
  returned: unless an option is refused
  type: bool
  sample: false
error:
  description: The API's answer, as M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._operations.options import EXPORT, RECORD, START


def main() -> None:
    run(export, {**START, **RECORD, **EXPORT}, attributes=True)


if __name__ == "__main__":
    main()
