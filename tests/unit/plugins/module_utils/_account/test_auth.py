# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways of authenticating, one by one; the clock is handed in."""

from __future__ import annotations

import threading

import pytest
import requests

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._account.auth import (
    AgencyAuth,
    KeyAuth,
    PasswordAuth,
    TokenAuth,
    make_auth,
)
from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._account.credentials import Credentials
from ansible_collections.roma.connect.plugins.module_utils._account.iam import Keys, Token
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock, class_of


def prepared(**request):
    return requests.Request("POST", "https://roma.example/x", **request).prepare()


class Issuer:
    """Gives tokens out, each with its number, and counts."""

    def __init__(self, lifetime=1000.0):
        self.lifetime = lifetime
        self.count = 0

    def __call__(self):
        self.count += 1
        return Token(f"token-{self.count}", self.lifetime, "project")


def test_a_ready_token_goes_into_its_header_and_cannot_be_renewed():
    auth = TokenAuth("ready")
    assert auth(prepared()).headers["X-Auth-Token"] == "ready"
    assert auth.renew("ready") is False


def test_keys_sign_anew_for_each_request():
    clock = HandClock(0)
    auth = KeyAuth("AK", "SK", now=clock)
    first = auth(prepared()).headers
    clock.move(1)
    second = auth(prepared()).headers
    assert (first["X-Sdk-Date"], second["X-Sdk-Date"]) == ("19700101T000000Z", "19700101T000001Z")
    assert first["Authorization"] != second["Authorization"]


def test_a_request_that_is_signed_again_gets_one_signature():
    auth = KeyAuth("AK", "SK", "security", now=HandClock(0))
    request = prepared(json={"a": 1})
    once = auth(request).headers["Authorization"]
    assert auth(request).headers["Authorization"] == once


def test_permanent_keys_send_no_security_token():
    assert "X-Security-Token" not in KeyAuth("AK", "SK")(prepared()).headers


def test_keys_cannot_be_renewed():
    assert KeyAuth("AK", "SK").renew(None) is False


def test_a_token_is_got_once_and_used_until_it_is_nearly_over():
    clock, issuer = HandClock(), Issuer(lifetime=1000)
    auth = PasswordAuth(issuer, clock)
    assert issuer.count == 0, "nothing is sent before a request is made"
    used = []
    for seconds in (0, 899, 1, 899, 1):
        clock.move(seconds)
        used.append(auth(prepared()).headers["X-Auth-Token"])
    assert used == ["token-1", "token-1", "token-2", "token-2", "token-3"]


def test_a_token_s_life_counts_from_when_it_was_asked_for():
    clock = HandClock()

    def slow_issuer():
        clock.move(500)
        return Token("slow", 1000, None)

    auth = PasswordAuth(slow_issuer, clock)
    auth.token()
    clock.move(399)
    auth.token()
    assert clock.now == 1000 + 500 + 399, "not asked for again yet"
    clock.move(1)
    auth.token()
    assert clock.now == 1000 + 500 + 400 + 500


def test_a_refused_token_is_dropped():
    issuer = Issuer()
    auth = PasswordAuth(issuer, HandClock())
    refused = auth.token().value
    assert auth.renew(refused) is True
    assert auth.token().value == "token-2"


def test_a_refusal_of_a_token_that_was_replaced_already_drops_nothing():
    issuer = Issuer()
    auth = PasswordAuth(issuer, HandClock())
    old = auth.token().value
    auth.renew(old)
    auth.token()
    auth.renew(old)
    assert auth.token().value == "token-2"
    assert issuer.count == 2


def test_a_password_that_was_refused_is_not_sent_again():
    sent = []

    def locked():
        sent.append("password")
        raise errors.PasswordRefused("IAM refused the user or password")

    auth = PasswordAuth(locked, HandClock())
    for _question in range(3):
        with pytest.raises(errors.PasswordRefused):
            auth(prepared())
        auth.renew("a token of before")
    assert sent == ["password"]


def test_threads_that_need_a_token_at_once_get_the_same():
    issuer = Issuer()
    together = threading.Barrier(8)

    def slow():
        threading.Event().wait(0.01)
        return issuer()

    auth = PasswordAuth(slow, HandClock())
    seen = []

    def use():
        together.wait()
        seen.append(auth.token().value)

    threads = [threading.Thread(target=use) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["token-1"] * 8


def test_a_token_that_could_not_be_got_is_asked_for_again():
    answers = [errors.ServerFailed("503"), Token("late", 100, None)]

    def issuer():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    auth = PasswordAuth(issuer, HandClock())
    with pytest.raises(errors.ServerFailed):
        auth(prepared())
    assert auth(prepared()).headers["X-Auth-Token"] == "late"


def test_agency_keys_are_got_once_and_renewed_before_they_expire():
    clock, count = HandClock(), []

    def get():
        count.append(1)
        return Keys(f"AK{len(count)}", "SK", f"ST{len(count)}", 1000.0)

    auth = AgencyAuth(get, clock)
    assert not count, "nothing is sent before a request is made"
    used = []
    for seconds in (0, 899, 1):
        clock.move(seconds)
        headers = auth(prepared()).headers
        assert f"Access={headers['X-Security-Token'].replace('ST', 'AK')}," in headers["Authorization"]
        used.append(headers["X-Security-Token"])
    assert used == ["ST1", "ST1", "ST2"]
    assert auth.renew("ST1") is True
    assert auth(prepared()).headers["X-Security-Token"] == "ST2", "they were replaced already"
    assert auth.renew("ST2") is True
    assert auth(prepared()).headers["X-Security-Token"] == "ST3"


@pytest.mark.parametrize("way", ["token", "keys", "password", "agency"])
def test_preparing_gets_what_the_first_request_needs_and_no_more(way):
    got = []

    def get():
        got.append(1)
        return Token("t", 100, None) if way == "password" else Keys("a", "s", "t", 100)

    auth = {
        "token": lambda: TokenAuth("t"),
        "keys": lambda: KeyAuth("a", "s"),
        "password": lambda: PasswordAuth(get, HandClock()),
        "agency": lambda: AgencyAuth(get, HandClock()),
    }[way]()
    auth.prepare()
    assert len(got) == (way in ("password", "agency"))
    auth(prepared())
    assert len(got) == (way in ("password", "agency"))


PLACE = {"region": "r1", "instance_id": "i"}


def no_iam(*_arguments):
    raise AssertionError("a token is made only of a password")


def no_agency():
    raise AssertionError("the metadata service is asked only where ecs_agency is set")


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"auth_token": "t"}, TokenAuth),
        ({"access_key": "a", "secret_key": "s"}, KeyAuth),
        ({"username": "u", "password": "p", "domain_name": "d"}, PasswordAuth),
    ],
)
def test_each_way_has_its_class(options, kind):
    assert class_of(make_auth(resolve({**PLACE, **options}, {}), no_iam, no_agency)) is kind


def test_the_agency_has_its_class():
    def get():
        return Keys("a", "s", "st", 100)

    auth = make_auth(resolve({**PLACE, "ecs_agency": True}, {}), no_iam, get)
    assert class_of(auth) is AgencyAuth
    assert auth(prepared()).headers["X-Security-Token"] == "st"


def test_a_temporary_key_sends_its_security_token():
    connection = resolve({**PLACE, "access_key": "a", "secret_key": "s", "security_token": "st"}, {})
    headers = make_auth(connection, no_iam, no_agency)(prepared()).headers
    assert headers["X-Security-Token"] == "st"
    assert "x-security-token" in headers["Authorization"]


@pytest.mark.parametrize(
    ("more", "scope"),
    [({}, {"name": "r1"}), ({"project_name": "r1_dev"}, {"name": "r1_dev"}), ({"project_id": "pid"}, {"id": "pid"})],
)
def test_a_token_s_scope_is_the_project_by_id_or_by_name(more, scope):
    asked = []

    def new_token(*arguments):
        asked.append(arguments)
        return Token("t", 100, None)

    connection = resolve({**PLACE, "username": "u", "password": " p ", "domain_name": "d", **more}, {})
    make_auth(connection, new_token, no_agency)(prepared())
    assert asked == [("u", " p ", "d", scope)]


def test_secrets_do_not_show_where_objects_are_printed():
    credentials = Credentials("token", {"auth_token": "hidden"})
    for holder in (credentials, Token("hidden", 1.0, None), Keys("access", "hidden", "hidden", 1.0)):
        assert "hidden" not in repr(holder)
