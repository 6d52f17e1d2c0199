# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no answer can be: a door at which nobody listens, or with a wrong certificate; and a trap for those who stray.

The door takes one request a connection, so that each request meets the door as it is then.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import typing as t
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.roma.connect.tests.simulator.routes import match
from ansible_collections.roma.connect.tests.unit.plugins.support import read_request


class Door:
    """Leads to the port *target* of this machine; with a *context* it speaks TLS to those who come.

    It changes by itself: see :meth:`change_after`.
    """

    def __init__(self, target: int, context: ssl.SSLContext | None = None) -> None:
        self.context = context
        #: Connections on which no request came: those who came did not like the certificate.
        self.disliked = 0
        self._target = target
        self._operation: str | None = None
        self._answers = 0
        self._change: t.Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        #: Keeps the port, and never listens.
        self._keeper = _bound(0)
        self.port = self._keeper.getsockname()[1]
        self._listener: socket.socket | None = None
        self.open()

    def leads(self, url: str) -> str:
        """*url* of the simulator, by way of this door."""
        scheme = "https" if self.context else "http"
        return urlunsplit(urlsplit(url)._replace(scheme=scheme, netloc=f"127.0.0.1:{self.port}"))

    def change_after(self, operation: str, answers: int, change: t.Callable[[], None]) -> None:
        """Call *change* when so many requests of *operation* were answered, before the last answer is handed on."""
        self._operation, self._answers, self._change = operation, answers, change

    def open(self) -> None:
        """Listen, if nobody does."""
        if self._listener is None:
            self._listener = _bound(self.port)
            self._listener.listen(64)
            threading.Thread(target=self._take_in, args=(self._listener,), name="door", daemon=True).start()

    def shut(self) -> None:
        """Let nobody listen; the port stays taken."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    @property
    def is_open(self) -> bool:
        return self._listener is not None

    def close(self) -> None:
        """For good."""
        self.shut()
        self._keeper.close()

    def _take_in(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return  # shut
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        with connection, contextlib.suppress(OSError):
            try:
                if self.context:
                    connection = self.context.wrap_socket(connection, server_side=True)
                head, body = read_request(connection)
                head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head) + b"\r\nConnection: close"
                request = head + b"\r\n\r\n" + body
            except OSError:
                request = None
            with connection:
                if request:
                    self._pass_on(connection, request)
                else:
                    with self._lock:
                        self.disliked += 1

    def _pass_on(self, connection: socket.socket, request: bytes) -> None:
        method, path = request.split(b" ", 2)[:2]
        counts = match(method.decode(), path.decode("latin-1").partition("?")[0])[0] == self._operation
        with socket.create_connection(("127.0.0.1", self._target), timeout=30) as inside:
            inside.sendall(request)
            if not counts:
                while data := inside.recv(65536):
                    connection.sendall(data)
                return
            answer = b""
            while data := inside.recv(65536):
                answer += data
        with self._lock:
            self._answers -= 1
            if self._answers == 0:
                self._change()
        connection.sendall(answer)


class Trap:
    """The other host of a redirect, to which nobody may come."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/elsewhere"
        self.visits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _count(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, _address = self._socket.accept()
                self.visits += 1
                connection.close()


def _bound(port: int) -> socket.socket:
    """A socket at a port of this machine, where others may be as well; 0 is any that is free."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound
