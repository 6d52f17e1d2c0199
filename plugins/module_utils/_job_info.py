# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_job_info: how an asset job goes."""

from __future__ import annotations

from ._client import Client
from ._job import SUCCEEDED
from ._options import checked_id
from ._task import Task, follow


def job_info(task: Task, client: Client) -> None:
    """Bring the job's facts into the task; changed is what a job that SUCCEEDED means."""
    job = follow(task, client, checked_id("job_id", task.options["job_id"]))
    task.changed = job.status == SUCCEEDED
