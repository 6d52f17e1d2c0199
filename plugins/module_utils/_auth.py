# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways of authenticating, one class each: a callable that requests takes as ``auth=``, given with each request.

Giving it with each request keeps requests from preferring ``~/.netrc``, and makes it sign anew what it sends again.
"""

from __future__ import annotations

import threading
import time
import typing as t
from urllib.parse import parse_qsl, urlsplit

from . import _signing
from ._connection import Connection, Credentials
from ._iam import Iam, Token


class TokenAuth:
    """A token that is there already. Where it came from is not known here, so that it cannot be renewed."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: t.Any) -> t.Any:
        request.headers["X-Auth-Token"] = self._token
        return request

    def renew(self, refused: str | None) -> bool:
        """Make sure that the next request does not use the token *refused*; False where there is nothing else."""
        return False


class KeyAuth:
    """An access key, permanent or temporary: each request is signed when it is made."""

    #: What is signed where the request has it; the vendor's gateway wants host and x-sdk-date.
    SIGNED = ("Content-Type", "X-Project-Id")

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        security_token: str | None = None,
        now: t.Callable[[], float] = time.time,
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._security_token = security_token
        self._now = now

    def __call__(self, request: t.Any) -> t.Any:
        url = urlsplit(request.url)
        headers = {name: request.headers[name] for name in self.SIGNED if name in request.headers}
        headers["Host"] = _host(url)
        headers["X-Sdk-Date"] = time.strftime(_signing.DATE_FORMAT, time.gmtime(self._now()))
        if self._security_token:
            headers["X-Security-Token"] = self._security_token
        if not headers.get("Content-Type", "application/json").startswith("application/json"):
            headers["X-Sdk-Content-Sha256"] = _signing.UNSIGNED_PAYLOAD
        body = request.body.encode() if isinstance(request.body, str) else request.body
        request.headers.update(headers)
        request.headers["Authorization"] = _signing.authorization(
            self._access_key,
            self._secret_key,
            request.method,
            url.path or "/",
            parse_qsl(url.query, keep_blank_values=True),
            headers,
            body or b"",
        )
        return request

    def renew(self, refused: str | None) -> bool:
        """False: keys that were refused once are refused again, and lock."""
        return False


class PasswordAuth:
    """A user and password: a token from IAM, renewed before it expires."""

    #: The part of a token's life after which it is renewed, so that none expires on its way.
    USED_UP = 0.9

    def __init__(self, get_token: t.Callable[[], Token], clock: t.Callable[[], float] = time.monotonic) -> None:
        self._get_token = get_token
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._renew_at = 0.0

    def __call__(self, request: t.Any) -> t.Any:
        request.headers["X-Auth-Token"] = self.token().value
        return request

    def token(self) -> Token:
        """The token in use; a new one where there is none or it is nearly over.

        :raises RomaError: IAM gave none.
        """
        with self._lock:
            if self._token is None or self._clock() >= self._renew_at:
                asked = self._clock()
                self._token = self._get_token()
                self._renew_at = asked + self._token.lifetime * self.USED_UP
            return self._token

    def renew(self, refused: str | None) -> bool:
        """Drop the token *refused*, unless another thread did so already."""
        with self._lock:
            if self._token is not None and self._token.value == refused:
                self._token = None
        return True


Auth = t.Union[TokenAuth, KeyAuth, PasswordAuth]


def make_auth(credentials: Credentials, connection: Connection, iam: Iam | None) -> Auth:
    """The object for these credentials. Nothing is sent yet."""
    values = credentials.values
    if credentials.way == "token":
        return TokenAuth(values["auth_token"])
    if credentials.way == "keys":
        return KeyAuth(values["access_key"], values["secret_key"], values.get("security_token"))
    assert iam is not None  # seen to where the connection is settled
    scope = {"id": connection.project_id} if connection.project_id else {"name": connection.project_name}
    return PasswordAuth(lambda: iam.token(values["username"], values["password"], values["domain_name"], scope))


def _host(url: t.Any) -> str:
    """The Host header: with the port where it is not the scheme's own."""
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    default = {"http": 80, "https": 443}[url.scheme]
    return host if url.port in (None, default) else f"{host}:{url.port}"
