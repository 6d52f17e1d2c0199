# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to ask again: how long to leave a running job alone."""

from __future__ import annotations

import math
import typing as t


class FixedPace:
    """The user's own ``poll_interval``, to the letter."""

    def __init__(self, interval: float) -> None:
        self._interval = interval

    def pause(self, elapsed: float, progress: float | None) -> float:
        """As :meth:`AdaptivePace.pause`."""
        return self._interval


class AdaptivePace:
    """Asks at a share of the time waited, so that the lag stays a share of the job's length and the questions stay few.

    The bound comes first: whatever the job says of itself, its end is not told later than a tenth of its length (a
    second, where that is more; never more than 30 s), less one round trip, after it. So progress can only bring a
    question forward: to where it says that the job ends, plus a margin. Each time it was wrong about that the margin
    doubles, so that progress which pretends costs a handful of questions in all.

    Both reckon with how long an answer takes, as the quickest one did: the job was looked at half of that ago, and
    will be half of that after the next question is sent. docs/performance.md has the figures.
    """

    #: Part of the time waited.
    SHARE = 0.1
    #: Seconds.
    SHORTEST = 1.0
    LONGEST = 30.0
    #: Seconds that an answer is taken to need at most, so that an API which hangs is not asked in a hurry.
    SLOWEST = 2.0
    #: Part of the time waited, and seconds at least, after the end that the progress tells.
    MARGIN = 0.01
    LEAST_MARGIN = 0.05

    def __init__(self) -> None:
        self._forecast = Forecast()
        self._asks_at = 0.0
        self._latency = self.SLOWEST
        self._awaits_end = False
        self._wrong = 0

    def pause(self, elapsed: float, progress: float | None) -> float:
        """Seconds until the next question.

        :arg elapsed: seconds waited until now.
        :arg progress: what the job said of itself just now, 0 to 1; None where it said nothing, or did not answer.
        """
        # A pause that was longer than asked for (Retry-After) looks like a slow answer; the quickest one was not.
        self._latency = min(self._latency, max(elapsed - self._asks_at, 0.0))
        looked = max(elapsed - self._latency / 2, 0.0)
        longest = min(max(looked * self.SHARE, self.SHORTEST), self.LONGEST) - self._latency / 2
        self._wrong += self._awaits_end
        left = self._forecast.left(looked, progress)
        margin = max(looked * self.MARGIN, self.LEAST_MARGIN) * 2.0**self._wrong
        until_end = math.inf if left is None else max(left + margin - self._latency, 0.0)
        self._awaits_end = until_end < longest
        pause = min(longest, until_end)
        self._asks_at = elapsed + pause
        return pause


class Forecast:
    """When a job will be over, if its progress goes on as it did in the latter half of the time waited.

    Progress that falls back begins anew there.
    """

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []

    def left(self, elapsed: float, progress: float | None) -> float | None:
        """Seconds until the end; None where the progress does not tell."""
        if progress is None:
            return None
        if progress >= 1:
            return 0.0
        if self._seen and progress < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((elapsed, progress))
        while len(self._seen) > 2 and self._seen[1][0] <= elapsed / 2:
            del self._seen[0]
        since, at = self._seen[0]
        return None if progress <= at else (1 - progress) * (elapsed - since) / (progress - at)


#: Tells the pause after each look at a running job.
Pace = t.Union[FixedPace, AdaptivePace]
