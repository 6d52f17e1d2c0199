# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations and faults in the simulator's words."""

from __future__ import annotations

import typing as t

#: What the simulator calls the request that meets the fault.
REQUESTS = {
    "query": "job",
    "wait": "job",
    "export": "export",
    "import": "import",
    "delete": "delete",
    "download": "archive",
    "list": "apps",
    "token": "token",
    "project": "projects",
    "agency": "agency",
}
#: The faults in the simulator's words; the others are the door's.
WORDS: dict[str, dict[str, t.Any]] = {
    "reset before it was read": {"reset": "before"},
    "reset after it was read": {"reset": "after"},
    "no answer": {"hang": 3600, "processed": True},
    "body that drips": {"drip": 10},
    "headers that drip": {"drip_headers": 0.3},
    "429": {"status": 429},
    "429, Retry-After in seconds": {"status": 429, "retry_after": 1},
    "429, Retry-After as a date": {"status": 429, "retry_after": "date:+2"},
    "429, Retry-After of a day": {"status": 429, "retry_after": 86400},
    "500": {"status": 500},
    "502": {"html": 502},
    "503": {"status": 503},
    "504": {"status": 504},
    "HTML page": {"html": 200},
    "page called text/plain": {"raw": "<html>Sign in</html>", "content_type": "text/plain"},
    "page called application/xml": {"raw": "<?xml version='1.0'?><html/>", "content_type": "application/xml"},
    "page called TEXT/HTML": {"raw": "Bad gateway", "content_type": "TEXT/HTML"},
    "JSON called application/problem+json": {"raw": '{"title": "No"}', "content_type": "application/problem+json"},
    "page called application/zip": {"raw": "<html>Sign in</html>", "content_type": "application/zip"},
    "cut JSON": {"raw": '{"id": "ff80", "sta'},
    "body cut short": {"cut": 20},
    "other JSON": {"json": {"answer": 42}},
    "body of 100 MB": {"huge": 100_000_000},
    "token expired once": {"expire_token": True},
    "token expired for ever": {"expire_token": True},
    "token expired, no password": {"expire_token": True},
    "signature refused": {"refuse": "signature"},
    "clock off": {"skew": 3600},
    "403": {"status": 403},
    "404": {"status": 404},
    "404 of a gateway": {"status": 404, "error_code": "APIGW.0101", "error_msg": "The API does not exist"},
}
BUSY = {"status": 400, "error_code": "ROMA.10012", "retry_after": 0}
PASSWORD_REFUSED = {"status": 401, "body": {"error": {"code": 401, "message": "The username or password is wrong."}}}
#: What a package may be called, though it is one.
LABELS = {
    "package called application/json": "application/json;charset=UTF-8",
    "package called text/html": "text/html",
}
#: Faults that last until somebody loses patience.
SLOW = ("no answer", "body that drips", "headers that drip")
