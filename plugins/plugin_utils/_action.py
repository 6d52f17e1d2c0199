# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action around each module that waits or moves a package: runs the module as Ansible does, and shows how it goes.

In a role of this collection it also refuses variables that are misspelled, puts in the connection that the role is
given, and lets messages name the role's variables.
"""

from __future__ import annotations

import os
import typing as t

from ansible import constants
from ansible.errors import AnsibleFilterError
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ansible_collections.roma.connect.plugins.filter.connection import connection
from ansible_collections.roma.connect.plugins.module_utils import _errors
from ansible_collections.roma.connect.plugins.module_utils._account.options import ROLE_CONNECTION
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
        task_vars = task_vars or {}
        variables = self._role_variables()
        if variables is None:
            return self._shown(task_vars, self._task.args, {})
        wrong = variables.misspelled(task_vars)
        if wrong:
            return {"failed": True, "msg": wrong}
        try:
            places = {name: self._place(name, task_vars) for name in variables.connections}
        except AnsibleFilterError as error:
            return {"failed": True, "msg": str(error)}
        given = [name for name, place in places.items() if place]
        # A role with two says itself which one it is, by module defaults.
        over = places[given[0]] if given and len(places) == 1 else None
        options = self._task.args if over is None else {**variables.handed_on(self._task.args), **over}
        told = {_errors.VARIABLES: variables.told(), ROLE_CONNECTION: " and ".join(given)}
        return self._shown(task_vars, options, told)

    def _role_variables(self) -> Variables | None:
        """Those of the role that the task belongs to, where that is one of this collection."""
        role = self._task._role
        collection, _dot, name = role.get_name().rpartition(".") if role is not None else ("", "", "")
        if collection != COLLECTION:
            return None
        # Ansible keeps them for its own check only, under no name of its public classes; this file it has read before.
        path = os.path.join(role.get_role_path(), "meta", "argument_specs.yml")
        specs = self._loader.load_from_file(path, unsafe=True)  # no copy is made of it
        return Variables(name, specs["argument_specs"]["main"]["options"])

    def _place(self, name: str, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """The connection options in the variable *name*; empty: it is not given.

        :raises AnsibleFilterError: it holds anything else, or it is set and null, as where an indentation was lost.
        """
        given = task_vars.get(name, "")
        if given is None:
            raise AnsibleFilterError(f"{name} is empty: indent the connection options below it, or leave it out")
        place = connection(self._templar.template(given), name)
        # Before ansible-core 2.19 a text stands where omit was given, and Ansible has looked for it already.
        return {option: value for option, value in place.items() if value != task_vars.get("omit")}

    def _shown(self, task_vars: dict[str, t.Any], options: dict[str, t.Any], told: dict[str, str]) -> Result:
        """Run the module with *options*, what is *told* in its environment, and its lines on the console."""
        if not self._can_follow():
            return self._run(task_vars, options, told)
        host = task_vars.get("inventory_hostname", "localhost")

        def show(line: str) -> None:
            if self._may_show():
                Display().display(f"[{host}] {line}", stderr=True)

        with followed(constants.DEFAULT_LOCAL_TMP, show) as path:
            return self._run(task_vars, options, {**told, progress.VARIABLE: path})

    def _can_follow(self) -> bool:
        """Whether the module runs here, as this user, and as long as the task.

        A file in a sticky folder that another user made cannot be written by root (fs.protected_regular), so that
        there are no lines with become.
        """
        return self._connection.transport == "local" and not self._connection.become and not self._task.async_val

    def _may_show(self) -> bool:
        return not self._task.no_log and os.environ.get(SWITCH, "").strip().lower() not in OFF

    def _run(self, task_vars: dict[str, t.Any], options: dict[str, t.Any], told: dict[str, str]) -> Result:
        """Tell the module by its environment: validate-modules refuses an option that is not the module's."""
        task, before = self._task, (self._task.args, self._task.environment)
        task.args, task.environment = options, [*(task.environment or []), told]
        try:
            return t.cast(Result, super().run(task_vars=task_vars))
        finally:
            task.args, task.environment = before
