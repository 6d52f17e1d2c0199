# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of a job, which makes its start happen once and lets a play that died continue.

It is created before the POST, and holds what is asked of which instance; it gets the job's id as soon as the POST was
answered, then what became of it: a line of JSON a step. It holds no secret. While a task uses it, it is locked.
"""

from __future__ import annotations

import contextlib
import enum
import json
import os
import typing as t

from .. import _files
from .._api.job import FAILED, SUCCEEDED, Job
from .._errors import BadRecord
from .record_file import RecordFile

EXPORT, IMPORT = "exportAsset", "importAsset"

#: Of the lines' form. A record of another version is left alone.
VERSION = 2

#: What an export or an import asks: operation, instance_id and its arguments, as JSON can hold them.
Request = dict[str, t.Any]


class Plan(enum.Enum):
    """What a record says is to be done."""

    START = "start a job"
    RESUME = "wait for the job, and for its package"
    DONE = "nothing"


def _noted(name: str) -> t.Any:
    return property(lambda record: record._get(name))


class Record(RecordFile):
    """A record as it was when the task began, and as the task writes it. Its lock goes with the block.

    :arg hide: takes the secrets out of a server's words.
    """

    def __init__(
        self, path: str | None, read_only: bool = False, hide: t.Callable[[t.Any], t.Any] = lambda value: value
    ) -> None:
        super().__init__(path, read_only)
        self._hide = hide
        #: What it holds, and what it held before :meth:`begin`; empty: nothing yet; None: it cannot be read.
        self._content = self._before = parsed(self._found)

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # What it says

    @property
    def exists(self) -> bool:
        return self._content != {}

    #: What was asked.
    request = _noted("request")
    job_id = _noted("job_id")
    #: The facts of the job as it was seen last.
    job = _noted("job")
    #: Where to ask for the job.
    job_item = _noted("job_item")
    #: Which apps and tasks go into which package: what names and ``all`` were when they were looked up.
    packages = _noted("packages")
    #: dest, size, checksum and entries of the package that was fetched.
    package = _noted("package")
    #: The partial file of the download.
    partial = _noted("partial")

    @property
    def archive_id(self) -> str | None:
        """The package's id, which the API no longer tells once a download began."""
        told = (self.job or {}).get("archive_id")
        return told or (self._get("archive_id") if self.holds_part else None)

    @property
    def lost_ids(self) -> list[str]:
        """The ids of packages that were lost, of which parts may be left."""
        last = [self._get("archive_id")] if self._get("lost") and self._get("archive_id") else []
        return [*(self._get("lost_ids") or []), *last]

    @property
    def holds_part(self) -> bool:
        """Whether a download was cut, and its partial file is still there."""
        partial = self.partial
        return partial is not None and os.path.exists(partial) and os.path.getsize(partial) > 0

    @property
    def is_whole(self) -> bool:
        """Whether the package has arrived whole, and was not put in its place yet."""
        return self.package is not None and self.holds_part

    def is_of(self, request: Request) -> bool:
        """Whether it holds that request."""
        return bool(self.request) and same(self.request, request)

    def plan(self, request: Request, force: bool) -> Plan:
        """The contract's table: what is to be done, where *request* is asked now.

        :raises BadRecord: a job must not be started, unless with *force*.
        """
        try:
            return self._plan(request, force) if self.exists else Plan.START
        except BadRecord:
            if force:
                return Plan.START
            raise

    def _plan(self, request: Request, force: bool) -> Plan:
        if self._content is None:
            raise BadRecord(
                f"O(record) {self.path} cannot be read: look at what is in it, name another {self.option}, or start "
                "a new job with O(force)"
            )
        if job_id := request.get("job_id"):
            if self.job_id != job_id:
                raise BadRecord(
                    f"O(record) {self.path} is of another job, {self.job_id or 'whose id never arrived'}: "
                    f"name another {self.option}, or give O(force) to write job {job_id} into it"
                )
            return Plan.DONE if self.is_done else Plan.RESUME
        earlier = self.request
        came_to_nothing = self._get("lost") or self._status == FAILED
        if not same(earlier, request):
            # An import leaves nothing to be fetched, nor does a job that was started elsewhere and came to nothing.
            if earlier["operation"] == IMPORT and self._status in (FAILED, SUCCEEDED):
                return Plan.START
            if earlier.get("job_id") and came_to_nothing:
                return Plan.START
            cure = f"Name another {self.option}, or start a new job with O(force)"
            if self._status == FAILED:
                cure = "Start a new job with O(force): the earlier one FAILED, so nothing is lost by it"
            raise BadRecord(
                f"O(record) {self.path} is of another request: it holds {described(earlier, request)}; you "
                f"ask for {described(request, earlier)}. {cure}"
            )
        if self.job_id is None:
            raise BadRecord(
                f"O(record) {self.path} says that a job was started and its id never arrived, so a job may be running: "
                "look at the instance's tasks in the console, then start a new one with O(force)"
            )
        if self.is_done:
            return Plan.START if force else Plan.DONE
        if came_to_nothing or (self.package is not None and not self.holds_part):
            return Plan.START
        return Plan.RESUME

    @property
    def _status(self) -> str | None:
        return (self.job or {}).get("status")

    @property
    def is_done(self) -> bool:
        """Whether the import succeeded, or the package of the export lies where it was put, as it was."""
        if self.request["operation"] == IMPORT:
            return self._status == SUCCEEDED
        try:
            return bool(self.package) and _files.sha256(self.package["dest"]) == self.package["checksum"]
        except OSError:
            return False

    # What becomes of it

    def begin(self, request: Request, **more: t.Any) -> None:
        """Say that a job is about to be started, before its POST.

        :raises BadRecord: the file cannot be made, or another play made it just now.
        """
        self._before = self._content
        self._content = {"version": VERSION, "request": request, "lost_ids": self.lost_ids, **more}
        try:
            self._append(self._content, self._content)
        except BadRecord:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Take :meth:`begin` back: the API did not take the POST, so that what was there before still holds."""
        self._content = self._before
        if self._content == {}:
            self._remove()
        else:
            facts = {"request": None, **(self._content or {})}  # without a request it cannot be read, as before
            self._append(facts, facts)

    def started(self, job_id: str, **more: t.Any) -> None:
        """The POST was answered."""
        self._note(**self._hide({"job_id": job_id, **more}))

    def saw(self, job: Job) -> dict[str, t.Any]:
        """The API told how the job goes: returns its facts, with the archive id of a download that was cut."""
        facts = job.facts()
        if self.holds_part:
            facts["archive_id"] = facts["archive_id"] or self.archive_id
        told = self._hide(facts)
        if told["status"] != self._status or told["archive_id"] != self.archive_id:
            with contextlib.suppress(BadRecord):  # a full disk is no reason to stop waiting
                self._note(job=told)
        return facts

    def fetching(self, partial: str, archive_id: str) -> None:
        """The package is about to be downloaded. Whoever started the job and did not wait never saw its id told."""
        self._note(partial=os.path.abspath(partial), archive_id=self._hide(archive_id), package=None, lost=False)

    def fetched(self, package: t.Mapping[str, t.Any]) -> None:
        """The package is whole, and about to be renamed to its dest."""
        self._note(package={**package, "dest": os.path.abspath(package["dest"])})

    def lost(self) -> None:
        """The package is lost: it can no longer be downloaded whole."""
        self._note(lost=True)

    def _get(self, name: str) -> t.Any:
        return (self._content or {}).get(name)

    def _note(self, **facts: t.Any) -> None:
        if self._content:
            self._content.update(facts)
            self._append(facts, self._content)


def parsed(content: bytes) -> dict[str, t.Any] | None:
    """What stands in *content* in the end; empty: nothing; None: no record that this version wrote.

    A line with a request begins again. One that is no JSON was torn by a crash.
    """
    found: dict[str, t.Any] = {}
    for line in content.splitlines():
        try:
            facts = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(facts, dict):
            found = facts if "request" in facts else {**found, **facts}
    found = {name: value for name, value in found.items() if value is not None}
    return found if _is_well_formed(found) or not content.strip() else None


def _is_well_formed(found: t.Mapping[str, t.Any]) -> bool:
    request, job, package = (found.get(name, {}) for name in ("request", "job", "package"))
    if found.get("version") != VERSION or not all(isinstance(part, dict) for part in (request, job, package)):
        return False
    texts = [request.get("operation"), job.get("status", ""), job.get("archive_id") or ""]
    texts += [found.get(name, "") for name in ("job_id", "partial", "archive_id")]
    texts += [package.get(name) for name in ("dest", "checksum") if "package" in found]
    return all(isinstance(text, str) and "\0" not in text for text in texts)


def same(one: Request, other: Request) -> bool:
    """Whether two requests ask the same of the same instance.

    The endpoint is told, but an instance has many names. A start without a dest goes together with each.
    """
    ignored = {"endpoint": None} if one.get("dest") and other.get("dest") else {"endpoint": None, "dest": None}
    return {**one, **ignored} == {**other, **ignored}


def described(request: Request, other: Request) -> str:
    """*request* in a message that tells it from *other*."""
    told = [
        f"{name} {_value(value, other.get(name))}"
        for name, value in request.items()
        if name not in ("operation", "instance_id", "endpoint") and value not in (None, [], "")
    ]
    return f"{request['operation']} of instance {request.get('instance_id')} ({', '.join(told)})"


def _value(value: t.Any, other: t.Any) -> t.Any:
    """*value*; where it is a long list, how long it is and what the *other* one does not have."""
    few = 3
    if not isinstance(value, list) or len(value) <= few:
        return value
    lacking = [item for item in value if item not in (other if isinstance(other, list) else [])]
    return f"{len(value)} ids" + (f", {lacking[:few]} among them" if lacking else "")
