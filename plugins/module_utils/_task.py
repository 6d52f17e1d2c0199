# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a module: what it was given, what it knows so far, and whom it tells. Knows nothing of Ansible."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

from . import _wait
from ._client import Client
from ._deadline import Deadline
from ._errors import JobFailed, TimedOut
from ._job import FAILED, Job
from ._pace import AdaptivePace, FixedPace, Pace
from ._record import Record


@dataclass
class Task:
    """What an operation works on.

    ``facts`` always holds what the module returns if it ended now, and ``unfinished`` what it would say if the time
    were over now: the watchdog ends a task in the middle of anything.
    """

    options: t.Mapping[str, t.Any]
    deadline: Deadline
    check_mode: bool = False
    warn: t.Callable[[str], None] = lambda message: None
    #: Told how a job goes: type, job_id, status, progress, elapsed.
    announce: t.Callable[[dict[str, t.Any]], None] = lambda progress: None
    sleep: t.Callable[[float], None] = time.sleep
    facts: dict[str, t.Any] = field(default_factory=dict)
    changed: bool = False
    unfinished: t.Callable[[], str] = lambda: "The time allowed was over before the server answered"
    #: When the waiting began; None before.
    waiting_since: float | None = None
    #: Takes the secrets out of what goes into a file.
    hide: t.Callable[[t.Any], t.Any] = lambda value: value
    _said: set[str] = field(default_factory=set)

    def warn_once(self, message: str) -> None:
        """Warn, unless the same was said before."""
        if message not in self._said:
            self._said.add(message)
            self.warn(message)

    def stop_clock(self) -> None:
        """Bring ``elapsed`` up to date, for a task that ends while it waits."""
        if self.waiting_since is not None:
            self.facts["elapsed"] = round(self.deadline.clock() - self.waiting_since, 3)


def follow(task: Task, client: Client, job_id: str, record: Record | None = None, kind: str = "job") -> Job:
    """Ask how a job goes, and with the option ``wait`` until it is over; the task's facts follow.

    :arg kind: what the job is called where the API does not tell its type.
    :raises JobFailed: it ended with FAILED.
    :raises TimedOut: it is still running at the deadline.
    :raises RomaError: it could not be asked.
    """
    job = _ask(task, client, job_id, record, kind, lambda seen: seen.over)
    if job.status == FAILED:
        raise JobFailed(_failed(job, job_id, kind, client.instance_id))
    return job


def look(task: Task, client: Client, job_id: str, record: Record, kind: str) -> Job:
    """The job as it is now; with the option ``wait`` also through trouble that passes.

    :raises TimedOut: it could not be asked until the deadline.
    :raises RomaError: it could not be asked.
    """
    return _ask(task, client, job_id, record, kind, lambda seen: seen.trouble is None)


def _ask(
    task: Task,
    client: Client,
    job_id: str,
    record: Record | None,
    kind: str,
    enough: t.Callable[[_wait.Seen], bool],
) -> Job:
    waits = task.options["wait"]
    last = _wait.Seen(None, 0.0, 0, None)
    asked_before = task.facts.get("polls", 0)
    if task.waiting_since is None:
        task.waiting_since = task.deadline.clock()
        task.facts.update(job=None, elapsed=0.0, polls=0, timed_out=False)

    def observe(seen: _wait.Seen) -> None:
        nonlocal last
        last = seen
        task.stop_clock()
        task.facts["polls"] = asked_before + seen.polls
        if seen.trouble is not None or seen.job is None:
            return
        task.facts["job"] = seen.job.facts() if record is None else record.saw(seen.job)
        if not seen.job.known:
            task.warn_once(
                f"Job {job_id} has the status {seen.job.status}, which no edition of the API knows: taken as running"
            )
        if waits:
            task.announce(_progress(seen.job, job_id, kind, task.facts["elapsed"]))

    if waits:
        task.unfinished = lambda: _still_running(last, job_id, kind, client.instance_id, task)
    timed = waits and task.deadline.timeout
    seen = _wait.wait(
        fetch=lambda: client.job(job_id),
        pace=_pace(task.options.get("poll_interval")),
        remaining=task.deadline.remaining if timed else lambda: 0.0,
        clock=task.deadline.clock,
        sleep=task.sleep,
        observe=observe,
        enough=enough,
    )
    if waits and not enough(seen):
        raise TimedOut(task.unfinished(), seen.trouble.answer if seen.trouble else None)
    if seen.trouble is not None:
        raise seen.trouble
    return t.cast(Job, seen.job)  # either a job or trouble came


def _pace(interval: float | None) -> Pace:
    return AdaptivePace() if interval is None else FixedPace(interval)


def _progress(job: Job, job_id: str, kind: str, elapsed: float) -> dict[str, t.Any]:
    return {
        "type": job.type or kind,
        "job_id": job_id,
        "status": job.status,
        "progress": job.progress_percent,
        "elapsed": elapsed,
    }


def _still_running(seen: _wait.Seen, job_id: str, kind: str, instance_id: str, task: Task) -> str:
    name = f"{(seen.job.type if seen.job else None) or kind} {job_id} of instance {instance_id}"
    time_spent = f"{task.deadline.clock() - (task.waiting_since or 0.0):.0f} s"
    if seen.job is None:
        state = f"{name} could not be asked in {time_spent}"
    else:
        progress = seen.job.progress_percent
        percent = "" if progress is None else f" ({progress * 100:.0f} %)"
        state = f"{name} is still {seen.job.status}{percent} after {time_spent}"
    trouble = f"; the last question failed: {seen.trouble}" if seen.trouble else ""
    return (
        f"{state}{trouble}. The job goes on by itself: wait for it with roma_asset_job_info, job_id {job_id} and wait "
        f"true{_or_rerun(task)}, or give a larger timeout"
    )


def _or_rerun(task: Task) -> str:
    record = task.options.get("record")
    return f", run this task again (record {record} goes on with the job)" if record else ""


def _failed(job: Job, job_id: str, kind: str, instance_id: str) -> str:
    name = f"{job.type or kind} {job_id} of instance {instance_id}"
    if not job.reason:
        return f"{name} FAILED, and the API gives no reason: look at the instance's asset tasks in the console"
    lines = [
        f"{reason['resource_type'] or 'resource'} {reason['resource_name'] or '(no name)'}: "
        f"{reason['error_code'] or '(no code)'} {reason['error_msg'] or '(no message)'}"
        for reason in job.reason
    ]
    reasons = "this reason; mend it" if len(lines) == 1 else f"these {len(lines)} reasons; mend them"
    return "\n".join([f"{name} FAILED for {reasons} and start a new job:", *lines])
