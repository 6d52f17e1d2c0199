# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the console shows while a module runs. Pure: the reports and the clock are handed in."""

from __future__ import annotations

import math
import typing as t

#: Seconds between two lines at least, where something changed, and at most, where nothing did.
SHORTEST_SILENCE = 10.0
LONGEST_SILENCE = 60.0

#: Characters of a text that an answer chose, at most.
LONGEST_TEXT = 40

UNITS = (("kB", 1e3), ("MB", 1e6), ("GB", 1e9))


class Report(t.NamedTuple):
    """What the module told of a job, of many jobs, of a package on its way, or of one that is there."""

    #: What the line is about.
    name: str
    state: str
    #: Nothing more comes of it.
    over: bool
    #: Seconds that it had taken when it was told; None: it takes no time.
    elapsed: float | None
    #: When it was read, by the clock that is handed in.
    at: float
    #: The module does nothing until it is over but ask for it.
    waits: bool = False

    def line(self, now: float) -> str:
        """``exportAsset ff80…: RUNNING 35 % after 1 min 20 s``. The time of what is over stands still."""
        if self.elapsed is None:
            return f"{self.name}{self.state}"
        return f"{self.name}{self.state} after {duration(self.elapsed + (0 if self.over else now - self.at))}"


def read(document: t.Mapping[str, t.Any], now: float) -> Report:
    """What a module reported, in one of the forms that ``module_utils/_progress`` names.

    :raises KeyError, TypeError, ValueError: it is none of them.
    """
    if "package" in document:
        name, state = f"package {_plain(document['package'])}: ", _transfer(document)
        return Report(name, state, document["over"], document["elapsed"], now)
    if "there" in document:
        name, count = f"package {_plain(document['there'])} is there: ", document["entries"]
        files = "" if count is None else f"{count} file{'s' * (count != 1)}, "
        state = f"{_size(document['size'])}, {files}sha256 {_plain(document['checksum'])}"
        return Report(name, state + "; nothing was done" * document["unchanged"], True, None, now)
    if "left" in document:
        state = "not downloaded. Give a dest, or use roma_asset_archive with this archive_id"
        return Report(f"package {_plain(document['left'])}: ", state, True, None, now)
    if "lists" in document:
        told = "" if document["open"] is None else f", {document['open']} open"
        state = f"{document['done']} of {document['lists']} lists read{told}"
        return Report("migration: ", state, document["open"] is not None, document["elapsed"], now)
    if "total" in document:
        name, state = "asset jobs: ", f"{document['done']} of {document['total']} done"
        if document["failed"]:
            state += f", {document['failed']} failed"
        over = document["done"] == document["total"]
    else:
        name = f"{_plain(document['type'], LONGEST_TEXT)} {_plain(document['job_id'])}: "
        state = _plain(document["status"], LONGEST_TEXT)
        over = state in ("SUCCEEDED", "FAILED")
        if document["progress"] is not None and not over:
            state += f" {document['progress'] * 100:.0f} %"
    return Report(name, state, over, document["elapsed"], now, waits=not over)


def _transfer(document: t.Mapping[str, t.Any]) -> str:
    """``35 %, 120 of 340 MB``; without a total, and at the end, ``340 MB``."""
    done, total = document["done"], document["total"]
    if document["over"] or not total:
        return _size(done)
    return f"{done * 100 // total} %, {_size(done, total).rpartition(' ')[0]} of {_size(total)}"


def _size(count: int, total: int | None = None) -> str:
    """``340 MB``, ``1.2 GB``: in the unit of *total*, which is *count* itself where it is left out."""
    whole = total or count
    unit, factor = next((pair for pair in UNITS if whole < 999.5 * pair[1]), UNITS[-1])
    return f"{count / factor:.{0 if whole >= 9.95 * factor else 1}f} {unit}"


def _plain(text: str, longest: int | None = None) -> str:
    """*text* as a terminal can take it: whoever answers must not clear the screen or write lines of their own."""
    return "".join(character if character.isprintable() else "?" for character in text[:longest])


class Lines:
    """Picks what is worth a line.

    The first report of a job or a package is, and each change after at least 10 s; without a change a line comes each
    60 s, and at the end a last one.
    """

    def __init__(self) -> None:
        self._latest: Report | None = None
        self._shown: Report | None = None
        self._shown_at = 0.0

    @property
    def waiting(self) -> bool:
        """Whether the module only waits for something that goes on without it."""
        return self._latest is not None and self._latest.waits

    def feed(self, document: t.Mapping[str, t.Any], now: float) -> list[str]:
        """Take what the module reported; returns the lines to be shown whatever else is known by now.

        Those are, where it is about something else than before, how that ended and how this begins.

        :raises KeyError, TypeError, ValueError: it is no report.
        """
        report, before = read(document, now), self._latest
        if before is not None and before.name == report.name:
            self._latest = report
            return []
        ended = self.last()
        self._latest = report
        return ended + self.last()

    def due(self, now: float) -> list[str]:
        """The line to be shown now, if any."""
        if self._latest is None or self._shown is None:
            return []
        unchanged = math.inf if self._latest.over else LONGEST_SILENCE
        silence = unchanged if self._latest.state == self._shown.state else SHORTEST_SILENCE
        return self._show(self._latest, now) if now - self._shown_at >= silence else []

    def last(self) -> list[str]:
        """The line to be shown at the end, unless what the module told last was shown."""
        if self._latest is None or self._latest is self._shown:
            return []
        return self._show(self._latest, self._latest.at)

    def _show(self, report: Report, now: float) -> list[str]:
        self._shown, self._shown_at = report, now
        return [report.line(now)]


def duration(seconds: float) -> str:
    """``45 s``, ``1 min 20 s`` or ``2 h 5 min``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
