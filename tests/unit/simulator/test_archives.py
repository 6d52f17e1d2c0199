# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package: what is in it, and that it is served once."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile

import pytest
import requests

from ansible_collections.roma.connect.tests.unit.simulator.support import Caller


def names(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive.namelist()


def test_what_is_in_it(api, clock):
    job_id = api.export(apps=api.sim.apps[:2], tasks=api.sim.tasks[:1]).json()["job_id"]
    clock.move(10)
    answer = api.get(f"{api.assets}/archives/{api.job(job_id)['archive_id']}")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    contents = json.loads(archive.read("assets.json"))
    assert [item["id"] for item in contents["apps"]] == api.sim.apps[:2]
    assert [item["id"] for item in contents["tasks"]] == api.sim.tasks[:1]
    for item in contents["apps"] + contents["tasks"]:
        assert json.loads(archive.read(item["file"]))["name"] == item["name"]
    assert b'"key"' not in answer.content, "an application's key is not carried"


def test_a_package_is_as_the_assets_were(api, clock):
    url = api.archive(clock)
    api.sim.world.first_instance.apps[api.sim.apps[0]].name = "changed"
    content = api.get(url).content
    assert b'"orders"' in content
    assert b'"changed"' not in content


def test_served_once(api, clock):
    url = api.archive(clock)
    assert names(api.get(url).content)
    for headers in ({}, {"Range": "bytes=0-"}):
        answer = api.get(url, headers=headers)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "ROMA.00000404")
    assert api.sim.state()["archives"][0]["available"] is False


def test_an_archive_of_another_instance_is_unknown(api, clock):
    archive_id = api.archive(clock).rpartition("/")[2]
    other = Caller(api.sim, api.sim.instances[1]["id"])
    assert other.get(f"{other.assets}/archives/{archive_id}").status_code == 404


@pytest.mark.parametrize("size", [1, 5000, 1048576, 3000001])
def test_padded_to_the_byte(api, clock, size):
    content = api.get(api.archive(clock, package_bytes=size)).content
    assert names(content)
    assert len(content) == size if size > 3000 else len(content) > size


def cut(api, url, count):
    """What arrives of a transfer that is cut after `count` bytes."""
    api.sim.fault("archive", {"cut": count})
    answer = api.get(url, stream=True)
    assert answer.status_code == 200
    arrived = []
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        # urllib3 drops a piece that did not arrive whole, so the pieces must divide what arrives.
        arrived.extend(answer.iter_content(1000 if count % 1000 == 0 else 1))
    assert sum(len(piece) for piece in arrived) == count
    return b"".join(arrived)


def test_a_transfer_that_was_cut_is_resumed(api, clock):
    url = api.archive(clock, package_bytes=100000)
    first = cut(api, url, 40000)
    answer = api.get(url, headers={"Range": "bytes=40000-"})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == "bytes 40000-99999/100000"
    assert names(first + answer.content)
    assert api.get(url).status_code == 404


def test_ranges_of_all_kinds(api, clock):
    url = api.archive(clock, package_bytes=100000)
    first = cut(api, url, 10)
    part = api.get(url, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, first)
    beyond = api.get(url, headers={"Range": "bytes=100000-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, "bytes */100000")
    conditional = api.get(url, headers={"Range": "bytes=10-", "If-Range": '"x"'})
    assert (conditional.status_code, len(conditional.content)) == (200, 100000)


def test_a_client_that_goes_away_can_come_back(api, clock):
    size = 50_000_000
    url = api.archive(clock, package_bytes=size)
    with api.get(url, stream=True) as answer:
        first = answer.raw.read(100_000)
    answer = api.get(url, headers={"Range": f"bytes={len(first)}-"})
    assert answer.status_code == 206
    assert len(first) + len(answer.content) == size
    assert names(first + answer.content)


def test_a_cut_transfer_can_start_over(api, clock):
    url = api.archive(clock, package_bytes=100000)
    cut(api, url, 10)
    assert names(api.get(url).content)


def test_ranges_ignored(api, clock):
    url = api.archive(clock, package_bytes=100000, ranges="ignored")
    cut(api, url, 10)
    answer = api.get(url, headers={"Range": "bytes=10-"})
    assert (answer.status_code, len(answer.content)) == (200, 100000)
    assert "Accept-Ranges" not in answer.headers


def test_ranges_gone(api, clock):
    url = api.archive(clock, ranges="gone", package_bytes=100000)
    cut(api, url, 0)
    cut(api, url, 10)
    assert api.get(url, headers={"Range": "bytes=10-"}).status_code == 404
    assert "archive_id" not in api.job(api.sim.state()["jobs"][0]["id"])


def test_ranges_of_the_settings(make, clock):
    api = Caller(make(ranges="gone"))
    url = api.archive(clock)
    cut(api, url, 1)
    assert api.get(url).status_code == 404


def test_damaged_checksum(api, clock):
    archive = zipfile.ZipFile(io.BytesIO(api.get(api.archive(clock, damage="crc")).content))
    assert archive.testzip() == "assets.json"


@pytest.mark.parametrize("size", [None, 5000000])
def test_damaged_end(api, clock, size):
    answer = api.get(api.archive(clock, damage="truncated", package_bytes=size))
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(answer.content))


def test_a_page_in_place_of_the_package(api, clock):
    answer = api.get(api.archive(clock, damage="html"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


def test_a_gibibyte_is_streamed(api, clock):
    """Only its beginning is fetched: it is there at once, and memory stays flat."""
    url = api.archive(clock, package_bytes=1024**3)
    tracemalloc.start()
    answer = api.get(url, stream=True)
    assert int(answer.headers["Content-Length"]) == 1024**3
    assert len(answer.raw.read(50_000_000)) == 50_000_000
    answer.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150_000_000
