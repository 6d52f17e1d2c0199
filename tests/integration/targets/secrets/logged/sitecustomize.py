# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On the PYTHONPATH of the modules: what they tell the system's log goes to the file SYSTEM_LOG."""

from __future__ import annotations

import os
import syslog


def write(*words):
    with open(os.environ["SYSTEM_LOG"], "a", encoding="utf-8") as file:
        file.write(f"{words[-1]}\n")


syslog.syslog = write
