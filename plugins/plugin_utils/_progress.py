# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the console shows of a job while a module waits for it. Pure: the reports and the clock are handed in."""

from __future__ import annotations

import typing as t

#: Seconds between two lines at least, where something changed, and at most, where nothing did.
SHORTEST_SILENCE = 10.0
LONGEST_SILENCE = 60.0


#: Characters of a text that an answer chose, at most.
LONGEST_TEXT = 40


class Report(t.NamedTuple):
    """How a job goes, or how many jobs are done, as the module told it."""

    #: What the line is about.
    name: str
    state: str
    over: bool
    #: Seconds waited when it was told.
    elapsed: float
    #: When it was read, by the clock that is handed in.
    at: float

    def line(self, now: float) -> str:
        """``exportAsset ff80…: RUNNING 35 % after 1 min 20 s``."""
        return f"{self.name}{self.state} after {duration(self.elapsed + now - self.at)}"


def read(document: t.Mapping[str, t.Any], now: float) -> Report:
    """What a module reported: type, job_id, status and progress (0 to 1) of a job, or done, failed and total of many.

    :raises KeyError, TypeError: it is neither.
    """
    if "total" in document:
        name, state = "asset jobs: ", f"{document['done']} of {document['total']} done"
        if document["failed"]:
            state += f", {document['failed']} failed"
        over = document["done"] == document["total"]
    else:
        name = f"{_plain(document['type'])} {_plain(document['job_id'], None)}: "
        state = _plain(document["status"])
        over = state in ("SUCCEEDED", "FAILED")
        if document["progress"] is not None and not over:
            state += f" {document['progress'] * 100:.0f} %"
    return Report(name, state, over, document["elapsed"], now)


def _plain(text: str, longest: int | None = LONGEST_TEXT) -> str:
    """*text* as a terminal can take it: whoever answers must not clear the screen or write lines of their own."""
    return "".join(character if character.isprintable() else "?" for character in text[:longest])


class Lines:
    """Picks what is worth a line.

    The first report of a job is, and each change after at least 10 s; without a change a line comes each 60 s, and at
    the end a last one.
    """

    def __init__(self) -> None:
        self._latest: Report | None = None
        self._shown: Report | None = None
        self._shown_at = 0.0

    @property
    def waiting(self) -> bool:
        """Whether the module waits for something: what it told last is not over."""
        return self._latest is not None and not self._latest.over

    def feed(self, document: t.Mapping[str, t.Any], now: float) -> None:
        """Take what the module reported.

        :raises KeyError, TypeError: it is no report.
        """
        self._latest = read(document, now)

    def due(self, now: float) -> str | None:
        """The line to be shown now, if any."""
        if self._latest is None or self._shown is None or self._latest.name != self._shown.name:
            return self.first(now)
        silence = now - self._shown_at
        changed = self._latest.state != self._shown.state
        if silence < (SHORTEST_SILENCE if changed else LONGEST_SILENCE):
            return None
        return self._show(self._latest, now)

    def first(self, now: float) -> str | None:
        """The line to be shown whatever else is known by now: the first report of a job."""
        if self._latest is None or (self._shown is not None and self._latest.name == self._shown.name):
            return None
        return self._show(self._latest, now)

    def last(self) -> str | None:
        """The line to be shown at the end, unless what the module told last was shown."""
        if self._latest is None or self._latest is self._shown:
            return None
        return self._show(self._latest, self._latest.at)

    def _show(self, report: Report, now: float) -> str:
        self._shown, self._shown_at = report, now
        return report.line(now)


def duration(seconds: float) -> str:
    """``45 s``, ``1 min 20 s`` or ``2 h 5 min``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
