# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes each result to the file RESULTS as it is: what a callback can get hold of, and what is registered."""

from __future__ import annotations

DOCUMENTATION = """
name: results
type: notification
short_description: Write each result to a file
description: One line of JSON for each.
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "results"

    def v2_runner_on_ok(self, result, **_options):
        # The name of ansible-core 2.19 and later, and that of the ones before.
        facts = result.result if hasattr(result, "result") else result._result
        with open(os.environ["RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(facts, default=str) + "\n")

    v2_runner_on_failed = v2_runner_on_ok
