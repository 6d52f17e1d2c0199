#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_archive
short_description: Download the package of a ROMA Connect export
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Downloads the package of an export by its id. For most plays M(roma.connect.roma_asset_export) with
    O(roma.connect.roma_asset_export#module:dest) is simpler, since it also starts the export and waits for it.
  - A package can be downloaded only once. So the module checks everything that it can before it asks for it.
  - The package arrives in a partial file beside O(dest), which only its owner can read. It is renamed to O(dest) when
    all of it has arrived, and when it is a zip file whose checksums are right.
  - If the download is cut, it continues where it stopped, in this task or in the next one. What has arrived stays in
    the partial file, and the message names it.
options:
  archive_id:
    description:
      - The id of the package, which is RV(roma.connect.roma_asset_job_info#module:job.archive_id) of an export that
        SUCCEEDED.
    type: str
    required: true
  dest:
    description:
      - The file to write, or a directory that exists. In a directory, the file is called C(<archive_id>.zip).
      - If the file exists, nothing is downloaded, unless you set O(force).
    type: path
    required: true
  record:
    description:
      - The record of the export, if it has one. The module notes in it what becomes of the package.
      - A record that does not exist is not created.
      - If the record says that the package was downloaded already, the task fails before it asks and says where it is.
    type: path
  force:
    description:
      - Download the package even if O(dest) exists. The file is replaced when the package is complete, not before.
    type: bool
    default: false
  timeout:
    description:
      - Seconds for the whole task. With V(0) it may take as long as bytes come; O(request_timeout) counts from the last
        one.
    type: int
    default: 3600
  mode:
    description:
      - The permissions of O(dest), as for M(ansible.builtin.file). If you leave it out, a package that was downloaded
        has V(0600).
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._connection
  - roma.connect._progress
  - ansible.builtin.files
attributes:
  check_mode:
    support: full
    details:
      - Downloads nothing and sends nothing. Predicts RV(ignore:changed).
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_asset_job_info
"""

EXAMPLES = r"""
- name: Export, without a download
  roma.connect.roma_asset_export:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    app_names:
      - orders
  register: export

- name: Download the package
  roma.connect.roma_asset_archive:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    archive_id: "{{ export.job.archive_id }}"
    dest: /backup/orders.zip
    mode: "0640"
  when: not ansible_check_mode  # in which there was no export, and so no package
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever you gave it.
  returned: unless an option is wrong
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
dest:
  description: The file.
  returned: unless an option is wrong
  type: str
  sample: /backup/crm.zip
size:
  description: Its size in bytes. Null if it is not there.
  returned: unless an option is wrong
  type: int
  sample: 48213
checksum:
  description: Its sha256. Null if it is not there.
  returned: unless an option is wrong
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
entries:
  description: The number of files in the package. Null if O(dest) is not there, or is not a package.
  returned: unless an option is wrong
  type: int
  sample: 12
partial:
  description: The partial file that holds what has arrived, if the package is not complete.
  returned: unless an option is wrong
  type: str
  sample: /backup/crm.zip.2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11.part
lost:
  description:
    - Whether the package is lost, because the API no longer has it, or because what it sent is damaged. Export again to
      get another one.
  returned: unless an option is wrong
  type: bool
  sample: false
error:
  description: What the API answered, in the form in which M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._package.attributes import FileAttributes


def main() -> None:
    run(
        archive,
        {
            "archive_id": {"type": "str", "required": True},
            "dest": {"type": "path", "required": True},
            "record": {"type": "path"},
            "force": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 3600},
        },
        attributes=FileAttributes,
    )


if __name__ == "__main__":
    main()
