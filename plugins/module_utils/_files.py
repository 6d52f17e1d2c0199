# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that must survive a killed play: locked, written whole or not at all, and hashed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import typing as t


def lock(descriptor: int) -> bool:
    """Lock an open file for this process, without waiting; False where another has it.

    The system lets the lock go with the process, however that ends. Where the file system has no locks, there is none
    to respect.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


def is_locked(path: str) -> bool:
    """Whether another process has the file locked."""
    with contextlib.suppress(FileNotFoundError), open(path, "r+b") as file:
        return not lock(file.fileno())
    return False


@contextlib.contextmanager
def locked_folder(path: str) -> t.Iterator[None]:
    """Keep others that do the same out, for the moment that it takes to look at a folder's files and to make one."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(path: str) -> None:
    """Make sure that the name of *path* survives a crash of the machine."""
    descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # a file system that cannot
            raise
    finally:
        os.close(descriptor)


def sha256(path: str) -> str:
    """The checksum of a file, in hex."""
    with open(path, "rb") as file:
        return digest(file).hexdigest()


def digest(file: t.BinaryIO) -> hashlib._Hash:
    """The sha256 of an open file, from its beginning; it is left at its end."""
    found = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        found.update(chunk)
    return found
