# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a record: private, locked while a task uses it, and only ever added to, a line at a time.

So it takes nothing of the file system but to create, append and lock, and a crash leaves whole lines and at most one
that is torn.
"""

from __future__ import annotations

import json
import os
import typing as t

from .. import _files
from .._errors import BadRecord


class RecordFile:
    """The file at *path*, or none, as it was when the task began. Its lock lasts until it is closed.

    :arg read_only: nothing is locked or written.
    :raises BadRecord: another play has it, it cannot be opened, or its folder cannot take it.
    """

    #: What a user gives to have another one, marked.
    option = "O(record)"

    def __init__(self, path: str | None, read_only: bool) -> None:
        self.path = path or ""
        self._read_only = read_only or not path
        self._descriptor: int | None = None
        #: What was in it; empty where it did not exist.
        self._found = b""
        if path:
            self._open()
        self._is_torn = self._found[-1:] not in (b"", b"\n")

    def close(self) -> None:
        """Let go of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _append(self, facts: t.Any, whole: t.Any) -> None:
        """Add *facts* in a line, which then survives a crash of the machine.

        :arg whole: all facts, for a file that does not exist yet or was removed by someone.
        :raises BadRecord: it cannot be written, or another play made it just now.
        """
        if self._read_only:
            return
        try:
            descriptor = self._descriptor
            if descriptor is None or not self._is_there(descriptor):
                facts, descriptor = whole, self._make()
            line = ("\n" if self._is_torn else "") + json.dumps(facts) + "\n"  # what was torn stays a line of its own
            self._is_torn = True
            with open(descriptor, "wb", closefd=False) as file:
                file.write(line.encode())
            os.fsync(descriptor)
            self._is_torn = False
        except FileExistsError:
            raise BadRecord(
                f"O(record) {self.path} was just made by another play: wait for it, and run again"
            ) from None
        except OSError as error:
            raise BadRecord(f"O(record) {self.path} cannot be written: {error.strerror}") from None

    def _remove(self) -> None:
        """Remove it, unless another is in its place."""
        if self._descriptor is not None and not self._read_only and self._is_there(self._descriptor):
            os.unlink(self.path)
        self.close()

    def _make(self) -> int:
        self.close()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._descriptor = os.open(self.path, flags, 0o600)
        self._lock(self._descriptor)
        _files.sync_folder(self.path)
        self._is_torn = False
        return self._descriptor

    def _open(self) -> None:
        """Open, lock and read it, if it exists."""
        flags = os.O_RDONLY if self._read_only else os.O_RDWR | os.O_APPEND
        try:
            descriptor = self._descriptor = os.open(self.path, flags)
            if not self._read_only:
                self._lock(descriptor)
            if not self._is_there(descriptor):  # it was removed or replaced before it was locked
                self.close()
                return self._open()
            with open(descriptor, "rb", closefd=False) as file:
                self._found = file.read()
        except FileNotFoundError:
            self._check_folder()
        except OSError as error:
            why = f"{error.strerror}. Let a user who may do so run the task, or name another {self.option}"
            raise BadRecord(f"O(record) {self.path} cannot be opened: {why}") from None

    def _lock(self, descriptor: int) -> None:
        if not _files.lock(descriptor):
            self.close()
            what = f"is in use by another play or host: wait for it, or give each host its own {self.option}"
            raise BadRecord(f"O(record) {self.path} {what}")

    def _check_folder(self) -> None:
        folder = os.path.dirname(self.path) or "."
        if not os.path.isdir(folder):
            raise BadRecord(
                f"The folder of O(record) {self.path} does not exist: create {folder}, or name another {self.option}"
            )
        if not os.access(folder, os.W_OK | os.X_OK):
            raise BadRecord(
                f"O(record) {self.path} cannot be made: its folder is not writable for the user of this task. Give it "
                f"the permission, or name another {self.option}"
            )

    def _is_there(self, descriptor: int) -> bool:
        """Whether the path still names the open file."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path))
        except FileNotFoundError:
            return False
