# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watching asset jobs for Event-Driven Ansible: arguments go in, events come out. Knows nothing of asyncio."""

from __future__ import annotations

import logging
import math
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values

from ..module_utils._account.connection import secrets_in
from ..module_utils._account.options import CONNECTION, JOBS, check_times, in_seconds
from ..module_utils._api.client import make_clients
from ..module_utils._api.job import Job
from ..module_utils._errors import BadInput, RomaError
from ..module_utils._http.deadline import Deadline
from ..module_utils._http.requests import UNUSABLE
from ..module_utils._http.secrets import Secrets
from ..module_utils._operations.asset_job_info import connections
from ..module_utils._wait import verdict
from ..module_utils._wait.crew import Crew
from ..module_utils._wait.fleet import Fleet, Member
from ..module_utils._wait.pace import make_pace

Event = dict[str, t.Any]

#: What the source takes; its documentation says the same, and a test compares the two.
ARGUMENTS: dict[str, t.Any] = {
    **CONNECTION,
    **JOBS,
    "timeout": {"type": "float", "default": 0.0},
    "poll_interval": {"type": "float"},
}

logger = logging.getLogger("roma.connect.asset_job")


class Changes:
    """Tells what is worth an event: a job's first status, each change of status or progress, and its end. Pure."""

    def __init__(self) -> None:
        self._told: dict[Member, Job | None] = {}

    def seen(self, member: Member) -> Event | None:
        """The event that an answer to a job's question makes, if any."""
        seen, before = member.seen, self._told.get(member)
        if seen.hopeless and seen.trouble is not None:
            return self._event(member, error=seen.trouble.facts())
        if seen.trouble is not None or seen.job is None:
            return None
        if before and (before.status, before.progress_percent) == (seen.job.status, seen.job.progress_percent):
            return None
        return self._event(member)

    def timed_out(self, member: Member) -> Event:
        """The last event of a job that was not over when the time was."""
        trouble = member.seen.trouble
        return self._event(member, timed_out=True, **({"error": trouble.facts()} if trouble is not None else {}))

    def _event(self, member: Member, **more: t.Any) -> Event:
        job, before = member.seen.job, self._told.get(member)
        self._told[member] = job
        return {
            "asset_job": {
                **(job or Job(None, None, status="")).facts(),
                "id": member.job_id,
                "status": job.status if job is not None else None,
                "instance_id": member.client.instance_id,
                "changed_from": before.status if before is not None else None,
                **more,
            }
        }


class Watch:
    """Follows the jobs that *args* name. Nothing is sent before :meth:`run`.

    :arg args: those of the source in the rulebook.
    :raises BadInput: an argument is missing or wrong; the message names it and holds no secret.
    """

    def __init__(self, args: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> None:
        if UNUSABLE:
            raise BadInput(UNUSABLE.replace("the module", "ansible-rulebook"))
        self._secrets = Secrets()
        self._secrets.add(*secrets_in(environ))
        options = self._checked(args)
        places = connections(options, environ)
        for warning in dict.fromkeys(warning for place in places for warning in place.warnings):
            self._say(logging.WARNING, warning)
        self._deadline = Deadline(options["request_timeout"], options["timeout"])
        clients = make_clients(places, self._deadline, self._secrets)
        ids = [options["job_id"]] if options["jobs"] is None else [item["job_id"] for item in options["jobs"]]
        # A job that is named twice makes each event once.
        jobs = {(client.connection.place, client.instance_id, job_id): client for job_id, client in zip(ids, clients)}
        self._fleet = Fleet(
            [(job_id, client) for (*_place, job_id), client in jobs.items()],
            lambda: make_pace(options["poll_interval"]),
            self._deadline.clock(),
        )
        self._crew = Crew(self._fleet, self._deadline.clock)
        self._changes = Changes()
        self._strange: set[tuple[str, str]] = set()

    def run(self, tell: t.Callable[[Event], None]) -> None:
        """Ask until all jobs are over, or the time is, or :meth:`stop` is called. Blocks.

        :arg tell: takes the events.
        :raises RomaError: no job at all could be asked.
        """
        remaining = self._deadline.remaining if self._deadline.timeout else lambda: math.inf

        def observe(member: Member) -> None:
            self._log(member)
            event = self._changes.seen(member)
            if event is not None:
                tell(self._hide(event))

        if self._crew.follow(remaining, observe):
            return
        for member in self._fleet.members:
            if not member.seen.over and not member.seen.hopeless:
                tell(self._hide(self._changes.timed_out(member)))
        troubles = [member.seen.trouble for member in self._fleet.members if member.seen.job is None]
        if troubles and all(troubles) and len(troubles) == len(self._fleet.members):
            raise RomaError(self._hide(f"No job could be asked: {troubles[0]}"))

    def stop(self) -> None:
        """Let :meth:`run` return; may be called by any thread."""
        self._crew.stop()

    def _checked(self, args: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        result = ArgumentSpecValidator(ARGUMENTS).validate(dict(args))
        self._secrets.add(*getattr(result, "_no_log_values", ()))
        unknown = [".".join(name) if isinstance(name, tuple) else name for name in result.unsupported_parameters]
        if unknown:
            in_items = all(isinstance(name, tuple) for name in result.unsupported_parameters)
            known, whose = (ARGUMENTS["jobs"]["options"], "an item has") if in_items else (ARGUMENTS, "there are")
            raise BadInput(f"{', '.join(sorted(unknown))}: no such argument; {whose} {', '.join(sorted(known))}")
        if result.error_messages:
            raise BadInput(self._hide("; ".join(map(in_seconds, result.error_messages))))
        options: dict[str, t.Any] = result.validated_parameters
        check_times(options)
        return options

    def _hide(self, value: t.Any) -> t.Any:
        return remove_values(value, self._secrets.known)

    def _say(self, level: int, text: str) -> None:
        logger.log(level, self._hide(text))

    def _log(self, member: Member) -> None:
        seen = member.seen
        if seen.trouble is not None:
            called = verdict.name(seen.job, member.job_id, member.client.instance_id)
            self._say(logging.ERROR if seen.hopeless else logging.INFO, verdict.not_asked(seen, called))
        elif seen.job is not None and not seen.job.known and (member.job_id, seen.job.status) not in self._strange:
            self._strange.add((member.job_id, seen.job.status))
            self._say(logging.WARNING, verdict.strange_status(seen.job, member.job_id))
