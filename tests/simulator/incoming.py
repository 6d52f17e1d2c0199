# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request as it arrived: what operations, gateway and log look at."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl

from .errors import invalid
from .signature import SignedRequest

#: Bodies up to this many bytes stay in memory, larger ones go to a temporary file.
IN_MEMORY = 1024 * 1024


class Body:
    """The body of a request, kept so that its size does not matter, and hashed on the way."""

    def __init__(self) -> None:
        self.file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        self.size = 0
        self._hash = hashlib.sha256()

    async def fill(self, chunks: AsyncIterator[bytes]) -> None:
        """Take the whole body."""
        async for chunk in chunks:
            self.file.write(chunk)
            self.size += len(chunk)
            self._hash.update(chunk)

    @property
    def sha256(self) -> str:
        """Hexadecimal digits."""
        return self._hash.hexdigest()

    def parsed(self) -> Any:
        """The body as JSON; None where it is none."""
        if not 0 < self.size <= IN_MEMORY:
            return None
        self.file.seek(0)
        try:
            return json.loads(self.file.read())
        except ValueError:
            return None

    def close(self) -> None:
        """Give the memory or the file back."""
        self.file.close()


@dataclass
class Incoming:
    """One request. `target` is path and query as sent, `headers` have lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    operation: str | None
    #: The ids in the path, decoded.
    ids: dict[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    #: Seconds by which the simulator's clock is off for this request.
    skew: float = 0.0
    #: Who asks, once the gateway knows it.
    user: str | None = None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; the last one of a name counts."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A parameter of the query that is a whole number."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise invalid(f"{name} is a number from {low} to {high}")
        return int(text)

    def signed(self) -> SignedRequest:
        """What a signature covers."""
        return SignedRequest(self.method, self.target, self.headers, self.body.size, self.body.sha256)
