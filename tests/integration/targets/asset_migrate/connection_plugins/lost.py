# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs here as the local connection does, until the report comes: then it is lost, or the task's time is over."""

from __future__ import annotations

import os
import signal
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = r"""
name: lost
short_description: Lost when the report comes
description: Runs commands on the controller.
author: roma.connect contributors
version_added: "0.10.0"
options: {}
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(Local):
    transport = "lost"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> t.Any:
        if b"roma_migration_info" in (in_data or b""):
            if os.environ.get("ANSIBLE_TASK_TIMEOUT"):
                signal.raise_signal(signal.SIGALRM)  # as the clock does that Ansible has set
            raise AnsibleConnectionFailure("The host is lost")
        return super().exec_command(cmd, in_data, sudoable)
