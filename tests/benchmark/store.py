# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is as fast as the machine: it gives out a file, and takes what is sent. Two operations of the API."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading

from ansible_collections.roma.connect.tests.unit.plugins.support import read_head

ARCHIVE = "archive-1"
INSTANCE = {"instance_id": "i", "project_id": "p", "auth_token": "t"}

#: Bytes taken at a time.
CHUNK = 1 << 20


class Store:
    """``with Store(path) as store:`` serves the file on 127.0.0.1, each connection in a thread of its own."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._listener = socket.create_server(("127.0.0.1", 0))
        #: Bytes of the bodies that came.
        self.received = 0
        port = self._listener.getsockname()[1]
        self.options = {**INSTANCE, "endpoint": f"http://127.0.0.1:{port}"}
        assets = f"{self.options['endpoint']}/v2/p/instances/i/assets"
        self.archive, self.imports = f"{assets}/archives/{ARCHIVE}", f"{assets}/import"

    def __enter__(self) -> Store:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while True:  # until the client goes
                method, headers, body = _head(connection)
                if headers.get("expect") == "100-continue":
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                self.received += _drain(connection, int(headers.get("content-length", 0)) - len(body)) + len(body)
                if method == "POST":
                    _answer(connection, json.dumps({"job_id": "j"}).encode())
                else:
                    self._give(connection)

    def _give(self, connection: socket.socket) -> None:
        with open(self.path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            connection.sendall(
                f"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {size}\r\n\r\n".encode()
            )
            connection.sendfile(file)


def _head(connection: socket.socket) -> tuple[str, dict[str, str], bytes]:
    """Method, headers and what came of the body."""
    head, body = read_head(connection)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    return first.split(" ")[0], headers, body


def _drain(connection: socket.socket, left: int) -> int:
    """Take *left* bytes, and forget them; returns how many came."""
    buffer = memoryview(bytearray(CHUNK))
    came = 0
    while came < left:
        count = connection.recv_into(buffer[: min(CHUNK, left - came)])
        if not count:
            break
        came += count
    return came


def _answer(connection: socket.socket, body: bytes) -> None:
    head = f"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
