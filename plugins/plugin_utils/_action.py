# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action around each module that waits: runs the module as Ansible does, and shows how the job goes meanwhile."""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible import constants
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ansible_collections.roma.connect.plugins.module_utils._progress import VARIABLE

from ._following import followed

#: In the controller's environment: false turns the lines off.
SWITCH = "ROMA_PROGRESS"
OFF = ("false", "no", "off", "0")


class ProgressAction(NormalAction):  # type: ignore[misc]  # ansible-core brings no types
    """Runs the module of the task's own name."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        if not self._can_follow():
            return t.cast("dict[str, t.Any]", super().run(tmp, task_vars))
        host = (task_vars or {}).get("inventory_hostname", "localhost")

        def show(line: str) -> None:
            if self._may_show():
                Display().display(f"[{host}] {line}", stderr=True)

        with followed(constants.DEFAULT_LOCAL_TMP, show) as path, self._told(path):
            return t.cast("dict[str, t.Any]", super().run(tmp, task_vars))

    def _can_follow(self) -> bool:
        """Whether the module runs here, as this user, and as long as the task.

        A file in a sticky folder that another user made cannot be written by root (fs.protected_regular), so that
        there are no lines with become.
        """
        return self._connection.transport == "local" and not self._connection.become and not self._task.async_val

    def _may_show(self) -> bool:
        return not self._task.no_log and os.environ.get(SWITCH, "").strip().lower() not in OFF

    @contextlib.contextmanager
    def _told(self, path: str) -> t.Iterator[None]:
        """Name the file by the module's environment: validate-modules refuses an option that is not the module's."""
        before = self._task.environment
        self._task.environment = [*(before or []), {VARIABLE: path}]
        try:
            yield
        finally:
            self._task.environment = before
