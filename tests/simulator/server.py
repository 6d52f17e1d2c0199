# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: a request comes in, meets its fault, and is answered."""

from __future__ import annotations

import asyncio
import ssl
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from . import ids, wire
from .answers import Answer, json_answer
from .control import PREFIX, Control
from .errors import ApiError
from .fault_answers import replacement
from .faults import Fault
from .gateway import refusal, token_expired
from .incoming import IN_MEMORY, Incoming
from .operations import perform
from .routes import IAM_PREFIX, ROMA_PREFIX, match
from .world import World

#: Largest header, in bytes: a token may have 100,000 [docs].
_HEADER_BYTES = 131072


class Server:
    """Serves one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._control = Control(world)
        self._runner: web.ServerRunner | None = None
        self.base = ""

    async def start(self) -> None:
        """Listen; `base` is the URL then."""
        settings = self.world.settings
        server = web.Server(self._handle, access_log=None, max_field_size=_HEADER_BYTES, max_line_size=_HEADER_BYTES)
        # Requests that hang must not keep the simulator from stopping.
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        context = None
        if settings.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*settings.tls)
        site = web.TCPSite(self._runner, settings.host, settings.port, ssl_context=context)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        host = f"[{host}]" if ":" in host else host
        self.base = f"{'https' if context else 'http'}://{host}:{port}"

    async def stop(self) -> None:
        """Close every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    def line(self) -> dict[str, Any]:
        """What there is to know once it listens: the command's one line of JSON."""
        return {
            "endpoint": self.base + ROMA_PREFIX,
            "iam_endpoint": self.base + IAM_PREFIX,
            **self.world.facts(),
            "control": self.base + PREFIX,
        }

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        incoming = _incoming(request)
        try:
            if incoming.path.startswith(PREFIX + "/"):
                await incoming.body.fill(request.content.iter_any())
                return await wire.send(request, self._control.answer(incoming), None)
            return await self._serve(request, incoming)
        except (ConnectionError, web.RequestPayloadError):
            return wire.gone(request)
        finally:
            incoming.body.close()

    async def _serve(self, request: web.BaseRequest, incoming: Incoming) -> web.StreamResponse:
        world = self.world
        entry = world.journal.open(incoming, world.clock.time())
        fault = entry["fault"] = world.faults.take(incoming.operation, incoming.path)
        reset_before = fault is not None and fault.get("reset") == "before"
        # A small body is taken even then: a client that still sends would see a broken pipe, or a reset, by chance.
        if not reset_before or (request.content_length or 0) <= IN_MEMORY:
            await _take_body(request, incoming)
        entry["body_bytes"], entry["body"] = incoming.body.size, incoming.body.parsed()
        if reset_before:
            return wire.reset(request)
        if fault and "hang" in fault:
            early = await self._answer(incoming, fault) if fault.get("processed") else None
            await asyncio.sleep(float(fault["hang"]))
            if request.transport is None or request.transport.is_closing():
                return wire.gone(request)
            answer = early or await self._answer(incoming, fault)
        else:
            answer = await self._answer(incoming, fault)
        entry["user"] = incoming.user
        if fault and "reset" in fault:
            return wire.reset(request)
        entry["status"] = answer.status
        return await wire.send(request, answer, fault)

    async def _answer(self, incoming: Incoming, fault: Fault | None) -> Answer:
        world = self.world
        request_id = ids.request_id()
        incoming.skew = float(fault.get("skew", 0)) if fault else 0.0
        now = world.clock.time() + incoming.skew
        answer = replacement(fault, now)
        if answer is None:
            try:
                _refuse(fault, incoming, now)
                world.settle()
                answer = await perform(world, incoming)
                world.changes.answered(incoming.operation)
            except ApiError as error:
                answer = json_answer(error.body(request_id, world.settings.edition), error.status, error.headers)
        common = {"Date": formatdate(now, usegmt=True), "Server": "api-gateway", "X-Request-Id": request_id}
        answer.headers = {**common, **answer.headers}
        return answer


def _refuse(fault: Fault | None, incoming: Incoming, now: float) -> None:
    if not fault:
        return
    if fault.get("expire_token"):
        code = fault.get("as", "APIGW")
        raise token_expired(now - 1) if code == "APIGW" else ApiError(400, code)
    if "refuse" in fault:
        raise refusal(fault["refuse"], incoming, now)
    if fault.get("busy"):
        raise ApiError(400, "ROMA.10012")


def _incoming(request: web.BaseRequest) -> Incoming:
    target = request.raw_path
    if not target.startswith("/"):
        # The absolute form, as to a proxy.
        parts = urlsplit(target)
        target = parts.path + ("?" + parts.query if parts.query else "")
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    operation, path_ids = match(request.method, target.partition("?")[0])
    return Incoming(request.method, target, headers, operation, path_ids)


async def _take_body(request: web.BaseRequest, incoming: Incoming) -> None:
    if incoming.headers.get("expect", "").lower() == "100-continue" and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    await incoming.body.fill(request.content.iter_any())
