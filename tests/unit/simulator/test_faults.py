# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of fault, as a plain client sees it."""

from __future__ import annotations

import http.client
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
import requests

#: An export that is taken.
BODY = {"apps": [{"id": "x"}], "tasks": []}


@pytest.fixture
def job(api):
    """The URL of a job that runs."""
    return f"{api.assets}/jobs/{api.started()}"


def test_status(api, job):
    api.sim.fault("job", {"status": 503, "retry_after": 7, "error_code": "X.1", "error_msg": "text"})
    answer = api.get(job)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert (answer.json()["error_code"], answer.json()["error_msg"]) == ("X.1", "text")
    assert answer.headers["Date"]
    assert api.get(job).status_code == 200


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "APIGW.0308"),
        (413, "APIGW.0201"),
        (403, "ROMA.00000101"),
        (400, "ROMA.13000"),
        (500, "APIGW.0202"),
        (504, "APIGW.0203"),
    ],
)
def test_status_by_itself(api, job, status, code):
    api.sim.fault("job", {"status": status})
    answer = api.get(job)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_status_with_a_body_and_a_date(api, job):
    api.sim.fault("job", {"status": 500, "body": "text", "retry_after": "date:+7"})
    answer = api.get(job)
    assert (answer.status_code, answer.text) == (500, "text")
    wait = parsedate_to_datetime(answer.headers["Retry-After"]) - parsedate_to_datetime(answer.headers["Date"])
    assert wait.total_seconds() == 7
    api.sim.fault("job", {"status": 500, "body": {"a": 1}})
    assert api.get(job).json() == {"a": 1}


def test_times_after_and_path(api, job):
    api.sim.fault("job", {"status": 500}, times=2, after=1)
    assert [api.get(job).status_code for _number in range(4)] == [200, 500, 500, 200]
    api.sim.fault("*", {"status": 502}, times=None, path="/jobs/other")
    assert api.get(job).status_code == 200
    assert [api.get(api.assets + "/jobs/other").status_code for _number in range(3)] == [502, 502, 502]
    api.sim.clear_faults()
    assert api.get(api.assets + "/jobs/other").status_code == 404


def test_faults_come_in_their_order(api, job):
    for status in (500, 502, 503):
        api.sim.fault("job", {"status": status})
    assert [api.get(job).status_code for _number in range(4)] == [500, 502, 503, 200]


def test_reset_before(api):
    api.sim.fault("export", {"reset": "before"})
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        api.export()
    assert api.sim.state()["jobs"] == []
    assert api.sim.requests("export")[0]["status"] is None


def test_reset_in_a_large_upload(api):
    api.sim.fault("import", {"reset": "before"})
    with pytest.raises(requests.ConnectionError):
        api.importing(b"x" * 5_000_000)
    assert api.sim.requests("import")[0]["body_bytes"] == 0


def test_reset_after(api):
    api.sim.fault("export", {"reset": "after"})
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        api.export()
    assert len(api.sim.state()["jobs"]) == 1


def test_hang(api):
    api.sim.fault("export", {"hang": 0.3})
    with pytest.raises(requests.ReadTimeout):
        api.session.post(api.assets + "/export", json=BODY, timeout=0.1)
    begin = time.monotonic()
    api.sim.fault("export", {"hang": 0.3})
    assert api.export().status_code == 200
    assert time.monotonic() - begin >= 0.3
    assert len(api.sim.state()["jobs"]) == 1, "a client that has gone starts nothing"


def test_hang_after_it_was_processed(api):
    api.sim.fault("export", {"hang": 30, "processed": True})
    with pytest.raises(requests.ReadTimeout):
        api.session.post(api.assets + "/export", json=BODY, timeout=0.2)
    assert len(api.sim.state()["jobs"]) == 1


def test_drip(api, job):
    api.sim.fault("job", {"drip": 500})
    begin = time.monotonic()
    answer = api.get(job, stream=True)
    assert time.monotonic() - begin < 0.2, "the headers come at once"
    size = len(answer.content)
    assert time.monotonic() - begin >= size / 500 * 0.8
    assert answer.json()["status"] == "RUNNING"


def test_drip_headers(api, job):
    api.sim.fault("job", {"drip_headers": 0.002})
    begin = time.monotonic()
    answer = api.get(job, stream=True)
    assert time.monotonic() - begin >= 0.3
    assert answer.json()["status"] == "RUNNING"


def test_cut(api, job):
    api.sim.fault("job", {"cut": 10})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.get(job)
    assert api.get(job).status_code == 200


def test_html(api, job):
    api.sim.fault("job", {"html": 502})
    answer = api.get(job)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "<h1>502</h1>" in answer.text


@pytest.mark.parametrize("value", [None, [], "text", {"status": "X"}])
def test_json(api, job, value):
    api.sim.fault("job", {"json": value, "status": 203})
    answer = api.get(job)
    assert (answer.status_code, answer.json()) == (203, value)


def test_raw(api, job):
    api.sim.fault("job", {"raw": "{", "content_type": "text/weird"})
    answer = api.get(job)
    assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (200, "{", "text/weird")


def test_huge(api, job):
    api.sim.fault("job", {"huge": 30_000_000})
    answer = api.get(job)
    assert len(answer.content) == 30_000_000
    assert "Content-Length" not in answer.headers
    assert set(answer.json()) == {"padding"}


def test_redirect(api, job):
    api.sim.fault("job", {"redirect": "http://127.0.0.1:9/"})
    answer = api.get(job, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("as_", "status", "code"),
    [
        (None, 401, "APIGW.0301"),
        ("APIGW", 401, "APIGW.0301"),
        ("ROMA.1000", 400, "ROMA.1000"),
        ("ROMA.1002", 400, "ROMA.1002"),
    ],
)
def test_expire_token(api, job, as_, status, code):
    api.sim.fault("job", {"expire_token": True, **({"as": as_} if as_ else {})})
    answer = api.get(job)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert api.get(job).status_code == 200, "the token itself still lives"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("signature", "verify aksk signature fail, canonicalRequest:GET|"),
        ("ak", "ak  not exist"),
        ("locked", "AK access failed to reach the limit,forbidden"),
        ("clock", "calc aksk signature fail:signature expired"),
    ],
)
def test_refuse(api, job, kind, text):
    api.sim.fault("job", {"refuse": kind})
    answer = api.get(job)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")
    assert text in answer.json()["error_msg"]


def test_busy(api):
    api.sim.fault("export", {"busy": True})
    answer = api.export()
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ROMA.10012")


def test_skew(api, job):
    api.sim.fault("job", {"skew": 1000})
    answer = api.get(job)
    assert answer.status_code == 200, "a token does not mind the clock"
    told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert 990 < told - api.sim.world.clock.time() < 1010


def test_several_in_one_connection(api, job):
    """A fault of one answer leaves the connection as it is where the answer is whole."""
    address = urlsplit(job)
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    for status in (500, 200, 429, 200):
        if status != 200:
            api.sim.fault("job", {"status": status})
        connection.request("GET", address.path, headers={"X-Auth-Token": api.sim.auth_token})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


@pytest.mark.parametrize(("operation", "fault"), [("nothing", {"status": 500}), ("job", {}), ("job", {"odd": 1})])
def test_what_is_no_fault(api, operation, fault):
    with pytest.raises(ValueError, match="is one of|has one of"):
        api.sim.fault(operation, fault)
    assert api.control("POST", "faults", json={"operation": operation, "fault": fault}).status_code == 400
