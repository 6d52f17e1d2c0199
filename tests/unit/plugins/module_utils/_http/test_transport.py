# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it means when none or half of an answer comes back, on real sockets."""

from __future__ import annotations

import gzip
import json
import socket
import time

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.start import start_export
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    read_request,
    serving,
)

JOB = {"id": "j", "status": "RUNNING"}


def failing(client, call=lambda client: client.job("j")):
    with pytest.raises(errors.RomaError) as caught:
        call(client)
    return caught.value


def site(port, scheme="http"):
    return f"{scheme}://127.0.0.1:{port}"


def limit(fault):
    """Seconds for a request: few where it has to go without an answer, else more than a busy machine takes."""
    return 0.4 if {"hang", "drip"} & set(fault) else 10


def test_a_refused_connection_was_not_sent(sim, refusing_port):
    error = failing(make_client(sim, endpoint=site(refusing_port)))
    assert class_of(error) is errors.NotSent
    assert f"http://127.0.0.1:{refusing_port} cannot be reached (Connection refused)" in str(error)


@pytest.fixture
def resolver(monkeypatch):
    """Fails with the error that is told."""

    def fail_with(number):
        def unknown(*_address, **_more):
            raise socket.gaierror(number, "looked up and not found")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)

    return fail_with


#: Options and variables that make up the address of a host which does not exist, and what is said of it.
PLACES = [
    ({"region": "cn-nort-4"}, {}, "region cn-nort-4", "region"),
    ({}, {"HW_REGION_NAME": "cn-nort-4"}, "region cn-nort-4", "HW_REGION_NAME"),
    (
        {"region": "eu-west-101", "cloud": "myhuaweicluod.eu"},
        {},
        "region eu-west-101 and cloud myhuaweicluod.eu",
        "region and cloud",
    ),
    ({"endpoint": "https://roma.exmaple/x"}, {}, "endpoint https://roma.exmaple/x", "endpoint"),
    ({}, {"ROMA_ENDPOINT": "https://roma.exmaple"}, "endpoint https://roma.exmaple", "ROMA_ENDPOINT"),
]


@pytest.mark.parametrize(("options", "environ", "what", "name"), PLACES)
def test_a_host_that_does_not_exist_is_a_mistake_in_what_its_name_was_made_of(
    sim, resolver, options, environ, what, name
):
    resolver(socket.EAI_NONAME)
    error = failing(make_client(sim, environ=environ, **{"endpoint": None, **options}))
    assert (class_of(error), error.passes) == (errors.BadInput, False)
    assert str(error) == f"The host of {what} is not known: check {name}"


@pytest.mark.parametrize(("options", "environ", "what", "name"), PLACES)
def test_a_host_that_cannot_be_looked_up_just_now_passes_and_is_named_too(sim, resolver, options, environ, what, name):
    resolver(socket.EAI_AGAIN)
    error = failing(make_client(sim, environ=environ, **{"endpoint": None, **options}), post)
    assert (class_of(error), error.passes, error.may_have_acted) == (errors.NotSent, True, False)
    assert f" cannot be reached (looked up and not found): check {name}, " in str(error)


def test_the_host_of_iam_is_told_by_its_own_name(sim, resolver):
    resolver(socket.EAI_NONAME)
    error = failing(make_client(sim, "password", iam_endpoint="https://iam.exmaple"), post)
    assert class_of(error) is errors.BadInput
    assert str(error) == "The host of iam_endpoint https://iam.exmaple is not known: check iam_endpoint"


@pytest.mark.parametrize("status", [b"200 OK", b"503 No"])
def test_a_host_that_answered_before_is_not_taken_for_a_mistake(sim, resolver, status):
    """Resolvers that forget a name for a while are no news."""

    def once(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with serving(once) as port:
        client = make_client(sim, endpoint=site(port))
        failing(client)
        resolver(socket.EAI_NONAME)
        assert class_of(failing(client)) is errors.NotSent


@pytest.mark.parametrize("host", ["a..b", "x" * 64])
def test_a_host_that_is_no_name_is_an_input_that_can_be_mended(sim, host):
    error = failing(make_client(sim, endpoint=f"http://{host}"))
    assert class_of(error) is errors.BadInput
    assert host in str(error)


def test_a_connection_that_never_comes_about_was_not_sent(sim):
    # A listener whose queue is full answers no more handshakes.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        for _number in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))
        error = failing(make_client(sim, endpoint=site(port), deadline=Deadline(0.3)))
        for connection in waiting:
            connection.close()
    # Where the system took the connection all the same, the request may have been read.
    assert type(error) in (errors.NotSent, errors.NoAnswer)
    assert error.passes


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ({"reset": "before"}, errors.NoAnswer, "broke"),
        ({"reset": "after"}, errors.NoAnswer, "broke"),
        ({"hang": 30}, errors.NoAnswer, "no answer in time"),
        ({"drip": 100}, errors.NoAnswer, "sends its answer too slowly"),
        ({"cut": 0}, errors.NoAnswer, ""),
        ({"cut": 20}, errors.NoAnswer, ""),
        ({"html": 200}, errors.Unreadable, "HTML"),
        ({"html": 403}, errors.Refused, "403"),
        ({"html": 502}, errors.ServerFailed, "502"),
        ({"raw": '{"status": "RUNN'}, errors.Unreadable, "not whole JSON"),
        ({"raw": ""}, errors.Unreadable, "not whole JSON"),
        ({"json": []}, errors.Unreadable, "not an object"),
        ({"json": None}, errors.Unreadable, "not an object"),
        ({"json": {"a": 1}}, errors.Unreadable, "status"),
        ({"huge": 30_000_000}, errors.Unreadable, "longer than 1 MiB"),
        ({"status": 500}, errors.ServerFailed, "500"),
        ({"status": 504}, errors.ServerFailed, "504"),
        ({"status": 403}, errors.Refused, "403"),
    ],
)
def test_each_fault_is_the_error_that_it_is(sim, fault, kind, words):
    sim.fault("job", fault)
    error = failing(make_client(sim, deadline=Deadline(limit(fault))))
    assert class_of(error) is kind
    assert words in str(error)
    assert len(sim.requests("job")) == 1, "the transport asks once; asking again is for whoever waits"


@pytest.mark.parametrize(("value", "pause"), [(7, 7), ("date:+60", 60)])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_of_the_api_reaches_whoever_waits(sim, status, value, pause):
    sim.fault("job", {"status": status, "retry_after": value})
    assert failing(make_client(sim)).pause == pytest.approx(pause, abs=1.5)


def test_the_answer_s_facts_come_with_the_error(sim):
    sim.fault("job", {"status": 403, "error_code": "ROMA.9", "error_msg": "no"})
    answer = failing(make_client(sim)).answer
    assert (answer["http_status"], answer["error_code"], answer["error_msg"]) == (403, "ROMA.9", "no")
    assert answer["request_id"]


def test_a_redirect_is_not_followed_and_its_target_is_told_nothing(sim, make_sim):
    target = make_sim()
    for status in (301, 302, 303, 307, 308):
        sim.fault("job", {"redirect": target.endpoint + "/v2/x?a=b", "status": status})
        error = failing(make_client(sim))
        assert class_of(error) is errors.Redirected
        assert target.endpoint in str(error)
    assert target.requests() == []


def test_a_body_without_end_is_not_read_to_its_end(sim):
    sent = []

    def handle(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
        for _number in range(1000):
            connection.sendall(b" " * 65536)
            sent.append(65536)

    with serving(handle) as port:
        error = failing(make_client(sim, endpoint=site(port)))
    assert class_of(error) is errors.Unreadable
    assert sum(sent) < 16 << 20, "1 MiB, and what the system holds on the way"


def test_a_connection_that_is_closed_without_an_answer_may_have_acted(sim):
    with serving(read_request) as port:
        error = failing(make_client(sim, endpoint=site(port)))
    assert (type(error), error.passes, error.may_have_acted) == (errors.NoAnswer, True, True)


@pytest.mark.parametrize("text", [b"SSH-2.0-OpenSSH_9.0\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_may_have_acted(sim, text):
    def handle(connection):
        read_request(connection)
        connection.sendall(text)

    with serving(handle) as port:
        error = failing(make_client(sim, endpoint=site(port)))
    assert (error.passes, error.may_have_acted) == (True, True)


def answering(head, body):
    def handle(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body)

    return serving(handle)


def test_an_answer_that_is_encoded_against_our_wish_is_understood(sim):
    body = gzip.compress(json.dumps(JOB).encode())
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(body)
    with answering(head, body) as port:
        assert make_client(sim, endpoint=site(port)).job("j").status == "RUNNING"


def test_an_encoded_answer_that_is_damaged_is_lived_through(sim):
    with answering(b"Content-Encoding: gzip\r\nContent-Length: 8\r\n", b"no gzip!") as port:
        assert failing(make_client(sim, endpoint=site(port))).passes


def test_no_encoding_is_asked_for(sim):
    failing(make_client(sim))
    assert sim.requests("job")[0]["headers"]["accept-encoding"] == "identity"


@pytest.mark.parametrize("body", [b'5\r\n{"a"', b'5\r\n{"a":\r\n', b"zz\r\n"])
def test_a_chunked_answer_that_is_cut_is_no_answer(sim, body):
    with answering(b"Transfer-Encoding: chunked\r\n", body) as port:
        assert class_of(failing(make_client(sim, endpoint=site(port)))) is errors.NoAnswer


def test_an_answer_of_unknown_length_is_read_to_the_end(sim):
    with answering(b"", json.dumps(JOB).encode()) as port:
        assert make_client(sim, endpoint=site(port)).job("j").status == "RUNNING"


def test_an_answer_in_pieces_that_come_in_time_is_whole(sim):
    text = json.dumps(JOB).encode()

    def handle(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text))
        for at in range(0, len(text), 10):
            connection.sendall(text[at : at + 10])
            time.sleep(0.02)

    with serving(handle) as port:
        assert make_client(sim, endpoint=site(port)).job("j").status == "RUNNING"


def test_a_body_that_goes_quiet_is_no_answer_in_time(sim):
    def handle(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        connection.recv(1)

    with serving(handle) as port:
        error = failing(make_client(sim, endpoint=site(port), deadline=Deadline(0.3)))
    assert class_of(error) is errors.NoAnswer
    assert "no answer in time" in str(error)


def test_the_time_for_the_headers_counts_for_a_body_that_drips(sim):
    def handle(connection):
        read_request(connection)
        time.sleep(1.2)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _number in range(100):
            connection.sendall(b" ")
            time.sleep(0.1)

    began = time.monotonic()
    with serving(handle) as port:
        error = failing(make_client(sim, endpoint=site(port), deadline=Deadline(1.4)))
        took = time.monotonic() - began
    assert "sends its answer too slowly" in str(error)
    assert took < 1.2 + 1.4


def test_a_request_has_no_more_time_than_the_task(sim):
    sim.fault("job", {"hang": 30})
    began = time.monotonic()
    failing(make_client(sim, deadline=Deadline(30, 0.3)))
    assert time.monotonic() - began < 1


def test_no_request_is_sent_when_the_time_is_over(sim):
    deadline = Deadline(30, 0.001)
    time.sleep(0.01)
    assert class_of(failing(make_client(sim, deadline=deadline))) is errors.TimedOut
    assert sim.requests() == []


# POST


def post(client):
    return start_export(client, ["a"], [])


def serial(answers):
    """A server that keeps connections alive; tells on which connection each request came."""
    connections = []

    def handle(connection):
        number = len(connections)
        connections.append([])
        while True:
            head, _body = read_request(connection)
            connections[number].append(head.split(b" ")[0])
            text = json.dumps(answers[head.split(b" ")[0]]).encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))

    return connections, serving(handle)


def test_a_post_takes_a_connection_of_its_own_and_a_get_does_not(sim):
    connections, server = serial({b"GET": JOB, b"POST": {"job_id": "j"}})
    with server as port:
        client = make_client(sim, endpoint=site(port))
        client.job("j")
        client.job("j")
        post(client)
        client.job("j")
        post(client)
    assert connections == [[b"GET", b"GET"], [b"POST", b"GET"], [b"POST"]]


def test_a_connection_that_was_closed_while_idle_does_not_lose_a_post(sim):
    def handle(connection):
        head, _body = read_request(connection)
        text = json.dumps(JOB if head.startswith(b"GET") else {"job_id": "new"}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
        read_request(connection)  # and is cut when it is used again

    with serving(handle) as port:
        client = make_client(sim, endpoint=site(port))
        client.job("j")
        assert post(client) == "new"


@pytest.mark.parametrize("fault", [{"reset": "after"}, {"hang": 30, "processed": True}, {"cut": 5}, {"html": 200}])
def test_a_post_that_was_read_and_not_answered_may_have_acted_and_is_sent_once(sim, fault):
    sim.fault("export", fault)
    client = make_client(sim, deadline=Deadline(limit(fault)))
    error = failing(client, lambda client: start_export(client, sim.apps, []))
    assert (error.passes, error.may_have_acted) == (True, True)
    assert len(sim.requests("export")) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_that_was_answered_with_5xx_may_have_acted(sim, status):
    sim.fault("export", {"status": status})
    error = failing(make_client(sim), post)
    assert error.may_have_acted
    assert len(sim.requests("export")) == 1


def test_a_post_that_was_refused_or_never_sent_has_not_acted(sim, refusing_port):
    for fault in ({"busy": True}, {"status": 429}, {"status": 400}, {"redirect": "http://x.example"}):
        sim.fault("export", fault)
        assert not failing(make_client(sim), post).may_have_acted
    assert not failing(make_client(sim, endpoint=site(refusing_port)), post).may_have_acted
