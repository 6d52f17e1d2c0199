# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature, against the vendor's own signer and against what the simulator receives."""

from __future__ import annotations

import calendar
import json
import pathlib
import time
from urllib.parse import quote, urlsplit

import pytest
import requests
from hypothesis import example, given, settings, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._account import signing
from ansible_collections.roma.connect.plugins.module_utils._account.auth import KeyAuth
from ansible_collections.roma.connect.plugins.module_utils._api.start import start_export
from ansible_collections.roma.connect.plugins.module_utils._errors import UnknownJob
from ansible_collections.roma.connect.tests.unit.plugins.support import make_client

VECTORS = json.loads((pathlib.Path(__file__).parents[3] / "fixtures" / "signing-vectors.json").read_text())
KEYS = (VECTORS["access_key"], VECTORS["secret_key"])
by_vector = pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])


def signed_headers(vector):
    return {name: value for name, value in vector["headers_after_signing"].items() if name != "Authorization"}


@by_vector
def test_vector_of_the_vendor(vector):
    made = signing.authorization(
        *KEYS,
        vector["method"],
        vector["path"],
        [tuple(pair) for pair in vector["query"]],
        signed_headers(vector),
        vector["body"].encode(),
    )
    assert made == vector["headers_after_signing"]["Authorization"]


@by_vector
def test_query_is_sent_as_the_vendor_sends_it(vector):
    query = signing.canonical_query([tuple(pair) for pair in vector["query"]])
    assert (f"{vector['path']}?{query}" if query else vector["path"]) == vector["uri"]


@by_vector
def test_vector_through_a_prepared_request(vector):
    before = vector["headers_before_signing"]
    now = calendar.timegm(time.strptime(before["X-Sdk-Date"], "%Y%m%dT%H%M%SZ"))
    request = requests.Request(
        vector["method"],
        f"https://{vector['host']}{vector['uri']}",
        headers={name: before[name] for name in ("Content-Type", "X-Project-Id") if name in before},
        data=vector["body"],
    ).prepare()
    signed = KeyAuth(*KEYS, before.get("X-Security-Token"), now=lambda: now)(request)
    assert {name: signed.headers[name] for name in vector["headers_after_signing"]} == vector["headers_after_signing"]


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
# As the client quotes an id, and as a base URL may come from a user.
PART = TEXT.map(lambda text: quote(text, safe="~"))
ODD = st.sampled_from(
    ["%2F", "a%2fb", "%25", "%7E", "~", "a;b=c", "(x)", "a:b@c", "+", "*", "%E2%82%AC", "ü", ".", "x.y", "!$&'", ""]
)
PATH = st.lists(st.one_of(PART, ODD), max_size=5).map(lambda parts: "/" + "/".join(parts) if parts else "")
QUERY = st.lists(st.tuples(TEXT.filter(bool), TEXT), max_size=4)
JSON_TYPE = st.sampled_from(["application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8"])
OTHER_TYPE = st.sampled_from(
    ["multipart/form-data; boundary=b1", "application/octet-stream", "text/plain", "application/x-www-form-urlencoded"]
)
HOST = st.sampled_from(
    ["https://roma.example.com", "https://roma.example.com:443", "https://roma.example.com:8443", "http://127.0.0.1"]
    + ["http://127.0.0.1:80", "http://127.0.0.1:8080", "http://[::1]:8080", "https://ROMA.Example.com"]
)
SENT_HOST = {
    "https://roma.example.com:443": "roma.example.com",
    "http://127.0.0.1:80": "127.0.0.1",
    "https://ROMA.Example.com": "roma.example.com",
}


@settings(max_examples=400)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    HOST,
    PATH,
    QUERY,
    st.one_of(JSON_TYPE, OTHER_TYPE, st.none()),
    st.one_of(st.binary(max_size=40), TEXT, st.just(b"")),
    st.one_of(st.none(), st.from_regex(r"[0-9a-f]{32}", fullmatch=True)),
    st.one_of(st.none(), st.from_regex(r"[A-Za-z0-9+/=_-]{1,60}", fullmatch=True)),
    st.integers(0, 4_000_000_000),
)
@example("GET", "https://roma.example.com", "", [("b", "2"), ("a", "1")], None, b"", None, None, 0)
@example("POST", "https://roma.example.com:8443", "/p/%2F", [], "multipart/form-data; boundary=b", b"", "p", "t", 1)
def test_whatever_is_sent_is_signed_as_the_vendor_signs_it(
    method, site, path, query, content_type, body, project, security_token, now
):
    signer = pytest.importorskip("huaweicloudsdkcore.signer.signer")
    sdk_request = pytest.importorskip("huaweicloudsdkcore.sdk_request")
    credentials = pytest.importorskip("huaweicloudsdkcore.auth.credentials")

    headers = {"Content-Type": content_type, "X-Project-Id": project}
    sent_query = signing.canonical_query(query)
    url = f"{site}{path}" + (f"?{sent_query}" if sent_query else "")
    ours = requests.Request(
        method, url, headers={name: value for name, value in headers.items() if value}, data=body
    ).prepare()
    ours = KeyAuth("AK", "SK", security_token, now=lambda: now)(ours)

    names = {name: ours.headers[name] for name in ("Content-Type", "X-Project-Id") if name in ours.headers}
    if security_token:
        names["X-Security-Token"] = security_token
    names["X-Sdk-Date"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    theirs = sdk_request.SdkRequest(
        method=method,
        schema=site.partition("://")[0],
        host=SENT_HOST.get(site, site.partition("://")[2]),
        resource_path=urlsplit(ours.url).path,
        query_params=list(query),
        header_params=names,
        body=body,
    )
    theirs = signer.Signer(credentials.BasicCredentials("AK", "SK")).sign(theirs)

    assert ours.headers["Authorization"] == theirs.header_params["Authorization"]
    assert {name: ours.headers[name] for name in theirs.header_params} == theirs.header_params
    assert ours.path_url == theirs.uri, "the query has to be sent exactly as it was signed"


@pytest.mark.parametrize("credentials", ["keys", "temporary"])
@pytest.mark.parametrize("job_id", ["a b", "ü€", "a%2Fb", "a+b&c=d?e#f", "~.-_", "x;y=1", "%", "'\"", "a\\b", "日本"])
def test_odd_ids_arrive_as_they_are_and_their_signature_holds(sim, credentials, job_id):
    with pytest.raises(UnknownJob):  # known to the gateway, and no such job
        make_client(sim, credentials).job(job_id)
    assert sim.requests("job")[0]["path"].rpartition("/")[2] == quote(job_id, safe="~")


def test_signature_holds_for_a_body_and_for_an_iam_query(sim):
    client = make_client(sim, "keys", project_id=None, project_name=sim.project_name)
    assert start_export(client, sim.apps, sim.tasks)
    asked = sim.requests()
    assert [entry["operation"] for entry in asked] == ["projects", "export"]
    assert all(entry["user"] == sim.username for entry in asked)


def test_path_prefix_of_the_endpoint_is_signed(sim):
    # The simulator also answers without prefix, so that only the signature tells the two apart.
    assert start_export(make_client(sim, "keys"), sim.apps, [])
    assert sim.requests("export")[0]["path"].startswith("/roma/v2/")
