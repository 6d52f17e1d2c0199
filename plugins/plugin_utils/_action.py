# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action around each module that waits or moves a package: runs the module as Ansible does, and shows how it goes.

In a role of this collection it also refuses variables that are misspelled, and lets messages name the role's variables.
"""

from __future__ import annotations

import os
import typing as t

from ansible import constants
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ansible_collections.roma.connect.plugins.module_utils import _errors
from ansible_collections.roma.connect.plugins.module_utils._account import options
from ansible_collections.roma.connect.plugins.module_utils._wait import progress

from ._following import followed
from ._role import Variables

COLLECTION = "roma.connect"

#: In the controller's environment: false turns the lines off.
SWITCH = "ROMA_PROGRESS"
OFF = ("false", "no", "off", "0")

Result = dict[str, t.Any]


class ProgressAction(NormalAction):  # type: ignore[misc]  # ansible-core brings no types
    """Runs the module of the task's own name."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        environment: dict[str, str] = {}
        variables = self._role_variables()
        if variables is not None:
            wrong = variables.misspelled(task_vars or {})
            if wrong:
                return {"failed": True, "msg": wrong}
            environment[_errors.VARIABLES] = variables.told()
            environment[options.ROLE_CONNECTION] = " and ".join(variables.connections(task_vars or {}))
        if not self._can_follow():
            return self._run(tmp, task_vars, environment)
        host = (task_vars or {}).get("inventory_hostname", "localhost")

        def show(line: str) -> None:
            if self._may_show():
                Display().display(f"[{host}] {line}", stderr=True)

        with followed(constants.DEFAULT_LOCAL_TMP, show) as path:
            return self._run(tmp, task_vars, {**environment, progress.VARIABLE: path})

    def _role_variables(self) -> Variables | None:
        """Those of the role that the task belongs to, where that is one of this collection."""
        role = self._task._role
        collection, _dot, name = role.get_name().rpartition(".") if role is not None else ("", "", "")
        if collection != COLLECTION:
            return None
        # Ansible keeps them for its own check only, under no name of its public classes; this file it has read before.
        path = os.path.join(role.get_role_path(), "meta", "argument_specs.yml")
        return Variables(name, self._loader.load_from_file(path)["argument_specs"]["main"]["options"])

    def _can_follow(self) -> bool:
        """Whether the module runs here, as this user, and as long as the task.

        A file in a sticky folder that another user made cannot be written by root (fs.protected_regular), so that
        there are no lines with become.
        """
        return self._connection.transport == "local" and not self._connection.become and not self._task.async_val

    def _may_show(self) -> bool:
        return not self._task.no_log and os.environ.get(SWITCH, "").strip().lower() not in OFF

    def _run(self, tmp: str | None, task_vars: dict[str, t.Any] | None, environment: dict[str, str]) -> Result:
        """Tell the module by its environment: validate-modules refuses an option that is not the module's."""
        before = self._task.environment
        self._task.environment = [*(before or []), environment]
        try:
            return t.cast(Result, super().run(tmp, task_vars))
        finally:
            self._task.environment = before
