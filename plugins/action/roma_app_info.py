# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses variables of a role that are misspelled; it is the first module that a role runs."""

from __future__ import annotations

from ansible_collections.roma.connect.plugins.plugin_utils._action import ProgressAction


class ActionModule(ProgressAction):
    def _can_follow(self) -> bool:
        return False
