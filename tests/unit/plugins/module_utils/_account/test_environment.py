# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the environment: which option each stands for, and who beats whom."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._account.options import ENVIRONMENT

BASE = {"region": "cn-north-4", "instance_id": "inst", "auth_token": "tok"}

#: Option -> where its value is found in the connection.
FOUND_IN = {
    "region": lambda c: c.project_name,
    "cloud": lambda c: c.endpoint.partition(".cn-north-4.")[2],
    "endpoint": lambda c: c.endpoint,
    "iam_endpoint": lambda c: c.iam_endpoint,
    "project_id": lambda c: c.project_id,
    "project_name": lambda c: c.project_name,
    "instance_id": lambda c: c.instance_id,
    "auth_token": lambda c: c.credentials.values["auth_token"],
    "access_key": lambda c: c.credentials.values["access_key"],
    "secret_key": lambda c: c.credentials.values["secret_key"],
    "security_token": lambda c: c.credentials.values["security_token"],
    "username": lambda c: c.credentials.values["username"],
    "password": lambda c: c.credentials.values["password"],
    "domain_name": lambda c: c.credentials.values["domain_name"],
    "ecs_agency": lambda c: c.credentials.way == "agency",
    "ca_path": lambda c: c.verify,
}
VARIABLES = [
    ("region", "HW_REGION_NAME"),
    ("cloud", "HW_CLOUD"),
    ("endpoint", "ROMA_ENDPOINT"),
    ("iam_endpoint", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
    ("project_id", "HUAWEICLOUD_SDK_PROJECT_ID"),
    ("project_id", "HW_PROJECT_ID"),
    ("project_name", "HW_PROJECT_NAME"),
    ("instance_id", "ROMA_INSTANCE_ID"),
    ("auth_token", "ROMA_AUTH_TOKEN"),
    ("access_key", "HUAWEICLOUD_SDK_AK"),
    ("access_key", "HW_ACCESS_KEY"),
    ("secret_key", "HUAWEICLOUD_SDK_SK"),
    ("secret_key", "HW_SECRET_KEY"),
    ("security_token", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    ("security_token", "HW_SECURITY_TOKEN"),
    ("username", "HW_USER_NAME"),
    ("password", "HW_USER_PASSWORD"),
    ("domain_name", "HW_DOMAIN_NAME"),
    ("ecs_agency", "ROMA_ECS_AGENCY"),
    ("ca_path", "REQUESTS_CA_BUNDLE"),
    ("ca_path", "CURL_CA_BUNDLE"),
]
#: An environment in which nothing is missing but credentials.
WHOLE = {
    "HW_REGION_NAME": "cn-north-4",
    "ROMA_INSTANCE_ID": "env-instance",
}
WAYS = {
    "auth_token": {"ROMA_AUTH_TOKEN": "env-token"},
    "access_key": {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "SK"},
    "username": {"HW_USER_NAME": "user", "HW_USER_PASSWORD": "pass", "HW_DOMAIN_NAME": "domain"},
    "ecs_agency": {},
}
WAY_OF = {
    **dict.fromkeys(("secret_key", "security_token", "access_key"), "access_key"),
    **dict.fromkeys(("username", "password", "domain_name"), "username"),
    "ecs_agency": "ecs_agency",
}


def value_of(option):
    if option == "ca_path":
        return requests.certs.where()
    values = {
        "endpoint": "https://e.example",
        "iam_endpoint": "https://i.example",
        "cloud": "c.example",
        "ecs_agency": True,
    }
    return values.get(option, "other")


def environment_of(option, variable, value):
    environ = {**WHOLE, **WAYS[WAY_OF.get(option, "auth_token")]}
    for name in ENVIRONMENT[option]:
        environ.pop(name, None)
    if variable.startswith("HW_") and option in ("access_key", "secret_key", "security_token"):
        environ = {name.replace("HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"): text for name, text in environ.items()}
        environ = {name.replace("HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"): text for name, text in environ.items()}
    return {**environ, variable: value}


def test_every_variable_has_a_row():
    assert {(option, name) for option, names in ENVIRONMENT.items() for name in names} == set(VARIABLES)
    assert set(FOUND_IN) == set(ENVIRONMENT)


@pytest.mark.parametrize(("option", "variable"), VARIABLES)
def test_a_variable_stands_for_its_option(option, variable):
    value = value_of(option)
    assert FOUND_IN[option](resolve({}, environment_of(option, variable, str(value)))) == value


@pytest.mark.parametrize(("option", "variable"), VARIABLES)
def test_an_option_beats_its_variable(option, variable):
    value = value_of(option)
    given = {option: value}
    if option in WAY_OF and option != "ecs_agency":  # credentials come whole, or not at all
        whole = {
            "access_key": {"access_key": "a", "secret_key": "s"},
            "username": {"username": "u", "password": "p", "domain_name": "d"},
        }
        given = {**whole[WAY_OF[option]], **given}
    environ = environment_of(option, variable, "from-the-environment")
    assert FOUND_IN[option](resolve(given, environ)) == value


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_an_empty_variable_counts_as_not_set(blank):
    connection = resolve(BASE, {"HUAWEICLOUD_SDK_PROJECT_ID": blank, "HW_PROJECT_ID": "second"})
    assert connection.project_id == "second"


def test_of_two_variables_the_first_counts():
    connection = resolve(BASE, {"HUAWEICLOUD_SDK_PROJECT_ID": "first", "HW_PROJECT_ID": "second"})
    assert connection.project_id == "first"


@pytest.mark.parametrize("option", [name for name in BASE if name != "auth_token"])
def test_an_empty_option_counts_as_left_out(option):
    environ = {"HW_REGION_NAME": "env", "ROMA_INSTANCE_ID": "env"}
    connection = resolve({**BASE, option: " "}, environ)
    assert FOUND_IN[option](connection) == "env"


@pytest.mark.parametrize("variable", ENVIRONMENT["project_id"])
@pytest.mark.parametrize(
    ("options", "environ", "project"),
    [
        ({"project_name": "mine"}, {}, (None, "mine")),
        ({"project_name": "mine", "project_id": "own"}, {}, ("own", "mine")),
        ({"project_name": " "}, {}, ("env", "cn-north-4")),
        ({}, {"HW_PROJECT_NAME": "theirs"}, ("env", "theirs")),
    ],
)
def test_a_project_name_that_is_an_option_beats_a_project_id_of_the_environment(variable, options, environ, project):
    connection = resolve({**BASE, **options}, {**environ, variable: "env"})
    assert (connection.project_id, connection.project_name) == project


ELSEWHERE = {
    "HW_REGION_NAME": "env-region",
    "HW_CLOUD": "env.example",
    "ROMA_ENDPOINT": "https://elsewhere.example/roma",
    "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://elsewhere.example/iam",
}


@pytest.mark.parametrize(
    ("options", "endpoint", "iam_endpoint"),
    [
        ({}, "https://elsewhere.example/roma", "https://elsewhere.example/iam"),
        ({"region": "r1"}, "https://roma.r1.env.example", "https://iam.r1.env.example"),
        ({"cloud": "c.example"}, "https://roma.env-region.c.example", "https://iam.env-region.c.example"),
        ({"region": "r1", "cloud": "c.example"}, "https://roma.r1.c.example", "https://iam.r1.c.example"),
        ({"region": "r1", "endpoint": "https://mine.example"}, "https://mine.example", "https://iam.r1.env.example"),
        ({"endpoint": "https://mine.example"}, "https://mine.example", "https://elsewhere.example/iam"),
        ({"iam_endpoint": "https://mine.example"}, "https://elsewhere.example/roma", "https://mine.example"),
    ],
)
def test_an_option_of_place_never_goes_together_with_another_site_s_address(options, endpoint, iam_endpoint):
    connection = resolve({**options, "instance_id": "i", "auth_token": "t"}, ELSEWHERE)
    assert (connection.endpoint, connection.iam_endpoint) == (endpoint, iam_endpoint)
