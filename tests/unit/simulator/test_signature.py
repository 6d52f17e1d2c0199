# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's check of signatures, against the vendor's signer."""

from __future__ import annotations

import hashlib
import json
import pathlib

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.tests.simulator import signature

VECTORS = json.loads((pathlib.Path(__file__).parent.parent / "fixtures" / "signing-vectors.json").read_text())


def request_of(vector):
    body = vector["body"].encode()
    headers = {name.lower(): value for name, value in vector["headers_after_signing"].items()}
    return signature.SignedRequest(
        vector["method"], vector["uri"], headers, len(body), hashlib.sha256(body).hexdigest()
    )


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_vendor_vectors_hold(vector):
    request = request_of(vector)
    authorization = signature.parse_authorization(request.headers["authorization"])
    assert authorization.access_key == VECTORS["access_key"]
    assert signature.holds(request, authorization, VECTORS["secret_key"])
    assert not signature.holds(request, authorization, VECTORS["secret_key"] + "x")


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"target": "/v2/other"},
        {"headers": {"x-sdk-date": "20261123T120001Z"}},
        {"headers": {"host": "elsewhere"}},
        {"body_sha256": hashlib.sha256(b"other").hexdigest()},
    ],
)
def test_a_changed_request_does_not_hold(change):
    request = request_of(VECTORS["vectors"][1])
    authorization = signature.parse_authorization(request.headers["authorization"])
    changed = {**vars(request), **change, "headers": {**request.headers, **change.get("headers", {})}}
    assert not signature.holds(signature.SignedRequest(**changed), authorization, VECTORS["secret_key"])


def test_the_order_of_the_query_does_not_matter():
    request = request_of(VECTORS["vectors"][4])
    path, query = request.target.split("?")
    turned = signature.SignedRequest(**{**vars(request), "target": f"{path}?{'&'.join(query.split('&')[::-1])}"})
    assert turned.target != request.target
    authorization = signature.parse_authorization(request.headers["authorization"])
    assert signature.holds(turned, authorization, VECTORS["secret_key"])


def test_a_body_that_is_not_the_one_that_was_promised():
    request = request_of(VECTORS["vectors"][1])
    for promised in (request.body_sha256, hashlib.sha256(b"other").hexdigest()):
        headers = {**request.headers, "x-sdk-content-sha256": promised}
        promising = signature.SignedRequest(**{**vars(request), "headers": headers})
        names = ("host", "x-sdk-content-sha256", "x-sdk-date")
        text = signature.canonical_request(promising, names)
        signed = signature.sign(text, headers["x-sdk-date"], VECTORS["secret_key"])
        authorization = signature.Authorization(VECTORS["access_key"], names, signed)
        holds = signature.holds(promising, authorization, VECTORS["secret_key"])
        assert holds == (promised == request.body_sha256)


@pytest.mark.parametrize("names", ["x-sdk-date", "host", "host;x-sdk-date;x-missing"])
def test_host_and_date_must_be_signed_and_all_that_is_signed_must_be_there(names):
    request = request_of(VECTORS["vectors"][0])
    names = tuple(names.split(";"))
    text = signature.canonical_request(request, names)
    signed = signature.sign(text, request.headers["x-sdk-date"], VECTORS["secret_key"])
    authorization = signature.Authorization(VECTORS["access_key"], names, signed)
    assert not signature.holds(request, authorization, VECTORS["secret_key"])


@pytest.mark.parametrize("text", ["", "Bearer x", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=a, Signature=b"])
def test_what_is_no_authorization(text):
    assert signature.parse_authorization(text) is None


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-23T12:00:00Z"])
def test_what_is_no_date(text):
    assert signature.parse_date(text) is None


SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)
VALUE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=10)


@given(
    st.lists(SEGMENT, max_size=4),
    st.lists(st.tuples(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), SEGMENT), max_size=4),
    st.dictionaries(st.from_regex(r"X-[A-Za-z]{1,8}", fullmatch=True), VALUE, max_size=3),
    st.sampled_from(["application/json", "multipart/form-data; boundary=b"]),
    st.binary(max_size=20),
)
def test_whatever_the_vendor_signs_holds(segments, query, headers, content_type, body):
    """The vendor's own client quotes each id of a path with nothing safe, and sends its signer's uri."""
    signer = pytest.importorskip("huaweicloudsdkcore.signer.signer")
    credentials = pytest.importorskip("huaweicloudsdkcore.auth.credentials")
    sdk_request = pytest.importorskip("huaweicloudsdkcore.sdk_request")
    from urllib.parse import quote

    request = sdk_request.SdkRequest(
        method="POST",
        schema="https",
        host="roma.example:8443",
        resource_path="/" + "/".join(quote(segment, safe="") for segment in segments),
        query_params=list(query),
        header_params={**headers, "Content-Type": content_type},
        body=body,
    )
    signed = signer.Signer(credentials.BasicCredentials("AK", "SK")).sign(request)
    names = {name.lower(): value for name, value in signed.header_params.items()}
    seen = signature.SignedRequest("POST", signed.uri, names, len(body), hashlib.sha256(body).hexdigest())
    assert signature.holds(seen, signature.parse_authorization(names["authorization"]), "SK")
