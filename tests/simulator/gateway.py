# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway in front of the API: it knows who asks, and refuses in its own words."""

from __future__ import annotations

from . import signature
from .accounts import Credentials, Key
from .clock import Clock, utc
from .errors import ApiError, unauthenticated
from .incoming import Incoming
from .settings import Settings

#: Seconds by which X-Sdk-Date may be off.
CLOCK_SKEW = 900

LOCKED = "AK access failed to reach the limit,forbidden."


class Gateway:
    """Checks tokens and signatures [docs: FAQ on APIGW.0301; the texts as users report them]."""

    def __init__(self, credentials: Credentials, settings: Settings, clock: Clock) -> None:
        self._credentials = credentials
        self._settings = settings
        self._clock = clock

    def authenticate(self, request: Incoming) -> str:
        """The user who asks; ApiError where the gateway refuses."""
        token = request.headers.get("x-auth-token")
        if token:
            return self._by_token(token, request)
        value = request.headers.get("authorization", "")
        authorization = signature.parse_authorization(value)
        if authorization is None:
            raise unauthenticated("x-auth-token not found")
        return self._by_key(authorization, request)

    def _by_token(self, value: str, request: Incoming) -> str:
        token = self._credentials.tokens.get(value)
        if token is not None and self._clock.time() + request.skew < token.expires:
            return token.user
        if self._settings.token_refusal != "APIGW":
            raise ApiError(400, self._settings.token_refusal)
        raise token_expired(token.expires) if token else unauthenticated("decrypt token fail")

    def _by_key(self, authorization: signature.Authorization, request: Incoming) -> str:
        access_key = authorization.access_key
        locks = self._credentials.key_locks
        if locks.locked(access_key):
            raise unauthenticated(LOCKED)
        try:
            key = self._known_key(access_key, request)
            self._check_date(request)
            if not signature.holds(request.signed(), authorization, key.secret_key):
                raise signature_refused(request, authorization)
        except ApiError:
            locks.refused(access_key)
            raise
        locks.passed(access_key)
        self._check_size(request)
        return key.user

    def _known_key(self, access_key: str, request: Incoming) -> Key:
        key = self._credentials.keys.get(access_key)
        if key is None or key.security_token != request.headers.get("x-security-token"):
            raise unauthenticated(f"ak {access_key} not exist")
        if key.expires is not None and key.expires <= self._clock.time():
            raise unauthenticated(f"ak {access_key} not exist")
        return key

    def _check_date(self, request: Incoming) -> None:
        text = request.headers.get(signature.DATE_HEADER, "")
        signed = signature.parse_date(text)
        now = self._clock.time() + request.skew
        if signed is None or abs(now - signed) > CLOCK_SKEW:
            raise signature_expired(text, now)

    def _check_size(self, request: Incoming) -> None:
        unsigned = request.headers.get(signature.CONTENT_HEADER) == signature.UNSIGNED
        limit = self._settings.unsigned_body_bytes if unsigned else self._settings.signed_body_bytes
        if limit is not None and request.body.size > limit:
            raise ApiError(413, "APIGW.0201", "Request entity too large", layer="gateway")


def token_expired(expires: float) -> ApiError:
    """`expires` in seconds since 1970."""
    return unauthenticated(f"token expires, expires_at: {utc(expires).isoformat(timespec='milliseconds')[:23]}000Z")


def signature_expired(date: str, now: float) -> ApiError:
    """The caller's clock is off."""
    server = utc(now).strftime("%Y%m%dT%H%M%SZ")
    return unauthenticated(f"calc aksk signature fail:signature expired, signature time:{date},server time:{server}")


def signature_refused(request: Incoming, authorization: signature.Authorization | None) -> ApiError:
    """The gateway repeats the whole canonical request, its line feeds turned into bars."""
    names = authorization.signed_headers if authorization else ()
    canonical = signature.canonical_request(request.signed(), names).replace("\n", "|")
    return unauthenticated(f"verify aksk signature fail, canonicalRequest:{canonical}")


def refusal(kind: str, request: Incoming, now: float) -> ApiError:
    """The refusal that a fault asks for: "signature", "ak", "locked" or "clock"."""
    authorization = signature.parse_authorization(request.headers.get("authorization", ""))
    if kind == "signature":
        return signature_refused(request, authorization)
    if kind == "ak":
        return unauthenticated(f"ak {authorization.access_key if authorization else ''} not exist")
    if kind == "locked":
        return unauthenticated(LOCKED)
    return signature_expired(request.headers.get(signature.DATE_HEADER, ""), now)
