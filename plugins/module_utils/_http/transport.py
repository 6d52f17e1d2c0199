# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests are sent, and what it means when none or half of an answer comes back."""

from __future__ import annotations

import datetime
import functools
import http.client
import re
import time
import typing as t
import zlib

from .. import _errors as errors
from . import answer
from .answer import Answer
from .deadline import Deadline
from .requests import requests, urllib3
from .route import NoConnection, Route, Sources, arrived, broken, site, watch
from .secrets import MASK, Secrets

#: Adds to a request what shows who sends it.
Auth = t.Callable[[t.Any], t.Any]

#: Bytes taken from the network at a time; and where all of them have to be there before any is handed on.
CHUNK, PIECE = 1 << 16, 1 << 12

#: Of each request. No encoding is asked for, so that bytes can be counted and hashed as they come.
HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "roma.connect (Ansible)"}


class Transport:
    """One HTTP session for the endpoint and for IAM, within one deadline. Several threads can share it.

    :arg sources: where each site, and the path of CA certificates, comes from, for messages.
    :arg proxies: whether those of the environment are used.

    What requests' own session does is not wanted here: redirects are not followed, cookies not kept, ``~/.netrc`` not
    read. So requests are handed to its adapter, which also saves a quarter of what a question costs.
    """

    def __init__(
        self,
        deadline: Deadline,
        verify: bool | str = True,
        sources: Sources | None = None,
        secrets: Secrets | None = None,
        proxies: bool = True,
    ) -> None:
        self.deadline = deadline
        self.secrets = secrets or Secrets()
        self._adapter = requests.adapters.HTTPAdapter(pool_maxsize=16)  # connections to a server that are kept
        watch(self._adapter.poolmanager)
        #: Found out once for each site, not for each request.
        self._route: t.Callable[[str], Route] = functools.lru_cache(maxsize=None)(
            lambda url: Route(url, self._adapter, verify, proxies, sources or {})
        )
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

        :arg fresh: take a connection of its own, since one that was idle may be cut just when it is used, and then
            nobody knows whether the request was read.
        :raises BadInput, NotSent, NoAnswer, NotVerified: see there.
        """
        if fresh:
            self._adapter.close()
        limit, began = self.deadline.for_request(), self.deadline.clock()
        route = self._route(site(url))
        try:
            request = requests.PreparedRequest()
            request.prepare_method(method)
            request.url = _url(url)
            request.prepare_headers({**HEADERS, **(headers or {})})
            request.prepare_body(data, None, json)
            if auth is not None:  # requests itself would look for a user and a password in the URL
                request.prepare_auth(auth, url)
            response = self._adapter.send(request, timeout=limit, **route.settings)
        except (NoConnection, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            raise route.failed(error, self.deadline.remaining()) from None
        # A server of TLS may answer so to what is plain.
        route.heard = route.heard or response.status_code != 400
        response.elapsed = datetime.timedelta(seconds=self.deadline.clock() - began)
        response.raw.enforce_content_length = True  # urllib3 1.26 does not by itself
        return response

    def read(self, response: requests.Response) -> bytes:
        """The body of an answer that is no package; cut where it is longer than any document of this API."""
        body = bytearray()
        began = self.deadline.clock() - response.elapsed.total_seconds()
        with response:
            for chunk in chunks(response):
                body += chunk
                if len(body) > answer.LARGEST_DOCUMENT:
                    break
                if self.deadline.clock() - began > self.deadline.request_timeout:
                    raise errors.NoAnswer(
                        f"{site(response.url)} sends its answer too slowly: it had no end after request_timeout"
                    )
        return bytes(body)

    def ask(self, what: str, method: str, url: str, auth: Auth | None, **request: t.Any) -> Answer:
        """Send a request whose answer is no package, and return that; *what* is asked, for messages.

        :raises RomaError: any answer but 2xx, as the error that it is.
        """
        response = self.send(method, url, auth, **request)
        body = self.read(response)
        if not 200 <= response.status_code < 300:
            raise self.failure(what, response, body)
        signature = _signature(response)
        return Answer(response.headers, body, lambda text: text.replace(signature, MASK) if signature else text)

    def failure(self, what: str, response: requests.Response, body: bytes) -> errors.RomaError:
        """The error that *response* is."""
        sent, route = response.request.headers, self._route(site(response.url))
        hide = functools.partial(self.secrets.hide, also=_signature(response))
        error = answer.failure(what, response.status_code, response.headers, body, time.time(), hide)
        if isinstance(error, errors.CredentialsRefused):
            error.token = sent.get("X-Auth-Token") or sent.get("X-Security-Token")
        if response.status_code == 407:
            return route.unreached("HTTP 407 Proxy Authentication Required", error.answer)
        if response.status_code == 400 and not (error.answer or {}).get("error_code"):
            return route.other_scheme(self.deadline.remaining()) or error
        return error


@functools.lru_cache(maxsize=4096)
def _url(url: str) -> str:
    """As requests writes it. To find that out is a quarter of what a question costs, and a job is asked many times."""
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return t.cast(str, request.url)


def _signature(response: requests.Response) -> str:
    """What the request was signed with, which its answer may repeat; empty: nothing. All else is known for a secret."""
    return response.request.headers.get("Authorization", "").partition("Signature=")[2]


def length(response: requests.Response) -> int | None:
    """How many bytes :func:`chunks` brings, where the answer tells."""
    told = re.fullmatch(r"[0-9]{1,18}", response.headers.get("Content-Length", ""))
    return int(told[0]) if told and not _encoding(response) else None


def chunks(response: requests.Response) -> t.Iterator[bytes]:
    """The body as it comes in, so that nothing which has arrived is lost where the rest does not.

    :raises NoAnswer, Unreadable: it broke or went quiet; or it is encoded in a way that nobody asked for.
    """
    # A proxy that compresses though no encoding is asked for is understood.
    if not _encoding(response):
        return _pieces(response)
    if _encoding(response) not in ("gzip", "x-gzip", "deflate"):
        raise errors.Unreadable("The answer is encoded in a way that was not asked for")
    return _inflated(_pieces(response))


def _pieces(response: requests.Response) -> t.Iterator[bytes]:
    raw: t.Any = response.raw
    # Without read1 (urllib3 before 2.2) a read waits for all that it asks for, and what has come of it is lost where
    # the rest does not come in time. So it asks for little, a quarter of what came before.
    most, least = (CHUNK, CHUNK) if hasattr(raw, "read1") else (PIECE, 1)
    read, came = getattr(raw, "read1", raw.read), 0
    try:
        while piece := read(max(least, min(came // 4, most)), decode_content=False):
            yield piece
            came += len(piece)
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        if piece := arrived(error):
            yield piece
        raise broken(site(response.url), error) from None


def _encoding(response: requests.Response) -> str:
    """What was done to the body; empty: nothing."""
    told = response.headers.get("Content-Encoding", "").strip().lower()
    return "" if told == "identity" else told


def _inflated(pieces: t.Iterable[bytes]) -> t.Iterator[bytes]:
    """What is compressed in *pieces*, piece by piece: however much comes of a few bytes, it is never there at once."""
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
