# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far the module of the same name has read, and in the end what is open, as a short table."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.roma.connect.plugins.plugin_utils._action import ProgressAction
from ansible_collections.roma.connect.plugins.plugin_utils._open import table


class ActionModule(ProgressAction):
    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        if self._may_show():
            host = (task_vars or {}).get("inventory_hostname", "localhost")
            for line in table(result):
                Display().display(f"[{host}] migration: {line}", stderr=True)
        if result.get("failed") and self._role_variables() is not None:
            # The role goes on: the migration itself is done.
            told = "There is no report of what is left to do, though the migration is done"
            Display().warning(f"{told}: {result.get('msg', '')}")
        return result
