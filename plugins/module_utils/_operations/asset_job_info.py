# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_job_info: how an asset job goes, or many of them."""

from __future__ import annotations

import typing as t

from .._account.connection import Connection, resolve, resolve_jobs
from .._account.options import checked_id, naming
from .._api.client import Client
from .._api.job import FAILED, SUCCEEDED
from .._errors import BadInput, JobsFailed
from .._wait import verdict
from .._wait.pace import make_pace
from .._wait.task import Task, follow

if t.TYPE_CHECKING:
    from .._wait.fleet import Member


def connections(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> list[Connection]:
    """Where the job is, or where each of the jobs is.

    :raises BadInput: an option is missing or wrong; nothing was sent.
    """
    job_id, jobs = options.get("job_id"), options.get("jobs")
    if job_id is None and jobs is None:
        raise BadInput("O(job_id) is missing: give the id of a job, or several in O(jobs)")
    if job_id is not None and jobs is not None:
        raise BadInput(
            "O(job_id) and O(jobs) are both given: put the O(job_id) into an item of O(jobs), or leave O(jobs) out"
        )
    if jobs is None:
        checked_id("job_id", job_id)
        return [resolve(options, environ)]
    for number, item in enumerate(jobs):
        with naming(f"jobs[{number}]"):
            if item.get("job_id") is None:  # an id alone comes as a dictionary that is empty
                raise BadInput("O(job_id) is missing: write each item as a dictionary, such as {job_id: ID}")
            checked_id("job_id", item["job_id"])
    return resolve_jobs(options, jobs, environ)


def job_info(task: Task, *clients: Client) -> None:
    """Bring the facts of the job, or of all jobs, into the task; changed is what a job that SUCCEEDED means.

    :arg clients: one for each job.
    :raises RomaError: it failed, is still running, or could not be asked.
    """
    if task.options.get("jobs") is not None:
        _Jobs(task, clients).follow()
    else:
        task.changed = follow(task, clients[0], task.options["job_id"]).status == SUCCEEDED


class _Jobs:
    """Many jobs in one task, which always knows how it would end: for all of them, and in the order asked."""

    def __init__(self, task: Task, clients: t.Sequence[Client]) -> None:
        from .._wait.fleet import Fleet  # one job does without

        self._task = task
        self._waits: bool = task.options["wait"]
        self._clock = task.deadline.clock
        self._began = self._clock()
        jobs = [(item["job_id"], client) for item, client in zip(task.options["jobs"], clients)]
        self._fleet = Fleet(jobs, lambda: make_pace(task.options["poll_interval"]), self._began)
        self._ended = False
        #: Jobs of which the end was seen, or that cannot be asked; and those of them that did not succeed.
        self._done = self._failed = 0
        task.facts["jobs"] = [self._facts(member) for member in self._fleet.members]
        task.unfinished = self._end

    def follow(self) -> None:
        """Ask how they go, and with the option ``wait`` until each is over."""
        from .._wait.crew import Crew  # one job does without

        self._announce()
        timed = self._waits and self._task.deadline.timeout
        Crew(self._fleet, self._clock).follow(self._task.deadline.remaining if timed else None, self._observe)
        if told := self._end():
            raise JobsFailed(told)

    def _observe(self, member: Member) -> None:
        if self._ended:
            return  # the watchdog was first, and its facts are on their way out
        seen = member.seen
        self._task.facts["jobs"][member.number] = self._facts(member)
        if seen.job is not None:
            self._task.check_status(seen.job, member.job_id)
        succeeded = seen.over and seen.job is not None and seen.job.status == SUCCEEDED
        self._task.changed |= succeeded
        if seen.over or seen.hopeless:
            self._done += 1
            self._failed += not succeeded
            self._announce()

    def _announce(self) -> None:
        if self._waits and self._fleet.members:
            counts = {"total": len(self._fleet.members), "done": self._done, "failed": self._failed}
            self._task.announce({**counts, "elapsed": round(self._clock() - self._began, 3)})

    def _end(self) -> str:
        """Bring all facts up to date, and tell of each job that did not succeed, in a line."""
        self._ended = True
        if any(map(self._timed_out, self._fleet.members)):
            self._announce()  # how many were done when the time was over
        self._task.facts["jobs"] = [self._facts(member) for member in self._fleet.members]
        return "\n".join(filter(None, map(self._line, self._fleet.members)))

    def _timed_out(self, member: Member) -> bool:
        return self._ended and self._waits and not member.seen.over and not member.seen.hopeless

    def _facts(self, member: Member) -> dict[str, t.Any]:
        seen, timed_out = member.seen, self._timed_out(member)
        return {
            "job_id": member.job_id,
            "job": seen.job.facts() if seen.job is not None else None,
            "elapsed": round(self._clock() - self._began if timed_out else seen.elapsed, 3),
            "polls": seen.polls,
            "timed_out": timed_out,
            "error": seen.trouble.facts() if seen.trouble is not None else None,
        }

    def _line(self, member: Member) -> str:
        """What to tell of a job; empty where there is nothing."""
        seen = member.seen
        called = verdict.name(seen.job, member.job_id, member.client.instance_id)
        if self._timed_out(member):
            told = verdict.still_running(seen, called, member.job_id, self._clock() - self._began)
        elif seen.trouble is not None:
            told = verdict.not_asked(seen, called)
        elif seen.job is not None and seen.job.status == FAILED:
            headline, *reasons = verdict.failed(seen.job, called)
            told = f"{headline} {'; '.join(reasons)}"
        else:
            return ""
        return " ".join(told.split())
