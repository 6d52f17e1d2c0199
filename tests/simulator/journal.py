# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests."""

from __future__ import annotations

from collections import deque
from typing import Any

from .incoming import Incoming

#: Requests that are kept; the oldest go first, so that a simulator can run for days.
_KEPT = 10_000


class Journal:
    """Each request that came in, but not those of the control interface."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._number = 0

    def open(self, request: Incoming, time: float) -> dict[str, Any]:
        """An entry for a request that has just come; `time` in seconds since 1970.

        status stays null where no answer was sent.
        """
        self._number += 1
        entry: dict[str, Any] = {
            "number": self._number,
            "time": time,
            "operation": request.operation,
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": dict(request.headers),
            "body_bytes": 0,
            "body": None,
            "status": None,
            "fault": None,
            "user": None,
        }
        self._entries.append(entry)
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """The requests, the oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget them; the numbers go on."""
        self._entries.clear()
