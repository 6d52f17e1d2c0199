# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers that a fault gives in place of the API's."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate

from . import ids
from .answers import Answer, json_answer, text_answer
from .errors import TEXTS
from .faults import Fault, kind

#: error_code and error_msg of a bare {"status": …}, as gateway and service tell them where the facts name them.
_DEFAULTS = {
    401: ("APIGW.0301", "Incorrect IAM authentication information: decrypt token fail"),
    403: ("ROMA.00000101", TEXTS["ROMA.00000101"]),
    404: ("ROMA.00000404", TEXTS["ROMA.00000404"]),
    413: ("APIGW.0201", "Request entity too large"),
    429: (
        "APIGW.0308",
        "The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute",
    ),
    504: ("APIGW.0203", "Backend timed out"),
}
_PAGE = """<html>
<head><title>{status}</title></head>
<body><center><h1>{status}</h1></center><hr><center>nginx</center></body>
</html>
"""
_BLOCK = b"x" * 65536


class Filler:
    """JSON of `size` bytes that says nothing."""

    _before, _after = b'{"padding": "', b'"}'

    def __init__(self, size: int) -> None:
        self.size = max(size, len(self._before) + len(self._after))

    def chunks(self) -> Iterator[bytes]:
        """Made while it is sent."""
        yield self._before
        left = self.size - len(self._before) - len(self._after)
        while left:
            yield _BLOCK[: min(left, len(_BLOCK))]
            left -= min(left, len(_BLOCK))
        yield self._after


def replacement(fault: Fault | None, now: float) -> Answer | None:
    """The answer in place of the API's; None where the API answers. `now` in seconds since 1970."""
    if fault is None:
        return None
    name = kind(fault)
    status = int(fault.get("status", 200))
    if name == "html":
        return text_answer(_PAGE.format(status=fault["html"]), "text/html", int(fault["html"]))
    if name == "json":
        return json_answer(fault["json"], status)
    if name == "raw":
        return text_answer(fault["raw"], fault.get("content_type", "application/json"), status)
    if name == "huge":
        return Answer(status, Filler(int(fault["huge"])), {"Content-Type": "application/json"}, chunked=True)
    if name == "redirect":
        return Answer(int(fault.get("status", 302)), headers={"Location": str(fault["redirect"])})
    if name == "status":
        return _error(fault, now)
    return None


def _error(fault: Fault, now: float) -> Answer:
    status = int(fault["status"])
    headers = {}
    if "retry_after" in fault:
        headers["Retry-After"] = _retry_after(str(fault["retry_after"]), now)
    if "body" in fault:
        answer = json_answer(fault["body"], status) if not isinstance(fault["body"], str) else None
        answer = answer or text_answer(fault["body"], "text/plain", status)
        answer.headers.update(headers)
        return answer
    code, message = _DEFAULTS.get(status, ("APIGW.0202", "Backend unavailable"))
    if 400 <= status < 500 and status not in _DEFAULTS:
        code, message = "ROMA.13000", TEXTS["ROMA.13000"]
    code = fault.get("error_code", code)
    body = {"error_code": code, "error_msg": fault.get("error_msg", TEXTS.get(code, message))}
    return json_answer({**body, "request_id": ids.request_id()}, status, headers)


def _retry_after(value: str, now: float) -> str:
    """`date:+7` becomes the HTTP date 7 s ahead."""
    if value.startswith("date:"):
        return formatdate(now + float(value[len("date:") :]), usegmt=True)
    return value
