# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a job once: with a record, through a busy API, and never twice."""

from __future__ import annotations

import typing as t

from .._api.client import Client
from .._api.job import FAILED, RUNNING, SUCCEEDED, Job
from .._errors import BadInput, BadRecord, Busy, NotSent, RomaError, Throttled, UnknownJob
from .._wait.pace import AdaptivePace
from .._wait.task import Task, follow, look, report
from .record import IMPORT, Plan, Record, Request


class Start(t.NamedTuple):
    """A job that is to be started.

    :arg request: what is asked of which instance.
    :arg post: sends the POST and returns the job's id.
    :arg check: in check mode, looks whether the job could be started, without a POST.
    :arg noted: what the record keeps besides the request.
    """

    request: Request
    post: t.Callable[[], str]
    check: t.Callable[[], t.Any] = lambda: None
    noted: t.Mapping[str, t.Any] = {}

    @property
    def kind(self) -> str:
        """What the API calls the job's type."""
        return t.cast(str, self.request["operation"])


def settle(task: Task, client: Client, request: Request, record: Record) -> Plan:
    """What the record says, and the API where it does not know whether an earlier import is over.

    :raises BadRecord: it forbids a start.
    """
    try:
        return record.plan(request, task.options.get("force", False))
    except BadRecord:
        earlier = record.request or {}
        if not (earlier.get("operation") == IMPORT and earlier.get("endpoint") == client.endpoint and record.job_id):
            raise
        try:
            over = look(task, client.at(earlier["instance_id"]), record.job_id, record.saw, IMPORT).over
        except UnknownJob:
            over = True
        _forget(task)
        if not over:
            raise
    return Plan.START


def start_once(task: Task, client: Client, start: Start, record: Record, plan: Plan) -> None:
    """Do as planned: start a job, resume one, or nothing; then wait for it if that is asked.

    :raises RomaError: the job could not be started or followed, or failed.
    """
    task.record = record.path
    if plan is Plan.DONE:
        _tell(task, record)
        return
    if plan is Plan.RESUME and _resume(task, client, start, record):
        return
    if task.check_mode:
        start.check()
        task.changed = True
        return
    client.authenticate()
    record.begin(start.request, **start.noted)
    job_id = _post(task, record, start.post)
    task.changed = True
    task.facts["job_id"] = job_id
    _write_down(task, client, start, record, job_id)
    if task.options["wait"]:
        task.job_since = task.deadline.clock()
        task.announce(report(Job(job_id, start.kind, RUNNING), job_id, start.kind, 0.0))
        follow(task, client, job_id, record.saw, start.kind)


def take_over(task: Task, client: Client, start: Start, record: Record, job_id: str) -> None:
    """Wait for a job that was started elsewhere. No job is started, whatever becomes of it.

    :raises BadInput: it is a job of another kind.
    :raises BadRecord: the record is of another job.
    :raises RomaError: it could not be followed, or failed.
    """
    task.record = record.path
    ours = record.job_id == job_id
    if record.exists and not ours and not task.options["force"]:
        raise BadRecord(
            f"O(record) {record.path} is of another job, {record.job_id or 'whose id never arrived'}: "
            f"name another O(record), or give O(force) to have it hold job {job_id}"
        )
    if ours and _resume(task, client, start, record):
        return
    task.facts["job_id"] = job_id
    if "job_item" in task.facts:
        task.facts["job_item"] = client.job_item(job_id)
    job = look(task, client, job_id, record.saw if ours else Job.facts, start.kind)
    if job.type not in (None, start.kind):
        raise BadInput(f"O(job_id) {job_id} is of an {job.type}: give the id of an {start.kind}")
    is_of_use = job.status != FAILED and not ("package" in task.facts and job.over and not job.archive_id)
    if is_of_use and not (ours or task.check_mode):
        record.begin(start.request)
        _write_down(task, client, start, record, job_id)
        record.saw(job)
    if job.status == FAILED or (task.options["wait"] and not job.over and not task.check_mode):
        follow(task, client, job_id, record.saw, start.kind)


def _write_down(task: Task, client: Client, start: Start, record: Record, job_id: str) -> None:
    noted = {}
    if "job_item" in task.facts:
        noted["job_item"] = task.facts["job_item"] = client.job_item(job_id)
    try:
        record.started(job_id, **noted)
    except BadRecord as error:
        error.marked += f". Job {job_id} was started: wait for it with roma_asset_job_info"
        raise


def _tell(task: Task, record: Record) -> None:
    """Take what is known from the record."""
    for name in ("job_id", "job", "package", "job_item"):
        if name in task.facts:
            task.facts[name] = getattr(record, name)


def _resume(task: Task, client: Client, start: Start, record: Record) -> bool:
    """Resume the record's job; False where it came to nothing, so that a new one is to be started."""
    task.job_since = task.deadline.clock()
    _tell(task, record)
    task.facts["resumed"] = True
    if record.is_whole:
        return True  # the package waits to be put in its place, and only that matters now
    try:
        job = look(task, client, record.job_id, record.saw, start.kind)
    except UnknownJob:
        if record.holds_part:
            task.facts["job"] = record.job
            return True
        return _forget(task)
    no_package = "package" in task.facts and not job.archive_id and not record.holds_part
    if job.status == FAILED or (job.status == SUCCEEDED and no_package):
        return _forget(task)
    if task.options["wait"] and not job.over and not task.check_mode:
        follow(task, client, record.job_id, record.saw, start.kind)
    return True


def _forget(task: Task) -> bool:
    task.facts.update({name: None for name in ("job_id", "job", "job_item") if name in task.facts}, resumed=False)
    return False


def _post(task: Task, record: Record, post: t.Callable[[], str]) -> str:
    """Send the POST, and for ``busy_timeout`` seconds again where it certainly started nothing.

    ``timeout`` counts from the POST that was taken.
    """
    clock = task.deadline.clock
    began = clock()
    until = began + task.options["busy_timeout"]
    pace = AdaptivePace()
    task.unfinished = lambda: _may_be_running(task, "No answer came in time")
    while True:
        task.deadline.restart(clock())
        try:
            return post()
        except RomaError as error:
            if error.may_have_acted:
                error.marked = _may_be_running(task, error.marked)
                raise
            left = until - clock()
            if left <= 0 or not isinstance(error, (Busy, Throttled, NotSent)):
                record.abandon()
                raise
            pause = min(left, max(error.pause, pace.pause(clock() - began, None)))
        task.deadline.restart(clock() + pause)
        task.sleep(pause)


def _may_be_running(task: Task, why: str) -> str:
    again = "start a new one with O(force)" if task.record else "start a new one"
    return (
        f"{why}. The request may have reached the API, so a job may be running, and it is not sent again: look at the "
        f"instance's asset tasks in the console, and {again} if there is none"
    )
