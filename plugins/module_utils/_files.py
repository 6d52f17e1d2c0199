# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that must survive a killed play: locked, written whole or not at all, and hashed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import glob
import hashlib
import os
import re
import typing as t

#: Bytes read or written at a time.
CHUNK = 1 << 20


def open_private(path: str, flags: int) -> int:
    """Open a file that only its owner may read; its descriptor is not inherited."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


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
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not lock(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_folder(path: str) -> t.Iterator[None]:
    """Keep others that do the same out, for the moment that it takes to look at a folder's files and to make one."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
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


def write_locked(path: str, content: bytes, exclusive: bool) -> int:
    """Write a private file as a whole, and return its open descriptor, locked.

    :arg exclusive: only where there is no such file yet; else an old one is replaced.
    :raises FileExistsError: there is one.
    """
    temporary = f"{path}.{os.getpid()}.tmp"
    descriptor = open_private(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        lock(descriptor)
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
        if exclusive:
            os.link(temporary, path)  # fails where there is one; a rename would not
            os.unlink(temporary)
        else:
            os.rename(temporary, path)
        sync_folder(path)
        remove_stale(path)  # not before: until now they may hold what path does not
    except BaseException:
        os.close(descriptor)
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    return descriptor


def remove_stale(path: str) -> None:
    """Remove what a killed play left of :func:`write_locked`: temporary files that nobody holds."""
    for temporary, _content in _stale(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def left_behind(path: str) -> list[bytes]:
    """What is in the temporary files that :func:`remove_stale` would remove: newer than what is in *path*, if whole."""
    return [content for _temporary, content in _stale(path)]


def _stale(path: str) -> t.Iterator[tuple[str, bytes]]:
    """The temporary files of *path* that nobody holds, with what is in them; locked while they are looked at."""
    for temporary in glob.glob(f"{glob.escape(path)}.*.tmp"):
        if not re.fullmatch(r"\.\d+\.tmp", temporary[len(path) :]):
            continue
        try:
            descriptor = os.open(temporary, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue  # gone meanwhile, or not ours
        with os.fdopen(descriptor, "rb") as file:
            if lock(descriptor):
                yield temporary, file.read()


def sha256(path: str) -> str:
    """The checksum of a file, in hex."""
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def chunks(path: str) -> t.Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
