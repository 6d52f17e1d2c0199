# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far the module of the same name has read."""

from __future__ import annotations

from ansible_collections.roma.connect.plugins.plugin_utils._action import ProgressAction


class ActionModule(ProgressAction):
    pass
