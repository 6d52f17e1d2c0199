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
      - Seconds to wait for the job. The whole task ends within them. If the module starts the job, they count from the
        request that was accepted. Not used without O(wait).
      - V(0) asks once.
      - If the job is still running then, the task fails with RV(timed_out=true). The job itself runs on.
    type: int
    default: 600
  poll_interval:
    description:
      - Seconds between two questions about the job. If you leave it out, the pace adapts to the job. It starts with a
        second, grows up to 30 seconds, and follows the job's progress.
    type: float
"""
