# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulator answers, before it goes onto the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol


class Content(Protocol):
    """A body that is made while it is sent, so that memory stays flat."""

    @property
    def size(self) -> int: ...

    def chunks(self) -> Iterator[bytes]: ...


class Bytes:
    """A body that is at hand."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        return len(self._data)

    def chunks(self) -> Iterator[bytes]:
        yield self._data


@dataclass
class Answer:
    """One HTTP answer. `sent` is told the number of body bytes after each piece that went out."""

    status: int = 200
    content: Content = field(default_factory=lambda: Bytes(b""))
    headers: dict[str, str] = field(default_factory=dict)
    sent: Callable[[int], None] | None = None
    #: No Content-Length, chunks instead.
    chunked: bool = False


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """`value` as JSON."""
    body = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return Answer(status, Bytes(body), {"Content-Type": "application/json", **(headers or {})})


def text_answer(text: str | bytes, content_type: str, status: int = 200) -> Answer:
    """Text that is no JSON: a proxy's page, for one."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    return Answer(status, Bytes(data), {"Content-Type": content_type})
