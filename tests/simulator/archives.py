# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives: packages that wait to be fetched, once [docs: "can be downloaded only once"]."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import ids
from .answers import Answer, Content
from .errors import ApiError, not_found
from .incoming import Incoming
from .package import Package, Part, damaged
from .plans import Plan

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass
class Archive:
    """One package and what has been served of it."""

    job_id: str
    instance_id: str
    plan: Plan
    build: Callable[[], Package] = field(repr=False)
    id: str = field(default_factory=ids.resource_id)
    #: The last byte went out: the package is gone.
    completed: bool = False
    #: A first byte went out.
    touched: bool = False
    _content: Content | None = field(default=None, repr=False)

    @property
    def available(self) -> bool:
        """Whether a request for it would be answered with bytes."""
        return not self.completed and not (self.touched and self.plan.ranges == "gone")

    async def content(self) -> Content:
        """What is served; made at the first request, beside the event loop: a checksum of 1 GiB takes a second."""
        if self._content is None:
            package = await asyncio.to_thread(self.build)
            self._content = damaged(package, self.plan.damage)
        return self._content

    def summary(self) -> dict[str, Any]:
        """For the control interface."""
        return {
            "id": self.id,
            "job_id": self.job_id,
            "instance_id": self.instance_id,
            "available": self.available,
            "completed": self.completed,
            "size": None if self._content is None else self._content.size,
        }


async def download(archive: Archive, request: Incoming) -> Answer:
    """DownloadAssetArchive. A transfer that was cut can be resumed as the plan's `ranges` says."""
    if not archive.available:
        raise not_found("archive")
    content = await archive.content()
    headers = {"Content-Type": "text/html" if archive.plan.damage == "html" else archive.plan.label}
    start, end = 0, content.size
    if archive.plan.damage != "html":
        headers["Content-Disposition"] = f"attachment; filename={archive.id}.zip"
    asked = _asked(request, content.size) if archive.plan.ranges == "true" else None
    if archive.plan.ranges == "true":
        headers["Accept-Ranges"] = "bytes"
    if asked:
        start, end = asked
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
        content = _part(content, start, end)
    return Answer(206 if asked else 200, content, headers, _counter(archive, end, start))


def _counter(archive: Archive, end: int, start: int) -> Callable[[int], None]:
    full = archive._content.size if archive._content else 0

    def sent(count: int) -> None:
        archive.touched = True
        if start + count >= full:
            archive.completed = True

    return sent


def _asked(request: Incoming, size: int) -> tuple[int, int] | None:
    """The stretch that is asked for, its end not with it; None: all of it."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    # Without a validator to compare, a conditional range is answered with the whole body [RFC 9110, 13.1.5].
    if match is None or "if-range" in request.headers:
        return None
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    if end <= start:
        raise ApiError(416, "ROMA.13000", headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _part(content: Content, start: int, end: int) -> Content:
    if isinstance(content, Part):
        return Part(content.package, content.start + start, content.start + end)
    if isinstance(content, Package):
        return Part(content, start, end)
    return Part(Package([b"".join(content.chunks())]), start, end)
