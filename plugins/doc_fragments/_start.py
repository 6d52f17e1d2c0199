# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of modules that start a job."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the job is over.
    type: bool
    default: true
  busy_timeout:
    description:
      - Seconds to wait for the start while another asset job of your user is running. The API takes one at a time. They
        count from the first try.
    type: int
    default: 0
"""
