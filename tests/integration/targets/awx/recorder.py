# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for each module of awx.awx that load.yml calls: notes what it was given."""

from __future__ import annotations

import json
import os

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        with open(os.environ["RECORDED"], "a", encoding="utf-8") as file:
            file.write(json.dumps([self._task.action, self._task.args]) + "\n")
        return {"changed": True}
