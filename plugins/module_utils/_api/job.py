# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job is: the one place that knows the spellings of all editions of the API.

Source: "Obtaining Job Progress" (2025-10-22), the API reference of 2022 to 2025, the vendor's SDK and OpenAPI.
"""

from __future__ import annotations

import datetime
import math
import typing as t

from .._errors import Unreadable
from .._http import answer

RUNNING, SUCCEEDED, FAILED = "RUNNING", "SUCCEEDED", "FAILED"

#: What the private cloud of 2022 calls SUCCEEDED; the latter is of an export whose package was downloaded.
SUCCESSES = ("SUCCESS", "FINISHED")

REASON_FIELDS = ("resource_type", "resource_name", "error_code", "error_msg")

#: From this number on an epoch counts milliseconds.
MILLISECONDS_FROM = 1e11


class Job(t.NamedTuple):
    """An asset job as the collection returns it; what the API left out is None."""

    id: str | None
    type: str | None
    status: str
    reason: t.Sequence[t.Mapping[str, str | None]] = ()
    #: 0 to 1.
    progress_percent: float | None = None
    #: Names the package of an export that was not downloaded yet.
    archive_id: str | None = None
    begin_time: str | None = None
    end_time: str | None = None

    @property
    def over(self) -> bool:
        """Whether the job will not change any more. A status that no edition knows counts as running."""
        return self.status in (SUCCEEDED, FAILED)

    @property
    def known(self) -> bool:
        return self.status in (RUNNING, SUCCEEDED, FAILED)

    def facts(self) -> dict[str, t.Any]:
        """The fields, as the caller's own."""
        return {**self._asdict(), "reason": [dict(reason) for reason in self.reason]}


def parse(document: t.Mapping[str, t.Any]) -> Job:
    """The job in an answer to CheckAssetJobStatus.

    :raises Unreadable: there is no status, so that it is none.
    """
    spelling = document.get("status")
    if not isinstance(spelling, str) or not spelling.strip():
        raise Unreadable("The answer is JSON without a job's status, and so none of this API")
    status = spelling.strip().upper()
    return Job(
        id=_text(document.get("id")),
        type=_text(document.get("type")),
        status=SUCCEEDED if status in SUCCESSES else status,
        reason=_reasons(document),
        progress_percent=_progress(document.get("progress_percent")),
        archive_id=None if status == "FINISHED" else _text(document.get("archive_id")) or None,
        begin_time=_time(document.get("begin_time")),
        end_time=_time(document.get("end_time")),
    )


def _text(value: t.Any) -> str | None:
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def _reasons(document: t.Mapping[str, t.Any]) -> list[dict[str, str | None]]:
    """The items of ``reason`` (2025) or ``reasons`` (2022, 2023, SDK)."""
    value = document.get("reason") or document.get("reasons") or []
    items = value if isinstance(value, list) else [value]
    told = [item if isinstance(item, dict) else {"error_msg": item} for item in items if item]
    return [{name: _text(item.get(name)) for name in REASON_FIELDS} for item in told]


def _number(value: t.Any) -> float | None:
    """A finite number; text that is one counts, a boolean does not."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _progress(value: t.Any) -> float | None:
    number = _number(value)
    return number if number is not None and 0 <= number <= 1 else None


def _time(value: t.Any) -> str | None:
    """ISO 8601 in UTC, from an epoch (2022) or from ISO 8601 in any zone; None where it is neither."""
    number = _number(value)
    seconds = answer.seconds_at(value) if number is None else number / (1000 if number > MILLISECONDS_FROM else 1)
    if seconds is None:
        return None
    try:
        moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else None
    except (ValueError, OverflowError, OSError):
        return None
