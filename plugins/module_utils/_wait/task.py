# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a module: what it was given, what it knows so far, and whom it tells. Knows nothing of Ansible."""

from __future__ import annotations

import time
import typing as t

from .._api.client import Client
from .._api.job import FAILED, Job
from .._errors import JobFailed, TimedOut
from .._http.deadline import Deadline
from . import verdict, waiting
from .pace import AdaptivePace, FixedPace, Pace


class Attributes:
    """Mode, owner and group that a file is to have: here none but those with which it is made."""

    def check(self, folder: str) -> None:
        """:raises BadInput: a file in *folder* cannot have them."""

    def apply(self, path: str) -> bool:
        """Give them to a package that is there; returns whether that changed it, or in check mode would.

        :raises NotWritten: it cannot have them.
        """
        return False


class Task:
    """What an operation works on.

    ``facts`` always holds what the module returns if it ended now, and ``unfinished`` what it would say if the time
    were over now: the watchdog ends a task in the middle of anything. ``announce`` takes the reports of ``_progress``.
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
        self.warn = warn
        self.announce = announce
        self.sleep = sleep
        self.attributes = Attributes()
        self.facts: dict[str, t.Any] = {}
        self.changed = False
        self.unfinished: t.Callable[[], str] = lambda: "The time allowed was over before the server answered"
        #: When the waiting began, and that for the job in hand; None before.
        self.waiting_since: float | None = None
        self.job_since: float | None = None
        #: The path of the record in hand.
        self.record: str | None = None
        #: Of a task that brings several packages: the facts of each, and of the one in hand.
        self.packages: list[dict[str, t.Any]] = []
        self._in_hand: dict[str, t.Any] = {}
        #: Takes the secrets out of what goes into a file.
        self.hide: t.Callable[[t.Any], t.Any] = lambda value: value
        self._said: set[str] = set()

    def check_status(self, job: Job, job_id: str) -> None:
        """Warn of a status that no edition of the API knows, once."""
        message = verdict.strange_status(job, job_id)
        if not job.known and message not in self._said:
            self._said.add(message)
            self.warn(message)

    def take_up(self, number: int) -> None:
        """From here on the facts are those of package *number*."""
        self._put_by()
        self._in_hand = self.packages[number]
        self.facts.update(self._in_hand)

    def outcome(self) -> dict[str, t.Any]:
        """What the module returns if it ends now."""
        self._put_by()
        packages = {"packages": [dict(package) for package in self.packages]} if self.packages else {}
        return {"changed": self.changed, **self.facts, **packages}

    def _put_by(self) -> None:
        self._in_hand.update({name: self.facts[name] for name in self._in_hand})

    def stop_clock(self) -> None:
        """Bring ``elapsed`` up to date, for a task that ends while it waits."""
        if self.waiting_since is not None:
            self.facts["elapsed"] = round(self.deadline.clock() - self.waiting_since, 3)


#: Makes the facts that a task returns of a job.
ToFacts = t.Callable[[Job], "dict[str, t.Any]"]


def follow(task: Task, client: Client, job_id: str, to_facts: ToFacts = Job.facts, kind: str = "job") -> Job:
    """Ask how a job goes, and with the option ``wait`` until it is over; the task's facts follow.

    :arg to_facts: called once for each answer.
    :arg kind: what the job is called where the API does not tell its type.
    :raises JobFailed: it ended with FAILED.
    :raises TimedOut: it is still running at the deadline.
    :raises RomaError: it could not be asked.
    """
    job = _ask(task, client, job_id, to_facts, kind, lambda seen: seen.over)
    if job.status == FAILED:
        raise JobFailed("\n".join(verdict.failed(job, verdict.name(job, job_id, client.instance_id, kind), kind)))
    return job


def look(task: Task, client: Client, job_id: str, to_facts: ToFacts, kind: str) -> Job:
    """The job as it is now; with the option ``wait`` also through trouble that passes.

    :raises RomaError: it could not be asked; TimedOut: until the deadline.
    """
    return _ask(task, client, job_id, to_facts, kind, lambda seen: seen.trouble is None)


def _ask(
    task: Task, client: Client, job_id: str, to_facts: ToFacts, kind: str, enough: t.Callable[[waiting.Seen], bool]
) -> Job:
    waits = task.options["wait"]
    last = waiting.Seen(None, 0.0, 0, None)
    asked_before = task.facts.get("polls", 0)
    began = task.deadline.clock() if task.job_since is None else task.job_since
    if task.waiting_since is None:
        task.waiting_since = began
        task.facts.update(job=None, elapsed=0.0, polls=0, timed_out=False)

    def observe(seen: waiting.Seen) -> None:
        nonlocal last
        last = seen
        task.stop_clock()
        task.facts["polls"] = asked_before + seen.polls
        if seen.trouble is not None or seen.job is None:
            return
        task.facts["job"] = to_facts(seen.job)
        task.check_status(seen.job, job_id)
        if waits:
            task.announce(report(seen.job, job_id, kind, task.deadline.clock() - began))

    def unfinished() -> str:
        called = verdict.name(last.job, job_id, client.instance_id, kind)
        return verdict.still_running(last, called, job_id, task.deadline.clock() - began, task.record)

    if waits:
        task.unfinished = unfinished
    seen = waiting.wait(
        fetch=lambda: client.job(job_id),
        pace=make_pace(task.options.get("poll_interval")),
        remaining=task.deadline.remaining if waits and task.deadline.timeout else lambda: 0.0,
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


def make_pace(interval: float | None) -> Pace:
    """The user's own pace, or one that adapts to the job."""
    return AdaptivePace() if interval is None else FixedPace(interval)


def report(job: Job, job_id: str, kind: str, elapsed: float) -> dict[str, t.Any]:
    """How a job goes, for :attr:`Task.announce`."""
    told = {"type": job.type or kind, "job_id": job_id, "status": job.status, "progress": job.progress_percent}
    return {**told, "elapsed": round(elapsed, 3)}
