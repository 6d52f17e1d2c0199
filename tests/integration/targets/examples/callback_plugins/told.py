# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what came of each task to the file TOLD, one line of JSON each: host, task, result."""

from __future__ import annotations

DOCUMENTATION = """
name: told
type: notification
short_description: Write each result to a file
description: One line of JSON for each task and host.
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "told"

    def v2_runner_on_ok(self, result, **_options):
        # The names of ansible-core 2.19 and later, and those of the ones before.
        new = hasattr(result, "result")
        task = (result.task if new else result._task).name
        host = (result.host if new else result._host).name
        facts = result.result if new else result._result
        with open(os.environ["TOLD"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"task": task, "host": host, "result": facts}, default=str) + "\n")

    v2_runner_on_failed = v2_runner_on_ok
