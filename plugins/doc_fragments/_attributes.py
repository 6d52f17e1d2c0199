# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what every module supports. Each says itself what it does in check mode, or takes ``info``, too."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/roma.connect.roma) in C(module_defaults) to set options for all modules of the collection.
    support: full
    membership:
      - roma.connect.roma
  check_mode:
    description: Can run in check mode. Then it changes nothing, and predicts RV(ignore:changed).
  diff_mode:
    description: Shows in diff mode what is changed.
    support: none
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - The answer is the same as without check mode, since the module only reads.
"""
