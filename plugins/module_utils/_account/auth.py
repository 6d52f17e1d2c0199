# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways of authenticating, one class each: a callable that requests takes as ``auth=``, for each request anew."""

from __future__ import annotations

import threading
import time
import typing as t
from urllib.parse import parse_qsl, urlsplit

from .._errors import PasswordRefused
from .connection import Connection

if t.TYPE_CHECKING:
    from .iam import Keys, Token

T = t.TypeVar("T", bound="Keys | Token")
Clock = t.Callable[[], float]


class _Ready:
    """What is there already and cannot be renewed: where it came from is not known here."""

    def prepare(self) -> None:
        """Get what the first request needs.

        :raises RomaError: it is not to be had.
        """

    def renew(self, refused: str | None) -> bool:
        """Make sure that the next request does not use the token *refused*; False where there is nothing else."""
        return False


class TokenAuth(_Ready):
    """A token of the user's."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: t.Any) -> t.Any:
        request.headers["X-Auth-Token"] = self._token
        return request


class KeyAuth(_Ready):
    """An access key, permanent or temporary: each request is signed when it is made."""

    def __init__(
        self, access_key: str, secret_key: str, security_token: str | None = None, now: Clock = time.time
    ) -> None:
        self._keys = (access_key, secret_key, security_token)
        self._now = now

    def __call__(self, request: t.Any) -> t.Any:
        from .signing import authorization  # a token does without

        access_key, secret_key, security_token = self._keys
        url = urlsplit(request.url)
        # What is signed where the request has it; the vendor's gateway wants host and x-sdk-date.
        headers = {name: request.headers[name] for name in ("Content-Type", "X-Project-Id") if name in request.headers}
        headers["Host"] = url.netloc.removesuffix(":443" if url.scheme == "https" else ":80")
        headers["X-Sdk-Date"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._now()))
        if security_token:
            headers["X-Security-Token"] = security_token
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if not headers.get("Content-Type", "application/json").startswith("application/json"):
            headers["X-Sdk-Content-Sha256"] = "UNSIGNED-PAYLOAD"
        request.headers.update(headers)
        query = parse_qsl(url.query, keep_blank_values=True)
        request.headers["Authorization"] = authorization(
            access_key, secret_key, request.method, url.path or "/", query, headers, body
        )
        return request


class _Renewed(t.Generic[T]):
    """A token or keys that expire: got when they are first used, and again before they are over.

    A password that IAM refused is not sent again: each time counts, and in the end IAM locks the user.
    """

    def __init__(self, get: t.Callable[[], T], clock: Clock = time.monotonic) -> None:
        self._get = get
        self._clock = clock
        self._lock = threading.Lock()
        self._current: T | None = None
        self._renew_at = 0.0
        self._locked: PasswordRefused | None = None

    def token(self) -> T:
        """What is in use, or new. Of the threads that want it at once, one gets it.

        :raises RomaError: it is not to be had.
        """
        with self._lock:
            if self._locked is not None:
                raise self._locked
            if self._current is None or self._clock() >= self._renew_at:
                asked = self._clock()
                try:
                    self._current = self._get()
                except PasswordRefused as refused:
                    self._locked = refused
                    raise
                # A bit early, so that none expires on its way.
                self._renew_at = asked + 0.9 * self._current.lifetime
            return self._current

    def prepare(self) -> None:
        self.token()

    def renew(self, refused: str | None) -> bool:
        with self._lock:
            # Otherwise another thread saw to that already.
            if self._current is not None and refused in self._current:
                self._current = None
        return True


class AgencyAuth(_Renewed["Keys"]):
    """The temporary keys of the ECS machine's agency."""

    def __call__(self, request: t.Any) -> t.Any:
        return KeyAuth(*self.token()[:3])(request)


class PasswordAuth(_Renewed["Token"]):
    """A user and password: a token from IAM."""

    def __call__(self, request: t.Any) -> t.Any:
        return TokenAuth(self.token().value)(request)


Auth = t.Union[TokenAuth, KeyAuth, AgencyAuth, PasswordAuth]


def make_auth(connection: Connection, new_token: t.Callable[..., Token], new_keys: t.Callable[[], Keys]) -> Auth:
    """The object for the connection's credentials. Nothing is sent yet.

    :arg new_token: gets a token at IAM for user, password, domain and project.
    :arg new_keys: gets keys of this machine's agency.
    """
    values = connection.credentials.values
    if connection.credentials.way == "token":
        return TokenAuth(values["auth_token"])
    if connection.credentials.way == "keys":
        return KeyAuth(values["access_key"], values["secret_key"], values.get("security_token"))
    if connection.credentials.way == "agency":
        return AgencyAuth(new_keys)
    scope = {"id": connection.project_id} if connection.project_id else {"name": connection.project_name}
    return PasswordAuth(lambda: new_token(values["username"], values["password"], values["domain_name"], scope))
