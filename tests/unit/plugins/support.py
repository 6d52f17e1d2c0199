# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the plugins share."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import resource
import socket
import subprocess
import sys
import textwrap
import threading
import time
import traceback
import zipfile

from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._api.client import Client
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._http.transport import Transport
from ansible_collections.roma.connect.plugins.module_utils._package.attributes import Attributes
from ansible_collections.roma.connect.plugins.module_utils._start.record import parsed
from ansible_collections.roma.connect.plugins.module_utils._wait.task import Task

#: The folder that holds ansible_collections.
ROOT = os.path.abspath(__file__).rpartition("/ansible_collections/")[0]


#: What an export and an import may be asked for, left out.
NOTHING_ASKED = {
    **dict.fromkeys(("apps", "tasks", "app_names", "task_names"), ()),
    "all": False,
    **dict.fromkeys(("job_id", "dest", "src")),
}


class HandClock:
    """A clock that only sleeping moves; it remembers the sleeps. The simulator takes it, too."""

    def __init__(self, now=1000.0):
        self.began = self.now = now
        self.sleeps = []

    def __call__(self):
        return self.now

    def monotonic(self):
        return self.now

    def time(self):
        return time.time() + self.now - self.began

    def sleep(self, seconds):
        assert seconds >= 0, "no one can sleep backwards"
        self.sleeps.append(seconds)
        self.now += seconds

    def move(self, seconds):
        self.now += seconds


def make_client(sim, credentials="token", deadline=None, secrets=None, environ=None, **changes):
    """A client of the simulator; *changes* are connection options, None takes one away."""
    options = {**sim.options(credentials), **changes}
    given = {name: value for name, value in options.items() if value is not None}
    connection = resolve(given, os.environ if environ is None else environ)
    transport = Transport(deadline or Deadline(5), connection.verify, secrets=secrets, sources=connection.sources)
    return Client(connection, transport)


def make_task(clock=None, check_mode=False, **options):
    """A task by hand, as the module would build it; what it announces and warns stands in ``said`` and ``warned``.

    :arg clock: a :class:`HandClock`; None is real time, with short pauses.
    """
    given = {"wait": True, "poll_interval": None if clock else 0.02, "busy_timeout": 0, "record": None, "force": False}
    given = {**given, **NOTHING_ASKED, "timeout": 10, "download_timeout": 10, "request_timeout": 5, **options}
    timeout = given["timeout"] if given["wait"] else 0
    deadline = Deadline(given["request_timeout"], timeout, clock or time.monotonic)
    said, warned = [], []
    task = Task(given, deadline, check_mode, warned.append, said.append, clock.sleep if clock else time.sleep)
    task.said, task.warned, task.attributes = said, warned, Attributes()
    return task


def stacks():
    """Where each thread is just now, a line each: the innermost calls."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    lines = []
    for ident, frame in sys._current_frames().items():
        calls = [
            f"{call.name} ({os.path.basename(call.filename)}:{call.lineno})" for call in traceback.extract_stack(frame)
        ]
        lines.append(f"{names.get(ident)}: {' < '.join(reversed(calls[-3:]))}")
    return "\n".join(lines)


def class_of(error):
    """The error's class itself: what a user does about it differs from what a base class would say."""
    return type(error)


def read_record(path):
    """What stands in a record."""
    with open(path, "rb") as file:
        return parsed(file.read())


def names(folder):
    """What lies in a folder."""
    return sorted(os.listdir(folder))


def members(path):
    """The names in a package that is whole."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return package.namelist()


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def operations(sim):
    """What a simulator was asked for, in order."""
    return [entry["operation"] for entry in sim.requests()]


def zip_bytes(size=2000, names=("assets.json",)):
    """A package of about *size* bytes that does not compress, the same ones whenever it is made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name in names:
            package.writestr(zipfile.ZipInfo(name), bytes(index * 7 % 251 for index in range(size // len(names))))
    return content.getvalue()


@contextlib.contextmanager
def largest_file(size):
    """Writing beyond *size* fails, as on a disk that is full: first short, then not at all."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def serving(handle):
    """A server on 127.0.0.1 that answers each connection by ``handle(connection)``; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections, workers = [], []

    def one(connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            handle(connection)

    def loop():
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            connections.append(connection)
            worker = threading.Thread(target=one, args=(connection,), daemon=True)
            workers.append(worker)
            worker.start()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for worker in workers:
            worker.join(5)


def read_head(connection):
    """Head of one request, without the empty line, and what came of the body with it.

    :raises ConnectionError: it ended before.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        data += _received(connection)
    head, _separator, body = data.partition(b"\r\n\r\n")
    return head, body


def read_request(connection):
    """Head and body of one request.

    :raises ConnectionError: it ended before.
    """
    head, body = read_head(connection)
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += _received(connection)
    return head, body


def _received(connection):
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the request ended early")
    if data.startswith(b"\x16\x03"):
        raise ConnectionError("TLS was spoken")
    return data


@contextlib.contextmanager
def other_process(code, *arguments):
    """Run Python *code* in another process until the block ends; it has to print ``ready``."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code) + "\nprint('ready', flush=True)\nsys.stdin.read()\n", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=elsewhere(),
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.communicate("")


def run_elsewhere(code, **arguments):
    """Run Python *code* in another process, with *arguments* in its dict ``given``; returns exit code and output."""
    start = "import json, sys\ngiven = json.loads(sys.argv[1])\n"
    done = subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(code), json.dumps(arguments)],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=elsewhere(),
    )
    return done.returncode, done.stdout


def elsewhere():
    """The environment of another process that finds what this one imports."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([ROOT, *filter(None, sys.path)])}
