# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the API says that a thing is not there, for which the vendor documents neither status nor words. Pure."""

from __future__ import annotations

import re
import typing as t

#: What an instance has, and what has it; an id is the former's, unless it is the latter's.
_ID = r"(?<!instance )(?<!project )ids?"
_THING = rf"(?:(?:job|task|record|app|application|archive|package|asset|file)s?|resource|{_ID})"
_PLACE = r"(?:instance|project|tenant|domain|account|user|region)s?"

#: What is said behind a thing that is not there, before one, and of an id that is none.
_GONE = (
    r"(?:(?:not|n't|no longer) (?:be )?(?:exist\w*|found|known)|no longer available|expired|unknown"
    r"|(?:been|was|were|is|are|already) (?:delet|remov|purg|clear)ed)\b"
)
_NO = r"(?:\bno|\bno such|\bunknown(?! error| exception)|(?:not|n't|unable to|failed to) (?:find|found|exist))\b"
_BAD = r"(?:(?:in|not )valid|illegal|incorrect|malformed)\b"


def _missing(noun: str, other: str) -> str:
    """Says in one sentence that *noun* is missing, without *other* in between."""
    return rf"\b{noun}\b(?:(?!\b{other}\b)[^.;])*?{_GONE}|{_NO}\W+(?:(?!{other})\w+\W+){{0,2}}?{noun}\b"


_ABSENT = rf"{_missing(_THING, _PLACE)}|{_BAD}(?:\W+\w+){{0,3}}?\W+{_ID}\b|\b{_ID}(?:\W+\w+){{0,3}}?\W+{_BAD}"
_NO_REASON = rf"{_missing(_PLACE, _THING)}|permi|privilege|auth|credential|token|signature|forbidden"
#: Tells which one is meant, not what is missing.
_WHICH = (
    rf"\b(?:in|of|for|from|on|under|within|at|to|by) (?:(?:the|this|your|specified) )*{_PLACE}\b(?: ids?\b)?"
    rf"|\bof (?:(?:the|this) )*{_THING}\b"
)


def unknown(answer: t.Mapping[str, t.Any], *names: str | None) -> bool:
    """Whether an answer says that there is nothing with one of these *names*, or no longer.

    404 and 410 count where the API gave them, not the gateway before it nor a proxy, whose code may be the status
    itself; else the text counts. A missing instance, project, permission or credential never does.
    """
    status, code = answer.get("http_status"), answer.get("error_code") or ""
    if status == 403 or code in ("ROMA.00014002", "ROMA.1006", "ROMA.12001") or code.startswith(("APIGW.", "APIG.")):
        return False
    text = ". ".join(filter(None, (answer.get("error_msg"), answer.get("error_details"))))
    for name in filter(None, names):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "job id", text)
    text = re.sub(r"(?<=[a-z])(?=I[dD]\b)", " ", text)  # jobId
    text = re.sub(_WHICH, "", text.lower().replace("_", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    if re.search(_NO_REASON, text):
        return False
    return code not in ("", str(status)) if status in (404, 410) else re.search(_ABSENT, text) is not None
