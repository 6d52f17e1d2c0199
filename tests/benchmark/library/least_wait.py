# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that waits for a job with requests: it asks as often as roma.connect does, and knows no trouble."""

from __future__ import annotations

import time

import requests
from ansible.module_utils.basic import AnsibleModule

RUNNING = "RUNNING"
OPTIONS = {"url": {"type": "str"}, "auth_token": {"type": "str", "no_log": True}, "ca_path": {"type": "path"}}


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS)
    headers = {"X-Auth-Token": module.params["auth_token"]}
    how = {"headers": headers, "verify": module.params["ca_path"], "timeout": 60}
    began = time.monotonic()
    with requests.Session() as session:
        while session.get(module.params["url"], **how).json()["status"] == RUNNING:
            time.sleep(min(30.0, max(1.0, (time.monotonic() - began) / 10)))
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
