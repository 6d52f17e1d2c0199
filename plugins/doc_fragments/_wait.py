# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of modules that wait for a job."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - Seconds to wait for the job. They bound the whole task, the last request included; where the module starts the
        job, they count from the request that was taken. Not used without O(wait).
      - V(0) asks once.
      - A job that is still running then makes the task fail with RV(timed_out=true); the job itself goes on.
    type: int
    default: 600
  poll_interval:
    description:
      - Seconds between two questions. Left out, the pace adapts to the job; it starts with a second, grows with the
        time waited up to 30 seconds, and follows the job's progress where it moves.
    type: float
"""
