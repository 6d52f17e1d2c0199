# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The partial file: where a package arrives beside its dest, until it is whole."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
import typing as t
import zipfile
import zlib

from .. import _files
from .._errors import BadInput, BadPackage, NotWritten


class Partial:
    """The part of one package that has arrived, in a private file beside *dest*.

    Its name tells the package, so that what one download left is never glued to another package. The file is locked
    as long as it is open, so that a second play at the same dest is told so.

    :raises BadInput: the file cannot be made, or another play writes to the same dest.
    """

    def __init__(self, dest: str, archive_id: str) -> None:
        self._dest = dest
        self._base = f"{dest}.{archive_id}"
        #: One for each time that the package was begun; the last is in use.
        self._paths = [f"{self._base}.part"]
        #: What the API called the package's bytes when they were first sent.
        self.etag: str | None = None
        self._lock = self._claim()
        while os.path.exists(self._next_path()):
            self._paths.append(self._next_path())
        self._file = self._open()

    @property
    def path(self) -> str:
        return self._paths[-1]

    @property
    def checksum(self) -> str:
        """sha256 of what has arrived, in hex."""
        return self._digest.hexdigest()

    def held(self) -> list[str]:
        """The partial files that hold data, for a message."""
        return [path for path in self._paths if os.path.exists(path) and os.path.getsize(path)]

    def write(self, data: bytes) -> None:
        """:raises NotWritten: the disk filled up."""
        rest = memoryview(data)
        while rest:
            try:
                written = self._file.write(rest)  # unbuffered, so that a full disk takes a part of it
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                    raise
                raise NotWritten(f"The disk of {self._dest} is full: make room") from None
            self._digest.update(rest[:written])
            self.size += written
            rest = rest[written:]

    def start_over(self) -> None:
        """Take the package from its beginning, beside the part that is already held."""
        self._paths.append(self._next_path())
        self._file.close()
        self._file = self._open()

    def check_space(self, needed: int) -> None:
        """:raises NotWritten: *needed* more bytes do not fit. A file system that reports no blocks tells nothing."""
        stat = os.fstatvfs(self._lock)
        free = stat.f_bavail * stat.f_frsize
        if needed > free and stat.f_blocks:
            raise NotWritten(
                f"The package needs {needed} more bytes, and the disk of {self._dest} has {free}: make room. Its body "
                "was not read, but the API may count it as downloaded"
            )

    def sync(self) -> None:
        """Make sure that what has arrived survives a crash of the machine."""
        os.fsync(self._file.fileno())

    def finish(self, replaces: bool) -> None:
        """Put the whole package, after :meth:`sync`, in the place of *dest*: no crash leaves anything else there.

        :raises NotWritten: a file appeared there meanwhile, and is not to be replaced.
        """
        if os.path.lexists(self._dest) and not replaces:
            raise NotWritten(
                f"O(dest) {self._dest} appeared while the package was brought in, and is not "
                "replaced: move it away, or give O(force), and run this again. The package is whole"
            )
        os.rename(self.path, self._dest)
        _files.sync_folder(self._dest)
        for path in self.held():
            os.unlink(path)  # parts of the package that is whole now

    def close(self) -> None:
        """Let go of the lock. A partial file without data is removed, one with data is not."""
        for path in self._paths:
            if os.path.exists(path) and not os.path.getsize(path):
                os.unlink(path)
        self._file.close()
        os.close(self._lock)

    def _next_path(self) -> str:
        return f"{self._base}.{len(self._paths) + 1}.part"

    def _open(self) -> t.BinaryIO:
        """Open the partial file in use, behind what it holds already."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        file = t.cast(t.BinaryIO, os.fdopen(descriptor, "r+b", buffering=0))
        self._digest = _files.digest(file)
        self.size = file.seek(0, os.SEEK_END)
        return file

    def _claim(self) -> int:
        """Make the first partial file and lock it, if no other partial file of the same dest is locked."""
        folder = os.path.dirname(self._dest) or "."
        first = self.path
        try:
            with _files.locked_folder(folder):
                taken = next((path for path in self._others() if _files.is_locked(path)), None)
                if taken is None:
                    descriptor = os.open(first, os.O_RDWR | os.O_CREAT, 0o600)
                    if _files.lock(descriptor):
                        return descriptor
                    os.close(descriptor)
        except FileNotFoundError:
            raise BadInput(f"O(dest) {self._dest}: the folder {folder} does not exist: create it") from None
        except OSError as error:
            raise _cannot_be_made(self._dest, first, error) from None
        raise BadInput(
            f"O(dest) {self._dest} is being written by another play ({taken or first} is locked): wait for it"
        )

    @classmethod
    def remove(cls, dest: str, archive_id: str) -> None:
        """Remove what has arrived of a package that can no longer be had whole, when another one is in its place."""
        for path in glob.glob(f"{glob.escape(dest)}.{glob.escape(archive_id)}.*part"):
            with contextlib.suppress(OSError):
                os.unlink(path)

    def _others(self) -> list[str]:
        """The partial files of other packages for the same dest."""
        pattern = re.compile(re.escape(self._dest) + r"\.[^.]+(\.\d+)?\.part")
        paths = glob.glob(f"{glob.escape(self._dest)}.*.part")
        return [path for path in paths if pattern.fullmatch(path) and not path.startswith(f"{self._base}.")]


def check_place(dest: str, is_check: bool) -> None:
    """Make sure, before a job is started, that its package can be brought to *dest* at all.

    :arg is_check: no file is made for it.
    :raises BadInput: it cannot.
    """
    if os.path.exists(dest) and not os.path.isfile(dest):
        raise BadInput(f"O(dest) {dest} is there and is no file: name another place, or move it away")
    # The vendor names no length of an archive's id, and 36 characters have been seen.
    longest = f"{dest}.{'x' * 64}.99.part"
    if is_check:
        check_folder(dest)
        if len(os.fsencode(os.path.basename(longest))) > os.pathconf(os.path.dirname(dest) or ".", "PC_NAME_MAX"):
            raise _cannot_be_made(dest, longest, OSError(errno.ENAMETOOLONG, ""))
        return
    try:
        os.close(os.open(longest, os.O_WRONLY | os.O_CREAT, 0o600))
        os.unlink(longest)
    except OSError as error:
        raise _cannot_be_made(dest, longest, error) from None


def check_folder(dest: str) -> None:
    """What can be known of the permission without making a file."""
    folder = os.path.dirname(dest) or "."
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(f"O(dest) {dest}: no file can be made in {folder}: give its user the permission")


def _cannot_be_made(dest: str, path: str, error: OSError) -> BadInput:
    if error.errno == errno.ENAMETOOLONG:
        return BadInput(
            f"O(dest) {dest}: its partial file gets a longer name, {os.path.basename(path)}, which this "
            "file system does not take: give O(dest) a shorter name"
        )
    return BadInput(f"O(dest) {dest}: no file can be made in {os.path.dirname(dest) or '.'} ({error.strerror})")


def entries(package_file: str | t.BinaryIO) -> int:
    """The number of files in a package (its path, or the open file), whose checksums all hold.

    :raises BadPackage: it is no zip, or a member is damaged.
    """
    try:
        with zipfile.ZipFile(package_file) as package:
            damaged = package.testzip()
            if damaged is not None:
                raise BadPackage(f"its member {damaged!r} does not match its checksum")
            # zipfile takes the last zip in a file, which in a package that was cut may be one of its members.
            if min((member.header_offset for member in package.infolist()), default=package.start_dir) > 0:
                raise BadPackage("it is cut, or something stands before it")
            return sum(not member.is_dir() for member in package.infolist())
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        # RuntimeError of a member that is encrypted, or that is compressed in a way which zipfile does not know.
        raise BadPackage(f"it is no whole zip ({error})") from None


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
            f"O(dest) {path} is there and cannot be read ({error.strerror}): let a user who may read it run the task"
        ) from None
    return {"dest": path, "size": size, "checksum": checksum, "entries": count}
