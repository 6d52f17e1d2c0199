# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens, signatures, and how they are refused."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
import requests

from ansible_collections.roma.connect.tests.simulator import signature

PREFIX = "Incorrect IAM authentication information: "


def job_url(sim, project_id=None):
    return f"{sim.endpoint}/v2/{project_id or sim.project_id}/instances/{sim.instance_id}/assets/jobs/x"


def signed(sim, clock, access_key=None, secret_key=None, ahead=0, url=None, body=b"", **headers):
    """Headers with a signature that was made by the simulator's own rules."""
    url = url or job_url(sim)
    date = datetime.fromtimestamp(clock.time() + ahead, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": urlsplit(url).netloc, "x-sdk-date": date, **headers}
    method = "POST" if body else "GET"
    digest = hashlib.sha256(body).hexdigest()
    target = url[url.index("/", 8) :]
    request = signature.SignedRequest(method, target, headers, len(body), digest)
    text = signature.canonical_request(request, tuple(sorted(headers)))
    proof = signature.sign(text, date, secret_key or sim.secret_key)
    names = ";".join(sorted(headers))
    key = access_key or sim.access_key
    value = f"{signature.ALGORITHM} Access={key}, SignedHeaders={names}, Signature={proof}"
    return {**headers, "Authorization": value}


def refused(answer, text, status=401, code="APIGW.0301"):
    body = answer.json()
    assert (answer.status_code, body["error_code"]) == (status, code)
    assert body["error_msg"].startswith(PREFIX + text), body
    assert body["request_id"] == answer.headers["X-Request-Id"]


def test_a_signature_holds_with_and_without_project_id(sim, clock):
    assert requests.get(job_url(sim), headers=signed(sim, clock), timeout=10).status_code == 404
    headers = signed(sim, clock, **{"x-project-id": sim.project_id})
    assert requests.get(job_url(sim), headers=headers, timeout=10).status_code == 404
    assert sim.requests()[-1]["user"] == sim.username


def test_a_signature_holds_under_any_prefix(sim, clock):
    url = job_url(sim).replace("/roma/v2/", "/v2/")
    assert requests.get(url, headers=signed(sim, clock, url=url), timeout=10).status_code == 404
    refused(requests.get(url, headers=signed(sim, clock), timeout=10), "verify aksk signature fail")


def test_wrong_signature_repeats_the_canonical_request(sim, clock):
    keys = sim.temporary
    headers = signed(sim, clock, keys["access_key"], "wrong", **{"x-security-token": keys["security_token"]})
    answer = requests.get(job_url(sim), headers=headers, timeout=10)
    path = urlsplit(job_url(sim)).path
    refused(answer, f"verify aksk signature fail, canonicalRequest:GET|{path}/||host:")
    assert keys["security_token"] in answer.json()["error_msg"]


def test_unknown_key(sim, clock):
    refused(requests.get(job_url(sim), headers=signed(sim, clock, "NOKEY"), timeout=10), "ak NOKEY not exist")


@pytest.mark.parametrize("token", [None, "other"])
def test_temporary_key_without_its_token(sim, clock, token):
    keys = sim.temporary
    more = {"x-security-token": token} if token else {}
    headers = signed(sim, clock, keys["access_key"], keys["secret_key"], **more)
    refused(requests.get(job_url(sim), headers=headers, timeout=10), f"ak {keys['access_key']} not exist")


@pytest.mark.parametrize("ahead", [-930, 930])
def test_clock_that_is_off(sim, clock, ahead):
    headers = signed(sim, clock, ahead=ahead)
    text = f"calc aksk signature fail:signature expired, signature time:{headers['x-sdk-date']},server time:"
    refused(requests.get(job_url(sim), headers=headers, timeout=10), text)
    assert requests.get(job_url(sim), headers=signed(sim, clock, ahead=890), timeout=10).status_code == 404


@pytest.mark.parametrize(("skew", "status"), [(800, 404), (1000, 401), (-1000, 401)])
def test_a_simulator_whose_clock_is_off(sim, clock, skew, status):
    sim.fault("job", {"skew": skew})
    answer = requests.get(job_url(sim), headers=signed(sim, clock), timeout=10)
    assert answer.status_code == status
    told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert abs(told - clock.time() - skew) < 5


def test_more_than_five_refusals_lock_the_key_for_five_minutes(sim, clock):
    for _number in range(6):
        headers = signed(sim, clock, secret_key="wrong")
        refused(requests.get(job_url(sim), headers=headers, timeout=10), "verify aksk signature fail")
    locked = "AK access failed to reach the limit,forbidden."
    refused(requests.get(job_url(sim), headers=signed(sim, clock), timeout=10), locked)
    assert sim.state()["locked_keys"] == [sim.access_key]
    clock.move(299)
    refused(requests.get(job_url(sim), headers=signed(sim, clock), timeout=10), locked)
    clock.move(2)
    assert requests.get(job_url(sim), headers=signed(sim, clock), timeout=10).status_code == 404


def test_only_refusals_in_a_row_lock(sim, clock):
    for _round in range(2):
        for _number in range(5):
            requests.get(job_url(sim), headers=signed(sim, clock, secret_key="wrong"), timeout=10)
        assert requests.get(job_url(sim), headers=signed(sim, clock), timeout=10).status_code == 404


def test_large_body_signed_with_a_key(make, clock):
    sim = make(signed_body_bytes=1000)
    url = f"{sim.endpoint}/v2/{sim.project_id}/instances/{sim.instance_id}/assets/export"
    body = b" " * 1001
    answer = requests.post(url, data=body, headers=signed(sim, clock, url=url, body=body), timeout=10)
    assert (answer.status_code, answer.json()["error_code"]) == (413, "APIGW.0201")
    unsigned = {"x-sdk-content-sha256": "UNSIGNED-PAYLOAD"}
    headers = signed(sim, clock, url=url, body=body, **unsigned)
    assert requests.post(url, data=body, headers=headers, timeout=10).status_code == 400


def test_no_token_and_wrong_token(sim):
    refused(requests.get(job_url(sim), timeout=10), "x-auth-token not found")
    refused(requests.get(job_url(sim), headers={"X-Auth-Token": ""}, timeout=10), "x-auth-token not found")
    refused(requests.get(job_url(sim), headers={"X-Auth-Token": "MIIno"}, timeout=10), "decrypt token fail")


def test_expired_token(sim, clock, api):
    assert api.get(job_url(sim)).status_code == 404
    clock.move(86401)
    refused(api.get(job_url(sim)), "token expires, expires_at: 20")


def test_expire_tokens(sim, api):
    sim.expire_tokens()
    refused(api.get(job_url(sim)), "token expires")
    sim.reset()
    assert api.get(job_url(sim)).status_code == 404


@pytest.mark.parametrize("code", ["ROMA.1000", "ROMA.1002"])
def test_a_token_refused_by_the_api_itself(make, code):
    sim = make(token_refusal=code)
    sim.expire_tokens()
    for token in (sim.auth_token, "MIIno"):
        answer = requests.get(job_url(sim), headers={"X-Auth-Token": token}, timeout=10)
        assert (answer.status_code, answer.json()["error_code"]) == (400, code)


def test_another_project(sim, api):
    answer = api.get(job_url(sim, "0" * 32))
    assert (answer.status_code, answer.json()["error_code"]) == (403, "ROMA.00000101")


def ask_token(sim, scope=None, **user):
    user = {"name": sim.username, "password": sim.password, "domain": {"name": sim.domain_name}, **user}
    scope = scope or {"project": {"id": sim.project_id}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
    return requests.post(f"{sim.iam_endpoint}/v3/auth/tokens?nocatalog=true", json=body, timeout=10)


@pytest.mark.parametrize("by", ["id", "name"])
def test_token_by_password(sim, api, by):
    scope = {"project": {by: {"id": sim.project_id, "name": sim.project_name}[by]}}
    answer = ask_token(sim, scope)
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token["project"]["id"] == sim.project_id
    lives = datetime.fromisoformat(token["expires_at"][:-1]) - datetime.fromisoformat(token["issued_at"][:-1])
    assert lives.total_seconds() == 86400
    assert len(answer.headers["X-Subject-Token"]) > 2000
    headers = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
    assert requests.get(job_url(sim), headers=headers, timeout=10).status_code == 404
    assert api.get(job_url(sim)).status_code == 404, "a new token does not end the old one"


def iam_refused(answer, text):
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": 401, "message": text, "title": "Unauthorized"}}


def test_wrong_password_and_lock(sim, clock):
    for _number in range(6):
        iam_refused(ask_token(sim, password="no"), "The username or password is wrong.")
    iam_refused(ask_token(sim), "The user is locked.")
    assert sim.state()["locked_users"] == [sim.username]
    clock.move(301)
    assert ask_token(sim).status_code == 201


@pytest.mark.parametrize("user", [{"name": "nobody"}, {"domain": {"name": "other"}}])
def test_wrong_user_or_account(sim, user):
    iam_refused(ask_token(sim, **user), "The username or password is wrong.")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"auth": {"identity": {"methods": []}}}'])
def test_token_request_that_is_none(sim, body):
    answer = requests.post(f"{sim.iam_endpoint}/v3/auth/tokens", data=body, timeout=10)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


def test_projects(sim, api, clock):
    url = f"{sim.iam_endpoint}/v3/projects?name="
    assert api.get(url + sim.region).json()["projects"][0]["id"] == sim.project_id
    assert api.get(url + "other").json()["projects"] == []
    headers = signed(sim, clock, url=url + sim.region)
    assert requests.get(url + sim.region, headers=headers, timeout=10).json()["projects"][0]["id"] == sim.project_id
    refused(requests.get(url, timeout=10), "x-auth-token not found")


def test_every_answer_has_a_date(sim, clock):
    answer = requests.get(job_url(sim), timeout=10)
    told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert abs(told - clock.time()) < 3
