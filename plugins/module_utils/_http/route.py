# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a server is reached, and what it means when the way there, or the answer, breaks off."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import ssl
import typing as t
from urllib.parse import urlsplit

from .. import _errors as errors
from .requests import requests, urllib3


class Source(t.NamedTuple):
    """Where an address or a path comes from: ``region cn-north-4``, and the option or variable to correct."""

    what: str
    name: str


Sources = t.Mapping[t.Any, Source]


class NoConnection(Exception):
    """Wraps what came up while a connection was made: nothing was sent."""


class Route:
    """The way to a server: its proxy and CA certificates, as requests reads them.

    :arg environment: whether the environment's proxies count.
    :arg sources: where each site, and the path of CA certificates, comes from.
    :raises BadInput: the proxy cannot be used.
    """

    def __init__(
        self, site: str, adapter: requests.adapters.HTTPAdapter, verify: bool | str, environment: bool, sources: Sources
    ) -> None:
        self.site = site
        #: Whether the server has answered, so that its address is no mistake.
        self.heard = False
        reader = requests.Session()
        reader.trust_env = environment
        found = reader.merge_environment_settings(site, {}, True, verify, None)
        #: What the adapter takes.
        self.settings: dict[str, t.Any] = {**found, "verify": verify}
        self._ca = sources.get(verify)
        #: The server, and the first on the way: where its address comes from, and what that is.
        self._source = self._first = sources.get(site) or Source(site, "the endpoint")
        self._peer = urlsplit(site)
        self._through = ""
        proxy = requests.utils.select_proxy(site, found["proxies"])
        if proxy:
            variable = _variable(proxy, self._peer.scheme)
            self._first = Source(f"the proxy of {variable}", variable)
            self._peer = _checked_proxy(proxy, variable, adapter)
            self._through = f" through {self._first.what}"

    def failed(self, error: BaseException, seconds: float) -> errors.RomaError:
        """What *error* means, which ended a request; *seconds* are there to find out what the server speaks."""
        causes = _causes(error)
        no_name = (UnicodeError, urllib3.exceptions.LocationValueError, requests.exceptions.InvalidURL)
        nameless = any(isinstance(cause, no_name) for cause in causes)
        if isinstance(error, requests.RequestException) and not nameless:  # all else came before there was a connection
            return (None if _late(causes) else self.other_scheme(seconds)) or broken(self.site, error)
        if self._ca is not None:
            check_ca(*self._ca, thoroughly=True)
        if unverified := _unverified(causes):
            return errors.NotVerified(
                f"The certificate of {self.site} does not verify ({unverified}): set ca_path to the CA that signed it, "
                f"or correct {self._source.name}{self._through and ' or ' + self._first.name}"
            )
        tls = any(isinstance(cause, ssl.SSLError) for cause in causes)
        # A plain proxy has opened the way when TLS is spoken.
        what, name = self._source if tls and self._peer.scheme != "https" else self._first
        reason = _reason(causes)
        if nameless:
            return errors.BadInput(f"The host of {what} is not a valid name: correct {name}")
        if not isinstance(error, NoConnection):
            return errors.BadInput(f"No connection to {self.site} can be made ({reason}): check {name} and ca_path")
        unknown = any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in causes)
        if unknown and not self.heard:
            return errors.BadInput(f"The host of {what} is not known: check {name}")
        away = _late(causes) or any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes)
        return (None if away else self.other_scheme(seconds)) or self.unreached(reason, name=name)

    def unreached(self, reason: str, answer: dict[str, t.Any] | None = None, name: str | None = None) -> errors.NotSent:
        """The error that no connection came about; *name* is what to correct."""
        told = f"{self.site} cannot be reached{self._through} ({reason})"
        return errors.NotSent(f"{told}: check {name or self._first.name}, the network, proxies", answer)

    def other_scheme(self, seconds: float) -> errors.BadInput | None:
        """The error that the first server on the way speaks http where https is written, or the reverse."""
        scheme = self._peer.scheme
        port = self._peer.port or {"http": 80, "https": 443}.get(scheme)
        if self.heard or port is None:
            return None
        spoken = _spoken(self._peer.hostname or "", port, min(max(seconds, 0.1), 5.0))
        if spoken in ("", scheme):
            return None
        who = self._through.replace(" through t", "T") or self.site
        return errors.BadInput(f"{who} speaks {spoken} and not {scheme}: correct {self._first.name}")


def broken(site: str, error: BaseException) -> errors.NoAnswer:
    """The error that an answer of *site* did not come, or not whole."""
    causes = _causes(error)
    if _late(causes):
        return errors.NoAnswer(f"{site} gave no answer in time: set request_timeout higher if it is just slow")
    return errors.NoAnswer(f"The connection to {site} broke before a whole answer was there ({_reason(causes)})")


def arrived(error: BaseException) -> bytes:
    """What of a chunked body the standard library had read when *error* came up; urllib3 keeps it to itself."""
    parts = (getattr(cause, "partial", None) for cause in dict.fromkeys(_causes(error)))
    return b"".join(part for part in parts if isinstance(part, bytes))


def check_ca(path: str, name: str, thoroughly: bool = False) -> None:
    """Make sure that *path*, which the option or variable *name* gives, holds CA certificates.

    :arg thoroughly: load them, which takes 30 ms for those of all the world.
    :raises BadInput: it cannot be read, or holds none.
    """
    cure = "give a file of CA certificates in PEM, or a folder of them, on the host where the module runs"
    try:
        if os.path.isdir(path):
            held = any(re.fullmatch(r"[0-9a-f]{8}\.[0-9]+", file) for file in os.listdir(path))
            cure += " (openssl rehash makes the names that a folder needs)"
        else:
            with open(path, "rb") as file:
                held = b"-----BEGIN " in file.read(1 << 24)
            if held and thoroughly:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        held = False
    except (OSError, ValueError) as error:
        raise errors.BadInput(f"{name} {path} cannot be read ({_reason([error])}): {cure}") from None
    if not held:
        raise errors.BadInput(f"{name} {path} holds no certificate: {cure}")


def watch(manager: urllib3.PoolManager) -> None:
    """Let a connection of *manager* that does not come about be a :class:`NoConnection`."""

    def watched(pool: t.Any) -> t.Any:
        def connect(connection: t.Any) -> None:
            try:
                pool.ConnectionCls.connect(connection)
            except Exception as error:
                raise NoConnection(error) from error

        connection = type("Watched", (pool.ConnectionCls,), {"connect": connect})
        return type(pool.__name__, (pool,), {"ConnectionCls": connection})

    manager.pool_classes_by_scheme = {name: watched(pool) for name, pool in manager.pool_classes_by_scheme.items()}


def _checked_proxy(proxy: str, variable: str, adapter: requests.adapters.HTTPAdapter) -> t.Any:
    """The parts of a proxy's URL, to which *adapter* may connect from now on."""
    cure = "write it like http://proxy.example:3128, with odd characters of a user or password percent-encoded"
    try:
        url: str = requests.utils.prepend_scheme_if_needed(proxy, "http")  # type: ignore[no-untyped-call]  # requests has no types
        if urllib3.util.parse_url(url).host:
            watch(adapter.proxy_manager_for(url))
            return urlsplit(url)
    except Exception as error:  # whatever the two make of it: a TypeError is among it
        if isinstance(error, requests.exceptions.InvalidSchema):
            cure = "SOCKS needs the Python package PySocks: install it there, or use an http proxy"
    # Not quoted: it may hold a password.
    raise errors.BadInput(
        f"{variable} in the environment of the host where the module runs is not the URL of a proxy: {cure}"
    )


def _variable(proxy: str, scheme: str) -> str:
    """The variable that *proxy* was read from: a scheme's own comes before all_proxy, small letters before others."""
    named = [name for name in sorted(os.environ, reverse=True) if os.environ[name] == proxy]
    wanted = (f"{scheme}_proxy", "all_proxy")
    return next((name for one in wanted for name in named if name.lower() == one), "the system's setting for proxies")


def _spoken(host: str, port: int, seconds: float) -> str:
    """What a server speaks, by its answer to a greeting of TLS: http, https, or empty where it does not tell."""
    greeting = ssl.MemoryBIO()
    try:
        with contextlib.suppress(ssl.SSLWantReadError):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.wrap_bio(ssl.MemoryBIO(), greeting, server_hostname=host).do_handshake()
        with socket.create_connection((host, port), seconds) as server:
            server.sendall(greeting.read())
            first = server.recv(1)
    except (OSError, ValueError):
        return ""
    return {b"H": "http", b"\x15": "https", b"\x16": "https"}.get(first, "")


def _unverified(causes: t.Sequence[BaseException]) -> str:
    """What is wrong with the server's certificate; empty: nothing."""
    # urllib3 1.26 compares the names itself, and has an error of its own for it.
    named = "Hostname mismatch" if any(type(cause).__name__ == "CertificateError" for cause in causes) else ""
    return next((cause.verify_message for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), named)


def _late(causes: t.Iterable[BaseException]) -> bool:
    # socket.timeout is a class of its own before Python 3.10. A refused connection is called a TimeoutError by urllib3.
    quiet = (TimeoutError, socket.timeout, requests.Timeout, urllib3.exceptions.TimeoutError)
    at_once = urllib3.exceptions.NewConnectionError
    return any(isinstance(cause, quiet) and not isinstance(cause, at_once) for cause in causes)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it wraps: requests and urllib3 hand the cause on as an argument, ``reason`` or context."""
    causes = [error]
    for cause in causes:  # which grow meanwhile
        wrapped = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        causes += [each for each in wrapped if isinstance(each, BaseException) and each not in causes]
    return causes


def _reason(causes: t.Sequence[BaseException]) -> str:
    """The plainest text among *causes*: the system's, or a proxy's status, which name neither objects nor URLs."""
    if _late(causes):
        return "no answer in time"
    refused = re.search(r"Tunnel connection failed: (\d+)", str(causes[0]))
    if refused:
        return f"HTTP {refused[1]} {http.client.responses.get(int(refused[1]), '')}".strip()
    told = (cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror)
    return next(told, type(causes[-1]).__name__)


def site(url: str) -> str:
    """Scheme, host and port of *url*: enough to know which server is meant."""
    return "/".join(url.split("/", 3)[:3])
