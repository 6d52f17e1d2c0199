# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates: verified unless told otherwise, and one that does not verify ends the task at once."""

from __future__ import annotations

import datetime
import warnings

import pytest
import urllib3

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
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


def test_a_ca_path_without_a_certificate_ends_it_at_once_and_is_named(serve, tmp_path):
    (tmp_path / "junk.pem").write_text("no certificate\n")
    error = job_error(serve(), ca_path=str(tmp_path / "junk.pem"))
    assert not error.passes
    assert not error.may_have_acted
    assert "ca_path" in str(error)


def test_a_server_that_speaks_no_tls_was_told_nothing(sim):
    error = job_error(sim, endpoint=sim.endpoint.replace("http:", "https:"))
    assert class_of(error) is errors.NotSent
    assert "does not speak TLS" in str(error)
    assert sim.requests() == []


def test_a_server_that_hangs_up_in_the_handshake_is_lived_through(sim):
    with serving(lambda connection: connection.recv(10)) as port:
        assert job_error(sim, endpoint=f"https://127.0.0.1:{port}").passes
