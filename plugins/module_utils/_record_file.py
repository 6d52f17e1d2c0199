# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record on disk: locked while a task uses it, written as a whole, and put back as it was where that is wanted."""

from __future__ import annotations

import os

from . import _files
from ._errors import BadRecord


class RecordFile:
    """The file at *path*, as it was when the task began. Its lock lasts until it is closed.

    :raises BadRecord: another play has it, it cannot be opened, or its folder cannot take it.
    """

    def __init__(self, path: str, read_only: bool) -> None:
        self._path = path
        self._read_only = read_only
        self._lock: int | None = None
        #: What was in it; None where it did not exist.
        self.content: bytes | None = None
        self._open()

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def write(self, content: bytes) -> None:
        """Replace it, or make it where it did not exist; then it must not exist now, either.

        :raises BadRecord: it cannot be written, or another play made it just now.
        """
        self._write(content, exclusive=self.content is None and self._lock is None)

    def restore(self) -> None:
        """Put it back as it was when the task began."""
        if self.content is not None:
            self._write(self.content, exclusive=False)
        elif not self._read_only:
            os.unlink(self._path)
            _files.sync_folder(self._path)

    def left_behind(self) -> list[bytes]:
        """What a play that was killed wrote, and did not put in its place."""
        return _files.left_behind(self._path)

    def _write(self, content: bytes, exclusive: bool) -> None:
        if self._read_only:
            return
        try:
            descriptor = _files.write_locked(self._path, content, exclusive)
        except FileExistsError:
            raise BadRecord(f"record {self._path} was just made by another play, which goes on with the job") from None
        except OSError as error:
            raise BadRecord(f"record {self._path} cannot be written: {error.strerror}") from None
        self.close()
        self._lock = descriptor

    def _open(self) -> None:
        while True:
            try:
                descriptor = os.open(self._path, (os.O_RDONLY if self._read_only else os.O_RDWR) | os.O_CLOEXEC)
            except FileNotFoundError:
                self._check_folder()
                return
            except OSError as error:
                raise BadRecord(f"record {self._path} cannot be opened: {error.strerror}") from None
            if not self._read_only and not _files.lock(descriptor):
                os.close(descriptor)
                raise BadRecord(f"record {self._path} is in use by another play: wait for it, or name another record")
            if _is_still(descriptor, self._path):
                break
            os.close(descriptor)  # replaced before it was locked
        self._lock = descriptor
        try:
            with open(descriptor, "rb", closefd=False) as file:
                self.content = file.read()
        except OSError as error:  # a directory, opened to be read
            raise BadRecord(f"record {self._path} cannot be read: {error.strerror}") from None

    def _check_folder(self) -> None:
        folder = os.path.dirname(self._path) or "."
        if not os.path.isdir(folder):
            raise BadRecord(
                f"The folder of record {self._path} does not exist: create {folder}, or name another record"
            )
        if not os.access(folder, os.W_OK | os.X_OK):
            raise BadRecord(f"record {self._path} cannot be made: its folder is not writable for the user of this task")


def _is_still(descriptor: int, path: str) -> bool:
    """Whether *path* still names the open file: a record is replaced when it is written."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
