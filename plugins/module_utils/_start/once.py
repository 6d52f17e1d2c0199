# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a job once: with a record, through a busy API, and never twice."""

from __future__ import annotations

import typing as t

from .._api.client import Client
from .._api.job import FAILED, RUNNING, Job
from .._api.start import authenticate, job_item
from .._errors import BadInput, BadRecord, Busy, NotSent, RomaError, Throttled, UnknownJob
from .._wait.pace import AdaptivePace
from .._wait.task import Task, follow, look, report
from .record import IMPORT, Plan, Record, Request


class Start(t.NamedTuple):
    """A job that is to be started; where the request has a ``job_id``, it was started elsewhere.

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
    force = task.options["force"]
    if job_id := request.get("job_id"):
        if record.job_id == job_id:
            return Plan.DONE if record.is_done else Plan.RESUME
        if record.exists and not force:
            raise BadRecord(
                f"O(record) {record.path} is of another job, {record.job_id or 'whose id never arrived'}: "
                f"name another O(record), or give O(force) to have it hold job {job_id}"
            )
        return Plan.START
    try:
        return record.plan(request, force)
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

    A job that was started elsewhere is waited for, and none is started, whatever becomes of it.

    :raises BadInput: the job that was started elsewhere is of another kind.
    :raises RomaError: the job could not be started or followed, or failed.
    """
    task.record = record.path
    if plan is Plan.DONE:
        _tell(task, record)
    elif plan is Plan.RESUME and _resume(task, client, start, record):
        pass
    elif "job_id" in start.request:
        _take_over(task, client, start, record)
    elif task.check_mode:
        start.check()
        task.changed = True
    else:
        _begin(task, client, start, record)


def _begin(task: Task, client: Client, start: Start, record: Record) -> None:
    authenticate(client)
    record.begin(start.request, **start.noted)
    job_id = _post(task, record, start.post)
    task.changed = True
    _write_down(task, client, record, job_id)
    if task.options["wait"]:
        task.job_since = task.deadline.clock()
        task.announce(report(Job(job_id, start.kind, RUNNING), job_id, start.kind, 0.0))
        follow(task, client, job_id, record.saw, start.kind)


def _take_over(task: Task, client: Client, start: Start, record: Record) -> None:
    job_id = start.request["job_id"]
    _name(task, client, job_id)
    job = look(task, client, job_id, Job.facts, start.kind)
    if job.type not in (None, start.kind):
        raise BadInput(f"O(job_id) {job_id} is of an {job.type}: give the id of an {start.kind}")
    if not _came_to_nothing(task, job):
        record.begin(start.request)
        _write_down(task, client, record, job_id)
        record.saw(job)
    if job.status == FAILED or _is_waited_for(task, job):
        follow(task, client, job_id, record.saw, start.kind)


def _name(task: Task, client: Client, job_id: str) -> None:
    task.facts["job_id"] = job_id
    if "job_item" in task.facts:
        task.facts["job_item"] = job_item(client, job_id)


def _write_down(task: Task, client: Client, record: Record, job_id: str) -> None:
    _name(task, client, job_id)
    try:
        record.started(job_id, job_item=task.facts.get("job_item"))
    except BadRecord as error:
        error.marked += f". Job {job_id} was started: wait for it with roma_asset_job_info"
        raise


def _came_to_nothing(task: Task, job: Job, holds_part: bool = False) -> bool:
    """Whether it failed, or is an export without a package that could be fetched."""
    return job.status == FAILED or ("package" in task.facts and job.over and not job.archive_id and not holds_part)


def _is_waited_for(task: Task, job: Job) -> bool:
    return bool(task.options["wait"]) and not job.over and not task.check_mode


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
        task.facts["job"] = record.job
        return record.holds_part or _forget(task)
    if _came_to_nothing(task, job, record.holds_part):
        return _forget(task)
    if _is_waited_for(task, job):
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
