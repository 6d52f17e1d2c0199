# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one-shot download and the network: slow ones in real time, and servers of odd ranges."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._http.transport import PIECE
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    make_task,
    names,
    read_request,
    serving,
    zip_bytes,
)

SIZE = 300_000


# Out of time, in real time


def real_task(dest, archive_id="p1", **options):
    return make_task(archive_id=archive_id, dest=str(dest), **options)


def test_out_of_time_what_has_arrived_is_named(make_sim, dest, folder):
    sim = make_sim(job_seconds=0)
    client = make_client(sim)
    archive_id = client.job(sim.add_job(seconds=0, package_bytes=SIZE)).archive_id
    sim.fault("archive", {"drip": 200_000})
    task = real_task(dest, archive_id, timeout=0.5)
    began = time.monotonic()
    with pytest.raises(errors.TimedOut):
        bounded(lambda: archive(task, make_client(sim, deadline=task.deadline)), task.deadline)
    assert time.monotonic() - began < 1.5
    partial = folder / f"crm.zip.{archive_id}.part"
    assert str(partial) in task.unfinished()
    assert 0 < partial.stat().st_size < SIZE


def test_timeout_0_lets_a_slow_transfer_take_its_time(make_sim, dest):
    sim = make_sim()
    archive_id = make_client(sim).job(sim.add_job(seconds=0, package_bytes=SIZE)).archive_id
    sim.fault("archive", {"drip": 300_000})
    task = real_task(dest, archive_id, timeout=0, request_timeout=0.4)
    client = make_client(sim, deadline=task.deadline)
    bounded(lambda: archive(task, client), task.deadline)
    assert task.facts["size"] == SIZE


# Servers of odd ranges


class Parts:
    """Serves *content* to one request after another as *plan* says: how many bytes, and changes of the headers."""

    def __init__(self, content, *plan):
        self.content = content
        self.plan = list(plan)
        self.asked = []

    def __call__(self, connection):
        head, _body = read_request(connection)
        lines = [line.decode() for line in head.split(b"\r\n")]
        asked = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
        self.asked.append({name: asked[name] for name in ("range", "if-range") if name in asked})
        count, changes = self.plan.pop(0)
        changes = dict(changes)
        start = int(asked["range"][len("bytes=") : -1]) if "range" in asked else 0
        rest = changes.pop("body", self.content[start:])
        headers = {"Content-Length": len(rest), "ETag": '"e1"'}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        status = "206 Partial Content" if start else "200 OK"
        headers.update(changes)
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
        connection.sendall(f"HTTP/1.1 {status}\r\n{text}\r\n".encode())
        if count is not None:
            connection.sendall(rest[:count])
            if changes.get("stall"):
                time.sleep(changes["stall"])
        else:
            connection.sendall(rest)


CONTENT = zip_bytes(200_000)


def fetch_from(fetch, parts):
    with serving(parts) as port:
        return fetch("p1", endpoint=f"http://127.0.0.1:{port}")


def fetch_cut(fetch, cut, then):
    """What is made of an answer that is *cut*, and of none the next time; and the answers that were not asked for."""
    answers = [cut, then.encode() + b'\r\nContent-Length: 29\r\n\r\n{"error_code": "ROMA.13000" }']

    def answer(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 " + answers.pop(0))

    with serving(answer) as port:
        return fetch("p1", endpoint=f"http://127.0.0.1:{port}"), answers


def test_the_rest_is_asked_for_on_condition_that_it_is_the_same_package(fetch, dest):
    parts = Parts(CONTENT, (1000, {}), (None, {}))
    assert fetch_from(fetch, parts).changed
    assert parts.asked == [{}, {"range": "bytes=1000-", "if-range": '"e1"'}]
    assert dest.read_bytes() == CONTENT


@pytest.mark.parametrize("told", ["bytes 5-199/200", "bytes 0-199/200", "bytes */5", "", None, "items 1000-"])
def test_another_part_than_the_one_asked_for_is_not_written(fetch, dest, told):
    parts = Parts(CONTENT, (1000, {}), (None, {"Content-Range": told}), (None, {}))
    task = fetch_from(fetch, parts)
    assert task.error is None
    assert dest.read_bytes() == CONTENT
    assert len(parts.asked) == 3


@pytest.mark.parametrize(
    "page",
    [b"<html>Sign in</html>", b"\n<!DOCTYPE html>", b"<?xml version='1.0'?>", b'{"error_code": "APIGW.0"}', b"{}"],
)
def test_a_page_that_comes_as_the_part_that_was_asked_for_is_not_written(fetch, dest, page):
    parts = Parts(CONTENT, (1000, {}), (None, {"body": page}), (None, {}))
    task = fetch_from(fetch, parts)
    assert task.error is None
    assert dest.read_bytes() == CONTENT
    assert [asked.get("range") for asked in parts.asked] == [None, "bytes=1000-", "bytes=1000-"]


@pytest.mark.parametrize("changes", [{}, {"Content-Length": None}])
@pytest.mark.parametrize("begins", ['{"id": 1}', "<html>", "<?xml version='1.0'?>", '\n {\n  "name": "crm"', "  "])
def test_a_rest_that_begins_as_a_page_does_is_one_if_it_is_not_longer_or_shorter_than_it_says(
    fetch, dest, begins, changes
):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:  # files are there as they are
        archive.writestr("page", begins * 20_000)
    at = content.getvalue().index(begins.encode())
    parts = Parts(content.getvalue(), (at, {}), (None, changes))
    assert fetch_from(fetch, parts).changed
    assert dest.read_bytes() == content.getvalue()
    assert [asked.get("range") for asked in parts.asked] == [None, f"bytes={at}-"]


def test_a_rest_that_does_not_tell_its_length_and_is_cut_is_asked_for_again(fetch, dest):
    parts = Parts(CONTENT, (1000, {}), (500, {"Content-Length": None}), (None, {}))
    assert fetch_from(fetch, parts).changed
    assert dest.read_bytes() == CONTENT


def test_of_a_part_that_is_not_all_of_the_rest_what_is_behind_it_is_asked_for(fetch, dest):
    some = {"body": CONTENT[1000:5000], "Content-Range": f"bytes 1000-4999/{len(CONTENT)}"}
    parts = Parts(CONTENT, (1000, {}), (None, some), (None, {}))
    assert fetch_from(fetch, parts).changed
    assert dest.read_bytes() == CONTENT
    assert [asked.get("range") for asked in parts.asked] == [None, "bytes=1000-", "bytes=5000-"]


@pytest.mark.parametrize("then", ["404 Not Found", "416 Range Not Satisfiable"])
def test_a_package_that_is_whole_when_the_connection_breaks_is_not_lost(fetch, dest, then):
    """Without its last chunk nobody can tell that it is whole, and the API does not give it out again."""
    cut = b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(CONTENT), CONTENT)
    task, answers = fetch_cut(fetch, cut, then)
    assert (task.error, task.changed, answers) == (None, True, [])
    assert dest.read_bytes() == CONTENT


def test_what_a_page_is_called_is_not_what_the_package_is_called(fetch, dest):
    parts = Parts(CONTENT, (None, {"body": b"<html>", "ETag": '"page"'}), (1000, {}), (None, {}))
    assert fetch_from(fetch, parts).changed
    assert [asked.get("if-range") for asked in parts.asked] == [None, None, '"e1"']
    assert dest.read_bytes() == CONTENT


def test_a_rest_of_a_few_bytes_is_taken(fetch, dest):
    assert fetch_from(fetch, Parts(CONTENT, (len(CONTENT) - 2, {}), (1, {}), (None, {}))).changed
    assert dest.read_bytes() == CONTENT


def test_a_package_of_unknown_length_that_is_cut_in_its_first_bytes_is_kept(fetch, folder):
    def cut(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nPK\r\n")

    with serving(cut) as port:
        task = fetch("p1", endpoint=f"http://127.0.0.1:{port}", timeout=0)
    assert class_of(task.error) is errors.NoAnswer
    assert (folder / "crm.zip.p1.part").read_bytes() == b"PK"


def test_a_package_of_unknown_length_is_taken(fetch, dest):
    assert fetch_from(fetch, Parts(CONTENT, (None, {"Content-Length": None}))).changed
    assert dest.read_bytes() == CONTENT


def test_a_package_that_does_not_tell_its_length_and_is_cut_is_asked_for_again(fetch, dest, folder):
    """Behind a proxy that ends each body by closing the connection, a cut looks like an end."""
    untold = {"Content-Length": None}
    part = {**untold, "Content-Range": "bytes 1000-199999/*"}
    parts = Parts(CONTENT, (1000, untold), (500, part), (None, {}))
    task = fetch_from(fetch, parts)
    assert (task.error, task.facts["lost"]) == (None, False)
    assert [asked.get("range") for asked in parts.asked] == [None, "bytes=1000-", "bytes=1500-"]
    assert dest.read_bytes() == CONTENT
    assert names(folder) == ["crm.zip"]
    *_before, last = (report for report in task.said if "package" in report)
    assert (last["done"], last["over"]) == (len(CONTENT), True), "a cut is no end"


@pytest.mark.parametrize("then", ["404 Not Found", "416 Range Not Satisfiable"])
def test_a_damaged_package_that_does_not_tell_its_length_is_lost_once_nothing_is_behind_it(fetch, folder, then):
    task, answers = fetch_cut(fetch, b"200 OK\r\n\r\n" + CONTENT[:1000], then)
    assert (class_of(task.error), task.facts["lost"], answers) == (errors.BadPackage, True, [])
    assert (folder / "crm.zip.p1.part").read_bytes() == CONTENT[:1000]


def test_a_transfer_that_stalls_is_asked_for_again_from_where_it_stopped(fetch, dest):
    parts = Parts(CONTENT, (150_000, {"stall": 1.0}), (None, {}))
    with serving(parts) as port:
        task = fetch("p1", endpoint=f"http://127.0.0.1:{port}", request_timeout=0.5)
    assert task.error is None
    start = int(parts.asked[1]["range"][len("bytes=") : -1])
    # urllib3 before 2.2 hands a piece on only when it is whole.
    assert 150_000 - PIECE < start <= 150_000
    assert dest.read_bytes() == CONTENT
