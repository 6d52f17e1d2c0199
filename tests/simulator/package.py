# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package of an export: a valid zip, made piece by piece so that its size does not matter."""

from __future__ import annotations

import bisect
import functools
import json
import random
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from .answers import Bytes, Content
from .clock import utc

#: The file in the package that says what else is in it.
CONTENTS = "assets.json"
PADDING = "resources/padding.bin"
_BLOCK = 1024 * 1024


class Package:
    """Pieces of bytes in a row; the padding is one block that stands there many times, so memory stays flat."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._ends: list[int] = []
        end = 0
        for piece in pieces:
            end += len(piece)
            self._ends.append(end)
        self.size = end

    def chunks(self) -> Iterator[bytes]:
        """The whole package."""
        return self.between(0, self.size)

    def between(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to, not with, `end`."""
        index = bisect.bisect_right(self._ends, start)
        while start < end:
            piece, first = self._pieces[index], self._ends[index] - len(self._pieces[index])
            chunk = piece[start - first : end - first]
            yield chunk
            start += len(chunk)
            index += 1


@dataclass
class Part:
    """A stretch of a package."""

    package: Package
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the stretch."""
        return self.package.between(self.start, self.end)


class _Recorder:
    """A file to write to that keeps the very objects it was given. It cannot seek, as a stream cannot."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep it."""
        if data:
            self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def build(contents: dict[str, Any], assets: dict[str, dict[str, Any]], made: float, size: int | None) -> Package:
    """A package with `contents` as its table and one file an asset, by file name; `made` in seconds since 1970.

    `size`: pad it to so many bytes; a package is never smaller than its assets make it.
    """
    bare = _zip(contents, assets, made, None)
    if size is None or size <= bare.size:
        return bare
    overhead = _zip(contents, assets, made, 0).size
    return _zip(contents, assets, made, max(size - overhead, 0))


def damaged(package: Package, damage: str | None) -> Content:
    """What is served in place of a package by the plan's `damage`."""
    if damage == "html":
        return Bytes(b"<html><body><h1>Sign in</h1></body></html>")
    if damage == "truncated":
        return Part(package, 0, max(package.size * 6 // 10, 1))
    if damage == "crc":
        # The first member's content is the second piece, after its header.
        pieces = list(package._pieces)
        pieces[1] = bytes([pieces[1][0] ^ 0xFF]) + pieces[1][1:]
        return Package(pieces)
    return package


def _zip(contents: dict[str, Any], assets: dict[str, dict[str, Any]], made: float, padding: int | None) -> Package:
    recorder = _Recorder()
    date = utc(made).timetuple()[:6]
    with zipfile.ZipFile(cast("IO[bytes]", recorder), "w", zipfile.ZIP_STORED) as archive:
        for name, value in {CONTENTS: contents, **assets}.items():
            archive.writestr(zipfile.ZipInfo(name, date), json.dumps(value, indent=1))
        if padding is not None:
            with archive.open(zipfile.ZipInfo(PADDING, date), "w") as member:
                for start in range(0, padding, _BLOCK):
                    block = _block()
                    member.write(block if padding - start >= _BLOCK else block[: padding - start])
    return Package(recorder.pieces)


@functools.lru_cache(maxsize=1)
def _block() -> bytes:
    # Bytes that do not compress, and are the same in each run.
    return random.Random(0).randbytes(_BLOCK)


class NoPackage(ValueError):
    """A zip that holds no assets."""


def read_assets(file: IO[bytes]) -> dict[str, list[dict[str, Any]]]:
    """The assets in a package, in the order of its table: {"apps": […], "tasks": […]}.

    ValueError for what is no zip or is damaged, NoPackage for a zip that is something else.
    """
    try:
        archive = zipfile.ZipFile(file)
        if archive.testzip() is not None:
            raise ValueError("A file in the package is damaged.")
    except (zipfile.BadZipFile, EOFError, RuntimeError, zlib.error) as error:
        raise ValueError(str(error)) from error
    with archive:
        try:
            table = json.loads(archive.read(CONTENTS))
            return {
                kind: [_asset(json.loads(archive.read(item["file"]))) for item in table[kind]]
                for kind in ("apps", "tasks")
            }
        except (KeyError, TypeError, ValueError) as error:
            raise NoPackage(f"{CONTENTS} or what it names is missing or wrong: {error}") from error


def _asset(value: Any) -> dict[str, Any]:
    if not isinstance(value["id"], str) or not isinstance(value["name"], str):
        raise TypeError("an asset has an id and a name")
    lists: dict[str, list[Any]] = {
        name: [] for name in ("datasources", "channels", "groups", "apis", "app_configs", "calls")
    }
    return {"remark": "", **lists, "task_type": "TIMING", **value}
