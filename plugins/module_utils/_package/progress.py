# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a package: how far it has come on its way, that it is there, or that nobody downloaded it."""

from __future__ import annotations

import math
import typing as t

#: Seconds between two reports about a package on its way.
TELL_EACH = 1.0


class Transfer:
    """Tells how much of the package *name* has come through: at once, then at most once a second, and all of it."""

    def __init__(self, announce: t.Callable[[dict[str, t.Any]], None], clock: t.Callable[[], float], name: str) -> None:
        self._announce, self._clock, self._name = announce, clock, name
        self._began = self._due = clock()

    def __call__(self, done: int, total: int | None, over: bool = False) -> None:
        """:arg done: bytes, with those that were there before."""
        now, over = self._clock(), over or done == total
        if now >= self._due or (over and self._due < math.inf):
            self._due = math.inf if over else now + TELL_EACH
            elapsed = round(now - self._began, 3)
            self._announce({"package": self._name, "done": done, "total": total, "elapsed": elapsed, "over": over})


def there(package: t.Mapping[str, t.Any], unchanged: bool) -> dict[str, t.Any]:
    """The report of a *package* that is there (dest, size, checksum, entries); *unchanged*: nothing was done."""
    told = {name: package[name] for name in ("size", "entries", "checksum")}
    return {"there": package["dest"], **told, "unchanged": unchanged}


def left(archive_id: str) -> dict[str, t.Any]:
    """The report of a package that is ready, and that the task was not asked to download."""
    return {"left": archive_id}
