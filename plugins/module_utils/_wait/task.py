# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a module: what it was given, what it knows so far, and whom it tells. Knows nothing of Ansible."""

from __future__ import annotations

import functools
import time
import typing as t

from .._api.client import Client
from .._api.job import FAILED, Job
from .._errors import JobFailed, TimedOut
from .._http.deadline import Deadline
from . import verdict
from .pace import make_pace
from .waiting import Seen, wait


class Task:
    """What an operation works on.

    ``facts`` always holds what the module returns if it ended now, and ``unfinished`` what it would say if the time
    were over now: the watchdog ends a task in the middle of anything.

    :arg warn: says each warning once.
    :arg announce: takes the reports of ``_wait.progress``.
    """

    def __init__(
        self,
        options: t.Mapping[str, t.Any],
        deadline: Deadline,
        check_mode: bool = False,
        warn: t.Callable[[str], None] = lambda message: None,
        announce: t.Callable[[dict[str, t.Any]], None] = lambda progress: None,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self.options = options
        self.deadline = deadline
        self.check_mode = check_mode
        self.warn = functools.lru_cache(maxsize=None)(warn)
        self.announce = announce
        self.sleep = sleep
        #: Of a module that makes a file: its ``_package.attributes``.
        self.attributes: t.Any = None
        self.facts: dict[str, t.Any] = {}
        self.changed = False
        self.unfinished: t.Callable[[], str] = lambda: "The time allowed was over before the server answered"
        #: When the waiting began, and that for the job in hand; None before.
        self.waiting_since: float | None = None
        self.job_since: float | None = None
        #: The path of the record in hand.
        self.record: str | None = None
        #: Makes the facts that are made only at the end.
        self.last_facts: t.Callable[[], dict[str, t.Any]] = dict
        #: Takes the secrets out of what goes into a file.
        self.hide: t.Callable[[t.Any], t.Any] = lambda value: value

    def check_status(self, job: Job, job_id: str) -> None:
        """Warn of a status that no edition of the API knows."""
        if not job.known:
            self.warn(verdict.strange_status(job, job_id))

    def outcome(self) -> dict[str, t.Any]:
        """What the module returns if it ends now."""
        return {"changed": self.changed, **self.facts, **self.last_facts()}

    def stop_clock(self) -> None:
        """Bring ``elapsed`` up to date, for a task that ends while it waits."""
        if self.waiting_since is not None:
            self.facts["elapsed"] = round(self.deadline.clock() - self.waiting_since, 3)


#: Makes the facts that a task returns of a job; called once for each answer.
ToFacts = t.Callable[[Job], "dict[str, t.Any]"]


def follow(task: Task, client: Client, job_id: str, to_facts: ToFacts = Job.facts, kind: str = "job") -> Job:
    """Ask how a job goes, and with the option ``wait`` until it is over; the task's facts follow.

    :arg kind: what the job is called where the API does not tell its type.
    :raises JobFailed: it ended with FAILED.
    :raises TimedOut: it is still running at the deadline.
    :raises RomaError: it could not be asked.
    """
    job = look(task, client, job_id, to_facts, kind, enough=lambda seen: seen.over)
    if job.status == FAILED:
        raise JobFailed("\n".join(verdict.failed(job, verdict.name(job, job_id, client.instance_id, kind), kind)))
    return job


def look(
    task: Task,
    client: Client,
    job_id: str,
    to_facts: ToFacts,
    kind: str,
    enough: t.Callable[[Seen], bool] = lambda seen: seen.trouble is None,
) -> Job:
    """The job as it is now; with the option ``wait`` also through trouble that passes, or until it is *enough*.

    :raises RomaError: it could not be asked; TimedOut: until the deadline.
    """
    waits, clock = task.options["wait"], task.deadline.clock
    last = Seen()
    asked_before = task.facts.get("polls", 0)
    began = clock() if task.job_since is None else task.job_since
    if task.waiting_since is None:
        task.waiting_since = began
        task.facts.update(job=None, elapsed=0.0, polls=0, timed_out=False)

    def observe(seen: Seen) -> None:
        nonlocal last
        last = seen
        task.stop_clock()
        task.facts["polls"] = asked_before + seen.polls
        if seen.trouble is not None or seen.job is None:
            return
        task.facts["job"] = to_facts(seen.job)
        task.check_status(seen.job, job_id)
        if waits:
            task.announce(report(seen.job, job_id, kind, clock() - began))

    def unfinished() -> str:
        called = verdict.name(last.job, job_id, client.instance_id, kind)
        return verdict.still_running(last, called, job_id, clock() - began, task.record)

    if waits:
        task.unfinished = unfinished
    seen = wait(
        fetch=lambda: client.job(job_id),
        pace=make_pace(task.options.get("poll_interval")),
        remaining=task.deadline.remaining if waits and task.deadline.timeout else lambda: 0.0,
        clock=clock,
        sleep=task.sleep,
        observe=observe,
        enough=enough,
    )
    if waits and not enough(seen):
        raise TimedOut(task.unfinished(), seen.trouble.answer if seen.trouble else None)
    if seen.trouble is not None:
        raise seen.trouble
    return t.cast(Job, seen.job)  # either a job or trouble came


def report(job: Job, job_id: str, kind: str, elapsed: float) -> dict[str, t.Any]:
    """How a job goes, for :attr:`Task.announce`."""
    told = {"type": job.type or kind, "job_id": job_id, "status": job.status, "progress": job.progress_percent}
    return {**told, "elapsed": round(elapsed, 3)}
