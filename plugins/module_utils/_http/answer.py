# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer means: the document that it brings, or the error that it is. Pure: status, headers and body go in.

Source of codes and texts: the vendor's API reference, "Error Codes" of the public resource APIs and of the gateway.
"""

from __future__ import annotations

import datetime
import email.utils
import json
import math
import re
import typing as t

from .. import _errors as errors

#: No answer of this API but a package is larger (bytes), or nested deeper. What is longer is not read to its end.
LARGEST_DOCUMENT, DEEPEST = 1 << 20, 50

Headers = t.Mapping[str, str]
Hide = t.Callable[[str], str]


class Answer(t.NamedTuple):
    """A good answer; *hide* takes out of it what the request was signed with."""

    headers: Headers
    body: bytes
    hide: Hide

    def document(self) -> dict[str, t.Any]:
        return document(self.body, self.hide)


def document(body: bytes, hide: Hide = str) -> dict[str, t.Any]:
    """The JSON object in the body of an answer, of which any part can be written as JSON in UTF-8 again.

    :raises Unreadable: it is not from this API.
    """
    if len(body) > LARGEST_DOCUMENT:
        raise errors.Unreadable(f"The answer is longer than {LARGEST_DOCUMENT >> 20} MiB and so not from this API")
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
        parsed = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=lambda name: None)
        parsed = _clean(parsed, hide)
    except (ValueError, RecursionError):
        kind = "an HTML page, perhaps a proxy's" if body.lstrip()[:1] == b"<" else "not whole JSON"
        raise errors.Unreadable(f"The answer is {kind}: {len(body)} bytes that are not from this API") from None
    if not isinstance(parsed, dict):
        raise errors.Unreadable("The answer is JSON, but not an object, and so not from this API")
    return parsed


def _number(digits: str) -> int | float | None:
    """A number, as far as there is one: 1e400 is none. Of many digits, which Python may refuse, it is rounded."""
    if len(digits) < 20 and digits.lstrip("-").isdigit():
        return int(digits)
    number = float(digits)
    return number if math.isfinite(number) else None


#: Control characters (but a tab and the ends of lines), and halves of characters, which no encoding has.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _clean(value: t.Any, hide: Hide, depth: int = 0) -> t.Any:
    """*value* without what *hide* takes out, and without what can do harm on a console or in a file."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", hide(value))
    if depth >= DEEPEST and isinstance(value, (list, dict)):
        raise ValueError("too deep")
    if isinstance(value, list):
        return [_clean(item, hide, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_clean(name, hide): _clean(item, hide, depth + 1) for name, item in value.items()}
    return value


def is_word(value: t.Any) -> bool:
    """Whether *value* is text that can stand in a header or, quoted, in a path: an id, a key, a token."""
    return isinstance(value, str) and re.fullmatch(r"[\x21-\x7e]+", value) is not None


def failure(what: str, status: int, headers: Headers, body: bytes, now: float, hide: Hide = str) -> errors.RomaError:
    """The error that an answer with *status* is.

    :arg what: what was asked, for the message: ``the status of job ff80…``.
    :arg now: this host's wall clock, in seconds since the epoch.
    :arg hide: takes the secrets out of a server's text, before it is cut: a part of one could not be masked later.
    """
    answer = _facts(status, body, hide)
    error = _classify(what, answer, headers, now, hide)
    error.answer = answer
    error.pause = _retry_after(headers, now, error.pause)
    return error


def _classify(what: str, answer: t.Mapping[str, t.Any], headers: Headers, now: float, hide: Hide) -> errors.RomaError:
    status, code, text = answer["http_status"], answer["error_code"] or "", answer["error_msg"] or ""
    said = f"HTTP {status}" + (f", {code}" if code else "") + (f": {text}" if text else "")
    if 300 <= status < 400:
        target = _quoted(re.sub(r"[?#].*", "", headers.get("Location", "")), hide) or "nowhere"
        return errors.Redirected(
            f"The server answered {what} with a redirect to {target} (HTTP {status}). Redirects are not "
            "followed, since the credentials are meant for the endpoint only: check endpoint and iam_endpoint"
        )
    if status == 429:
        return errors.Throttled(f"The API throttles, and did not take {what} ({said}): ask less often")
    if status >= 500 or status == 408:
        return errors.ServerFailed(f"The API could not answer {what} ({said})")
    if status == 401 or code in ("ROMA.1000", "ROMA.1002"):
        advice = _advice(text, _skew(headers, now))
        return errors.CredentialsRefused(f"The API refused the credentials for {what} ({said}). {advice}")
    if code == "ROMA.10012":
        return errors.Busy(
            f"Another asset job of this user is running, and the API takes one at a time ({said}): try again when "
            "it is over, or set O(busy_timeout) to wait for it"
        )
    return errors.Refused(f"The API refused {what} ({said}){_CURES.get(code) or _CURES.get(str(status), '')}")


#: What to do about a refusal, by error code or by HTTP status.
_CURES = {
    "ROMA.1006": ". The user lacks the permission: asset calls need roma:assets:export or roma:assets:import",
    "ROMA.12001": ". The user lacks permission on an application: it must be the user's own, or shared with the user",
    "ROMA.00014002": ". The instance does not exist there: check instance_id, project_id and the region",
    "ROMA.13000": ". Check the ids that were given",
    "403": ". The user lacks a permission, or the project is another's: check project_id and the user's policies",
    "404": ". Check endpoint, iam_endpoint, project_id and instance_id",
    "413": ". The gateway takes 12 MB at most from a request that is signed with keys: use a token or a password",
}

#: What the gateway's texts about credentials mean.
_ADVICE = {
    "verify aksk signature fail": (
        "The secret_key does not belong to the access_key, or a proxy changed the request: correct access_key "
        "and secret_key"
    ),
    "not exist": (
        "The access key does not exist, or it is a temporary one and its security_token is missing or has expired: set "
        "access_key, secret_key and security_token of one set"
    ),
    "reach the limit": "Too many refusals locked the key for 5 minutes: wait that long, then fix it",
    "signature expired": "The gateway says that the request is too old: set this host's clock",
    "token expires": "The token has expired: set auth_token to a new one, or username and password, which make one",
    "decrypt token fail": (
        "The token is damaged, or another region's or site's: set auth_token to one of this region, or correct "
        "iam_endpoint where a password makes the token"
    ),
    "token not found": "The token did not reach the gateway: a proxy may remove the header X-Auth-Token",
}


def _advice(text: str, clock_off: float | None) -> str:
    if clock_off is not None and abs(clock_off) >= 600:  # a signed request may be 15 minutes old
        direction = "ahead of" if clock_off > 0 else "behind"
        return f"This host's clock is {abs(clock_off) / 60:.0f} min {direction} the API's: set it"
    meant = next((meaning for part, meaning in _ADVICE.items() if part in text.lower()), None)
    return meant or "Check the credentials, and that they are meant for this region and site"


def _facts(status: int, body: bytes, hide: Hide) -> dict[str, t.Any]:
    """The answer's ``error``, from any of the three shapes: the API's, the gateway's, IAM's."""
    try:
        parsed = document(body)
    except errors.Unreadable:
        parsed = {}
    inner = parsed.get("error")
    if isinstance(inner, dict):
        names = {"error_code": "code", "error_msg": "message", "error_details": "title"}
        parsed = {name: inner.get(its) for name, its in names.items()}
    return {**{name: _quoted(parsed.get(name), hide) for name in errors.ANSWER_FIELDS}, "http_status": status}


def _quoted(value: t.Any, hide: Hide) -> str | None:
    """A server's text in one line, without the canonical request, which the gateway repeats with the security token."""
    if value is None or isinstance(value, (dict, list)):
        return None
    text = re.split(r",?\s*canonicalRequest", str(value), maxsplit=1)[0]
    return " ".join(_clean(text, hide).split())[:500]


def _skew(headers: Headers, now: float) -> float | None:
    """Seconds by which this host's clock is ahead of the server's; None where the server does not tell its time."""
    date = seconds_at(headers.get("Date", ""))
    return None if date is None else now - date


def _retry_after(headers: Headers, now: float, otherwise: float) -> float:
    """Seconds to wait, by the server's clock where Retry-After is a date; *otherwise* where it is none."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return float(value)
    date = seconds_at(value)
    return otherwise if date is None else max(0.0, date - now + (_skew(headers, now) or 0.0))


#: A time in ISO 8601, in its basic or its extended form.
_ISO_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ]([01]\d|2[0-3])(?::?([0-5]\d)(?::?([0-5]\d)(?:[.,]\d+)?)?)?"
    r" ?(?:[Zz]|([+-](?:[01]\d|2[0-3])):?([0-5]\d)?)?)?",
    re.ASCII,
)


def seconds_at(value: t.Any) -> float | None:
    """Seconds since the epoch of a time in ISO 8601 or in a Date header; None where it is neither.

    Fractions are left out. Without a zone it is UTC.
    """
    try:
        found = _ISO_TIME.fullmatch(str(value).strip())
        if found:  # written again, as each Python's fromisoformat takes it
            iso = "{}-{}-{}T{}:{}:{}".format(*found.groups("00")) + f"{found[7] or '+00'}:{found[8] or '00'}"
            return datetime.datetime.fromisoformat(iso).timestamp()
        parsed = email.utils.parsedate_to_datetime(str(value))
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=datetime.timezone.utc)).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def lifetime(document: t.Mapping[str, t.Any], headers: t.Mapping[str, str]) -> float:
    """Seconds that a credential lives, by the server's own clock: this host's may be off. 60 where it is not told."""
    expires = seconds_at(document.get("expires_at"))
    issued = seconds_at(document.get("issued_at") or headers.get("Date", ""))
    return 60.0 if expires is None or issued is None else max(0.0, expires - issued)
