# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an answer goes onto the wire: as it should, or as a fault wants it."""

from __future__ import annotations

import asyncio
import http
import socket
import struct
from collections.abc import Iterator

from aiohttp import web

from .answers import Answer
from .faults import Fault

#: Bytes written at once.
_PIECE = 65536
#: Pieces a second of a body that drips.
_DRIPS = 20


async def send(request: web.BaseRequest, answer: Answer, fault: Fault | None) -> web.StreamResponse:
    """Send it; ConnectionError where the client has gone."""
    if fault and ("cut" in fault or "drip" in fault or "drip_headers" in fault):
        return await _send_badly(request, answer, fault)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    if answer.chunked:
        response.enable_chunked_encoding()
    else:
        response.content_length = answer.content.size
    await response.prepare(request)
    count = 0
    for piece in _pieces(answer, _PIECE):
        await response.write(piece)
        count += len(piece)
        if answer.sent:
            answer.sent(count)
    await response.write_eof()
    return response


def reset(request: web.BaseRequest) -> web.StreamResponse:
    """End the connection by RST: what was not sent yet is lost."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return gone(request)


def gone(request: web.BaseRequest) -> web.StreamResponse:
    """End the connection, and return what a handler returns when there is nobody left to answer."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _send_badly(request: web.BaseRequest, answer: Answer, fault: Fault) -> web.StreamResponse:
    # aiohttp would not send headers byte by byte, nor less than it promised: so this writes by itself.
    head = _head(answer)
    if "drip_headers" in fault:
        for index in range(len(head)):
            await _write(request, head[index : index + 1])
            await asyncio.sleep(float(fault["drip_headers"]))
    else:
        await _write(request, head)
    left = int(fault.get("cut", answer.content.size))
    rate = float(fault["drip"]) if "drip" in fault else 0.0
    count = 0
    for piece in _pieces(answer, max(int(rate / _DRIPS), 1) if rate else _PIECE):
        piece = piece[: left - count]
        if not piece:
            break
        await _write(request, piece)
        count += len(piece)
        if answer.sent:
            answer.sent(count)
        if rate:
            await asyncio.sleep(len(piece) / rate)
    return gone(request)


def _head(answer: Answer) -> bytes:
    reason = http.HTTPStatus(answer.status).phrase if answer.status in set(http.HTTPStatus) else ""
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    headers = {**answer.headers, "Content-Length": str(answer.content.size), "Connection": "close"}
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


async def _write(request: web.BaseRequest, data: bytes) -> None:
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the client has gone")
    transport.write(data)
    while transport.get_write_buffer_size() > 4 * _PIECE and not transport.is_closing():
        await asyncio.sleep(0.005)


def _pieces(answer: Answer, size: int) -> Iterator[bytes]:
    for chunk in answer.content.chunks():
        for start in range(0, len(chunk), size):
            yield chunk[start : start + size]
