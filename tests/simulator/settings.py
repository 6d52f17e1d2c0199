# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set when the simulator starts."""

from __future__ import annotations

from dataclasses import dataclass

EDITIONS = ("2025", "2023", "2022")
TOKEN_REFUSALS = ("APIGW", "ROMA.1000", "ROMA.1002")
RANGES = ("true", "ignored", "gone")


@dataclass(frozen=True)
class Settings:
    """The settings of one simulator; they stay as they are until it stops."""

    #: Which edition of the vendor's documentation is played: "2025", "2023" or "2022" (private cloud).
    edition: str = "2025"
    #: Seconds that a job runs.
    job_seconds: float = 5.0
    #: Seconds that a token of IAM lives (the real one: 24 h).
    token_seconds: float = 86400.0
    #: Seconds that the temporary keys of the ECS agency live.
    agency_seconds: float = 21600.0
    #: Size of each package in bytes; None: as large as its assets make it.
    package_bytes: int | None = None
    #: What a transfer that was cut can do: "true" (206), "ignored" (200, whole body), "gone" (404).
    ranges: str = "true"
    #: HTTP status for a job id that is not known: the vendor documents neither.
    unknown_job: int = 404
    #: Unit of the times in edition 2022, which are numbers: "s" or "ms" since 1970.
    epoch: str = "ms"
    #: Refusals in a row after which the next one finds the key (or the user) locked, and for how many seconds.
    lock_after: int = 5
    lock_seconds: float = 300.0
    #: Largest body, in bytes, of a request that is signed with keys (12 MB); None: no limit.
    signed_body_bytes: int | None = 12 * 1024 * 1024
    #: The same for a body that is sent as UNSIGNED-PAYLOAD: the vendor names no limit.
    unsigned_body_bytes: int | None = None
    #: Applications and integration tasks in the first instance.
    apps: int = 3
    tasks: int = 2
    #: How a token is refused: "APIGW" (the gateway, 401), or the API's "ROMA.1000" or "ROMA.1002" (400).
    token_refusal: str = "APIGW"
    #: Most items of one page of a listing, whatever limit is asked for; None: as many as asked for.
    page_items: int | None = None
    #: Region; the project has the same name, as at the vendor's.
    region: str = "sim-region-1"
    host: str = "127.0.0.1"
    #: 0: any free port.
    port: int = 0
    #: (certificate file, key file), PEM; None: plain HTTP.
    tls: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.edition not in EDITIONS:
            raise ValueError(f"edition is one of {', '.join(EDITIONS)}, not {self.edition!r}")
        if str(self.ranges).lower() not in RANGES:
            raise ValueError(f"ranges is one of {', '.join(RANGES)}, not {self.ranges!r}")
        if self.token_refusal not in TOKEN_REFUSALS:
            raise ValueError(f"token_refusal is one of {', '.join(TOKEN_REFUSALS)}, not {self.token_refusal!r}")
        if self.unknown_job not in (400, 404):
            raise ValueError("unknown_job is 400 or 404")
        if self.epoch not in ("s", "ms"):
            raise ValueError("epoch is s or ms")
