#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_export
short_description: Export applications and integration tasks of a ROMA Connect instance
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Starts a job that packs applications and integration tasks, waits until it is over, and with O(dest) downloads the
    package.
  - A package can be downloaded only once. So the module checks everything that it can before it starts a job, and keeps
    what has arrived. If the download is cut, it continues where it stopped, in this task or in the next one.
  - A request that may have reached the API is never sent twice. If its answer does not come, the task fails and says
    that a job may be running.
  - Run the same task again, and it does nothing if the package is there, resumes what was cut, and starts a new job if
    the earlier one failed.
options:
  apps:
    description:
      - The ids of applications.
      - A list of texts. You can also give one text, such as the answer of a survey. It may be a list in JSON, a list
        like V([a, b]), one item a line (with or without V(- ) before each), or items with commas between them.
      - Without O(dest), you can export 100 items in all. With it, more of them go in several packages, one after the
        other. The second one and its record have C(-2) before the suffix of O(dest) and of O(record), the third one
        C(-3), and so on.
    type: list
    elements: raw
    default: []
  tasks:
    description:
      - The ids of integration tasks, in the same forms as O(apps).
    type: list
    elements: raw
    default: []
  app_names:
    description:
      - The exact names of applications, in the same forms as O(apps). If a name does not exist, or exists twice, the
        task fails before anything is started.
    type: list
    elements: raw
    default: []
  task_names:
    description:
      - The exact names of integration tasks, like O(app_names).
    type: list
    elements: raw
    default: []
  all:
    description:
      - Export all applications and integration tasks that your user sees. An IAM user sees those that are its own or
        shared with it.
    type: bool
    default: false
  job_id:
    description:
      - The id of an export that was started elsewhere. The module waits for it, and with O(dest) downloads its package.
        It starts no job then, even if this one failed.
    type: str
  dest:
    description:
      - Where the package goes. A C(.zip) file, or a directory that exists. In a directory, the file is called
        C(<instance_id>.zip).
      - If you leave it out, nothing is downloaded. Run the task again with a O(dest) and the same O(record), or give
        the C(archive_id) in RV(job) to M(roma.connect.roma_asset_archive).
      - If a file is there that O(record) does not know as its package, the task fails before a job is started, unless
        you set O(force). A file that appears while the task is running is not replaced. The package is then kept beside
        it.
    type: path
  record:
    description:
      - A small text file. With it the job is started only once, and a play that died can be run again. It is written
        before the job is started. It holds what you asked for, of which instance, and the job's id, but no secret.
      - If you leave it out and give a O(dest), it is C(<dest>.json).
      - The same ids and names in any order, or O(all), and the same O(dest) are the same request. The record of another
        request is an error. The record also keeps which items the names meant, so that a rerun looks nothing up.
    type: path
  force:
    description:
      - Start a new job even if the package of O(record) is there, or if the record forbids a start (a job may be
        running, another request, an unreadable file). Replace a file at O(dest) when the new package is complete.
      - If the record's job is still running, or its package was not downloaded yet, it is still resumed.
    type: bool
    default: false
  timeout:
    description:
      - Seconds for each job. They count from the request that was accepted. Looking up names counts, too. Not used
        without O(wait). V(0) asks once.
      - If the job is still running then, the task fails with RV(timed_out=true). The job itself runs on.
    type: int
    default: 600
  download_timeout:
    description:
      - Seconds for the download of each package. With V(0) it is tried once, and may take as long as bytes come;
        O(request_timeout) counts from the last one.
    type: int
    default: 3600
  mode:
    description:
      - The permissions of O(dest), as for M(ansible.builtin.file). If you leave it out, a package that was downloaded
        has V(0600).
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
      - Starts nothing. Looks everything up, asks for the state of the record's job, returns RV(packages) with the
        places that they would take, and predicts RV(ignore:changed).
seealso:
  - module: roma.connect.roma_asset_archive
  - module: roma.connect.roma_asset_import
  - module: roma.connect.roma_asset_job_info
"""

EXAMPLES = r"""
- name: Export two applications, and download the package
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    app_names:
      - orders
      - invoices
    dest: /backup/two.zip
    busy_timeout: 900

# In the following, place and credentials come from the environment, or from module_defaults.

- name: Back everything up, each day in a file of its own
  roma.connect.roma_asset_export:
    all: true
    dest: "/backup/all-{{ now(utc=true, fmt='%Y-%m-%d') }}.zip"
    timeout: 3600

- name: Start a job, once for this record, and do not wait
  roma.connect.roma_asset_export:
    app_names:
      - warehouse
    record: /backup/warehouse.zip.json
    wait: false

- name: Wait for it later, and download its package
  roma.connect.roma_asset_export:
    app_names:
      - warehouse
    dest: /backup/warehouse.zip

- name: Download the package of an export that somebody else started
  roma.connect.roma_asset_export:
    job_id: ff8080814dbd65d7014dbe0d84db0013
    dest: /backup/theirs.zip

- name: See whether a backup would be made, and where, without starting it
  roma.connect.roma_asset_export:
    all: true
    dest: /backup/all.zip
  check_mode: true
  register: look

- name: Show the places
  ansible.builtin.debug:
    msg: "{{ look.packages | map(attribute='dest') }}"
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
job_id:
  description:
    - The id of the job that was started or resumed. Null in check mode if no job exists yet.
    - This value and all others except RV(elapsed), RV(polls), RV(timed_out) and RV(packages) are those of the first
      package. After a failure they are those of the package that failed.
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
    type: exportAsset
    status: SUCCEEDED
    reason: []
    progress_percent: 1.0
    archive_id: 2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11
    begin_time: "2019-12-06T06:49:04Z"
    end_time: "2019-12-06T06:50:11Z"
job_item:
  description:
    - Where the job is. Give this as an item of O(roma.connect.roma_asset_job_info#module:jobs).
  returned: unless an option is wrong
  type: dict
  sample:
    job_id: ff8080814dbd65d7014dbe0d84db0013
    endpoint: https://roma.cn-north-4.myhuaweicloud.com
    iam_endpoint: https://iam.cn-north-4.myhuaweicloud.com
    project_id: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
resumed:
  description: Whether the task resumed the job of O(record), and started none.
  returned: unless an option is wrong
  type: bool
  sample: false
package:
  description: The package that was downloaded according to O(record) and that is still there. Null otherwise.
  returned: unless an option is wrong
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
  returned: with O(dest), unless an option is wrong
  type: str
  sample: /backup/crm.zip
size:
  description: Its size in bytes. Null until it is there.
  returned: with O(dest), unless an option is wrong
  type: int
  sample: 48231
checksum:
  description: Its sha256. Null until it is there.
  returned: with O(dest), unless an option is wrong
  type: str
  sample: 3f5c1a0e0a4c1d0c6f7b8a9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b
entries:
  description: The number of files in it. Null until it is there.
  returned: with O(dest), unless an option is wrong
  type: int
  sample: 12
partial:
  description: The partial file that holds what has arrived, if the package is not complete. Null otherwise.
  returned: with O(dest), unless an option is wrong
  type: str
lost:
  description:
    - Whether the package is lost. A lost package is exported again, once in a task. So this is true only if that one
      was lost, too, or if you gave a O(job_id).
  returned: with O(dest), unless an option is wrong
  type: bool
  sample: false
packages:
  description:
    - All packages. Each has job_id, job, job_item, dest, size, checksum, entries, resumed, partial and lost, as above.
  returned: with O(dest), once it is known what goes where
  type: list
  elements: dict
elapsed:
  description: Seconds that the task waited, for all of its jobs and packages.
  returned: unless an option is wrong
  type: float
  sample: 67.2
polls:
  description: How many times the job was asked.
  returned: unless an option is wrong
  type: int
  sample: 14
timed_out:
  description: Whether the time was up, by O(timeout) or O(download_timeout).
  returned: unless an option is wrong
  type: bool
  sample: false
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._operations.options import EXPORT, RECORD, START
from ansible_collections.roma.connect.plugins.module_utils._package.attributes import FileAttributes


def main() -> None:
    run(export, {**START, **RECORD, **EXPORT}, attributes=FileAttributes)


if __name__ == "__main__":
    main()
