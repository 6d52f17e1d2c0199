# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a job once: with a record, through a busy API, and never twice."""

from __future__ import annotations

import typing as t

from ._client import Client
from ._errors import BadRecord, Busy, NotSent, RomaError, Throttled, UnknownJob
from ._job import FAILED, RUNNING, SUCCEEDED
from ._pace import AdaptivePace
from ._record import IMPORT, Plan, Record, Request
from ._task import Task, follow, look


class Start(t.NamedTuple):
    """A job that is to be started.

    :arg request: what is asked of which instance.
    :arg post: sends the POST and returns the job's id.
    :arg check: in check mode, looks whether the job could be started, without a POST.
    :arg leaves_package: the job leaves a package that is to be downloaded.
    """

    request: Request
    post: t.Callable[[], str]
    check: t.Callable[[], t.Any] = lambda: None
    leaves_package: bool = False


def start_once(task: Task, client: Client, start: Start) -> None:
    """Do what the record says: start a job, go on with one, or nothing; then wait for it if that is asked.

    Without the option ``record`` a job is started.

    :raises BadRecord: the record forbids a start.
    :raises RomaError: the job could not be started, followed, or failed.
    """
    task.facts.update(job_id=None, job=None, elapsed=0.0, polls=0, timed_out=False)
    if "record" in task.options:
        task.facts["resumed"] = False
    if start.leaves_package:
        task.facts["package"] = None
    with Record(task.options.get("record"), task.check_mode, task.hide) as record:
        plan = _plan(task, client, start, record)
        if plan is Plan.DONE:
            task.facts.update(job_id=record.job_id, job=record.job)
            if start.leaves_package:
                task.facts["package"] = record.package
            return
        if plan is Plan.RESUME and _resume(task, client, start, record):
            return
        if task.check_mode:
            start.check()
            task.changed = True
            return
        client.authenticate()
        record.begin(start.request)
        job_id = _post(task, record, start.post)
        task.changed = True
        task.facts["job_id"] = job_id
        try:
            record.started(job_id)
        except BadRecord as error:
            raise BadRecord(f"{error}. Job {job_id} was started: wait for it with roma_asset_job_info") from None
        if task.options["wait"]:
            kind = start.request["operation"]
            task.announce({"type": kind, "job_id": job_id, "status": RUNNING, "progress": None, "elapsed": 0.0})
            follow(task, client, job_id, record.saw, kind)


def _plan(task: Task, client: Client, start: Start, record: Record) -> Plan:
    """What the record says, and the API where it does not know whether an earlier import is over.

    :raises BadRecord: it forbids a start.
    """
    try:
        return record.plan(start.request, task.options.get("force", False))
    except BadRecord:
        earlier = record.request or {}
        asks = earlier.get("operation") == IMPORT and earlier.get("endpoint") == client.endpoint and record.job_id
        if not asks:
            raise
        try:
            over = look(task, client.at(earlier["instance_id"]), record.job_id or "", record.saw, IMPORT).over
        except UnknownJob:
            over = True
        _came_to_nothing(task)
        if not over:
            raise
    return Plan.START


def _resume(task: Task, client: Client, start: Start, record: Record) -> bool:
    """Go on with the record's job; False where it came to nothing, so that a new one is to be started."""
    job_id = t.cast(str, record.job_id)  # there is one, else this was not the plan
    task.facts.update(job_id=job_id, resumed=True)
    try:
        job = look(task, client, job_id, record.saw, start.request["operation"])
    except UnknownJob:
        if record.holds_part:
            # The package is on its way, and only that matters now.
            task.facts["job"] = record.job
            return True
        return _came_to_nothing(task)
    if job.status == FAILED:
        return _came_to_nothing(task)
    if start.leaves_package and job.status == SUCCEEDED and not job.archive_id and not record.holds_part:
        return _came_to_nothing(task)
    if task.options["wait"] and not job.over and not task.check_mode:
        follow(task, client, job_id, record.saw, start.request["operation"])
    return True


def _came_to_nothing(task: Task) -> bool:
    task.waiting_since = None
    task.facts.update(job_id=None, job=None, resumed=False, elapsed=0.0, polls=0)
    return False


def _post(task: Task, record: Record, post: t.Callable[[], str]) -> str:
    """Send the POST; as long as ``busy_timeout`` lasts from the task's start, again where it certainly started nothing.

    ``timeout`` counts from the POST that was taken.
    """
    clock = task.deadline.clock
    began = clock()
    until = task.deadline.began + task.options["busy_timeout"]
    pace = AdaptivePace()
    task.unfinished = lambda: _may_be_running(task, "No answer came in time")
    while True:
        task.deadline.restart(clock())
        try:
            return post()
        except RomaError as error:
            if error.may_have_acted:
                raise type(error)(_may_be_running(task, str(error)), error.answer) from None
            left = until - clock()
            if left <= 0 or not isinstance(error, (Busy, Throttled, NotSent)):
                record.abandon()
                raise
            pause = min(left, max(error.pause, pace.pause(clock() - began, None)))
        task.deadline.restart(clock() + pause)
        task.sleep(pause)


def _may_be_running(task: Task, why: str) -> str:
    record = task.options.get("record")
    again = "start a new one with force" if record else "start a new one"
    return (
        f"{why}. The request may have reached the API, so a job may be running, and it is not sent again: look at the "
        f"instance's asset tasks in the console, and {again} if there is none"
    )
