# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_archive: download a package, which can be done only once."""

from __future__ import annotations

import os
import typing as t

from .. import _files
from .._account.options import checked_id
from .._api.client import Client
from .._errors import BadInput, BadPackage, BadRecord, Gone
from .._package.content import entries
from .._package.download import fetch
from .._package.partial import check_place
from .._package.progress import there
from .._start.record import Record
from .._wait.task import Task


def archive(task: Task, client: Client) -> None:
    """Download the package, unless its dest is there already.

    :raises BadInput, BadRecord: before anything is sent.
    :raises RomaError: as :func:`fetch`.
    """
    with Record(task.options["record"], task.check_mode, task.hide) as record:
        archive_id = checked_id("archive_id", task.options["archive_id"] or record.archive_id or "")
        dest = _dest(task.options["dest"], archive_id)
        task.facts.update(dest=dest, size=None, checksum=None, entries=None, partial=None, lost=False)
        task.attributes.check(os.path.dirname(dest) or ".")
        if os.path.lexists(dest) and not task.options["force"]:
            with task.deadline.own_work():
                task.facts.update(describe(dest))
            task.changed = task.attributes.apply(dest)
            task.announce(there(task.facts, unchanged=not task.changed))
            return
        if record.archive_id not in (None, archive_id):
            raise BadRecord(
                f"O(record) {record.path} is of package {record.archive_id}, not of {archive_id}: "
                "name another O(record)"
            )
        with task.deadline.own_work():
            if record.package and record.is_done:  # asked for once more, it would be told to be lost
                where = record.package["dest"]
                told = f"lies in {where}, and can be downloaded only once: copy it, or name another O(record)"
                raise BadRecord(f"O(record) {record.path} says that its package {told}")
        if task.check_mode:
            check_place(dest, archive_id)
            task.changed = True
            return
        try:
            fetch(task, client, archive_id, dest, record)
        except Gone as error:
            if task.facts["partial"] is None:  # what is asked for by hand may be anything
                error.marked = (
                    f"Correct O(archive_id), or export again: the API has no package {archive_id}. It never existed, "
                    "or it was downloaded already, and a package can be downloaded only once. Nothing of the package "
                    f"has arrived. If {archive_id} is the id of a job, give the O(archive_id) of that job instead"
                )
            raise


def _dest(dest: str, archive_id: str) -> str:
    """The file to write."""
    if os.path.isdir(dest):
        dest = os.path.join(dest, f"{archive_id}.zip")
    if os.path.exists(dest) and not os.path.isfile(dest):
        raise BadInput(f"O(dest) {dest} is there and is not a file: name another place, or move it away")
    if dest.endswith(os.sep):
        raise BadInput(f"O(dest) {dest} is not a directory that exists: create it, or name a file")
    return dest


def describe(path: str) -> dict[str, t.Any]:
    """size (bytes), checksum (sha256, hex) and entries of a file that is there; entries None where it is no package.

    :raises BadInput: it cannot be read.
    """
    try:
        checksum, size = _files.sha256(path), os.path.getsize(path)
        count: int | None = entries(path)
    except BadPackage:
        count = None
    except OSError as error:
        raise BadInput(
            f"O(dest) {path} is there, and cannot be read ({error.strerror}): let a user who may read it run the task"
        ) from None
    return {"dest": path, "size": size, "checksum": checksum, "entries": count}
