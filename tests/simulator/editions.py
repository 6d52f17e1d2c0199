# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each edition of the documentation tells a job."""

from __future__ import annotations

from typing import Any

from .clock import utc
from .jobs import Job
from .settings import Settings

_STATUS = {
    "2025": {"RUNNING": "RUNNING", "SUCCEEDED": "SUCCEEDED", "FAILED": "FAILED", "FINISHED": "SUCCEEDED"},
    "2023": {"RUNNING": "RUNNING", "SUCCEEDED": "SUCCEEDED", "FAILED": "FAILED", "FINISHED": "SUCCEEDED"},
    # A successful export whose package was fetched has a status of its own.
    "2022": {"RUNNING": "Running", "SUCCEEDED": "Success", "FAILED": "Failed", "FINISHED": "Finished"},
}


def told(job: Job, now: float, settings: Settings) -> dict[str, Any]:
    """The JSON of CheckAssetJobStatus. `now` on the monotonic clock."""
    if job.literal is not None:
        return {"id": job.id, "type": job.type, **job.literal}
    edition = settings.edition
    fetched = job.archive is not None and not job.archive.available
    status = "FINISHED" if fetched and job.status == "SUCCEEDED" else job.status
    answer: dict[str, Any] = {"id": job.id, "type": job.type, "status": _STATUS[edition][status]}
    if job.reasons:
        answer["reason" if edition == "2025" else "reasons"] = job.reasons
    progress = job.progress(now)
    if progress is not None:
        answer["progress_percent"] = progress
    if job.archive is not None and job.archive.available:
        answer["archive_id"] = job.archive.id
    answer["begin_time"] = _time(job.begun, settings)
    if job.status != "RUNNING":
        answer["end_time"] = _time(job.begun + job.plan.seconds, settings)
    return answer


def items(value: Any, edition: str) -> list[str] | None:
    """The ids of a list such as [{"id": …}]; None where it is no such list.

    Edition 2022 wants {"task_id": …} for tasks; clients that send the later form are taken, too.
    """
    names = ("id", "task_id") if edition == "2022" else ("id",)
    if not isinstance(value, list):
        return None
    found = [next((item[name] for name in names if name in item), None) for item in value if isinstance(item, dict)]
    if len(found) != len(value) or not all(isinstance(item, str) and item for item in found):
        return None
    return [str(item) for item in found]


def _time(seconds: float, settings: Settings) -> str | int:
    if settings.edition != "2022":
        return utc(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")
    return int(seconds * 1000) if settings.epoch == "ms" else int(seconds)
