# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting applications and integration tasks: to a package on disk, or only to a job."""

from __future__ import annotations

import contextlib
import os
import typing as t

from .._account.options import listed
from .._api.client import Client
from .._api.job import SUCCEEDED
from .._api.start import MOST_ITEMS, start_export
from .._errors import BadInput, BadPackage, BadRecord, Gone
from .._package.download import fetch
from .._package.partial import Partial, check_place
from .._start.once import Start, settle, start_once
from .._start.record import EXPORT, Plan, Record, Request
from .._wait.progress import there
from .._wait.task import Task
from .asked import Asked, Place, asked_items, batches, look_up, place_of
from .items import Items, existing, started

#: What is told of each package.
PACKAGE_FACTS: dict[str, t.Any] = {
    **dict.fromkeys(("job_id", "job", "job_item", "dest", "size", "checksum", "entries", "partial")),
    "resumed": False,
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
    attributes = [f"O({name})" for name in ("mode", "owner", "group") if task.options.get(name) is not None]
    if attributes and not place.dest:
        raise BadInput(
            f"Without O(dest) there is no file that could have {listed(attributes)}: give O(dest), or leave that out"
        )
    task.facts.update(job_id=None, job=None, job_item=None, package=None, resumed=False)
    task.facts.update(elapsed=0.0, polls=0, timed_out=False)
    with contextlib.ExitStack() as records:
        _Export(task, client, asked, place, records).run()


class _Package(t.NamedTuple):
    """One package: where it goes, what is in it (None: of a job that was started elsewhere), and what is to be done."""

    dest: str
    record: Record
    request: Request
    plan: Plan
    items: Items | None


class _Export:
    """:arg records: keeps the records that are opened locked until the task ends."""

    def __init__(self, task: Task, client: Client, asked: Asked, place: Place, records: contextlib.ExitStack) -> None:
        self._task = task
        self._client = client
        self._asked = asked
        self._place = place
        self._opened = records
        self._records: dict[int, Record] = {}
        self._force: bool = task.options["force"]
        self._request: Request = {
            "operation": EXPORT,
            "endpoint": client.endpoint,
            "instance_id": client.instance_id,
            **asked.as_written(),
            "dest": os.path.abspath(place.dest) if place.dest else None,
        }

    def run(self) -> None:
        """The jobs one after the other, each package to its place before the next job."""
        task = self._task
        packages = self._settled()
        #: What goes into each package.
        self._noted = {"packages": [package.items._asdict() for package in packages if package.items is not None]}
        if not self._place.dest:
            self._start(packages[0], packages[0].plan)
            return
        task.packages = [{**PACKAGE_FACTS, "dest": package.dest} for package in packages]
        task.waiting_since = task.deadline.clock()
        for at, package in enumerate(packages):
            task.take_up(at)
            if at:
                task.deadline.begin(task.options["timeout"])
            self._bring_in(package)
        task.stop_clock()
        task.take_up(0)
        task.facts["package"] = packages[0].record.package

    # What is to be done

    def _settled(self) -> list[_Package]:
        """What is to be done, before anything is started.

        :raises BadInput, BadRecord: it cannot be, or must not.
        """
        if self._place.dest:
            self._task.attributes.check(os.path.dirname(self._place.dest) or ".")
        first = self._package(1)
        packages = [first] if self._asked.job_id else self._earlier(first) or self._anew(first)
        if self._place.dest:
            for package in packages:
                self._check(package)
        return packages

    def _earlier(self, first: _Package) -> list[_Package] | None:
        """What an earlier run of the same request planned and did not finish; with nothing left of it, None."""
        if not first.record.is_of(self._request) or not first.record.packages:
            return None
        packages = self._all(first, [Items(**items) for items in first.record.packages])
        if all(package.plan is Plan.START for package in packages):
            return None
        for at, package in enumerate(packages):
            record = package.record
            if package.plan is Plan.START and record.is_of(package.request) and record.is_done:
                packages[at] = package._replace(plan=Plan.DONE)  # though with force, beside one that is not done
        return packages

    def _anew(self, first: _Package) -> list[_Package]:
        """What is asked, looked up now."""
        parts = batches(look_up(self._client, self._asked))
        if len(parts) > 1 and not self._place.dest:
            raise BadInput(
                f"This export has more than {MOST_ITEMS} items, which the API takes together: give O(dest), which "
                "brings them in several packages, or several tasks, each with its own O(record)"
            )
        return self._all(first, parts)

    def _all(self, first: _Package, parts: list[Items]) -> list[_Package]:
        others = [self._package(number, items) for number, items in enumerate(parts[1:], 2)]
        return [first._replace(items=parts[0]), *others]

    def _package(self, number: int, items: Items | None = None) -> _Package:
        """Package *number*. The first one's record holds what was asked; the others' tell their items, too."""
        place = self._place.numbered(number)
        if number not in self._records:
            record = Record(place.record, self._task.check_mode, self._task.hide)
            self._records[number] = self._opened.enter_context(record)
        record = self._records[number]
        request = self._request if items is None else {**self._request, "package": number, "items": items._asdict()}
        plan = settle(self._task, self._client, request, record)
        return _Package(place.dest or "", record, request, plan, items)

    def _check(self, package: _Package) -> None:
        """:raises BadInput: the package cannot be brought to its place, or another file lies there."""
        dest, record = package.dest, package.record
        check_place(dest, self._task.check_mode)
        known = record.package and record.package["dest"]
        is_here = known == os.path.abspath(dest)
        if package.plan is Plan.DONE:
            if not is_here:
                raise BadRecord(
                    f"O(record) {record.path} says that its package lies at "
                    f"{known}, and O(dest) names {dest}: name that place, or another O(record)"
                )
            return
        if self._force or not os.path.lexists(dest):
            return
        if record.is_whole:
            raise BadInput(
                f"O(dest) {dest} is there, and the package waits whole in {record.partial}: move the "
                "file away, or replace it with O(force)"
            )
        if is_here:
            raise BadInput(
                f"O(dest) {dest} is no longer the package that was put there: its checksum "
                f"is not that of O(record) {record.path}. Move it away, or replace it with O(force)"
            )
        raise BadInput(
            f"O(dest) {dest} is there, and O(record) {record.path} does not know it: "
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
        self._start(package, plan)
        if plan is Plan.DONE:
            task.facts.update(record.package, dest=package.dest)
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

    def _start(self, package: _Package, plan: Plan) -> None:
        items = package.items or Items([], [])  # not asked for where the job was started elsewhere
        start = Start(
            package.request,
            post=lambda: started(self._client, start_export, items, EXPORT),
            check=lambda: existing(self._client, Items(self._asked.apps, self._asked.tasks), EXPORT),
            noted=self._noted if package.request is self._request else {},
        )
        start_once(self._task, self._client, start, package.record, plan)
