# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job will do: by the settings, or by plan."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from .settings import RANGES, Settings

OUTCOMES = (None, "SUCCEEDED", "FAILED")
PROGRESS = ("steady", "none", "stall", "jump", "late", "back")
DAMAGE = (None, "crc", "truncated", "html")


@dataclass(frozen=True)
class Plan:
    """What one job does. None: by the settings, or by what is asked."""

    #: Seconds that it runs.
    seconds: float
    #: "FAILED", or what comes of it by itself ("SUCCEEDED" says the same, and does not cure a conflict).
    outcome: str | None = None
    #: Reasons of a failure, dicts of resource_type, resource_name, error_code, error_msg.
    reasons: list[dict[str, Any]] | None = None
    #: How progress_percent goes, see PROGRESS.
    progress: str = "steady"
    #: Size of the package in bytes.
    package_bytes: int | None = None
    #: What is wrong with the package, see DAMAGE.
    damage: str | None = None
    #: As the setting.
    ranges: str = "true"
    #: What the package is called (Content-Type): the vendor names nothing.
    label: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"outcome is null, SUCCEEDED or FAILED, not {self.outcome!r}")
        if self.progress not in PROGRESS:
            raise ValueError(f"progress is one of {', '.join(PROGRESS)}, not {self.progress!r}")
        if self.damage not in DAMAGE:
            raise ValueError(f"damage is null, crc, truncated or html, not {self.damage!r}")
        if self.ranges not in RANGES:
            raise ValueError(f"ranges is one of {', '.join(RANGES)}, not {self.ranges!r}")


FIELDS = tuple(field.name for field in fields(Plan))


class Plans:
    """The plan of the jobs to come."""

    def __init__(self, settings: Settings) -> None:
        self._default: dict[str, Any] = {
            "seconds": settings.job_seconds,
            "package_bytes": settings.package_bytes,
            "ranges": _word(settings.ranges),
        }
        self._next: list[dict[str, Any]] = []

    def add(self, plan: dict[str, Any]) -> None:
        """One plan for the next job, or, with "for": "all", for all jobs that have none of their own."""
        plan = dict(plan)
        for_all = plan.pop("for", None) == "all"
        self.make(plan)
        if for_all:
            self._default.update(plan)
        else:
            self._next.append(plan)

    def take(self) -> Plan:
        """The plan of a job that starts now."""
        return self.make(self._next.pop(0) if self._next else {})

    def make(self, plan: dict[str, Any]) -> Plan:
        """A plan from its words; what it leaves out is the default."""
        unknown = sorted(set(plan) - set(FIELDS))
        if unknown:
            raise ValueError(f"a plan has no {', '.join(unknown)}; it has {', '.join(FIELDS)}")
        words = {**self._default, **plan}
        words["ranges"] = _word(words["ranges"])
        return Plan(**words)


def _word(ranges: Any) -> str:
    return str(ranges).lower()
