# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user reads of a job that did not succeed: the sentence that says what happened and what to do."""

from __future__ import annotations

import re
import typing as t

from .._api.job import Job
from .._api.said import unknown
from .waiting import Seen


def name(job: Job | None, job_id: str, instance_id: str, kind: str = "job") -> str:
    """``exportAsset ff80… of instance 5c0f…``; the job is called *kind* where the API does not tell its type."""
    return f"{(job.type if job else None) or kind} {job_id} of instance {instance_id}"


def failed(job: Job, called: str, kind: str = "job") -> list[str]:
    """Why the job *called* so FAILED: a headline, and a line for each reason; *kind* as for :func:`name`."""
    if not job.reason:
        return [f"{called} FAILED, and the API gives no reason: look at the instance's asset tasks in the console"]
    lines = [
        f"{reason['resource_type'] or 'resource'} {reason['resource_name'] or '(no name)'}: "
        f"{reason['error_code'] or '(no code)'} {reason['error_msg'] or '(no message)'}"
        for reason in job.reason
    ]
    reasons = "this reason; correct it" if len(lines) == 1 else f"these {len(lines)} reasons; correct them"
    remedy = _remedy(job, f"{job.type or ''} {kind}".lower()).lstrip(". ")
    return [f"{called} FAILED for {reasons} and start a new job:", *lines, *([remedy] if remedy else [])]


def _remedy(job: Job, kind: str) -> str:
    """What helps where the reasons say that something is there already, or is not there."""
    if "import" in kind:
        taken = r"already (?:exist|in use|used|taken)|exists? already|duplicat|conflict|same (?:\w+ ){0,2}(?:name|id)"
        if any(re.search(taken, reason["error_msg"] or "", re.IGNORECASE) for reason in job.reason):
            return (
                "Names that are taken need O(prefix), or O(type): Merge, which overwrites applications and data sources"
            )
        return ""
    missing = [reason["resource_type"] or "" for reason in job.reason if unknown(reason, reason["resource_name"])]
    return if_names(kind, sorted({"tasks" if what.lower().startswith("task") else "apps" for what in missing}))


def if_names(kind: str, options: t.Sequence[str]) -> str:
    """What helps where the ids in these *options* of a job of that *kind* are names."""
    for name, cure, form in (
        ("export", "give them in", "O({}_names)"),
        ("delete", "find their ids with", "roma_{}_info"),
    ):
        if options and name in kind:
            return f". If these are names, {cure} {' and '.join(form.format(option[:-1]) for option in options)}"
    return ""


def still_running(seen: Seen, called: str, job_id: str, spent: float, record: str | None = None) -> str:
    """What is known of a job when the time is over, after *spent* seconds."""
    time_spent = f"{spent:.0f} s"
    if seen.job is None:
        state = f"{called} could not be asked in {time_spent}"
    else:
        progress = seen.job.progress_percent
        percent = "" if progress is None else f" ({progress * 100:.0f} %)"
        state = f"{called} is still {seen.job.status}{percent} after {time_spent}"
    trouble = f"; the last question failed: {seen.trouble}" if seen.trouble else ""
    rerun = f", run this task again (O(record) {record} resumes the job)" if record else ""
    return (
        f"{state}{trouble}. The job goes on by itself: wait for it with roma_asset_job_info, job_id {job_id} and wait "
        f"true{rerun}, or give a larger O(timeout)"
    )


def not_asked(seen: Seen, called: str) -> str:
    """Why nothing more is known of a job."""
    return f"{called} could not be asked: {seen.trouble}"


def strange_status(job: Job, job_id: str) -> str:
    """What is to be said of a status that no edition of the API knows."""
    return f"Job {job_id} has the status {job.status}, which no edition of the API knows: taken as running"
