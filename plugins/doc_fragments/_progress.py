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
      - While the module runs on the controller, an action plugin of the same name shows its progress on stderr, at
        default verbosity. You see how far the job is, how much of a package was transferred, how many lists were read,
        and which package is there in the end. It changes neither what the module does nor what it returns.
    support: full
    details:
      - The first line comes as soon as the job was started or the transfer has begun. More follow when the status or
        the progress changes (at most one in 10 seconds), once a minute while nothing changes, and at the end.
      - There are no such lines with C(become), C(async) or C(no_log=true), or over another connection than
        P(ansible.builtin.local#connection).
      - To turn them off, set E(ROMA_PROGRESS) to V(false) in the environment of the controller.
  async:
    description: Can be run with C(async).
    support: full
    details:
      - Its progress is not shown then.
"""
