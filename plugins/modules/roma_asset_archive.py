#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_asset_archive
short_description: Download the package of a ROMA Connect export
version_added: "0.1.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - Downloads the package of an export. It can be downloaded only once, so everything that can be checked before the
    request is checked.
  - The package arrives in a partial file beside O(dest), named after O(dest) and O(archive_id), that only its owner
    can read. What arrived is checked (its length, and that it is a zip whose members match their checksums) before it
    takes its place at O(dest) by a rename.
  - A transfer that is cut is asked for again from where it stopped, by this task or by the next one. Where no whole
    package comes of it, what has arrived stays in the partial file, and the message names it.
options:
  archive_id:
    description:
      - The id of the package, RV(roma.connect.roma_asset_job_info#module:job.archive_id) of an export that SUCCEEDED.
    type: str
    required: true
  dest:
    description:
      - The file to write, or a directory that exists, which then gets C(<archive_id>.zip).
      - A file that is there is left alone, and nothing is asked of the API, unless with O(force).
    type: path
    required: true
  record:
    description:
      - The record of the export, where that was given one. It is told what becomes of the package.
      - A record that does not exist is not made.
    type: path
  force:
    description:
      - Download the package even where O(dest) is there. It is replaced when the package is whole, not before.
    type: bool
    default: false
  timeout:
    description:
      - Seconds for the whole task. V(0) leaves it to O(request_timeout), which counts from the last byte.
    type: int
    default: 3600
  mode:
    description:
      - The permissions of O(dest), as for M(ansible.builtin.file). A package that was downloaded has V(0600) where it
        is left out.
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._connection
  - roma.connect._progress
  - ansible.builtin.files
attributes:
  check_mode:
    support: full
    details:
      - Downloads nothing, and predicts RV(ignore:changed).
seealso:
  - module: roma.connect.roma_asset_export
  - module: roma.connect.roma_asset_job_info
"""

EXAMPLES = r"""
- name: Download a package
  roma.connect.roma_asset_archive:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    archive_id: 2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11
    dest: /backup/crm.zip
    owner: backup
    mode: "0640"
"""

RETURN = r"""
instance_id:
  description: The id of the instance, wherever it came from.
  returned: unless an option is refused
  type: str
  sample: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
dest:
  description: The file.
  returned: unless an option is refused
  type: str
  sample: /backup/crm.zip
size:
  description: Its size in bytes; null where it is not there.
  returned: unless an option is refused
  type: int
  sample: 48213
checksum:
  description: Its sha256; null where it is not there.
  returned: unless an option is refused
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
entries:
  description: The number of files in the package; null where O(dest) is not there, or is no package.
  returned: unless an option is refused
  type: int
  sample: 12
partial:
  description: The partial file that holds what has arrived, where no whole package came.
  returned: unless an option is refused
  type: str
  sample: /backup/crm.zip.2b0e1c5e-3f4a-4c55-9a51-5d8e2f8f2d11.part
lost:
  description:
    - Whether the package can no longer be had whole, because the API has it no more or what it sent is damaged. A new
      export brings another one.
  returned: unless an option is refused
  type: bool
  sample: false
error:
  description: The API's answer, as M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive


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
        attributes=True,
    )


if __name__ == "__main__":
    main()
