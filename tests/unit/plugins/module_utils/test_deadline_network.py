# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``timeout`` bounds a task whatever the network does, in each operation; in real time, on real sockets."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import zipfile

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_delete import delete
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_import import import_package
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import job_info
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import app_info
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    make_task,
    read_request,
    run_elsewhere,
    serving,
)

TIMEOUT = 0.6
#: The task has ended so long after its time-out.
GRACE = 1.0


# What a server does: each takes the connection, and is left to it until the test ends


def says_nothing(connection):
    read_request(connection)
    connection.recv(1)


def reads_nothing(connection):
    hung_up = select.poll()
    hung_up.register(connection, select.POLLHUP)
    hung_up.poll(30_000)


def drips(connection, start):
    read_request(connection)
    connection.sendall(start)
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)


def drips_headers(connection):
    drips(connection, b"HTTP/1.1 200 OK\r\nX-Slow: ")


def drips_its_body(connection):
    drips(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nPK\x03\x04")


def says_tomorrow(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 503 Later\r\nRetry-After: 86400\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


SERVERS = [says_nothing, reads_nothing, drips_headers, drips_its_body, says_tomorrow]


# The operations; each returns the work, the options, and the site that is slow


def waiting(folder):
    return job_info, {"job_id": "j1", "jobs": None}, "endpoint"


def exporting(folder):
    return export, {"apps": ["a"], "tasks": [], "record": str(folder / "record.json")}, "endpoint"


def importing(folder):
    src = folder / "assets.zip"
    with zipfile.ZipFile(src, "w") as package:
        package.writestr("assets.json", bytes(16 << 20))  # stored: more than the system takes on its way
    return (
        import_package,
        {"src": str(src), "type": "AddNew", "prefix": None, "datasource_overwrite": False},
        "endpoint",
    )


def deleting(folder):
    return delete, {"apps": ["a"], "tasks": []}, "endpoint"


def downloading(folder):
    return archive, {"archive_id": "p1", "dest": str(folder / "crm.zip")}, "endpoint"


def a_token(folder):
    return job_info, {"job_id": "j1", "jobs": None}, "iam_endpoint"


def an_agency(folder):
    return job_info, {"job_id": "j1", "jobs": None}, "agency"


OPERATIONS = [waiting, exporting, importing, deleting, downloading, a_token, an_agency]


def client_of(sim, operation, site, url, deadline):
    environ, place = {}, {}
    if site == "agency":
        environ["ROMA_ECS_METADATA_ENDPOINT"] = url
        place = {"auth_token": None, "ecs_agency": True}
    else:
        place = {site: url}
    return make_client(sim, "password" if operation is a_token else "token", deadline, environ=environ, **place)


def run(sim, folder, operation, url, **options):
    """The task, how it failed, and after how many seconds."""
    work, own, site = operation(folder)
    task = make_task(**{"request_timeout": 30, "timeout": TIMEOUT, **own, **options})
    client = client_of(sim, operation, site, url, task.deadline)
    began = time.monotonic()
    with pytest.raises(errors.RomaError) as caught:
        bounded(lambda: work(task, client), task.deadline)
    took = time.monotonic() - began
    message = task.unfinished() if isinstance(caught.value, errors.TimedOut) else str(caught.value)
    return task, caught.value, message, took


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_task_ends_with_its_time(make_sim, folder, operation, server):
    with serving(server) as port:
        task, error, message, took = run(make_sim(), folder, operation, f"http://127.0.0.1:{port}")
    assert took < TIMEOUT + GRACE
    if operation in (exporting, importing, deleting):
        assert "a job may be running" in message
        assert not task.changed
    elif operation is downloading:
        assert not os.path.exists(folder / "crm.zip")
        assert ("stays in" in message) == (server is drips_its_body)
    else:
        assert class_of(error) is errors.TimedOut
        assert "j1" in message
        assert task.facts["elapsed"] <= TIMEOUT + GRACE


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_name_that_is_never_resolved_is_left_in_time(make_sim, folder, operation, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_address, **_more: ended.wait(30) and [])
    _task, _error, message, took = run(make_sim(), folder, operation, "http://roma.example")
    ended.set()
    assert took < TIMEOUT + GRACE
    if operation is waiting:
        assert "j1" in message


def test_the_process_ends_while_its_resolver_still_looks():
    code, output = run_elsewhere(
        """
        import socket, time
        from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
        from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import job_info
        from ansible_collections.roma.connect.plugins.module_utils._errors import TimedOut
        from ansible_collections.roma.connect.tests.unit.plugins.support import make_client, make_task

        class Place:
            def options(self, credentials):
                return {"endpoint": "http://roma.example", "project_id": "p", "instance_id": "i", "auth_token": "t"}

        socket.getaddrinfo = lambda *address, **more: time.sleep(3600)
        task = make_task(job_id="j1", jobs=None, timeout=0.3, request_timeout=30)
        client = make_client(Place(), deadline=task.deadline, environ={})
        try:
            bounded(lambda: job_info(task, client), task.deadline)
        except TimedOut:
            print(task.unfinished())
        """
    )
    assert code == 0, output
    assert "j1 of instance i could not be asked" in output


@pytest.mark.parametrize("server", [says_nothing, drips_headers, drips_its_body])
def test_a_look_up_ends_with_its_request(make_sim, folder, server):
    def looking_up(folder):
        return app_info, {"name": None, "app_id": None, "wait": False}, "endpoint"

    with serving(server) as port:
        site = f"http://127.0.0.1:{port}"
        _task, _error, _message, took = run(make_sim(), folder, looking_up, site, request_timeout=TIMEOUT)
    assert took < TIMEOUT + GRACE


@pytest.mark.parametrize("server", [says_nothing, drips_its_body])
def test_a_wait_lives_through_one_slow_answer(make_sim, server):
    sim = make_sim()
    job_id = sim.add_job(seconds=0)
    slow = []

    def first_is_slow(connection):
        if not slow:
            slow.append(1)
            server(connection)
        head, _body = read_request(connection)
        inside = sim.endpoint.split("/")[2].split(":")
        with socket.create_connection((inside[0], int(inside[1]))) as behind:
            behind.sendall(head + b"\r\nConnection: close\r\n\r\n")
            while data := behind.recv(65536):
                connection.sendall(data)

    with serving(first_is_slow) as port:
        task = make_task(job_id=job_id, jobs=None, timeout=30, request_timeout=0.5)
        endpoint = sim.endpoint.replace(sim.endpoint.split("/")[2], f"127.0.0.1:{port}")
        client = make_client(sim, deadline=task.deadline, endpoint=endpoint)
        bounded(lambda: job_info(task, client), task.deadline)
    assert task.facts["job"]["status"] == "SUCCEEDED"
    assert task.facts["polls"] == 2
