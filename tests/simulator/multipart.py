# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file part of a multipart body, wherever in the body it lies and however large it is."""

from __future__ import annotations

import email.parser
import io
from collections.abc import Iterator
from email.message import Message
from typing import Any, BinaryIO

from .incoming import Incoming

#: Bytes read at once. No mapping into memory: its pages would count as the simulator's.
_BLOCK = 1024 * 1024


class Stretch(io.RawIOBase):
    """A stretch of a file, as a file of its own that can be read and sought."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._size = end - start
        self._at = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As of any file."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """As of any file."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """As of any file."""
        self._file.seek(self._start + self._at)
        data = self._file.read(max(min(len(buffer), self._size - self._at), 0))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def file_part(request: Incoming, field: str) -> tuple[str, io.BufferedReader] | None:
    """File name and content of the part named `field`; None where the body has no such file."""
    boundary = _headers(b"Content-Type: " + request.headers.get("content-type", "").encode("utf-8")).get_boundary()
    if not boundary:
        return None
    file = request.body.file
    for headers, start, end in _parts(file, b"--" + boundary.encode("utf-8")):
        filename = headers.get_filename()
        if headers.get_param("name", header="content-disposition") == field and filename is not None:
            return filename, io.BufferedReader(Stretch(file, start, end), _BLOCK)
    return None


def _parts(file: BinaryIO, delimiter: bytes) -> Iterator[tuple[Message, int, int]]:
    """Headers, start and end of each part."""
    at = _find(file, delimiter, 0)
    while at >= 0:
        begin = at + len(delimiter)
        head = _find(file, b"\r\n\r\n", begin)
        end = _find(file, b"\r\n" + delimiter, begin)
        if head < 0 or end < 0:
            return
        file.seek(begin)
        yield _headers(file.read(head - begin).lstrip()), head + 4, end
        at = end + 2


def _find(file: BinaryIO, text: bytes, start: int) -> int:
    """Where the text begins, at or after `start`; -1 where it is not."""
    file.seek(start)
    seen = b""
    while block := file.read(_BLOCK):
        at = (seen + block).find(text)
        if at >= 0:
            return start + at
        start += len(seen) + len(block)
        seen = (seen + block)[1 - len(text) :]
        start -= len(seen)
    return -1


def _headers(text: bytes) -> Message:
    return email.parser.BytesParser().parsebytes(text, headersonly=True)
