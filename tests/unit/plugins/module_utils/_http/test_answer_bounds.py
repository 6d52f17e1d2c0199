# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of an answer is taken: a document up to its bound and no further, however small it came."""

from __future__ import annotations

import gzip
import json
import socket
import tracemalloc
import zlib

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.download import open_archive
from ansible_collections.roma.connect.plugins.module_utils._http import answer
from ansible_collections.roma.connect.plugins.module_utils._http.transport import CHUNK
from ansible_collections.roma.connect.tests.unit.plugins.support import make_client, read_request, serving


class Taken:
    """Counts the bytes that this process takes from its sockets."""

    def __init__(self, monkeypatch):
        self.bytes = 0
        read = socket.SocketIO.readinto

        def counted(stream, buffer):
            count = read(stream, buffer)
            self.bytes += count or 0
            return count

        monkeypatch.setattr(socket.SocketIO, "readinto", counted)


@pytest.fixture
def taken(monkeypatch):
    return Taken(monkeypatch)


#: The head, what comes with it, and the piece that went over the bound.
SLACK = 3 * CHUNK


def endless(head, piece):
    """Sends the head, and then the piece until nobody listens."""

    def handle(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 " + head + b"\r\n\r\n")
        for _number in range(1000):
            connection.sendall(piece)

    return serving(handle)


@pytest.mark.parametrize("length", ["", "\r\nContent-Length: 1000000000", "\r\nTransfer-Encoding: chunked"])
@pytest.mark.parametrize(
    ("status", "call"),
    [
        ("200 OK", lambda client: client.job("j")),
        ("500 No", lambda client: client.job("j")),
        ("302 Found\r\nLocation: /x", lambda client: client.job("j")),
        ("403 No", lambda client: open_archive(client, "p")),
        ("302 Found\r\nLocation: /x", lambda client: open_archive(client, "p")),
    ],
)
def test_a_document_is_read_up_to_1_mib_and_no_further(sim, taken, status, length, call):
    piece = b" " * CHUNK
    if "chunked" in length:
        piece = b"10000\r\n" + piece + b"\r\n"
    with endless((status + length).encode(), piece) as port, pytest.raises(errors.RomaError):
        call(make_client(sim, endpoint=f"http://127.0.0.1:{port}"))
    assert answer.LARGEST_DOCUMENT < taken.bytes <= answer.LARGEST_DOCUMENT + SLACK


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_what_little_inflates_to_much_is_never_there_at_once(sim, taken, kind):
    bomb = inflatable(kind, 100 << 20)
    assert len(bomb) < 1 << 18

    def handle(connection):
        read_request(connection)
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {kind}\r\nContent-Length: {len(bomb)}\r\n\r\n"
        connection.sendall(head.encode() + bomb)

    with serving(handle) as port:
        client = make_client(sim, endpoint=f"http://127.0.0.1:{port}")
        tracemalloc.start()
        try:
            with pytest.raises(errors.Unreadable, match="longer than 1 MiB"):
                client.job("j")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8 << 20


def inflatable(kind, size):
    """*size* blanks, compressed."""
    compressor = zlib.compressobj(9, wbits=zlib.MAX_WBITS | (16 if kind == "gzip" else 0))
    pieces = [compressor.compress(b" " * (1 << 20)) for _number in range(size >> 20)]
    return b"".join([*pieces, compressor.flush()])


@pytest.mark.parametrize("size", [5, 60_000, CHUNK, CHUNK + 1, 900_000])
def test_a_compressed_answer_of_any_size_is_whole(sim, size):
    text = json.dumps({"status": "RUNNING", "type": "x" * size}).encode()
    body = gzip.compress(text)
    with serving(sending(b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)) as port:
        job = make_client(sim, endpoint=f"http://127.0.0.1:{port}").job("j")
    assert job.type == "x" * size


def test_a_compressed_answer_that_is_cut_is_none(sim):
    body = gzip.compress(json.dumps({"status": "RUNNING", "type": "x" * 1000}).encode())[:-9]
    cut = serving(sending(b"Content-Encoding: gzip\r\n\r\n" + body))
    with cut as port, pytest.raises(errors.NoAnswer, match="cut"):
        make_client(sim, endpoint=f"http://127.0.0.1:{port}").job("j")


@pytest.mark.parametrize("encoding", [b"br", b"gzip, gzip", b"zstd", b"\xe9"])
def test_an_encoding_that_nobody_asked_for_is_none_of_this_api(sim, encoding):
    odd = serving(sending(b"Content-Encoding: %s\r\n\r\n{}" % encoding))
    with odd as port, pytest.raises(errors.Unreadable, match="encoded"):
        make_client(sim, endpoint=f"http://127.0.0.1:{port}").job("j")


def sending(rest):
    def handle(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + rest)

    return handle
