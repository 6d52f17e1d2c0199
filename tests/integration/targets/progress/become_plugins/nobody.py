# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Becomes nobody else, so that it works for every user."""

from __future__ import annotations

from ansible.plugins.become import BecomeBase

DOCUMENTATION = r"""
name: nobody
short_description: Become nobody else
description: The command is run as it is.
author: roma.connect contributors
version_added: "0.1.0"
options:
  become_user:
    description: Not used.
  become_exe:
    description: Not used.
  become_flags:
    description: Not used.
  become_pass:
    description: Not used.
"""


class BecomeModule(BecomeBase):
    name = "nobody"

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        return self._build_success_command(cmd, shell) if cmd else cmd
