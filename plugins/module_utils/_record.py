# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record: a small file that makes a start happen once, and lets a play that died go on.

It is created before the POST, and holds what is asked of which instance; it gets the job's id as soon as the POST was
answered, then what became of it. It holds no secret. While a task uses it, it is locked.
"""

from __future__ import annotations

import enum
import json
import os
import typing as t

from . import _files
from ._errors import BadRecord
from ._job import FAILED, SUCCEEDED, Job
from ._record_file import RecordFile
from ._record_form import VERSION, Request, described, parsed, same

EXPORT, IMPORT = "exportAsset", "importAsset"


class Plan(enum.Enum):
    """What a record says is to be done."""

    START = "start a job"
    RESUME = "go on with the job"
    DONE = "nothing"


class Record:
    """One record file, or none (*path* None), as it was when the task began and as the task writes it.

    Use it as a context manager: its lock goes with the block.

    :arg hide: takes the secrets out of a server's words.
    :raises BadRecord: another play has it, or its folder cannot be read.
    """

    def __init__(
        self,
        path: str | None,
        read_only: bool = False,
        hide: t.Callable[[t.Any], t.Any] = lambda value: value,
    ) -> None:
        self.path = path
        self._hide = hide
        self._content: dict[str, t.Any] | None = None
        self._file = RecordFile(path, read_only) if path else None
        if self._file and self._file.content is not None:
            self._content = parsed(self._file.content)
            if self._content is not None and self.job_id is None:
                self._recover(self._file, self._content["request"])

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file:
            self._file.close()

    # What it says

    @property
    def exists(self) -> bool:
        return self._file is not None and self._file.content is not None

    @property
    def job_id(self) -> str | None:
        return t.cast("str | None", self._get("job_id"))

    @property
    def job(self) -> dict[str, t.Any] | None:
        """The facts of the job as it was seen last."""
        return t.cast("dict[str, t.Any] | None", self._get("job"))

    @property
    def archive_id(self) -> str | None:
        """The package's id, which the API no longer tells once a download began."""
        told = (self.job or {}).get("archive_id")
        return t.cast("str | None", told or (self._get("archive_id") if self.holds_part else None))

    @property
    def package(self) -> dict[str, t.Any] | None:
        """dest, size, checksum and entries of the package that was fetched."""
        return t.cast("dict[str, t.Any] | None", self._get("package"))

    @property
    def holds_part(self) -> bool:
        """Whether a download was cut, and its partial file is still there."""
        partial = self._get("partial")
        return bool(partial) and os.path.exists(partial) and os.path.getsize(partial) > 0

    def plan(self, request: Request, force: bool) -> Plan:
        """The contract's table: what is to be done, where *request* is asked now.

        :raises BadRecord: a job must not be started, unless with *force*.
        """
        if not self.exists:
            return Plan.START
        try:
            return self._plan(request, force)
        except BadRecord:
            if force:
                return Plan.START
            raise

    def _plan(self, request: Request, force: bool) -> Plan:
        if self._content is None:
            raise BadRecord(
                f"record {self.path} cannot be read: look what is in it, name another record, or start a new job "
                "with force"
            )
        earlier = self._content["request"]
        if not same(earlier, request):
            if earlier["operation"] == IMPORT and self._job_over:
                return Plan.START  # an import leaves nothing to be fetched
            raise BadRecord(
                f"record {self.path} is of another request: it holds {described(earlier, request)}; asked "
                f"is {described(request, earlier)}. Name another record, or start a new job with force"
            )
        if self.job_id is None:
            raise BadRecord(
                f"record {self.path} says that a job was started and its id never arrived, so a job may be running: "
                "look at the instance's tasks in the console, then start a new one with force"
            )
        if self._done:
            return Plan.START if force else Plan.DONE
        if self._get("lost") or self._failed or (self.package is not None and not self.holds_part):
            return Plan.START
        return Plan.RESUME

    @property
    def _status(self) -> str | None:
        return (self.job or {}).get("status")

    @property
    def _failed(self) -> bool:
        return self._status == FAILED

    @property
    def _job_over(self) -> bool:
        return self._status in (FAILED, SUCCEEDED)

    @property
    def _done(self) -> bool:
        if self._get("request")["operation"] == IMPORT:
            return self._status == SUCCEEDED
        package = self.package
        try:
            return package is not None and _files.sha256(package["dest"]) == package["checksum"]
        except (OSError, KeyError, TypeError):
            return False

    # What becomes of it

    def begin(self, request: Request) -> None:
        """Say that a job is about to be started, before its POST.

        :raises BadRecord: the file cannot be made, or another play made it just now.
        """
        self._content = {"version": VERSION, "request": request, "job_id": None, "job": None}
        self._write()

    def abandon(self) -> None:
        """Take :meth:`begin` back: the API did not take the POST, so that what was there before still holds."""
        if self._file:
            self._file.restore()

    def started(self, job_id: str) -> None:
        """The POST was answered."""
        self._update(job_id=job_id)

    def saw(self, job: Job) -> dict[str, t.Any]:
        """The API told how the job goes: returns its facts, with the archive id of a download that was cut.

        The API no longer tells that id once the download began, and the rest of the package is asked for by it.
        """
        facts = job.facts()
        if self.holds_part:
            facts["archive_id"] = facts["archive_id"] or self.archive_id
        if facts["status"] != self._status or facts["archive_id"] != self.archive_id:
            # A reason is the server's text, and may repeat a secret.
            self._update(job={**facts, "reason": self._hide(facts["reason"])})
        return facts

    def fetching(self, partial: str, archive_id: str) -> None:
        """The package is about to be downloaded into *partial*.

        Its id is kept: who started the job without waiting for it never saw it told.
        """
        self._update(partial=partial, archive_id=archive_id, package=None, lost=False)

    def fetched(self, package: t.Mapping[str, t.Any]) -> None:
        """The package is whole, and about to be renamed to its dest."""
        self._update(package=dict(package))

    def lost(self) -> None:
        """The package can no longer be had whole."""
        self._update(lost=True)

    def _get(self, name: str) -> t.Any:
        return (self._content or {}).get(name)

    def _recover(self, file: RecordFile, request: Request) -> None:
        """Take the job's id from what a play was killed before it put in the record's place."""
        for left in map(parsed, file.left_behind()):
            if left is not None and left["request"] == request and left.get("job_id"):
                self._content = left
                self._write()
                return

    def _update(self, **facts: t.Any) -> None:
        if self._content is not None:
            self._content.update(facts)
            self._write()

    def _write(self) -> None:
        if self._file:
            self._file.write((json.dumps(self._content, indent=1) + "\n").encode())
