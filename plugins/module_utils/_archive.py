# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_archive: the package of an export, which can be downloaded only once."""

from __future__ import annotations

import os
import re

from ._client import Client
from ._errors import BadInput, BadPackage, BadRecord, Gone, NoAnswer, NotWritten, RomaError, Unreadable
from ._options import checked_id
from ._pace import AdaptivePace
from ._partial import Partial, describe, entries
from ._record import Record
from ._requests import requests
from ._task import Task
from ._transport import chunks, length


def archive(task: Task, client: Client) -> None:
    """Download the package, unless its dest is there already.

    :raises BadInput, BadRecord: before anything is sent.
    :raises RomaError: no whole package came; ``partial`` in the facts names what has arrived, and ``lost`` tells
        whether the rest can still be had.
    """
    archive_id = checked_id("archive_id", task.options["archive_id"])
    dest = _dest(task.options["dest"], archive_id)
    task.facts.update(dest=dest, size=None, checksum=None, entries=None, partial=None, lost=False)
    if os.path.exists(dest) and not task.options["force"]:
        task.facts.update(describe(dest))
        return
    task.changed = True
    if task.check_mode:
        _check_folder(dest)
        return
    task.changed = False
    with Record(task.options["record"]) as record:
        if record.archive_id not in (None, archive_id):
            raise BadRecord(
                f"record {record.path} is of package {record.archive_id}, not of {archive_id}: name another record"
            )
        partial = Partial(dest, archive_id)
        try:
            _bring_in(task, client, archive_id, partial, record)
        finally:
            partial.close()


def _bring_in(task: Task, client: Client, archive_id: str, partial: Partial, record: Record) -> None:
    task.unfinished = lambda: _unfinished("The time allowed is over and the package is not whole", partial)
    try:
        record.fetching(partial.path, archive_id)
        if not _is_whole(partial):
            _download(task, client, archive_id, partial)
        count = _checked(partial)
        task.facts.update(size=partial.size, checksum=partial.checksum, entries=count)
        record.fetched({name: task.facts[name] for name in ("dest", "size", "checksum", "entries")})
        partial.sync()
        task.deadline.settle()
        partial.finish()
        task.changed = True
    except (RomaError, OSError) as error:
        held = partial.held()
        lost = isinstance(error, (Gone, BadPackage))
        task.facts.update(partial=held[0] if held else None, lost=lost)
        if lost:
            record.lost()
        if isinstance(error, OSError):
            raise NotWritten(_unfinished(f"The package could not be written ({error.strerror})", partial)) from None
        again = ". Export again to get a whole one" if lost else ""
        raise type(error)(_unfinished(str(error), partial) + again, error.answer) from None


def _download(task: Task, client: Client, archive_id: str, partial: Partial) -> None:
    """Ask for the package, and for the rest of it where it was cut, until it is there or the time is over."""
    clock = task.deadline.clock
    pace = AdaptivePace()
    etag: str | None = None
    began = clock()
    while True:
        try:
            response = client.open_archive(archive_id, partial.size, etag)
            etag = response.headers.get("ETag", etag)
            with response:
                return _receive(client, response, partial)
        except RomaError as error:
            if _answered_with(error, 416) and partial.size:
                partial.start_over()  # nothing is behind what is held, and that is no whole package
                continue
            if not error.passes or not task.deadline.timeout:
                raise
            pause = max(error.pause, pace.pause(clock() - began, None))
            if pause >= task.deadline.remaining():
                raise type(error)(
                    f"{error}. The time allowed, {task.deadline.timeout:g} s, is nearly over", error.answer
                ) from None
        task.sleep(pause)


def _receive(client: Client, response: requests.Response, partial: Partial) -> None:
    """Write an answer's body behind what is there.

    :raises NoAnswer: it was cut.
    :raises Unreadable: it is no package.
    :raises NotWritten: it does not fit.
    """
    if re.match(r"(text/html|application/json)\b", response.headers.get("Content-Type", "")):
        client.read(response)
        raise Unreadable("The answer is text and no package, perhaps a proxy's page")
    if partial.size and response.status_code != 206:
        partial.start_over()
    _check_range(response, partial)
    expected = length(response)
    if expected is not None:
        partial.check_space(expected)
    before = partial.size
    for chunk in chunks(response):
        client.deadline.touch()
        partial.write(chunk)
    received = partial.size - before
    if expected is not None and received < expected:
        raise NoAnswer(f"The package was cut after {received} of {expected} bytes")


def _answered_with(error: RomaError, status: int) -> bool:
    return error.answer is not None and error.answer["http_status"] == status


def _check_range(response: requests.Response, partial: Partial) -> None:
    if response.status_code == 206:
        told = re.match(r"bytes ([0-9]{1,18})-", response.headers.get("Content-Range", ""))
        if told is None or int(told.group(1)) != partial.size:
            raise Unreadable(f"The API sent another part of the package than the one from byte {partial.size} on")


def _checked(partial: Partial) -> int:
    """The number of files in the package that arrived."""
    try:
        return entries(partial.path)
    except BadPackage as error:
        raise BadPackage(f"The package arrived damaged: {error}") from None


def _is_whole(partial: Partial) -> bool:
    """Whether an earlier task had all of the package, and died before it was put in its place."""
    try:
        return partial.size > 0 and entries(partial.path) >= 0
    except BadPackage:
        return False


def _unfinished(why: str, partial: Partial) -> str:
    held = partial.held()
    if not held:
        return f"{why}. Nothing of the package has arrived"
    return f"{why}. What has arrived stays in {' and '.join(held)} ({partial.size} bytes in the last)"


def _dest(dest: str, archive_id: str) -> str:
    """The file to write, in a folder that exists."""
    if os.path.isdir(dest):
        return os.path.join(dest, f"{archive_id}.zip")
    if dest.endswith(os.sep):
        raise BadInput(f"dest {dest} is no directory that exists: create it, or name a file")
    folder = os.path.dirname(dest) or "."
    if not os.path.isdir(folder):
        raise BadInput(f"dest {dest}: the folder {folder} does not exist: create it")
    return dest


def _check_folder(dest: str) -> None:
    """What can be known of the permission without making a file."""
    folder = os.path.dirname(dest) or "."
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(f"dest {dest}: no file can be made in {folder}: give its user the permission")
