# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which credentials are taken: those of the options, else the first complete set in the environment."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve, secrets_in
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput

PLACE = {"region": "r1", "instance_id": "i"}
TOKEN = {"auth_token": "o-token"}
KEYS = {"access_key": "o-ak", "secret_key": "o-sk"}
PASSWORD = {"username": "o-user", "password": "o-pass", "domain_name": "o-domain"}

ENV_TOKEN = {"ROMA_AUTH_TOKEN": "e-token"}
ENV_SDK = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}
ENV_HW = {"HW_ACCESS_KEY": "hw-ak", "HW_SECRET_KEY": "hw-sk"}
ENV_PASSWORD = {"HW_USER_NAME": "e-user", "HW_USER_PASSWORD": "e-pass", "HW_DOMAIN_NAME": "e-domain"}


def credentials(options, environ):
    return resolve({**PLACE, **options}, environ).credentials


def refusal(options, environ):
    with pytest.raises(BadInput) as caught:
        credentials(options, environ)
    return str(caught.value)


KEY_PAIR = {"access_key": "sdk-ak", "secret_key": "sdk-sk"}
HW_PAIR = {"access_key": "hw-ak", "secret_key": "hw-sk"}


@pytest.mark.parametrize(
    ("options", "environ", "way", "values"),
    [
        # the options' own, whatever the environment has
        (TOKEN, {**ENV_SDK, **ENV_PASSWORD}, "token", TOKEN),
        (KEYS, {**ENV_TOKEN, **ENV_HW, "HW_SECURITY_TOKEN": "e-st"}, "keys", KEYS),
        ({**KEYS, "security_token": "o-st"}, ENV_TOKEN, "keys", {**KEYS, "security_token": "o-st"}),
        (PASSWORD, {**ENV_TOKEN, **ENV_SDK}, "password", PASSWORD),
        # the first complete set in the environment: token, keys, password
        ({}, {**ENV_TOKEN, **ENV_SDK, **ENV_PASSWORD}, "token", {"auth_token": "e-token"}),
        ({}, {**ENV_SDK, **ENV_PASSWORD}, "keys", KEY_PAIR),
        ({}, {**ENV_HW, **ENV_PASSWORD}, "keys", HW_PAIR),
        ({}, ENV_PASSWORD, "password", {"username": "e-user", "password": "e-pass", "domain_name": "e-domain"}),
        # half of one is passed over where another is complete
        ({}, {"HUAWEICLOUD_SDK_AK": "sdk-ak", **ENV_PASSWORD}, "password", None),
        ({}, {"HW_USER_NAME": "e-user", **ENV_SDK}, "keys", KEY_PAIR),
        ({}, {"HUAWEICLOUD_SDK_SECURITY_TOKEN": "st", **ENV_PASSWORD}, "password", None),
        # two access keys are two sets, and neither borrows from the other
        ({}, {**ENV_SDK, **ENV_HW}, "keys", KEY_PAIR),
        ({}, {**ENV_SDK, **ENV_HW, "HW_SECURITY_TOKEN": "hw-st"}, "keys", KEY_PAIR),
        ({}, {"HUAWEICLOUD_SDK_AK": "sdk-ak", **ENV_HW}, "keys", HW_PAIR),
        # one access key: the first variable that is set counts, for each option
        ({}, {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HW_SECRET_KEY": "hw-sk"}, "keys", {**KEY_PAIR, "secret_key": "hw-sk"}),
        (
            {},
            {**ENV_SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "sdk-st"},
            "keys",
            {**KEY_PAIR, "security_token": "sdk-st"},
        ),
        ({}, {**ENV_HW, "HW_SECURITY_TOKEN": "hw-st"}, "keys", {**HW_PAIR, "security_token": "hw-st"}),
        # what a file brings along is no part of it, except in a password
        ({"auth_token": " o-token\n"}, {}, "token", TOKEN),
        ({**PASSWORD, "password": " o pass "}, {}, "password", {**PASSWORD, "password": " o pass "}),
        ({}, {"ROMA_AUTH_TOKEN": "e-token\n"}, "token", {"auth_token": "e-token"}),
        ({}, {**ENV_PASSWORD, "HW_USER_PASSWORD": " e pass "}, "password", None),
        # empty is not there
        ({"auth_token": "", **KEYS}, {}, "keys", KEYS),
        ({"access_key": " ", "secret_key": ""}, ENV_TOKEN, "token", {"auth_token": "e-token"}),
    ],
)
def test_which_credentials_are_taken(options, environ, way, values):
    taken = credentials(options, environ)
    assert taken.way == way
    if values is not None:
        assert taken.values == values


def test_a_password_from_the_environment_keeps_its_blanks():
    taken = credentials({}, {**ENV_PASSWORD, "HW_USER_PASSWORD": " e pass "})
    assert taken.values["password"] == " e pass "


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({**TOKEN, **KEYS}, ["auth_token", "access_key", "secret_key"]),
        ({**TOKEN, "access_key": "a"}, ["auth_token", "access_key"]),
        ({**KEYS, **PASSWORD}, ["access_key", "secret_key", "username", "password", "domain_name"]),
        ({**TOKEN, "username": "u"}, ["auth_token", "username"]),
        ({**PASSWORD, "security_token": "st"}, ["security_token", "username"]),
    ],
)
def test_two_ways_in_the_options_are_an_error_that_names_them(options, named):
    message = refusal(options, {})
    assert all(name in message for name in named)
    assert "different ways" in message


@pytest.mark.parametrize(
    ("options", "environ", "there", "missing"),
    [
        ({"access_key": "a"}, {}, "access_key is given", "without secret_key"),
        ({"access_key": "a"}, ENV_HW, "access_key is given", "without secret_key"),
        ({"secret_key": "s"}, {}, "secret_key is given", "without access_key"),
        ({"security_token": "t"}, ENV_SDK, "security_token is given", "without access_key and secret_key"),
        ({"username": "u"}, ENV_TOKEN, "username is given", "without password and domain_name"),
        ({"username": "u", "password": "p"}, {}, "username and password are given", "without domain_name"),
        ({"domain_name": "d"}, {}, "domain_name is given", "without username and password"),
    ],
)
def test_half_a_way_in_the_options_is_an_error_even_where_the_environment_is_complete(options, environ, there, missing):
    message = refusal(options, environ)
    assert message.startswith(there)
    assert missing in message


@pytest.mark.parametrize(
    ("environ", "there", "missing"),
    [
        ({"HUAWEICLOUD_SDK_AK": "a"}, "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK or HW_SECRET_KEY"),
        ({"HW_ACCESS_KEY": "a"}, "HW_ACCESS_KEY", "HUAWEICLOUD_SDK_SK or HW_SECRET_KEY"),
        ({"HW_SECRET_KEY": "s"}, "HW_SECRET_KEY", "HUAWEICLOUD_SDK_AK or HW_ACCESS_KEY"),
        ({"HW_SECURITY_TOKEN": "s"}, "HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_AK or HW_ACCESS_KEY"),
        ({"HUAWEICLOUD_SDK_AK": "a", "HW_ACCESS_KEY": "b"}, "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"),
        ({"HW_USER_NAME": "u", "HW_DOMAIN_NAME": "d"}, "HW_USER_NAME and HW_DOMAIN_NAME", "HW_USER_PASSWORD"),
        ({"HW_USER_PASSWORD": "hidden"}, "HW_USER_PASSWORD", "HW_USER_NAME and HW_DOMAIN_NAME"),
    ],
)
def test_half_a_way_in_the_environment_is_an_error_where_nothing_is_complete(environ, there, missing):
    message = refusal({}, environ)
    assert f"{there} without" in message
    assert missing in message
    assert "the environment of the host where the module runs" in message
    assert "hidden" not in message


def test_nothing_at_all_is_an_error_that_names_the_ways():
    message = refusal({}, {})
    for name in (
        *("auth_token", "access_key", "secret_key", "username", "password", "domain_name"),
        *("ROMA_AUTH_TOKEN", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"),
        *("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME"),
        "the environment of the host where the module runs",
    ):
        assert name in message


@pytest.mark.parametrize(
    ("options", "environ", "named"),
    [
        ({"auth_token": "to ken"}, {}, "auth_token"),
        ({"auth_token": "to\nken"}, {}, "auth_token"),
        ({"auth_token": "tökén"}, {}, "auth_token"),
        ({**KEYS, "security_token": "a\tb"}, {}, "security_token"),
        ({}, {"ROMA_AUTH_TOKEN": "to\rken"}, "auth_token"),
    ],
)
def test_what_cannot_stand_in_a_header_is_refused_and_not_quoted(options, environ, named):
    message = refusal(options, environ)
    assert message.startswith(f"{named} holds blanks")
    assert "ken" not in message.replace(named, "")


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        (TOKEN, ["o-token"]),
        ({"auth_token": " o-token\n"}, ["o-token"]),
        (KEYS, ["o-sk"]),
        ({**KEYS, "security_token": "o-st"}, ["o-sk", "o-st"]),
        (PASSWORD, ["o-pass"]),
    ],
)
def test_secrets_in_use_are_told_in_the_form_in_which_they_are_sent(options, secrets):
    assert sorted(credentials(options, {}).secrets()) == secrets


def test_every_secret_in_the_environment_is_told_used_or_not():
    environ = {
        **ENV_TOKEN,
        **ENV_SDK,
        **ENV_HW,
        **ENV_PASSWORD,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": "sdk-st",
        "HW_SECURITY_TOKEN": " hw-st\n",
        "PATH": "/bin",
    }
    assert set(secrets_in(environ)) == {
        *("e-token", "sdk-sk", "hw-sk", "e-pass", "sdk-st"),
        " hw-st\n",
    }
    assert secrets_in({"ROMA_AUTH_TOKEN": "", "HW_USER_PASSWORD": "  "}) == []


def test_in_a_role_it_is_said_that_a_connection_replaces_module_defaults():
    said = refusal({}, {"ROMA_ROLE_CONNECTION": "asset_export_connection"})
    assert said.endswith(". asset_export_connection replaces module defaults as a whole: give credentials there, too")
    assert "replaces" not in refusal({}, {"ROMA_ROLE_CONNECTION": ""})
