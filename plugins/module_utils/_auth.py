# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways of authenticating, one class each: a callable that requests takes as ``auth=``, for each request anew."""

from __future__ import annotations

import threading
import time
import typing as t
from urllib.parse import parse_qsl, urlsplit

from ._connection import Connection
from ._errors import PasswordRefused

if t.TYPE_CHECKING:
    from ._agency import Keys
    from ._iam import Iam, Token

T = t.TypeVar("T")
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

    def keys(self) -> tuple[str, str, str | None]:
        """Access key, secret key and security token to sign with."""
        return self._keys

    def __call__(self, request: t.Any) -> t.Any:
        from . import _signing  # a token does without

        access_key, secret_key, security_token = self.keys()
        url = urlsplit(request.url)
        # What is signed where the request has it; the vendor's gateway wants host and x-sdk-date.
        headers = {name: request.headers[name] for name in ("Content-Type", "X-Project-Id") if name in request.headers}
        headers["Host"] = _host(url)
        headers["X-Sdk-Date"] = time.strftime(_signing.DATE_FORMAT, time.gmtime(self._now()))
        if security_token:
            headers["X-Security-Token"] = security_token
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if not headers.get("Content-Type", "application/json").startswith("application/json"):
            headers["X-Sdk-Content-Sha256"] = _signing.UNSIGNED_PAYLOAD
        request.headers.update(headers)
        query = parse_qsl(url.query, keep_blank_values=True)
        request.headers["Authorization"] = _signing.authorization(
            access_key, secret_key, request.method, url.path or "/", query, headers, body
        )
        return request


class Renewed(t.Generic[T]):
    """A credential that expires: got when it is first used, and again before it is over.

    :arg get: gets one.
    :arg lifetime: tells how long it lives, in seconds.
    """

    def __init__(self, get: t.Callable[[], T], lifetime: t.Callable[[T], float], clock: Clock = time.monotonic) -> None:
        self._get = get
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._current: T | None = None
        self._renew_at = 0.0

    def __call__(self) -> T:
        """The one in use, or a new one.

        :raises RomaError: there is none to be had.
        """
        with self._lock:
            if self._current is None or self._clock() >= self._renew_at:
                asked = self._clock()
                self._current = self._get()
                # A bit early, so that none expires on its way.
                self._renew_at = asked + 0.9 * self._lifetime(self._current)
            return self._current

    def drop(self, refused: t.Callable[[T], bool]) -> None:
        """Get another one next time, unless another thread saw to that already."""
        with self._lock:
            if self._current is not None and refused(self._current):
                self._current = None


class AgencyAuth(KeyAuth):
    """The temporary keys of the ECS machine's agency, renewed before they expire."""

    def __init__(self, get_keys: t.Callable[[], Keys], clock: Clock = time.monotonic) -> None:
        super().__init__("", "")
        self._current = Renewed(get_keys, lambda keys: keys.lifetime, clock)

    def keys(self) -> tuple[str, str, str | None]:
        return self._current()[:3]

    def prepare(self) -> None:
        self._current()

    def renew(self, refused: str | None) -> bool:
        """*refused* is the security token of the keys that were refused."""
        self._current.drop(lambda keys: keys.security_token == refused)
        return True


class PasswordAuth:
    """A user and password: a token from IAM, renewed before it expires.

    A password that IAM refused is not sent again: each time counts, and in the end IAM locks the user.
    """

    def __init__(self, get_token: t.Callable[[], Token], clock: Clock = time.monotonic) -> None:
        self._get_token = get_token
        self._refused: PasswordRefused | None = None
        self.token = Renewed(self._get, lambda token: token.lifetime, clock)

    def __call__(self, request: t.Any) -> t.Any:
        request.headers["X-Auth-Token"] = self.token().value
        return request

    def _get(self) -> Token:
        """A new token. Of the threads that want one at once, each comes here in turn."""
        if self._refused is not None:
            raise self._refused
        try:
            return self._get_token()
        except PasswordRefused as refused:
            self._refused = refused
            raise

    def prepare(self) -> None:
        self.token()

    def renew(self, refused: str | None) -> bool:
        self.token.drop(lambda token: token.value == refused)
        return True


Auth = t.Union[TokenAuth, KeyAuth, PasswordAuth]


def make_auth(connection: Connection, iam: t.Callable[[], Iam], agency: t.Callable[[], t.Callable[[], Keys]]) -> Auth:
    """The object for the connection's credentials. Nothing is sent yet.

    :arg iam: makes the project's IAM, where it is needed.
    :arg agency: makes what gets new keys of this machine's agency, where it is needed.
    """
    values = connection.credentials.values
    if connection.credentials.way == "token":
        return TokenAuth(values["auth_token"])
    if connection.credentials.way == "keys":
        return KeyAuth(values["access_key"], values["secret_key"], values.get("security_token"))
    if connection.credentials.way == "agency":
        return AgencyAuth(agency())
    scope = {"id": connection.project_id} if connection.project_id else {"name": connection.project_name}
    return PasswordAuth(lambda: iam().token(values["username"], values["password"], values["domain_name"], scope))


def _host(url: t.Any) -> str:
    """The Host header: with the port where it is not the scheme's own."""
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    default = {"http": 80, "https": 443}[url.scheme]
    return host if url.port in (None, default) else f"{host}:{url.port}"
