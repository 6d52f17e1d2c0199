# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer means: a document, or the error that it is."""

from __future__ import annotations

import json
import math
from email.utils import formatdate

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._http import answer as _answer

NOW = 1_700_000_000.0


def told(code, text="text", **more):
    return json.dumps({"error_code": code, "error_msg": text, **more}).encode()


def failure(status, body=b"", now=NOW, **headers):
    return _answer.failure(
        "the thing", status, {name.replace("_", "-"): value for name, value in headers.items()}, body, now
    )


@pytest.mark.parametrize(
    ("status", "code", "kind", "passes", "may_have_acted"),
    [
        (300, None, errors.Redirected, False, False),
        (301, None, errors.Redirected, False, False),
        (302, None, errors.Redirected, False, False),
        (307, None, errors.Redirected, False, False),
        (308, None, errors.Redirected, False, False),
        (400, None, errors.Refused, False, False),
        (400, "ROMA.13000", errors.Refused, False, False),
        (400, "ROMA.1006", errors.Refused, False, False),
        (400, "ROMA.10010", errors.Refused, False, False),
        (400, "ROMA.10013", errors.Refused, False, False),
        (400, "ROMA.00014002", errors.Refused, False, False),
        (400, "ROMA.1000", errors.CredentialsRefused, False, False),
        (400, "ROMA.1002", errors.CredentialsRefused, False, False),
        (400, "ROMA.10012", errors.Busy, False, False),
        (401, "APIGW.0301", errors.CredentialsRefused, False, False),
        (401, "APIG.0301", errors.CredentialsRefused, False, False),
        (401, None, errors.CredentialsRefused, False, False),
        (403, "ROMA.00000101", errors.Refused, False, False),
        (404, None, errors.Refused, False, False),
        (405, None, errors.Refused, False, False),
        (408, None, errors.ServerFailed, True, True),
        (409, None, errors.Refused, False, False),
        (410, None, errors.Refused, False, False),
        (413, "APIGW.0201", errors.Refused, False, False),
        (429, "APIGW.0308", errors.Throttled, True, False),
        (429, "APIG.0308", errors.Throttled, True, False),
        (429, None, errors.Throttled, True, False),
        (500, None, errors.ServerFailed, True, True),
        (502, None, errors.ServerFailed, True, True),
        (503, "APIGW.0202", errors.ServerFailed, True, True),
        (504, None, errors.ServerFailed, True, True),
        (599, None, errors.ServerFailed, True, True),
    ],
)
def test_each_status_and_code_is_one_error(status, code, kind, passes, may_have_acted):
    error = failure(status, told(code) if code else b"")
    assert (type(error), error.passes, error.may_have_acted) == (kind, passes, may_have_acted)
    assert error.answer["http_status"] == status
    assert error.answer["error_code"] == code
    assert str(status) in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("kind", "passes", "may_have_acted"),
    [
        (errors.BadInput, False, False),
        (errors.NotSent, True, False),
        (errors.NoAnswer, True, True),
        (errors.NotVerified, False, False),
        (errors.Unreadable, True, True),
        (errors.PasswordRefused, False, False),
        (errors.UnknownJob, False, False),
        (errors.Gone, False, False),
        (errors.JobFailed, False, False),
        (errors.TimedOut, False, False),
        (errors.BadRecord, False, False),
        (errors.BadPackage, False, False),
        (errors.NotWritten, False, False),
    ],
)
def test_what_the_other_errors_say_of_themselves(kind, passes, may_have_acted):
    error = kind("text")
    assert (error.passes, error.may_have_acted, error.answer, error.pause) == (passes, may_have_acted, None, 0)


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (
            {"error_code": "C", "error_msg": "M", "error_details": "D", "request_id": "R", "suggestion": "S"},
            ("C", "M", "D", "R"),
        ),
        ({"error_code": "APIGW.0301", "error_msg": "M", "request_id": "R"}, ("APIGW.0301", "M", None, "R")),
        ({"error": {"code": 401, "message": "M", "title": "Unauthorized"}}, ("401", "M", "Unauthorized", None)),
        ({"error": "text"}, (None, None, None, None)),
        ({"error_code": ["x"], "error_msg": {"a": 1}}, (None, None, None, None)),
        ({"error_msg": 5}, (None, "5", None, None)),
        ([1], (None, None, None, None)),
        ("text", (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_every_shape_of_error_gives_the_same_facts(body, facts):
    answer = failure(400, json.dumps(body).encode()).answer
    assert answer == dict(zip(("http_status", "error_code", "error_msg", "error_details", "request_id"), (400, *facts)))


@pytest.mark.parametrize("body", [b"", b"<html><h1>502</h1></html>", b'{"error_code": "cut', b"\xff\xfe", b"plain"])
def test_a_body_that_is_none_of_this_api_leaves_the_status(body):
    error = failure(502, body)
    assert error.answer == {
        "http_status": 502,
        **dict.fromkeys(("error_code", "error_msg", "error_details", "request_id")),
    }
    assert "HTTP 502" in str(error)


@given(
    st.integers(300, 599),
    st.binary(max_size=60),
    st.dictionaries(st.sampled_from(["Date", "Retry-After", "Location"]), st.text(max_size=30)),
)
def test_any_answer_is_some_error(status, body, headers):
    error = _answer.failure("it", status, headers, body, NOW)
    assert isinstance(error, errors.RomaError)
    assert error.pause >= 0
    json.dumps(error.answer)


# Texts


def test_a_server_s_text_is_quoted_up_to_a_bound():
    error = failure(400, told("X", "y" * 5000, error_details="z" * 5000))
    assert error.answer["error_msg"] == "y" * 500
    assert error.answer["error_details"] == "z" * 500
    assert len(str(error)) < 800


CANONICAL = "GET|/v2/|x-security-token:hidden-token|host;x-security-token|hash"


@pytest.mark.parametrize("field", ["error_msg", "error_details"])
@pytest.mark.parametrize(
    "between", [", canonicalRequest:", ",canonicalRequest:", " canonicalRequest: ", "\ncanonicalRequest="]
)
def test_the_canonical_request_is_never_quoted(field, between):
    text = f"Incorrect IAM authentication information: verify aksk signature fail{between}{CANONICAL}"
    error = failure(401, json.dumps({"error_code": "APIGW.0301", field: text}).encode())
    everything = f"{error} {error.answer}"
    assert "hidden-token" not in everything
    assert "host;" not in everything
    assert error.answer[field].endswith("verify aksk signature fail")


PREFIX = "Incorrect IAM authentication information: "


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("verify aksk signature fail, canonicalRequest:GET", "or a proxy changed the request: correct access_key and"),
        ("ak AK1 not exist", "is missing or has expired: set access_key, secret_key and security_token"),
        ("AK access failed to reach the limit,forbidden.", "locked the key for 5 minutes"),
        ("calc aksk signature fail:signature expired, signature time:1", "set this host's clock"),
        ("token expires, expires_at: 2020-01-01T00:00:00.000000Z", "has expired: set auth_token to a new one"),
        ("decrypt token fail", "damaged, or another region's or site's: set auth_token"),
        ("x-auth-token not found", "X-Auth-Token"),
        ("something new", "Check the credentials"),
    ],
)
def test_the_gateway_s_text_is_explained(text, advice):
    assert advice in str(failure(401, told("APIGW.0301", PREFIX + text)))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(1200, "20 min ahead of"), (-1200, "20 min behind"), (600, "10 min ahead"), (599, None), (0, None), (-599, None)],
)
def test_a_clock_that_is_off_is_named_with_how_far(ahead, words):
    message = str(
        failure(
            401, told("APIGW.0301", PREFIX + "verify aksk signature fail"), Date=formatdate(NOW - ahead, usegmt=True)
        )
    )
    if words:
        assert words in message
    else:
        assert "clock" not in message


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("ROMA.1006", 400, "roma:assets:export"),
        ("ROMA.12001", 400, "shared with the user"),
        ("ROMA.00014002", 400, "instance_id"),
        (None, 403, "permission"),
        (None, 404, "endpoint"),
        (None, 413, "12 MB"),
    ],
)
def test_a_refusal_says_what_to_do(code, status, words):
    assert words in str(failure(status, told(code) if code else b""))


def test_busy_names_the_way_to_wait_for_a_slot():
    assert "busy_timeout" in str(failure(400, told("ROMA.10012")))


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://login.example/path?token=hidden#hidden", "https://login.example/path "),
        ("", "nowhere"),
    ],
)
def test_a_redirect_names_its_target_without_its_query(location, shown):
    message = str(failure(302, Location=location))
    assert shown in message
    assert "hidden" not in message


# Retry-After


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "pause"), [("7", 7), ("0", 0), (" 12 ", 12), ("999999999", 999999999), ("9" * 400, math.inf)]
)
def test_retry_after_in_seconds(status, value, pause):
    assert failure(status, Retry_After=value).pause == pause


@pytest.mark.parametrize("skew", [0, 3600, -3600])
def test_retry_after_as_a_date_counts_by_the_server_s_clock(skew):
    server = NOW + skew
    error = failure(503, Date=formatdate(server, usegmt=True), Retry_After=formatdate(server + 9, usegmt=True))
    assert error.pause == 9


def test_retry_after_as_a_date_without_a_date_of_the_server_counts_by_this_host_s_clock():
    assert failure(503, Retry_After=formatdate(NOW + 9, usegmt=True)).pause == 9


def test_retry_after_that_is_over_is_no_pause():
    assert failure(503, Retry_After=formatdate(NOW - 9, usegmt=True)).pause == 0


@pytest.mark.parametrize("value", ["soon", "-5", "1.5", ""])
def test_retry_after_that_is_none_leaves_the_error_s_own_pause(value):
    assert failure(429, Retry_After=value).pause == errors.Throttled.pause
    assert 2 <= errors.Throttled.pause <= 5
    assert failure(503, Retry_After=value).pause == 0


# Documents


def test_numbers_are_numbers_and_what_no_number_can_be_is_null():
    numbers = b'{"a": 0.5, "b": -3, "c": 1e2, "d": 1e400, "e": NaN}'
    assert _answer.document(numbers) == {"a": 0.5, "b": -3, "c": 100.0, "d": None, "e": None}


def test_a_document_is_a_json_object():
    assert _answer.document(b' {"a": "\xc3\xbc"}') == {"a": "ü"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not whole JSON"),
        (b'{"a": ', "not whole JSON"),
        (b"\xff", "not whole JSON"),
        (b"[" * 100000, "not whole JSON"),
        (b'{"a":' * 51 + b"1" + b"}" * 51, "not whole JSON"),
        (b'{"a":' + b"[" * 50 + b"]" * 50 + b"}", "not whole JSON"),
        (b"  <html>", "HTML page"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b'"text"', "not an object"),
        (b'{"a":"' + b"x" * (1 << 20) + b'"}', "longer than 1 MiB"),
    ],
)
def test_anything_else_is_none_of_this_api(body, words):
    with pytest.raises(errors.Unreadable, match=words):
        _answer.document(body)


def test_what_is_nested_50_times_may_be_of_it():
    assert _answer.document(b'{"a":' * 25 + b"[" * 25 + b"]" * 25 + b"}" * 25)


# Times


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60),
        ("Thu, 01 Jan 1970 00:01:00 -0000", 60),
        ("Thu, 01 Jan 1970 01:01:00 +0100", 60),
        ("", None),
        ("60", None),
        ("1970-01-01T00:01:00Z", 60),
        ("19700101T010100,5+0100", 60),
        ("Thu, 32 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_times(value, seconds):
    assert _answer.seconds_at(value) == seconds


DATE = {"Date": "Thu, 01 Jan 2026 00:00:00 GMT"}


@pytest.mark.parametrize(
    ("document", "headers", "seconds"),
    [
        ({"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-02T00:00:00.701000Z"}, {}, 86400),
        ({"expires_at": "2026-01-01T01:00:00Z"}, DATE, 3600),
        ({"issued_at": "2026-01-01T00:30:00Z", "expires_at": "2026-01-01T01:00:00Z"}, DATE, 1800),
        ({"expires_at": "2025-01-01T00:00:00Z"}, DATE, 0),
        ({"expires_at": "2026-01-01T09:00:00.701000+08:00"}, DATE, 3600),
        ({"expires_at": "20260101T010000Z"}, DATE, 3600),
        ({"expires_at": "2026-01-01T01:00:00Z"}, {}, 60),
        ({"expires_at": "soon"}, DATE, 60),
        ({}, DATE, 60),
        ({"expires_at": None}, {}, 60),
    ],
)
def test_a_credential_s_life_is_told_by_the_server_s_own_clock(document, headers, seconds):
    assert _answer.lifetime(document, headers) == seconds
