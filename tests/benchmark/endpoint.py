# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An endpoint that only knows how jobs go, and counts what is asked of it: the simulator serves one at a time."""

from __future__ import annotations

import http.server
import json
import threading
import time
import typing as t


class Endpoint:
    """``with Endpoint() as endpoint:`` answers on 127.0.0.1, each connection in a thread of its own.

    :arg latency: seconds from a question to its answer; the job is looked at halfway.
    :arg dead: connections are taken, and nothing is ever answered.
    """

    def __init__(self, latency: float = 0.05, dead: bool = False) -> None:
        self.latency = latency
        self.dead = dead
        self.connections = 0
        self.most_in_flight = 0
        #: When each job ends, on the monotonic clock, and when its end was told.
        self.ends: dict[str, float] = {}
        self.told: dict[str, float] = {}
        self.requests = 0
        self._in_flight = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Endpoint:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def add_job(self, job_id: str, seconds: float) -> dict[str, str]:
        """A job that begins now; returns it as an item of ``jobs``."""
        self.ends[job_id] = time.monotonic() + seconds
        return {"job_id": job_id, "endpoint": self.url, "project_id": "p", "instance_id": "i"}

    def lags(self) -> dict[str, float]:
        """Seconds from each job's end until it was told, less one round trip."""
        return {job_id: self.told[job_id] - end - self.latency for job_id, end in self.ends.items()}

    def ask(self, job_id: str) -> dict[str, t.Any] | None:
        """How a job goes; None: no answer."""
        with self._lock:
            self.requests += 1
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            if self.dead:
                self._over.wait()
                return None
            time.sleep(self.latency / 2)
            over = time.monotonic() >= self.ends[job_id]
            time.sleep(self.latency / 2)
            if over:
                self.told[job_id] = time.monotonic()
            return {"job_id": job_id, "status": "SUCCEEDED" if over else "RUNNING"}
        finally:
            with self._lock:
                self._in_flight -= 1


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """A client that has gone is no news."""


def _handler(endpoint: Endpoint) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            endpoint.connections += 1
            super().setup()

        def do_GET(self) -> None:
            document = endpoint.ask(self.path.rpartition("/")[2])
            if document is None:
                self.close_connection = True
                return
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: t.Any) -> None:
            """Nothing."""

    return Handler
