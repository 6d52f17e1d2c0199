# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs in one task: how many questions are on their way at once, and over how many connections."""

from __future__ import annotations

import contextlib
import json
import threading
import time

from ansible_collections.roma.connect.plugins.module_utils._api.client import make_clients
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import connections, job_info
from ansible_collections.roma.connect.tests.unit.plugins.support import make_task, read_request, serving


class Counting:
    """Servers that answer each question after some seconds, and count questions in flight, and connections."""

    def __init__(self, rounds, seconds):
        self.rounds, self.seconds = rounds, seconds
        self.lock = threading.Lock()
        self.in_flight = self.most = self.connections = self.requests = self.cookies = 0
        self.asked = {}

    def __call__(self, connection):
        with self.lock:
            self.connections += 1
        while True:
            head, _body = read_request(connection)
            job_id = head.split(b" ")[1].rpartition(b"/")[2].decode()
            with self.lock:
                self.requests += 1
                self.cookies += b"cookie:" in head.lower()
                self.in_flight += 1
                self.most = max(self.most, self.in_flight)
                self.asked[job_id] = self.asked.get(job_id, 0) + 1
                over = self.asked[job_id] >= self.rounds
            time.sleep(self.seconds)
            body = json.dumps({"id": job_id, "status": "SUCCEEDED" if over else "RUNNING"}).encode()
            with self.lock:
                self.in_flight -= 1
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
            )


def follow(task):
    """Ask as roma_asset_job_info does, until all are over."""
    job_info(task, *make_clients(connections(task.options, {}), task.deadline, Secrets()))


def test_an_endpoint_has_sixteen_questions_at_once_over_connections_that_are_kept():
    count = Counting(rounds=3, seconds=0.02)
    with serving(count) as port:
        options = {"endpoint": f"http://127.0.0.1:{port}", "auth_token": "t", "project_id": "p", "timeout": 60}
        jobs = [{"job_id": f"j{number}", "instance_id": f"i{number % 7}"} for number in range(200)]
        task = make_task(**options, jobs=jobs)
        follow(task)
    seen = [(item["job"]["id"], item["job"]["status"]) for item in task.facts["jobs"]]
    assert seen == [(f"j{number}", "SUCCEEDED") for number in range(200)]
    assert count.requests == 600
    assert 1 < count.most <= 16
    assert count.connections <= 16
    assert count.cookies == 0, "a session that remembers cannot be shared by threads"


def test_all_endpoints_together_have_sixty_four_questions_at_once_and_as_many_threads():
    count, threads = Counting(rounds=2, seconds=0.2), []  # long enough for all that may be asked at once
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(serving(count)) for _number in range(8)]
        jobs = [
            {
                "job_id": f"j{number}",
                "endpoint": f"http://127.0.0.1:{ports[number % 8]}",
                "project_id": "p",
                "instance_id": "i",
            }
            for number in range(240)
        ]
        task = make_task(auth_token="t", jobs=jobs, timeout=60, validate_certs=True)
        task.announce = lambda progress: threads.append(
            sum(thread.name == "roma.connect question" for thread in threading.enumerate())
        )
        follow(task)
    assert count.requests == 480
    assert 16 < count.most <= 64
    assert count.connections <= 8 * 16
    assert max(threads) <= 64
