# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs here as the local connection does, under another name."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = r"""
name: elsewhere
short_description: Not the local connection, as far as anyone can tell
description: Runs commands on the controller.
author: roma.connect contributors
version_added: "0.1.0"
options: {}
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(Local):
    transport = "elsewhere"
