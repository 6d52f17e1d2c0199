# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's two clocks, handed in so that a test can move them."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Real time: jobs run by the monotonic clock, tokens and signatures by the calendar's."""

    def monotonic(self) -> float:
        """Seconds; only differences mean something."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()


def utc(seconds: float) -> datetime:
    """Seconds since 1970 as a date in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)
