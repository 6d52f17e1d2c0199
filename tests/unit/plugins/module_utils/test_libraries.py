# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the wire, in each kind: scripts/test runs it with each pair of requests and urllib3."""

from __future__ import annotations

import importlib.metadata
import os
import time

import pytest
import requests
import urllib3

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.start import start_export
from ansible_collections.roma.connect.plugins.module_utils._api.upload import start_import
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    ROOT,
    class_of,
    make_client,
    make_task,
    read_request,
    serving,
    zip_bytes,
)

#: Written by scripts/test: the versions that have to be there.
WANTED = os.path.join(ROOT, "ansible_collections", "roma", "connect", "tests", "output", "libraries")


@pytest.fixture
def sim(make_sim):
    return make_sim(job_seconds=0, package_bytes=300_000)


@pytest.fixture
def fetch(sim, folder):
    """Downloads a package; returns the task, which knows what came, and its error if it failed."""

    def one(archive_id, **options):
        task = make_task(archive_id=archive_id, dest=str(folder / "crm.zip"), timeout=20, **options)
        task.error = None
        try:
            archive(task, make_client(sim, deadline=task.deadline))
        except errors.RomaError as error:
            task.error = error
        return task

    return one


def test_the_libraries_are_those_that_are_wanted():
    here = [requests.__version__, urllib3.__version__]
    assert here == [importlib.metadata.version("requests"), importlib.metadata.version("urllib3")]
    if os.path.exists(WANTED):
        with open(WANTED, encoding="utf-8") as file:
            assert here == file.read().split()


@pytest.mark.parametrize("credentials", ["token", "keys", "password"])
def test_a_question(sim, credentials):
    client = make_client(sim, credentials)
    job_id = sim.add_job(seconds=0)
    for _question in range(3):  # on the connection that is there
        assert client.job(job_id).status == "SUCCEEDED"


def test_a_question_that_is_answered_in_chunks(sim):
    def answer(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        for chunk in (b'{"id": "j", ', b'"status"', b': "RUNNING"}', b""):
            connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    with serving(answer) as port:
        assert make_client(sim, endpoint=f"http://127.0.0.1:{port}").job("j").status == "RUNNING"


def test_a_start(sim):
    assert start_export(make_client(sim), sim.apps, []) == sim.state()["jobs"][-1]["id"]


def test_an_upload(sim, fetch, folder):
    fetch(make_client(sim).job(sim.add_job(seconds=0)).archive_id)
    target = make_client(sim, instance_id=sim.instances[1]["id"])
    with open(folder / "crm.zip", "rb") as package:
        job_id = start_import(target, package, {"type": "AddNew"})
    assert target.job(job_id).status == "SUCCEEDED"
    assert int(sim.requests("import")[0]["headers"]["content-length"]) > 300_000


def test_a_download(sim, fetch, folder):
    task = fetch(make_client(sim).job(sim.add_job(seconds=0)).archive_id)
    assert task.error is None
    assert (folder / "crm.zip").stat().st_size == task.facts["size"]
    assert len(sim.requests("archive")) == 1


def test_a_download_that_is_cut_goes_on_where_it_was(sim, fetch, folder):
    archive_id = make_client(sim).job(sim.add_job(seconds=0)).archive_id
    sim.fault("archive", {"cut": 100_000})
    task = fetch(archive_id)
    assert task.error is None
    first, second = sim.requests("archive")
    assert (first["headers"].get("range"), second["headers"]["range"]) == (None, "bytes=100000-")
    assert (folder / "crm.zip").stat().st_size == task.facts["size"]


def test_of_a_download_that_stalls_little_is_lost(sim, fetch, folder):
    """… and the rest is fetched by the next task."""
    sent = 100_000

    def stall(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + zip_bytes(300_000)[:sent])
        connection.recv(1)

    task = make_task(archive_id="p", dest=str(folder / "crm.zip"), timeout=0, request_timeout=3)
    with serving(stall) as port, pytest.raises(errors.NoAnswer, match="in time"):
        archive(task, make_client(sim, deadline=task.deadline, endpoint=f"http://127.0.0.1:{port}"))
    assert sent - os.path.getsize(task.facts["partial"]) < 4096


def test_an_answer_that_drips_is_left_in_time(sim):
    def drip(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        for _number in range(5000):
            connection.sendall(b" ")
            time.sleep(0.01)

    began = time.monotonic()
    with serving(drip) as port, pytest.raises(errors.NoAnswer, match="drips"):
        make_client(sim, endpoint=f"http://127.0.0.1:{port}", deadline=Deadline(0.5)).job("j")
    assert time.monotonic() - began < 5


def test_a_server_that_is_not_there_was_sent_nothing(sim, refusing_port):
    with pytest.raises(errors.RomaError) as caught:
        start_export(make_client(sim, endpoint=f"http://127.0.0.1:{refusing_port}"), ["a"], [])
    assert class_of(caught.value) is errors.NotSent
