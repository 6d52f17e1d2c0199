# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloading a package, which can be done only once."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import typing as t

from .._api.client import Client
from .._api.download import open_archive
from .._errors import BadPackage, Gone, NoAnswer, NotWritten, RomaError, Unreadable
from .._http.requests import requests
from .._http.transport import chunks, length
from .._start.record import Record
from .._wait.pace import AdaptivePace
from .._wait.task import Task
from .content import entries
from .partial import Partial
from .progress import Transfer, there

#: How a zip begins; an empty one is its end alone [APPNOTE.TXT, 4.3.7 and 4.3.16].
ZIP_BEGINS = (b"PK\x03\x04", b"PK\x05\x06")

#: How a page or a document begins, which is no rest of a package.
PAGE_BEGINS = re.compile(rb"\s*(<!doctype|<html|<head|<body|<\?xml|\{\s*[\"}])", re.IGNORECASE)


def fetch(task: Task, client: Client, archive_id: str, dest: str, record: Record) -> None:
    """Bring the package to *dest*; the facts dest, size, checksum, entries, partial and lost follow.

    :raises BadInput: the partial file cannot be made.
    :raises RomaError: no whole package came; ``partial`` in the facts names what has arrived, and ``lost`` tells
        whether the rest can still be downloaded.
    """
    with task.deadline.own_work():
        partial = Partial(dest, archive_id)
    with contextlib.closing(partial):
        _bring_in(task, client, archive_id, partial, record)
    task.announce(there(task.facts, unchanged=False))
    task.attributes.apply(dest)


def _bring_in(task: Task, client: Client, archive_id: str, partial: Partial, record: Record) -> None:
    task.unfinished = lambda: _unfinished("The time allowed is over and the package is not whole", partial)
    try:
        record.fetching(partial.path, archive_id)
        if not _is_whole(task, partial):  # where it is, an earlier task died before it was put in its place
            _download(task, client, archive_id, partial)
        with task.deadline.own_work():
            task.facts.update(size=partial.size, checksum=partial.checksum, entries=entries(partial.path))
            record.fetched({name: task.facts[name] for name in ("dest", "size", "checksum", "entries")})
            partial.sync()
            task.deadline.settle()
            partial.finish(replaces=task.options["force"])
            task.changed = True
    except (RomaError, OSError) as error:
        held = partial.held()
        lost = isinstance(error, (Gone, BadPackage))
        task.facts.update(partial=held[0] if held else None, lost=lost)
        if lost:
            record.lost()
        if isinstance(error, OSError):
            raise NotWritten(_unfinished(f"The package could not be written ({error.strerror})", partial)) from None
        damaged = "The package arrived damaged: " if isinstance(error, BadPackage) else ""
        again = ". Run this task again to get the rest" if error.passes else ""
        again = ". Export again to get a whole one" if lost else again
        error.marked = _unfinished(f"{damaged}{error.marked}", partial) + again
        raise


def _download(task: Task, client: Client, archive_id: str, partial: Partial) -> None:
    """Ask for the package, and for the rest of it where it was cut, until it is there or the time is over."""
    clock = task.deadline.clock
    transfer = Transfer(task.announce, clock, os.path.basename(task.facts["dest"]))
    pace = AdaptivePace()
    began = clock()
    ended: int | None = None  # so many bytes were there when an answer ended that did not tell its length
    while True:
        try:
            with open_archive(client, archive_id, partial.size, partial.etag) as response:
                if _receive(client, response, partial, transfer):
                    return
            if _is_whole(task, partial):
                transfer(partial.size, None, over=True)
                return
            ended = partial.size
            raise NoAnswer(f"The package came without its length, and was cut after {ended} bytes")
        except RomaError as error:
            nothing_more = isinstance(error, Gone) or _nothing_behind(error)
            # It broke off behind its last byte; or it is damaged, and this is all that there is of it.
            if partial.size and nothing_more and (partial.size == ended or _is_whole(task, partial)):
                return
            if partial.size and _nothing_behind(error):
                partial.start_over()
                continue
            if not error.passes or not task.deadline.timeout:
                raise
            pause = max(error.pause, pace.pause(clock() - began, None))
            if pause >= task.deadline.remaining():
                if "timed_out" in task.facts:
                    task.facts["timed_out"] = True
                error.marked += f". The time allowed, {task.deadline.timeout:g} s, is nearly over"
                raise
        task.sleep(pause)


def _is_whole(task: Task, partial: Partial) -> bool:
    with task.deadline.own_work(), contextlib.suppress(BadPackage):
        return entries(partial.path) >= 0
    return False


def _nothing_behind(error: RomaError) -> bool:
    return error.answer is not None and error.answer["http_status"] == 416


def _receive(client: Client, response: requests.Response, partial: Partial, transfer: Transfer) -> bool:
    """Write an answer's body behind what is there; returns whether it is known to be all of the package."""
    is_rest = response.status_code == 206
    expected = length(response)
    part, total = _told(response, partial.size) if is_rest else (expected, None)
    # A rest may begin as a page does, since a package holds files as they are: it is as long as it says.
    is_known = expected in (None, part)
    expected = part if expected is None else expected
    if expected is not None:
        partial.check_space(expected)
    pieces = chunks(response)
    head, trouble = _head(pieces, is_rest)
    if trouble is not None and not head:
        raise trouble
    is_cut = trouble is not None or (expected is not None and len(head) < expected)
    if (PAGE_BEGINS.match(head) and not is_known) if is_rest else not _begins_as_zip(head, is_cut):
        raise Unreadable("The answer does not begin like a package, and may be a proxy's page: check the proxies")
    if not is_rest:
        if partial.size:
            partial.start_over()
        partial.etag = response.headers.get("ETag")
    before = partial.size
    total = total or (before + expected if expected is not None else None)
    for piece in itertools.chain([head], pieces):
        client.deadline.touch()
        partial.write(piece)
        transfer(partial.size, total)
    if trouble is not None:
        raise trouble
    if total is not None and partial.size < total:
        raise NoAnswer(f"The package was cut after {partial.size} of {total} bytes")
    transfer(partial.size, total, over=total is not None)
    return total is not None


def _told(response: requests.Response, begins: int) -> tuple[int, int | None]:
    """How long the rest is that begins there, and the whole package; a server may send less than all of the rest.

    :raises Unreadable: it is another part.
    """
    said = re.match(r"bytes ([0-9]{1,18})-([0-9]{1,18})(?:/([0-9]{1,18}))?", response.headers.get("Content-Range", ""))
    if said is None or int(said[1]) != begins:
        raise Unreadable(f"The API sent another part of the package than the one from byte {begins} on")
    return int(said[2]) + 1 - begins, int(said[3]) if said[3] else None


def _head(pieces: t.Iterator[bytes], is_rest: bool) -> tuple[bytes, NoAnswer | None]:
    """The first bytes of a body, enough to know it by; and what broke where they are fewer."""
    head = b""
    try:
        for piece in pieces:
            head += piece
            may_be_page = is_rest and head.lstrip()[:1] in (b"", b"<", b"{")
            if len(head) >= (64 if may_be_page else len(ZIP_BEGINS[0])):
                break
    except NoAnswer as error:
        return head, error
    return head, None


def _begins_as_zip(head: bytes, is_cut: bool) -> bool:
    return any(head.startswith(begin) or (is_cut and head and begin.startswith(head)) for begin in ZIP_BEGINS)


def _unfinished(why: str, partial: Partial) -> str:
    held = partial.held()
    if not held:
        return f"{why}. Nothing of the package has arrived"
    return f"{why}. What has arrived stays in {' and '.join(held)} ({partial.size} bytes in the last)"
