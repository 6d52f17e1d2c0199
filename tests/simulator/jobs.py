# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asset jobs: they run by the clock, and take effect when they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import ids
from .archives import Archive
from .plans import Plan

Reason = dict[str, Any]

#: What the API cuts an error_msg of a job at, in characters [oas].
MESSAGE_CHARACTERS = 64


@dataclass
class Job:
    """One asset job. `started` on the monotonic clock, `begun` in seconds since 1970."""

    type: str
    instance_id: str
    plan: Plan
    started: float
    begun: float
    user: str | None = None
    id: str = field(default_factory=ids.job_id)
    #: What happens when it ends well; returns the reasons why it did not.
    effect: Callable[[Job], list[Reason]] = field(default=lambda job: [], repr=False)
    #: RUNNING, SUCCEEDED or FAILED; set by `settle`.
    status: str = "RUNNING"
    reasons: list[Reason] = field(default_factory=list)
    archive: Archive | None = None
    #: Fields that are served as they are, whatever the job does; set by the control interface.
    literal: dict[str, Any] | None = None

    @property
    def ends(self) -> float:
        """On the monotonic clock."""
        return self.started + self.plan.seconds

    def settle(self, now: float) -> None:
        """End the job if its time has come. `now` on the monotonic clock."""
        if self.status != "RUNNING" or now < self.ends:
            return
        if self.plan.outcome == "FAILED":
            self.reasons = self.plan.reasons or [reason("application", "sim", "ROMA.10010", "The job failed by plan.")]
        else:
            self.reasons = self.effect(self)
        self.status = "FAILED" if self.reasons else "SUCCEEDED"

    def progress(self, now: float) -> float | None:
        """0 to 1, or None where the API tells nothing."""
        if self.status == "SUCCEEDED":
            return 1.0
        share = min((now - self.started) / self.plan.seconds, 1.0) if self.plan.seconds else 1.0
        return _PROGRESS[self.plan.progress](share)


def reason(resource_type: str, resource_name: str, code: str, message: str) -> Reason:
    """One reason of a failure; resource_type is `application` or `task` [docs]."""
    return {
        "resource_type": resource_type,
        "resource_name": resource_name,
        "error_code": code,
        "error_msg": message[:MESSAGE_CHARACTERS],
    }


#: progress_percent over the share of the time that is gone, both from 0 to 1.
_PROGRESS: dict[str, Callable[[float], float | None]] = {
    "steady": lambda share: round(share, 2),
    "none": lambda share: None,
    "stall": lambda share: round(min(share, 0.35), 2),
    "jump": lambda share: 0.05 if share < 0.5 else 0.95,
    # It says 1 at half of its time, and runs on.
    "late": lambda share: round(min(2 * share, 1.0), 2),
    "back": lambda share: round(share if share < 0.5 else share - 0.4, 2),
}
