# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates: verified unless told otherwise, and one that does not verify ends the task at once."""

from __future__ import annotations

import datetime
import warnings

import pytest
import requests
import urllib3

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.start import start_export
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, serving

trustme = pytest.importorskip("trustme")
PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture
def ca(tmp_path):
    authority = trustme.CA()
    authority.path = str(tmp_path / "ca.pem")
    authority.cert_pem.write_to_path(authority.path)
    return authority


@pytest.fixture
def serve(ca, make_sim, tmp_path):
    """A simulator with a certificate by *ca* for *name*."""

    def start(name="127.0.0.1", **issue):
        certificate = ca.issue_cert(name, **issue)
        paths = (str(tmp_path / "server.pem"), str(tmp_path / "server.key"))
        for index, blob in enumerate(certificate.cert_chain_pems):
            blob.write_to_path(paths[0], append=index > 0)
        certificate.private_key_pem.write_to_path(paths[1])
        return make_sim(tls=paths)

    return start


def job_error(sim, **options):
    with pytest.raises(errors.RomaError) as caught:
        make_client(sim, **options).job("nosuch")
    return caught.value


def test_the_right_ca_verifies(serve, ca):
    assert class_of(job_error(serve(), ca_path=ca.path)) is errors.UnknownJob


@pytest.mark.parametrize(
    ("name", "issue", "known", "words"),
    [
        ("127.0.0.1", {}, False, "unable to get local issuer certificate"),
        ("127.0.0.1", {"not_after": PAST}, True, "certificate has expired"),
        ("other.example", {}, True, "mismatch"),
    ],
)
def test_a_certificate_that_does_not_verify_ends_it_and_nothing_is_told(serve, ca, name, issue, known, words):
    sim = serve(name, **issue)
    error = job_error(sim, **({"ca_path": ca.path} if known else {}))
    assert class_of(error) is errors.NotVerified
    assert (error.passes, error.may_have_acted) == (False, False)
    assert words in str(error)
    assert "ca_path" in str(error)
    assert sim.requests() == []


def test_iam_s_certificate_is_verified_too(serve, ca, sim):
    iam = serve("other.example")
    error = job_error(sim, credentials="password", iam_endpoint=iam.iam_endpoint, ca_path=ca.path)
    assert class_of(error) is errors.NotVerified
    assert iam.requests() == []


@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE"])
def test_without_validation_any_certificate_does_and_no_library_warns(serve, ca, monkeypatch, variable):
    if variable:
        monkeypatch.setenv(variable, ca.path)  # requests prefers it to a session's own setting
    sim = serve("other.example", not_after=PAST)
    with warnings.catch_warnings():
        warnings.simplefilter("error", urllib3.exceptions.InsecureRequestWarning)
        assert class_of(job_error(sim, validate_certs=False)) is errors.UnknownJob


def test_ca_path_beats_the_variable(serve, ca, monkeypatch, tmp_path):
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    sim = serve()
    assert class_of(job_error(sim, ca_path=ca.path)) is errors.UnknownJob
    assert class_of(job_error(sim)) is errors.NotVerified


def start_error(sim, **options):
    with pytest.raises(errors.RomaError) as caught:
        start_export(make_client(sim, **options), ["a"], [])
    return caught.value


def test_a_server_that_hangs_up_in_the_handshake_is_lived_through_and_was_told_nothing(sim):
    with serving(lambda connection: connection.recv(10)) as port:
        for ask in (job_error, start_error):
            error = ask(sim, endpoint=f"https://127.0.0.1:{port}")
            assert (class_of(error), error.passes, error.may_have_acted) == (errors.NotSent, True, False)


def test_a_server_that_is_silent_in_the_handshake_was_told_nothing(sim):
    with serving(lambda connection: connection.recv(65536) and connection.recv(1)) as port:
        error = start_error(sim, endpoint=f"https://127.0.0.1:{port}", deadline=Deadline(0.3))
    assert class_of(error) is errors.NotSent
    assert "no answer in time" in str(error)


def test_ca_certificates_that_vanish_or_rot_after_they_were_checked_are_named(serve, ca, monkeypatch, tmp_path):
    sim, path = serve(), tmp_path / "bundle.pem"
    monkeypatch.setenv("CURL_CA_BUNDLE", str(path))
    for spoil, words in (
        (path.unlink, "cannot be read (No such file or directory)"),
        (lambda: path.write_text("-----BEGIN CERTIFICATE-----\nxyz\n"), "holds no certificate"),
    ):
        path.write_text((tmp_path / "ca.pem").read_text())
        client = make_client(sim)
        spoil()
        for ask in (lambda client: client.job("j"), lambda client: start_export(client, ["a"], [])):
            with pytest.raises(errors.BadInput, match=f"^CURL_CA_BUNDLE {path} ") as caught:
                ask(client)
            assert words in str(caught.value)
    assert sim.requests() == []


def test_without_the_ca_certificates_that_requests_brings_nothing_was_sent(serve, monkeypatch):
    sim = serve()
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", "/nowhere")
    error = start_error(sim)
    assert (class_of(error), error.passes, error.may_have_acted) == (errors.BadInput, False, False)
    assert "ca_path" in str(error)
    assert sim.requests() == []


# http where https is spoken, and the reverse


@pytest.mark.parametrize("ask", [job_error, start_error])
def test_a_server_of_http_is_no_https_and_was_told_nothing(sim, ask):
    error = ask(sim, endpoint=sim.endpoint.replace("http:", "https:"))
    assert (class_of(error), error.passes, error.may_have_acted) == (errors.BadInput, False, False)
    site = sim.endpoint.partition("://")[2].partition("/")[0]
    assert str(error) == f"https://{site} speaks http and not https: correct endpoint"
    assert sim.requests() == []


@pytest.mark.parametrize("ask", [job_error, start_error])
def test_a_server_of_https_is_no_http(serve, ask):
    sim = serve()
    error = ask(sim, endpoint=sim.endpoint.replace("https:", "http:"))
    assert (class_of(error), error.passes, error.may_have_acted) == (errors.BadInput, False, False)
    assert " speaks https and not http: correct endpoint" in str(error)
    assert sim.requests() == []


def says_in_plain(connection):
    """Answers what is plain as servers of TLS do that want to be kind, and a greeting with an alert."""
    data = connection.recv(65536)
    page = b"<html>The plain HTTP request was sent to HTTPS port</html>"
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28" if data[:1] == b"\x16" else head + page)


@pytest.mark.parametrize("ask", [job_error, start_error])
def test_a_server_of_https_that_says_so_in_plain_is_no_http(sim, ask):
    with serving(says_in_plain) as port:
        error = ask(sim, endpoint=f"http://127.0.0.1:{port}")
    assert class_of(error) is errors.BadInput
    assert str(error) == f"http://127.0.0.1:{port} speaks https and not http: correct endpoint"


@pytest.mark.parametrize("credentials", ["password", "keys"])
def test_the_scheme_of_iam_is_told_by_its_own_name(serve, sim, monkeypatch, credentials):
    iam = serve()
    monkeypatch.setenv("HUAWEICLOUD_SDK_IAM_ENDPOINT", iam.iam_endpoint.replace("https:", "http:"))
    place = {"iam_endpoint": None, "project_id": None, "project_name": "p"}
    error = job_error(sim, credentials=credentials, **place)
    assert class_of(error) is errors.BadInput
    assert str(error).endswith(" speaks https and not http: correct HUAWEICLOUD_SDK_IAM_ENDPOINT")


def test_a_bad_request_to_a_server_of_http_is_one(sim):
    sim.fault("job", {"html": 400})
    assert class_of(job_error(sim)) is errors.Refused


def test_a_server_that_answered_before_has_no_wrong_scheme(sim):
    """… but trouble that passes."""
    answered = []

    def handle(connection):
        data = connection.recv(65536)
        if answered:
            connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28" if data[:1] == b"\x16" else b"")
        else:
            answered.append(1)
            connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with serving(handle) as port:
        client = make_client(sim, endpoint=f"http://127.0.0.1:{port}")
        kinds = []
        for _question in range(2):
            with pytest.raises(errors.RomaError) as caught:
                client.job("j")
            kinds.append(class_of(caught.value))
    assert kinds == [errors.ServerFailed, errors.NoAnswer]
