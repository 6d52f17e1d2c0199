# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to ask again: how long to leave a running job alone."""

from __future__ import annotations

import typing as t


class Pace(t.Protocol):
    """Tells the pause after each look at a running job."""

    def pause(self, elapsed: float, progress: float | None) -> float:
        """Seconds until the next question.

        :arg elapsed: seconds waited until now.
        :arg progress: what the job said of itself just now, 0 to 1; None where it said nothing, or did not answer.
        """


class FixedPace:
    """The user's own ``poll_interval``, to the letter."""

    def __init__(self, interval: float) -> None:
        self._interval = interval

    def pause(self, elapsed: float, progress: float | None) -> float:
        return self._interval


class AdaptivePace:
    """A share of the time waited, so that the lag stays a share of the job's length and the questions stay few.

    Progress that moves tells when the job will end. It only ever brings a question forward: a job whose progress
    pretends is not asked later than one that says nothing.
    """

    #: Part of the time waited.
    SHARE = 0.1
    #: Seconds.
    SHORTEST = 1.0
    LONGEST = 30.0

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None

    def pause(self, elapsed: float, progress: float | None) -> float:
        interval = min(max(elapsed * self.SHARE, self.SHORTEST), self.LONGEST)
        left = self._left(elapsed, progress)
        return interval if left is None else min(interval, max(left, self.SHORTEST))

    def _left(self, elapsed: float, progress: float | None) -> float | None:
        """Seconds until the end, if the progress goes on as it did since it was first seen."""
        if progress is None:
            return None
        if self._first is None:
            self._first = (elapsed, progress)
        since, at = self._first
        if progress <= at:
            return None
        return (1 - progress) * (elapsed - since) / (progress - at)
