# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting applications and integration tasks: to a package on disk, or only to a job."""

from __future__ import annotations

import contextlib
import os
import typing as t

from .._account.options import listed
from .._api.client import MOST_ITEMS, Client
from .._api.job import SUCCEEDED
from .._errors import BadInput, BadPackage, BadRecord, Gone
from .._package.archive import fetch
from .._package.partial import Partial, check_place
from .._start.once import Start, settle, start_once, take_over
from .._start.record import EXPORT, Plan, Record, Request
from .._wait.progress import there
from .._wait.task import Task
from .items import Asked, Items, asked_items, existing, look_up, started
from .places import Place, batches, place_of

#: What is told of each package.
PACKAGE_FACTS: dict[str, t.Any] = {
    "job_id": None,
    "job": None,
    "job_item": None,
    "dest": None,
    "size": None,
    "checksum": None,
    "entries": None,
    "resumed": False,
    "partial": None,
    "lost": False,
}


def export(task: Task, client: Client) -> None:
    """Start the export that is asked, once, and wait for it if that is asked; with ``dest`` bring its packages in.

    :raises BadInput, BadRecord: before anything is started.
    :raises RomaError: a job could not be started or followed or failed, or a package could not be brought in.
    """
    asked = asked_items(task.options)
    place = place_of(task.options, client.instance_id)
    if place.dest and not task.options["wait"]:
        raise BadInput("O(wait): false does not go with O(dest): leave one of them out")
    attributes = [name for name in ("mode", "owner", "group") if task.options.get(name) is not None]
    if attributes and not place.dest:
        named = listed([f"O({name})" for name in attributes])
        raise BadInput(f"Without O(dest) there is no file that could have {named}: give O(dest), or leave that out")
    task.facts.update(job_id=None, job=None, job_item=None, package=None, resumed=False)
    task.facts.update(elapsed=0.0, polls=0, timed_out=False)
    with contextlib.ExitStack() as records:
        work = _Export(task, client, asked, place, records)
        if place.dest is None:
            work.start()
        else:
            work.bring_in()


class _Package(t.NamedTuple):
    """One package: where it goes, what is in it (None: of a job that was started elsewhere), and what is to be done."""

    number: int
    dest: str
    record: Record
    request: Request
    items: Items | None
    plan: Plan


class _Export:
    """:arg records: keeps the records that are opened locked until the task ends."""

    def __init__(self, task: Task, client: Client, asked: Asked, place: Place, records: contextlib.ExitStack) -> None:
        self._task = task
        self._client = client
        self._asked = asked
        self._place = place
        self._opened = records
        self._records: dict[int, Record] = {}
        #: What goes into each package.
        self._items: list[Items] = []
        self._force: bool = task.options["force"]
        self._request: Request = {
            "operation": EXPORT,
            "endpoint": client.endpoint,
            "instance_id": client.instance_id,
            **asked.as_written(),
            "dest": os.path.abspath(place.dest) if place.dest else None,
        }

    def start(self) -> None:
        """Only the job."""
        record = self._record(1)
        if self._asked.job_id:
            take_over(self._task, self._client, self._job(self._request, None), record, self._asked.job_id)
            return
        plan = settle(self._task, self._client, self._request, record)
        if plan is Plan.START or not record.packages:
            items = look_up(self._client, self._asked)
            if len(batches(items)) > 1:
                raise BadInput(
                    f"This export has more than {MOST_ITEMS} items, which the API takes together: give O(dest), which "
                    "brings them in several packages, or several tasks, each with its own O(record)"
                )
        else:
            items = Items(**record.packages[0])
        self._items = [items]
        start_once(self._task, self._client, self._job(self._request, items), record, plan)

    def bring_in(self) -> None:
        """The jobs, and their packages to their places."""
        packages = self._settled()
        facts = [{**PACKAGE_FACTS, "dest": package.dest} for package in packages]
        self._task.facts.update(facts[0])
        self._task.packages = facts
        self._task.waiting_since = self._task.deadline.clock()
        for at, package in enumerate(packages):
            self._task.take_up(at)
            if at:
                self._task.deadline.begin(self._task.options["timeout"])
            self._bring_in(package)
        self._task.stop_clock()
        self._task.take_up(0)
        self._task.facts["package"] = packages[0].record.package

    # What is to be done

    def _settled(self) -> list[_Package]:
        """What is to be done, before anything is started.

        :raises BadInput, BadRecord: it cannot be, or must not.
        """
        self._task.attributes.check(os.path.dirname(t.cast(str, self._place.dest)) or ".")
        if self._asked.job_id:
            record = self._record(1)
            is_done = record.job_id == self._asked.job_id and record.is_done
            packages = [self._package(1, None, Plan.DONE if is_done else Plan.RESUME)]
        else:
            packages = self._earlier() or self._anew()
        for package in packages:
            self._check(package)
        self._items = [package.items for package in packages if package.items is not None]
        return packages

    def _earlier(self) -> list[_Package] | None:
        """What an earlier run of the same request planned and did not finish; with nothing left of it, None."""
        first = self._record(1)
        if not first.is_of(self._request) or not first.packages:
            return None
        packages = []
        for number, items in enumerate(first.packages, 1):
            record, request = self._record(number), self._request_of(number, Items(**items))
            try:
                plan = record.plan(request, force=False)
            except BadRecord:
                if not self._force:
                    raise
                plan = Plan.START
            packages.append(self._package(number, Items(**items), plan))
        plans = {package.plan for package in packages}
        if Plan.RESUME in plans or (Plan.DONE in plans and not self._force):
            return packages
        return None

    def _anew(self) -> list[_Package]:
        """What is asked, looked up now."""
        packages = []
        for number, items in enumerate(batches(look_up(self._client, self._asked)), 1):
            plan = self._record(number).plan(self._request_of(number, items), self._force)
            packages.append(self._package(number, items, plan))
        return packages

    def _package(self, number: int, items: Items | None, plan: Plan) -> _Package:
        dest = t.cast(str, self._place.numbered(number).dest)
        request = self._request if items is None else self._request_of(number, items)
        return _Package(number, dest, self._record(number), request, items, plan)

    def _request_of(self, number: int, items: Items) -> Request:
        """What the record of a package holds. The first one's is what was asked; the others' tell their items, too."""
        return self._request if number == 1 else {**self._request, "package": number, "items": items._asdict()}

    def _record(self, number: int) -> Record:
        if number not in self._records:
            path = self._place.numbered(number).record
            self._records[number] = self._opened.enter_context(Record(path, self._task.check_mode, self._task.hide))
        return self._records[number]

    def _check(self, package: _Package) -> None:
        """:raises BadInput: the package cannot be brought to its place, or another file lies there."""
        check_place(package.dest, self._task.check_mode)
        earlier = package.record.package
        elsewhere = earlier is not None and os.path.abspath(earlier["dest"]) != os.path.abspath(package.dest)
        if package.plan is Plan.DONE:
            if earlier is not None and elsewhere:
                raise BadRecord(
                    f"O(record) {package.record.path} says that its package lies at "
                    f"{earlier['dest']}, and O(dest) names {package.dest}: name that place, or another O(record)"
                )
            return
        if self._force or not os.path.lexists(package.dest):
            return
        if package.record.is_damaged and not elsewhere:
            raise BadInput(
                f"O(dest) {package.dest} is no longer the package that was put there: its checksum "
                f"is not that of O(record) {package.record.path}. Move it away, or replace it with O(force)"
            )
        if package.record.is_whole:
            raise BadInput(
                f"O(dest) {package.dest} is there, and the package waits whole in {package.record.partial}: move the "
                "file away, or replace it with O(force)"
            )
        raise BadInput(
            f"O(dest) {package.dest} is there, and O(record) {package.record.path} does not know it: "
            "move it away, give O(dest) another name, or replace it with O(force)"
        )

    # Doing it

    def _bring_in(self, package: _Package) -> None:
        """:raises RomaError: its job or its package came to nothing."""
        try:
            self._try(package, package.plan)
        except (Gone, BadPackage):
            if package.items is None or not self._task.facts["lost"]:
                raise
            job_id = self._task.facts["job_id"]
            self._task.warn(f"The package of job {job_id} can no longer be had whole, so it is exported again, once")
            self._task.facts.update({**PACKAGE_FACTS, "dest": package.dest})
            self._task.deadline.begin(self._task.options["timeout"])
            self._try(package, Plan.START)
        if not self._task.check_mode:
            for lost_id in package.record.lost_ids:
                Partial.remove(package.dest, lost_id)

    def _try(self, package: _Package, plan: Plan) -> None:
        task, record = self._task, package.record
        start = self._job(package.request, package.items)
        if package.items is None and plan is not Plan.DONE:
            take_over(task, self._client, start, record, t.cast(str, self._asked.job_id))
        else:
            start_once(task, self._client, start, record, plan)
        if plan is Plan.DONE:
            task.facts.update(t.cast("dict[str, t.Any]", record.package), dest=package.dest)
            changed = task.attributes.apply(package.dest)
            task.changed |= changed
            task.announce(there(task.facts, unchanged=not changed))
            return
        job = task.facts["job"] or {}
        archive_id = job.get("archive_id") or record.archive_id
        if task.check_mode and (package.items is not None or archive_id or job.get("status") != SUCCEEDED):
            task.changed = True
            return
        if not archive_id:
            task.facts["lost"] = True
            record.lost()
            raise Gone(
                f"Job {task.facts['job_id']} SUCCEEDED, and the API has its package no more: someone "
                "else downloaded it. Export again to get another one"
            )
        task.deadline.begin(task.options["download_timeout"])
        fetch(task, self._client, archive_id, package.dest, record)

    def _job(self, request: Request, items: Items | None) -> Start:
        """:arg items: what is exported; None: the job was started elsewhere."""
        wanted = items or Items([], [])
        noted = {"packages": [one._asdict() for one in self._items]} if request is self._request and items else {}
        return Start(
            request,
            post=lambda: started(self._client.export, wanted, EXPORT),
            check=lambda: existing(self._client, Items(self._asked.apps, self._asked.tasks), EXPORT),
            noted=noted,
        )
