# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server answers, a task gets facts that can be written down, or an error with a sentence."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api import job as _job
from ansible_collections.roma.connect.plugins.module_utils._api.listing import list_apps
from ansible_collections.roma.connect.plugins.module_utils._api.start import authenticate, start_export
from ansible_collections.roma.connect.plugins.module_utils._http import answer
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import job_info
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import app_info, instance_info, task_info
from ansible_collections.roma.connect.plugins.module_utils._start.record import Record
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    make_client,
    make_task,
    read_request,
    serving,
    zip_bytes,
)

# What JSON can be made of, as text: Python's json would not write most of it.

FIELDS = {
    "job": ["id", "type", "status", "reason", "reasons", "progress_percent", "archive_id", "begin_time", "end_time"],
    "start": ["job_id"],
    "list": ["total", "size", "apps", "entities", "instances", "id", "task_id", "task_name", "name", "key"],
    "token": ["token", "expires_at", "issued_at", "project", "id"],
    "projects": ["projects", "id", "name"],
    "agency": ["credential", "access", "secret", "securitytoken", "expires_at"],
    "error": ["error_code", "error_msg", "error_details", "request_id", "error", "code", "message", "title"],
}
NUMBERS = [
    "0", "-0", "1", "-1", "0.35", "2", "1e-400", "1e400", "-1e400", "NaN", "Infinity", "-Infinity",
    "100000000000", "100000000001", "253402300799", "253402300800", "-62135596800", "9" * 19, "9" * 25,
    "-" + "9" * 5000, "9" * 5000, "1e308", "0." + "3" * 5000,
]  # fmt: skip
WORDS = [
    "RUNNING", "Success", "finished", "FAILED", "Rolling", "", " ", "..", "a/b", "../../x", "ROMA.1000", "ROMA.10012",
    "2019-12-06T06:49:04Z", "2019-12-06T06:49:04.123456789+05:30", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "20191206", "verify aksk signature fail, canonicalRequest:GET|x", "\x00", "\x1b[2J\x07", "\u009b31m", "\ud800",
    "\udfff\ud800", "\r\nX-Injected: 1", "\u2028", "é" * 600, "a" * 2000, "%s %d {0}", "1e400", "nan", "inf", "１２",
]  # fmt: skip

texts = st.sampled_from(WORDS) | st.text(st.characters(), max_size=20)
scalars = st.sampled_from([*NUMBERS, "true", "false", "null"]) | texts.map(json.dumps)
deep = st.integers(1, 5000).map(lambda depth: "[" * depth + "]" * depth) | st.integers(1, 2000).map(
    lambda depth: '{"a":' * depth + "1" + "}" * depth
)


def written(pairs):
    """An object, in which a name may stand twice."""
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in pairs) + "}"


def documents(*kinds):
    """JSON with the fields of such answers, wherever and whatever they are."""
    names = st.sampled_from([name for kind in kinds for name in FIELDS[kind]]) | texts

    def nested(inner):
        lists = st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        return lists | st.lists(st.tuples(names, inner), max_size=6).map(written)

    values = st.recursive(scalars | deep, nested, max_leaves=15)
    return st.lists(st.tuples(names, values), max_size=9).map(written) | values


def encoded(text, encoding):
    return text.encode(encoding, "surrogatepass") if encoding.startswith("utf") else text.encode(encoding, "replace")


def bodies(*kinds):
    """Bytes: JSON in any encoding, cut or not; or anything."""
    encodings = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
    whole = st.builds(encoded, documents(*kinds), encodings)
    cut = st.builds(lambda body, share: body[: int(len(body) * share)], whole, st.floats(0, 1))
    return st.one_of(whole, whole, cut, st.binary(max_size=200))


HEADERS = [
    "", "", "Retry-After: soon", "Retry-After: -5", "Retry-After: " + "9" * 30, "Retry-After: \u00b2",
    "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", "Retry-After: Mon, 1 Jan 0001 00:00:00 -9999",
    "Date: yesterday", "Date: Thu, 01 Jan 1970 00:00:00 +9999", "Date: Fri, 31 Dec 9999 23:59:59 -1200",
    "Location: http://[", "Location: \u00ff\u00fe", "Location: //x?secret", "Location: http://a\r\n b", "Location: http://\x1b[2J",
    "Content-Length: \u00b2", "Content-Length: -1", "Content-Length: 5", "Content-Length: " + "9" * 5000,
    "Content-Length: 5, 6", "Content-Length: 100000", "Content-Encoding: gzip", "Content-Encoding: br",
    "Content-Encoding: deflate, gzip", "Content-Encoding: identity", "Content-Encoding: \u00e9",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Type: \u00e9; charset=utf-7",
    "X-Subject-Token: t", "X-Subject-Token: \u00e9", "X-Subject-Token: a\r\n b", "X-Subject-Token: a b",
    "ETag: W/\"x\"", "ETag: \"\u00e9\"", "ETag: a\r\n b", "Content-Range: bytes " + "9" * 5000 + "-", "no colon",
    "Set-Cookie: a=\u00e9; Domain=.", "X: " + "y" * 70000, "\r\n".join(["X: y"] * 120),
]  # fmt: skip
STATUSES = [200] * 8 + [
    100,
    101,
    199,
    201,
    204,
    206,
    300,
    302,
    304,
    400,
    401,
    403,
    404,
    408,
    410,
    416,
    429,
    500,
    503,
    999,
]

heads = st.tuples(st.sampled_from(STATUSES), st.lists(st.sampled_from(HEADERS), max_size=3))


class Server:
    """Answers each request with the same bytes."""

    def __init__(self):
        self.answer = b""

    def __call__(self, connection):
        read_request(connection)
        connection.sendall(self.answer)

    def answers(self, head, body):
        status, headers = head
        lines = "".join(f"{line}\r\n" for line in headers if line)
        self.answer = f"HTTP/1.1 {status} OK\r\nConnection: close\r\n{lines}\r\n".encode("latin-1") + body


@pytest.fixture
def server():
    answers = Server()
    with serving(answers) as answers.port:
        yield answers


def sound(value):
    """Whether a module can exit with *value*, and a console show it."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    assert "\x1b" not in text
    json.loads(text)


def held_to(call, facts=lambda: None):
    """What must hold of *call*, whatever it is answered."""
    try:
        sound(call())
    except errors.RomaError as error:
        told = error
    else:
        told = errors.RomaError("")
    sound([str(told), told.answer])
    assert len(str(told)) < 2500
    assert not {"\n", "\r"} & set(str(told))
    assert told.pause >= 0
    sound(facts())


def client_of(sim, server, credentials="token", deadline=None, **more):
    """A client for which the server is the API, IAM and the metadata service."""
    site = f"http://127.0.0.1:{server.port}"
    given = {"endpoint": site, "iam_endpoint": site, **more}
    return make_client(
        sim, credentials, deadline or Deadline(10), environ={"ROMA_ECS_METADATA_ENDPOINT": site}, **given
    )


def run(sim, server, work, **options):
    """A task of a module, with all that it might say."""
    task = make_task(**{"timeout": 0, "name": None, "app_id": None, "task_id": None, "jobs": None, **options})

    def said():
        return [task.facts, task.said, task.warned]

    held_to(lambda: work(task, client_of(sim, server, deadline=task.deadline)), said)
    return task


# The server and the folder are the same for all examples, on purpose.
SHARED = [HealthCheck.function_scoped_fixture]
many = settings(max_examples=100, suppress_health_check=SHARED)


@many
@given(heads, bodies("job", "error"))
def test_a_job(sim, server, head, body):
    server.answers(head, body)
    run(sim, server, job_info, job_id="j")


@many
@given(heads, bodies("start", "error"))
def test_a_start(sim, server, head, body):
    server.answers(head, body)
    task = run(sim, server, export, apps=["a"], tasks=[], wait=False)
    assert task.changed == (task.facts["job_id"] is not None)


@pytest.mark.parametrize(
    ("work", "options"), [(app_info, {}), (app_info, {"app_id": "a"}), (task_info, {}), (instance_info, {})]
)
@many
@given(head=heads, body=bodies("list", "error"))
def test_a_list(sim, server, work, options, head, body):
    server.answers(head, body)
    run(sim, server, work, **options)


@many
@given(heads, bodies("token", "error"))
def test_a_token(sim, server, head, body):
    status, headers = head
    server.answers((status, ["X-Subject-Token: tok", *headers]), body)
    held_to(lambda: authenticate(client_of(sim, server, "password", project_id=None, project_name="p")))


@many
@given(heads, bodies("projects", "error"))
def test_a_project(sim, server, head, body):
    server.answers(head, body)
    held_to(lambda: client_of(sim, server, "keys", project_id=None, project_name="p").project_id())


@many
@given(heads, bodies("agency", "error"))
def test_an_agency(sim, server, head, body):
    server.answers(head, body)
    client = client_of(sim, server, auth_token=None, ecs_agency=True)
    held_to(lambda: client.job("j").facts())


@many
@given(heads, bodies("error") | st.just(zip_bytes()))
def test_a_package(sim, server, folder, head, body):
    server.answers(head, body)
    task = run(sim, server, archive, archive_id="p", dest=str(folder / "crm.zip"))
    assert os.path.exists(folder / "crm.zip") == bool(task.changed)
    for name in os.listdir(folder):
        os.unlink(folder / name)


@settings(max_examples=150, suppress_health_check=SHARED)
@given(bodies("job"))
def test_a_job_s_facts_and_its_record(folder, body):
    try:
        job = _job.parse(answer.document(body))
    except errors.Unreadable:
        return
    sound(job.facts())
    assert job.progress_percent is None or 0 <= job.progress_percent <= 1
    path = str(folder / "record.json")
    with Record(path) as record:
        record.begin({"operation": "exportAsset", "endpoint": "e", "instance_id": "i", "apps": [], "tasks": []})
        record.started("j")
        record.saw(job)
    with Record(path) as record:
        assert record.job == job.facts()
    os.unlink(path)


# What is known to hurt


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ('{"status": "RUNNING", "progress_percent": 1e400}', {"progress_percent": None}),
        ('{"status": "RUNNING", "progress_percent": NaN, "id": Infinity}', {"progress_percent": None, "id": None}),
        ('{"status": "RUNNING", "status": "FAILED"}', {"status": "FAILED"}),
        ('{"status": "RUNNING", "begin_time": %s}' % ("9" * 5000), {"begin_time": None}),
        ('{"status": "RUNNING", "type": "\\ud800x\\u001b[31m\\u0000"}', {"type": "\ufffdx\ufffd[31m\ufffd"}),
        ('\ufeff{"status": "RUNNING"}', {"status": "RUNNING"}),
        (
            '{"status": "FAILED", "reason": "no room"}',
            {"reason": [{"resource_type": None, "resource_name": None, "error_code": None, "error_msg": "no room"}]},
        ),
    ],
)
def test_odd_values_of_a_job(body, facts):
    got = _job.parse(answer.document(body.encode())).facts()
    assert {name: got[name] for name in facts} == facts


@pytest.mark.parametrize(("depth", "taken"), [(49, True), (50, False), (500, False), (100_000, False)])
def test_an_answer_is_nested_up_to_a_bound(depth, taken):
    body = b'{"status": "RUNNING", "more": ' + b"[" * depth + b"]" * depth + b"}"
    if taken:
        sound(answer.document(body))
    else:
        with pytest.raises(errors.Unreadable):
            answer.document(body)


@pytest.mark.parametrize("name", ["..", "a/b", "a b", "a\n", "\u00e9", "", 5, None, ["x"]])
def test_a_start_that_names_no_usable_job_may_have_acted(sim, server, name):
    server.answers((200, []), json.dumps({"job_id": name}).encode())
    with pytest.raises(errors.Unreadable, match="names no job") as caught:
        start_export(client_of(sim, server), ["a"], [])
    assert caught.value.may_have_acted


@pytest.mark.parametrize("token", ["\u00e9", "a b", "a\r\n b"])
def test_a_token_that_cannot_be_sent_is_none(sim, server, token):
    server.answers((201, [f"X-Subject-Token: {token}"]), b"{}")
    with pytest.raises(errors.Unreadable, match="X-Subject-Token"):
        authenticate(client_of(sim, server, "password"))


def test_a_list_without_end_is_left(sim):
    def endless(connection):
        head, _body = read_request(connection)
        offset = int(head.split(b"offset=")[1].split(b" ")[0].split(b"&")[0])
        body = json.dumps({"apps": [{"id": str(number)} for number in range(offset, offset + 2)]}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with serving(endless) as port, pytest.raises(errors.Unreadable, match="no end"):
        list_apps(make_client(sim, endpoint=f"http://127.0.0.1:{port}"))
