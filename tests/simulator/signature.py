# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SDK-HMAC-SHA256, from the side that checks it.

Written from what the vendor's signer puts on the wire (huaweicloudsdkcore 3.1.219); it shares no code with the
collection, so that a mistake there cannot hide behind the same mistake here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
DATE_HEADER = "x-sdk-date"
CONTENT_HEADER = "x-sdk-content-sha256"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
#: Without these a signature would hold for any host and any time.
ALWAYS_SIGNED = ("host", DATE_HEADER)

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Access=(?P<access>[^,\s]+),\s*SignedHeaders=(?P<names>[^,\s]+),\s*Signature=(?P<signature>\S+)"
)


@dataclass(frozen=True)
class Authorization:
    """The parts of an Authorization header."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers. `target` is path and query as sent; `headers` have lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body_bytes: int
    body_sha256: str


def parse_authorization(value: str) -> Authorization | None:
    """None: not an SDK-HMAC-SHA256 header."""
    match = _AUTHORIZATION.fullmatch(value.strip())
    if match is None:
        return None
    return Authorization(match["access"], tuple(match["names"].lower().split(";")), match["signature"])


def parse_date(value: str) -> float | None:
    """Seconds since 1970 of an X-Sdk-Date such as 20261123T120000Z; None: not such a date."""
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None


def canonical_request(request: SignedRequest, signed_headers: tuple[str, ...]) -> str:
    """The text whose hash is signed; its six parts are separated by line feeds."""
    path, _mark, query = request.target.partition("?")
    headers = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in signed_headers)
    parts = (request.method.upper(), _path(path), _query(query), headers, ";".join(signed_headers), _payload(request))
    return "\n".join(parts)


def sign(canonical: str, date: str, secret_key: str) -> str:
    """The signature, in hexadecimal digits. The secret key signs directly: no key is derived from it."""
    text = "\n".join((ALGORITHM, date, hashlib.sha256(canonical.encode("utf-8")).hexdigest()))
    return hmac.new(secret_key.encode("utf-8"), text.encode("utf-8"), hashlib.sha256).hexdigest()


def holds(request: SignedRequest, authorization: Authorization, secret_key: str) -> bool:
    """Whether the request was signed with this secret key, and has not been changed since."""
    if not all(name in authorization.signed_headers for name in ALWAYS_SIGNED):
        return False
    if any(name not in request.headers for name in authorization.signed_headers):
        return False
    promised = request.headers.get(CONTENT_HEADER, UNSIGNED)
    if request.body_bytes and promised not in (UNSIGNED, request.body_sha256):
        return False
    expected = sign(canonical_request(request, authorization.signed_headers), request.headers[DATE_HEADER], secret_key)
    return hmac.compare_digest(expected.encode("ascii"), authorization.signature.encode("utf-8", "replace"))


def _path(path: str) -> str:
    # %2F in an id travels as %2F and is signed as a plain slash; the request goes without the slash at the end.
    signed = "/".join(quote(part, safe="~") for part in unquote(path).split("/"))
    return signed if signed.endswith("/") else signed + "/"


def _query(query: str) -> str:
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)


def _payload(request: SignedRequest) -> str:
    # The vendor's signer hashes an empty body as such, even where it has set the header.
    if not request.body_bytes:
        return EMPTY_SHA256
    return request.headers.get(CONTENT_HEADER) or request.body_sha256
