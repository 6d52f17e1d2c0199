# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what the action plugin of a module that waits, or moves a package, does."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  action:
    description:
      - While the module runs on the controller, an action plugin of the same name shows on stderr how the job goes that
        it waits for, how far the package is that it downloads or uploads, what package is there in the end, or how
        many lists it has read, at default verbosity. It changes neither what the module does nor what it returns.
    support: full
    details:
      - The first line comes as soon as the job was started or the package moves, another where the status or the
        progress changes, at most one in 10 seconds, one each minute while nothing changes, and a last one.
      - Over another connection than P(ansible.builtin.local#connection), with C(become), C(async) or C(no_log=true)
        there are no lines.
      - E(ROMA_PROGRESS) with the value V(false) in the environment of the controller turns the lines off.
  async:
    description: Can be run with C(async).
    support: full
    details:
      - Without the lines that tell how it goes.
"""
