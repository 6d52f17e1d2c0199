# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the surroundings say: proxies are used, ``~/.netrc`` is not."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
import struct
import threading
from urllib.parse import urlsplit

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._account.iam import new_keys
from ansible_collections.roma.connect.plugins.module_utils._api.start import start_export
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._http.transport import Transport
from ansible_collections.roma.connect.tests.unit.plugins.support import (
    class_of,
    make_client,
    read_request,
    serving,
)

trustme = pytest.importorskip("trustme")


def pipe(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Proxy:
    """A forward proxy for plain requests and for tunnels; remembers the first line of each."""

    def __init__(self):
        self.asked = []

    def __call__(self, connection):
        head, body = read_request(connection)
        line = head.split(b"\r\n")[0].decode()
        self.asked.append(line)
        method, target, _version = line.split()
        if method == "CONNECT":
            host, _colon, port = target.rpartition(":")
            with socket.create_connection((host, int(port))) as server:
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pipe, args=(server, connection), daemon=True)
                back.start()
                pipe(connection, server)
                server.shutdown(socket.SHUT_RDWR)
                back.join(5)
            return
        url = urlsplit(target)
        with socket.create_connection((url.hostname, url.port)) as server:
            rest = head.partition(b"\r\n")[2]
            server.sendall(
                f"{method} {url.path} HTTP/1.1\r\nConnection: close\r\n".encode() + rest + b"\r\n\r\n" + body
            )
            pipe(server, connection)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def job_error(client, call=lambda client: client.job("nosuch")):
    with pytest.raises(errors.RomaError) as caught:
        call(client)
    return caught.value


@pytest.mark.parametrize("credentials", ["token", "keys", "password"])
def test_a_proxy_of_the_environment_is_used_and_signatures_hold_through_it(sim, monkeypatch, credentials):
    proxy = Proxy()
    with serving(proxy) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        assert class_of(job_error(make_client(sim, credentials))) is errors.UnknownJob
    assert len(proxy.asked) == (2 if credentials == "password" else 1)
    assert proxy.asked[-1].startswith(f"GET {sim.endpoint}/v2/")


def test_no_proxy_is_obeyed(sim, monkeypatch, refusing_port):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refusing_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert class_of(job_error(make_client(sim))) is errors.UnknownJob


def test_no_proxy_is_obeyed_for_each_server_of_a_session(sim, monkeypatch):
    proxy = Proxy()
    with serving(proxy) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        client = make_client(sim, "password", iam_endpoint=sim.iam_endpoint.replace("127.0.0.1", "localhost"))
        for _question in range(2):
            assert class_of(job_error(client)) is errors.UnknownJob
    assert [line.split()[0] for line in proxy.asked] == ["POST"], "only the token comes through it"


# A proxy that does not do: its variable is named, and never its password

#: Environments, and the variable that is read for https; the last is the one for http.
READ = [
    (["https_proxy"], "https_proxy"),
    (["HTTPS_PROXY"], "HTTPS_PROXY"),
    (["https_proxy", "HTTPS_PROXY", "ALL_PROXY"], "https_proxy"),
    (["all_proxy", "HTTPS_PROXY"], "HTTPS_PROXY"),
    (["all_proxy", "ALL_PROXY"], "all_proxy"),
    (["ALL_PROXY"], "ALL_PROXY"),
    (["Https_Proxy"], "Https_Proxy"),
    (["http_proxy", "HTTP_PROXY", "all_proxy"], "http_proxy"),
]


@pytest.mark.parametrize(("names", "read"), READ)
def test_a_proxy_that_is_not_there_was_sent_nothing_and_its_variable_is_named(
    sim, monkeypatch, refusing_port, names, read
):
    for name in names:
        monkeypatch.setenv(name, f"http://user:hidden@127.0.0.1:{refusing_port}")
    scheme = read.lower().partition("_")[0].replace("all", "https")
    for ask in (lambda client: client.job("j"), export):
        error = job_error(make_client(sim, endpoint=f"{scheme}://roma.example"), ask)
        assert (class_of(error), error.passes, error.may_have_acted) == (errors.NotSent, True, False)
        assert str(error) == (
            f"{scheme}://roma.example cannot be reached through the proxy of {read} (Connection refused): check "
            f"{read}, the network, proxies"
        )


@pytest.mark.parametrize("answer", [b"407 Proxy Authentication Required", b"403 Forbidden", b"502 Bad Gateway"])
def test_a_proxy_that_refuses_a_tunnel_was_sent_nothing_and_its_variable_is_named(sim, monkeypatch, answer):
    def refuse(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % answer)

    with serving(refuse) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hidden@127.0.0.1:{port}")
        error = job_error(make_client(sim, endpoint="https://roma.example"), export)
    assert (class_of(error), error.passes, error.may_have_acted) == (errors.NotSent, True, False)
    assert f"through the proxy of HTTPS_PROXY (HTTP {answer.decode()}): check HTTPS_PROXY," in str(error)


def test_a_proxy_that_wants_a_user_was_sent_nothing_that_it_passed_on(sim, monkeypatch):
    def refuse(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with serving(refuse) as port:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        error = job_error(make_client(sim), export)
    assert (class_of(error), error.passes, error.may_have_acted) == (errors.NotSent, True, False)
    assert "through the proxy of http_proxy (HTTP 407 Proxy Authentication Required): check http_proxy," in str(error)


@pytest.mark.parametrize("start", [b"", b"no http\r\n\r\n"])
def test_a_start_was_not_sent_where_the_proxy_hangs_up_before_the_tunnel_is_there(sim, monkeypatch, start):
    def hang_up(connection):
        read_request(connection)
        connection.sendall(start)

    with serving(hang_up) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        error = job_error(make_client(sim, endpoint="https://roma.example"), export)
    assert (class_of(error), error.may_have_acted) == (errors.NotSent, False)
    assert "check HTTPS_PROXY" in str(error)


#: What a proxy's variable may hold by mistake, each with a part of what is said of it.
NO_PROXIES = {
    "http://user:hid#den@127.0.0.1:3128": "percent-encoded",
    "http://user:hid/den@127.0.0.1:3128": "percent-encoded",
    "http://user:hid?den@127.0.0.1:3128": "percent-encoded",
    "proxy:3128": "write it like http://proxy.example:3128",
    "proxy:port": "write it like http://proxy.example:3128",
    "http://proxy:port": "names no proxy that can be used",
    "http://127.0.0.1:99999": "names no proxy that can be used",
    "ftp://user:hidden@127.0.0.1:21": "names no proxy that can be used",
    "http://": "names no proxy that can be used",
    "http://:3128": "names no proxy that can be used",
    "http://user:hidden@": "names no proxy that can be used",
    "http://[::1": "names no proxy that can be used",
    "socks5h://user:hidden@127.0.0.1:1080": "PySocks",
    "socks5://127.0.0.1:1080": "PySocks",
    "socks4://127.0.0.1:1080": "PySocks",
    "http://a..b:3128": "is no name that can be looked up",
    f"http://{'x' * 64}:3128": "is no name that can be looked up",
}


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize("value", NO_PROXIES)
def test_a_proxy_that_cannot_be_one_is_a_mistake_in_its_variable(sim, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    for ask in (lambda client: client.job("j"), export):
        error = job_error(make_client(sim, endpoint="https://roma.example"), ask)
        assert (class_of(error), error.passes, error.may_have_acted) == (errors.BadInput, False, False)
        assert name in str(error) and NO_PROXIES[value] in str(error)
        assert "endpoint" not in str(error) and "roma.example" not in str(error)
        assert "hid" not in str(error) and "den" not in str(error)


def test_a_proxy_whose_host_does_not_exist_is_a_mistake_in_its_variable(sim, monkeypatch):
    def unknown(*_address, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setenv("HTTPS_PROXY", "http://user:hidden@proxy.exmaple:3128")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = job_error(make_client(sim, endpoint="https://roma.example"))
    assert class_of(error) is errors.BadInput
    assert str(error) == "The host of the proxy of HTTPS_PROXY is not known: check HTTPS_PROXY"


def test_a_proxy_of_http_that_is_called_https_is_a_mistake_in_its_variable(sim, monkeypatch):
    def in_plain(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with serving(in_plain) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"https://user:hidden@127.0.0.1:{port}")
        error = job_error(make_client(sim, endpoint="https://roma.example"), export)
    assert (class_of(error), error.may_have_acted) == (errors.BadInput, False)
    assert str(error) == "The proxy of HTTPS_PROXY speaks http and not https: correct HTTPS_PROXY"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_of_https_that_is_called_http_is_a_mistake_in_its_variable(sim, tls_sim, monkeypatch, scheme):
    at = tls_sim.endpoint.split("/")[2]
    monkeypatch.setenv(f"{scheme}_proxy", f"http://user:hidden@{at}")
    error = job_error(make_client(sim, endpoint=f"{scheme}://roma.example"), export)
    assert (class_of(error), error.may_have_acted) == (errors.BadInput, False)
    assert str(error) == f"The proxy of {scheme}_proxy speaks https and not http: correct {scheme}_proxy"
    assert tls_sim.requests() == []


def test_what_goes_wrong_behind_a_tunnel_is_not_the_proxy_s(sim, tls_sim, monkeypatch):
    with serving(Proxy()) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        plain = job_error(make_client(sim, endpoint=sim.endpoint.replace("http:", "https:")))
        unknown_ca = job_error(make_client(tls_sim))
    assert class_of(plain) is errors.NotSent
    assert "check endpoint," in str(plain) and "HTTPS_PROXY (" in str(plain)
    assert class_of(unknown_ca) is errors.NotVerified


@pytest.fixture
def tls_sim(make_sim, tmp_path):
    ca = trustme.CA()
    certificate = ca.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    simulator = make_sim(tls=(str(tmp_path / "server.pem"), str(tmp_path / "server.pem")))
    simulator.ca_path = str(tmp_path / "ca.pem")
    return simulator


def test_a_tunnel_is_taken_for_https(tls_sim, monkeypatch):
    proxy = Proxy()
    with serving(proxy) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        client = make_client(tls_sim, "keys", ca_path=tls_sim.ca_path)
        assert class_of(job_error(client)) is errors.UnknownJob
    assert [line.rpartition(" ")[0] for line in proxy.asked] == [f"CONNECT {urlsplit(tls_sim.endpoint).netloc}"]


def export(client):
    return start_export(client, ["a"], [])


def test_a_post_that_a_proxy_read_and_broke_off_may_have_acted(sim, monkeypatch):
    def handle(connection):
        read_request(connection)
        reset(connection)

    with serving(handle) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        error = job_error(make_client(sim), export)
    assert error.may_have_acted, "the proxy may have passed it on"


def test_a_post_that_broke_off_in_a_tunnel_may_have_acted(tls_sim, monkeypatch):
    tls_sim.fault("export", {"reset": "after"})
    with serving(Proxy()) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        error = job_error(
            make_client(tls_sim, ca_path=tls_sim.ca_path), lambda client: start_export(client, tls_sim.apps, [])
        )
    assert len(tls_sim.state()["jobs"]) == 1
    assert error.may_have_acted


@pytest.mark.parametrize("credentials", ["token", "keys", "password"])
def test_netrc_is_never_used(sim, credentials):
    home = pathlib.Path(os.environ["HOME"])
    (home / ".netrc").write_text("machine 127.0.0.1 login hidden password hidden\n")
    (home / ".netrc").chmod(0o600)
    client = make_client(sim, credentials, project_id=None, project_name=sim.project_name)
    assert class_of(job_error(client)) is errors.UnknownJob
    sent = [entry["headers"].get("authorization", "") for entry in sim.requests()]
    assert len(sent) == 2
    assert not any(value.startswith("Basic") for value in sent)


def test_the_agency_is_never_asked_through_a_proxy(sim, monkeypatch):
    asked = []
    with serving(lambda connection: asked.append(read_request(connection))) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
        base = sim.endpoint[: -len("/roma")]
        assert new_keys(Transport(Deadline(5), proxies=False), base).access_key
    assert asked == []
    assert len(sim.requests("agency")) == 2


def test_the_client_s_agency_uses_no_proxy_while_the_client_does(sim, monkeypatch):
    proxy = Proxy()
    monkeypatch.setenv("ROMA_ECS_METADATA_ENDPOINT", sim.endpoint[: -len("/roma")])
    with serving(proxy) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        client = make_client(sim, environ=os.environ, auth_token=None, ecs_agency=True)
        assert class_of(job_error(client)) is errors.UnknownJob
    assert [line.split()[0] for line in proxy.asked] == ["GET"]
    assert sim.requests("job")[0]["user"] == "agency"
