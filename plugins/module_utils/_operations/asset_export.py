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
from .._package.facts import Packages
from .._package.partial import Partial, check_place
from .._package.progress import left, there
from .._start.once import Start, settle, start_once
from .._start.record import EXPORT, Plan, Record, Request
from .._wait.task import Task
from .asked import Asked, asked_items, dest_of, look_up, numbered
from .items import KINDS, Items, existing, started
from .options import check_record

#: What is told of each package.
PACKAGE_FACTS: dict[str, t.Any] = {
    **dict.fromkeys(("job_id", "job", "job_item", "dest", "size", "checksum", "entries", "partial")),
    "resumed": False,
    "lost": False,
}


def export(task: Task, client: Client) -> None:
    """Start the export that is asked, once, and wait for it if that is asked; with ``dest`` download its packages.

    :raises BadInput, BadRecord: before anything is started.
    :raises RomaError: a job could not be started or followed or failed, or a package could not be downloaded.
    """
    asked = asked_items(task.options)
    dest = dest_of(task.options, client.instance_id)
    if dest and not task.options["wait"]:
        raise BadInput("O(wait): false does not go with O(dest): leave one of them out")
    attributes = [f"O({name})" for name in ("mode", "owner", "group") if task.options.get(name) is not None]
    if attributes and not dest:
        raise BadInput(f"There is no package to set {listed(attributes)} on: give O(dest), or leave that out")
    check_record(task.options["record"], "dest", dest)
    task.facts.update(job_id=None, job=None, job_item=None, package=None, resumed=False)
    task.facts.update(elapsed=0.0, polls=0, timed_out=False)
    with _Export(task, client, asked, dest) as work:
        work.run()


class _Package(t.NamedTuple):
    """One package: where it goes, what is in it (None: of a job that was started elsewhere), and what is to be done."""

    dest: str
    record: Record
    request: Request
    plan: Plan
    items: Items | None


class _BesideDest(Record):
    """One that was given by dest: another at the same dest would help nobody."""

    option = "O(dest)"


class _Export(contextlib.ExitStack):
    """Keeps the records that are opened locked until the block ends."""

    def __init__(self, task: Task, client: Client, asked: Asked, dest: str | None) -> None:
        super().__init__()
        self._task = task
        self._client = client
        self._asked = asked
        self._dest = dest
        record = task.options["record"]
        #: None: beside each package.
        self._record = None if dest and record == f"{dest}.json" else record
        self._records: dict[int, Record] = {}
        self._request: Request = {
            "operation": EXPORT,
            "endpoint": client.endpoint,
            "instance_id": client.instance_id,
            **{option: sorted(given) if isinstance(given, list) else given for option, given in asked.items()},
            "dest": os.path.abspath(dest) if dest else None,
        }

    def run(self) -> None:
        """The jobs one after the other, each package to its place before the next job."""
        task = self._task
        packages = self._settled()
        #: What goes into each package.
        self._noted = {"packages": [package.items for package in packages]}
        if not self._dest:
            self._start(packages[0])
            archive_id = (task.facts["job"] or {}).get("archive_id")
            if archive_id and task.options["wait"] and not task.facts["package"]:
                task.announce(left(archive_id))
            return
        facts = Packages(task, [{**PACKAGE_FACTS, "dest": package.dest} for package in packages])
        task.waiting_since = task.deadline.clock()
        for at, package in enumerate(packages):
            facts.take_up(at)
            if at:
                task.deadline.begin(task.options["timeout"])
            self._bring_in(package)
        task.stop_clock()
        facts.take_up(0)
        task.facts["package"] = packages[0].record.package

    # What is to be done

    def _settled(self) -> list[_Package]:
        """What is to be done, checked before anything is started."""
        if self._dest:
            self._task.attributes.check(os.path.dirname(self._dest) or ".")
        first = self._package(1)
        packages = [first]
        if "job_id" not in self._asked:
            noted = first.record.packages if first.record.is_of(self._request) else None
            packages = self._packages(first, noted or [])
            if all(package.plan is Plan.START for package in packages):  # nothing is left of an earlier run
                packages = self._packages(first, look_up(self._client, self._asked))
        if not self._dest:
            if len(packages) > 1:
                raise BadInput(
                    f"This export has more than {MOST_ITEMS} items, the most that the API takes at once: give O(dest), "
                    "which downloads several packages, or use several tasks, each with its own O(record)"
                )
            return packages
        # Beside a job that is resumed nothing is done again, even with force.
        resumes = any(package.plan is Plan.RESUME for package in packages)
        for at, (_dest, record, request, plan, _items) in enumerate(packages):
            if resumes and plan is Plan.START and record.is_of(request) and record.is_done:
                packages[at] = packages[at]._replace(plan=Plan.DONE)
            self._check(packages[at])
        return packages

    def _packages(self, first: _Package, parts: list[Items]) -> list[_Package]:
        others = [self._package(number, items) for number, items in enumerate(parts[1:], 2)]
        return [*(first._replace(items=items) for items in parts[:1]), *others]

    def _package(self, number: int, items: Items | None = None) -> _Package:
        """Package *number*. The first one's record holds what was asked; the others' tell their items, too."""
        dest = numbered(self._dest, number)
        if number not in self._records:
            path = numbered(self._record, number) or (dest and f"{dest}.json")
            kind = _BesideDest if dest and not self._record else Record
            record = kind(path, self._task.check_mode, self._task.hide)
            self._records[number] = self.enter_context(record)
        record = self._records[number]
        request = self._request if items is None else {**self._request, "package": number, "items": items}
        plan = settle(self._task, self._client, request, record)
        return _Package(dest or "", record, request, plan, items)

    def _check(self, package: _Package) -> None:
        """:raises BadInput: the package cannot be brought to its place, or another file lies there."""
        dest, record = package.dest, package.record
        check_place(dest)
        known = record.package and record.package["dest"]
        is_here = known == os.path.abspath(dest)
        if package.plan is Plan.DONE:
            if not is_here:
                raise BadRecord(
                    f"O(record) {record.path} says that its package lies at "
                    f"{known}, and O(dest) names {dest}: name that place, or another {record.option}"
                )
            return
        if self._task.options["force"] or not os.path.lexists(dest):
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
            self._try(package)
        except (Gone, BadPackage):
            if package.items is None or not self._task.facts["lost"]:
                raise
            job_id = self._task.facts["job_id"]
            told = f"The package of job {job_id} can no longer be downloaded whole, so it is exported again, once"
            self._task.warn(told)
            self._task.facts.update({**PACKAGE_FACTS, "dest": package.dest})
            self._task.deadline.begin(self._task.options["timeout"])
            self._try(package._replace(plan=Plan.START))
        if not self._task.check_mode:
            for lost_id in package.record.lost_ids:
                Partial.remove(package.dest, lost_id)

    def _try(self, package: _Package) -> None:
        task, record = self._task, package.record
        self._start(package)
        if package.plan is Plan.DONE:
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
                f"Job {task.facts['job_id']} SUCCEEDED, and the API no longer has its package: someone "
                "else downloaded it. Export again to get another one"
            )
        task.deadline.begin(task.options["download_timeout"])
        fetch(task, self._client, archive_id, package.dest, record)

    def _start(self, package: _Package) -> None:
        items = package.items or {}  # not asked for where the job was started elsewhere
        given = {kind: self._asked.get(kind, []) for kind in KINDS}
        start = Start(
            package.request,
            post=lambda: started(self._client, start_export, items, EXPORT),
            check=lambda: existing(self._client, given, EXPORT),
            noted=self._noted if package.request is self._request else {},
        )
        start_once(self._task, self._client, start, package.record, package.plan)
