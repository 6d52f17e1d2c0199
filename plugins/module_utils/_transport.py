# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests are sent, and what it means when none or half of an answer comes back."""

from __future__ import annotations

import datetime
import functools
import http.client
import re
import socket
import ssl
import time
import typing as t
import zlib

from . import _answer, _errors as errors
from ._deadline import Deadline
from ._requests import requests, urllib3
from ._secrets import Secrets

#: Adds to a request what shows who sends it.
Auth = t.Callable[[t.Any], t.Any]

#: Bytes taken from the network at a time.
CHUNK = 1 << 16

#: Of each request. No encoding is asked for, so that bytes can be counted and hashed as they come.
HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "roma.connect (Ansible)"}

#: Connections to one server that are kept for the next request, at most.
MOST_KEPT = 16


class Transport:
    """One HTTP session for the endpoint and for IAM, within one deadline. Several threads can share it.

    Proxies and CA certificates come from the environment, as requests reads them. What requests' own session adds to
    that is not wanted here: redirects are not followed, cookies not kept, ``~/.netrc`` not read. So requests are handed
    to its adapter, which also saves a quarter of what a question costs.
    """

    def __init__(
        self,
        deadline: Deadline,
        verify: bool | str = True,
        proxies: bool = True,
        secrets: Secrets | None = None,
    ) -> None:
        self.deadline = deadline
        self.secrets = secrets or Secrets()
        self._verify = verify
        self._adapter = requests.adapters.HTTPAdapter(pool_maxsize=MOST_KEPT)
        self._reads_environment = proxies
        #: By server: what requests reads of the environment for it.
        self._environment: dict[str, t.Mapping[str, t.Any]] = {}
        if verify is False:
            # The module says it once, as a warning that Ansible shows.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def send(
        self,
        method: str,
        url: str,
        auth: Auth | None,
        headers: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        data: t.Any = None,
        fresh: bool = False,
    ) -> requests.Response:
        """Send a request and return when the answer's headers are there; its body is still to be read.

        :arg auth: None for what is sent without, as the request for a token is.
        :arg fresh: take a connection of its own, since one that was idle may be cut just when it is used, and then
            nobody knows whether the request was read.
        :raises NotSent, NoAnswer, NotVerified: see there.
        """
        if fresh:
            self._adapter.close()
        limit = self.deadline.for_request()
        began = self.deadline.clock()
        try:
            request = _prepared(method, url, auth, {**HEADERS, **(headers or {})}, json, data)
            response = self._adapter.send(request, timeout=limit, **self._settings(url))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            raise broken(url, error) from None
        response.elapsed = datetime.timedelta(seconds=self.deadline.clock() - began)
        return response

    def _settings(self, url: str) -> t.Mapping[str, t.Any]:
        """Proxies and what else requests reads of the environment: once for each server, not for each request."""
        site = _site(url)
        if site not in self._environment:
            reader = requests.Session()
            reader.trust_env = self._reads_environment
            self._environment[site] = reader.merge_environment_settings(url, {}, True, self._verify, None)
        return self._environment[site]

    def read(self, response: requests.Response) -> bytes:
        """The body of an answer that is no package; cut where it is longer than any document of this API."""
        body = bytearray()
        began = self.deadline.clock() - response.elapsed.total_seconds()
        with response:
            for chunk in chunks(response):
                body += chunk
                if len(body) > _answer.LARGEST_DOCUMENT:
                    break
                if self.deadline.clock() - began > self.deadline.request_timeout:
                    raise errors.NoAnswer(f"{_site(response.url)} drips its answer: no end after request_timeout")
        expected = length(response)
        if expected is not None and len(body) < min(expected, _answer.LARGEST_DOCUMENT):
            raise errors.NoAnswer(f"The answer of {_site(response.url)} was cut after {len(body)} of {expected} bytes")
        return bytes(body)

    def ask(
        self, what: str, method: str, url: str, auth: Auth | None, **request: t.Any
    ) -> tuple[requests.Response, bytes]:
        """Send a request whose answer is no package, and return the answer with its body.

        :arg what: what is asked, for messages.
        :raises RomaError: any answer but 2xx, as the error that it is.
        """
        response = self.send(method, url, auth, **request)
        body = self.read(response)
        if not 200 <= response.status_code < 300:
            raise self.failure(what, response, body)
        return response, body

    def failure(self, what: str, response: requests.Response, body: bytes) -> errors.RomaError:
        """The error that *response* is."""
        sent = response.request.headers
        self.secrets.add(*_sent(sent))
        error = _answer.failure(what, response.status_code, response.headers, body, time.time(), self.secrets.hide)
        if isinstance(error, errors.CredentialsRefused):
            error.token = sent.get("X-Auth-Token") or sent.get("X-Security-Token")
        return error


def _prepared(
    method: str, url: str, auth: Auth | None, headers: t.Mapping[str, str], json: t.Any, data: t.Any
) -> requests.PreparedRequest:
    """As ``PreparedRequest.prepare`` makes it."""
    request = requests.PreparedRequest()
    request.prepare_method(method)
    request.url = _url(url)
    request.prepare_headers(headers)
    request.prepare_body(data, None, json)
    if auth is not None:  # requests itself would look for a user and a password in the URL
        request.prepare_auth(auth, url)
    return request


@functools.lru_cache(maxsize=4096)
def _url(url: str) -> str:
    """As requests writes it: finding that out takes a seventh of what a question costs, and a job is asked many times.

    :raises requests.RequestException, UnicodeError: it is none.
    """
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return t.cast(str, request.url)


def _sent(headers: t.Mapping[str, str]) -> t.Iterator[str]:
    """The secrets in a request's headers, which its answer may repeat."""
    for name in ("X-Auth-Token", "X-Security-Token", "X-Metadata-Token"):
        if name in headers:
            yield headers[name]
    _begin, found, signature = headers.get("Authorization", "").partition("Signature=")
    if found:
        yield signature


def length(response: requests.Response) -> int | None:
    """How many bytes :func:`chunks` brings, where the answer tells."""
    told = re.fullmatch(r"[0-9]{1,18}", response.headers.get("Content-Length", ""))
    return int(told[0]) if told and not _encoding(response) else None


def chunks(response: requests.Response) -> t.Iterator[bytes]:
    """The body as it comes in, so that nothing which has arrived is lost where the rest does not.

    :raises NoAnswer: the connection broke, or went quiet for ``request_timeout``.
    :raises Unreadable: it is encoded in a way that nobody asked for.
    """
    pieces = _pieces(response)
    # No encoding is asked for; a proxy that compresses all the same is understood.
    return _inflated(pieces, _encoding(response)) if _encoding(response) else pieces


def _pieces(response: requests.Response) -> t.Iterator[bytes]:
    raw: t.Any = response.raw
    try:
        if hasattr(raw, "read1"):
            while piece := raw.read1(CHUNK, decode_content=False):
                yield piece
        else:  # urllib3 1.26, which by itself waits until a whole piece is there; its own read lets the connection go
            while piece := raw._fp.read1(CHUNK) or raw.read(CHUNK, decode_content=False):
                yield piece
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        raise broken(response.url, error) from None


def _encoding(response: requests.Response) -> str:
    """What was done to the body; empty: nothing."""
    told = response.headers.get("Content-Encoding", "").strip().lower()
    return "" if told == "identity" else told


def _inflated(pieces: t.Iterable[bytes], encoding: str) -> t.Iterator[bytes]:
    """What is compressed in *pieces*, piece by piece: however much comes of a few bytes, it is never there at once."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise errors.Unreadable("The answer is encoded in a way that was not asked for")
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by its head
    try:
        for piece in pieces:
            while piece:
                yield decoder.decompress(piece, CHUNK)
                piece = decoder.unconsumed_tail
        yield decoder.flush()
    except zlib.error:
        raise errors.Unreadable("The answer is compressed and damaged") from None
    if not decoder.eof:
        raise errors.NoAnswer("The answer is compressed and was cut")


#: What OpenSSL says where the handshake failed, before any request.
_HANDSHAKE_FAILURES = ("WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "SSLV3_ALERT_HANDSHAKE_FAILURE", "HTTP_REQUEST")


#: What OpenSSL says where the CA certificates that were named are none.
_BAD_CA = ("NO_CERTIFICATE_OR_CRL_FOUND", "PEM_LIB")


def broken(url: str, error: BaseException) -> errors.RomaError:
    """What a failure of the network, on the way to *url*, means."""
    site = _site(url)
    causes = list(_causes(error))
    if any(
        isinstance(cause, (UnicodeError, urllib3.exceptions.LocationParseError, requests.exceptions.InvalidURL))
        for cause in causes
    ):
        return errors.BadInput(f"The host of {site} is no name that can be looked up: correct it")
    if any(isinstance(cause, ssl.SSLError) and cause.reason in _BAD_CA for cause in causes):
        return errors.BadInput("ca_path (REQUESTS_CA_BUNDLE) names a file without certificates in PEM: correct it")
    unverified = _unverified(causes)
    if unverified is not None:
        return errors.NotVerified(
            f"The certificate of {site} does not verify ({unverified}): set ca_path to the CA that signed it, or "
            "correct the endpoint"
        )
    if any(isinstance(cause, (urllib3.exceptions.NewConnectionError, requests.ConnectTimeout)) for cause in causes):
        return errors.NotSent(f"{site} cannot be reached ({_reason(causes)}): check the endpoint, the network, proxies")
    if any(isinstance(cause, OSError) and "Tunnel connection failed" in str(cause) for cause in causes):
        return errors.NotSent(f"The proxy on the way to {site} did not connect ({_reason(causes)}): check HTTPS_PROXY")
    if any(isinstance(cause, ssl.SSLError) and cause.reason in _HANDSHAKE_FAILURES for cause in causes):
        return errors.NotSent(f"{site} does not speak TLS as expected ({_reason(causes)}): check the endpoint's scheme")
    # socket.timeout is a class of its own before Python 3.10
    quiet = (TimeoutError, socket.timeout, requests.Timeout, urllib3.exceptions.TimeoutError)
    if any(isinstance(cause, quiet) for cause in causes):
        return errors.NoAnswer(f"{site} gave no answer in time: set request_timeout higher if it is just slow")
    return errors.NoAnswer(f"The connection to {site} broke before a whole answer was there ({_reason(causes)})")


def _unverified(causes: t.Sequence[BaseException]) -> str | None:
    """What is wrong with the server's certificate; None: nothing."""
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        # urllib3 1.26 compares the names itself, and has an error of its own for it.
        if type(cause).__name__ == "CertificateError":
            return "Hostname mismatch"
    return None


def _causes(error: BaseException) -> t.Iterator[BaseException]:
    """The error and what it wraps: requests and urllib3 hand the cause on as an argument, ``reason`` or context."""
    todo, seen = [error], set()
    while todo:
        current = todo.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = (*current.args, getattr(current, "reason", None), current.__cause__, current.__context__)
        todo += [cause for cause in wrapped if isinstance(cause, BaseException)]


def _reason(causes: t.Sequence[BaseException]) -> str:
    """The plainest text among *causes*: the system's, which names neither objects nor URLs."""
    system = next((cause for cause in causes if isinstance(cause, OSError) and cause.strerror), None)
    return system.strerror if system is not None and system.strerror else type(causes[-1]).__name__


def _site(url: str) -> str:
    """Scheme, host and port of *url*: enough to know which server is meant."""
    return "/".join(url.split("/", 3)[:3])
