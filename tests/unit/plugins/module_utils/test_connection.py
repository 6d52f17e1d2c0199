# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options and environment to one place: every option, every variable, who beats whom."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._connection import resolve, resolve_jobs
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput
from ansible_collections.roma.connect.plugins.module_utils._options import ENVIRONMENT, checked_id, checked_seconds

BASE = {"region": "cn-north-4", "instance_id": "inst", "auth_token": "tok"}


def settled(options, environ=None):
    return resolve({name: value for name, value in options.items() if value is not None}, environ or {})


def refusal(options, environ=None):
    with pytest.raises(BadInput) as caught:
        settled(options, environ)
    return str(caught.value)


# Where


@pytest.mark.parametrize(
    ("options", "endpoint", "iam_endpoint"),
    [
        ({}, "https://roma.cn-north-4.myhuaweicloud.com", "https://iam.cn-north-4.myhuaweicloud.com"),
        (
            {"region": "eu-west-101", "cloud": "myhuaweicloud.eu"},
            "https://roma.eu-west-101.myhuaweicloud.eu",
            "https://iam.eu-west-101.myhuaweicloud.eu",
        ),
        (
            {"endpoint": "https://roma.example:8443/base/"},
            "https://roma.example:8443/base",
            "https://iam.cn-north-4.myhuaweicloud.com",
        ),
        (
            {"iam_endpoint": "https://iam.example//"},
            "https://roma.cn-north-4.myhuaweicloud.com",
            "https://iam.example",
        ),
        (
            {"region": None, "endpoint": "https://[2001:db8::1]:444/x", "project_id": "p"},
            "https://[2001:db8::1]:444/x",
            None,
        ),
    ],
)
def test_endpoints(options, endpoint, iam_endpoint):
    connection = settled({**BASE, **options})
    assert (connection.endpoint, connection.iam_endpoint) == (endpoint, iam_endpoint)


@pytest.mark.parametrize(
    ("options", "name"),
    [({}, "cn-north-4"), ({"project_name": "cn-north-4_dev"}, "cn-north-4_dev")],
)
def test_project_name_is_the_region_s_where_it_is_left_out(options, name):
    assert settled({**BASE, **options}).project_name == name


def test_project_id_and_instance_id_are_taken_as_they_are():
    connection = settled({**BASE, "project_id": " pid ", "instance_id": "ü 1"})
    assert (connection.project_id, connection.instance_id) == ("pid", "ü 1")


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


def value_of(option, tmp_path):
    if option == "ca_path":
        (tmp_path / "ca.pem").write_text("")
        return str(tmp_path / "ca.pem")
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
def test_a_variable_stands_for_its_option(option, variable, tmp_path):
    value = value_of(option, tmp_path)
    assert FOUND_IN[option](settled({}, environment_of(option, variable, str(value)))) == value


@pytest.mark.parametrize(("option", "variable"), VARIABLES)
def test_an_option_beats_its_variable(option, variable, tmp_path):
    value = value_of(option, tmp_path)
    given = {option: value}
    if option in WAY_OF and option != "ecs_agency":  # credentials come whole, or not at all
        whole = {
            "access_key": {"access_key": "a", "secret_key": "s"},
            "username": {"username": "u", "password": "p", "domain_name": "d"},
        }
        given = {**whole[WAY_OF[option]], **given}
    environ = environment_of(option, variable, "from-the-environment")
    assert FOUND_IN[option](settled(given, environ)) == value


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_an_empty_variable_counts_as_not_set(blank):
    connection = settled(BASE, {"HUAWEICLOUD_SDK_PROJECT_ID": blank, "HW_PROJECT_ID": "second"})
    assert connection.project_id == "second"


def test_of_two_variables_the_first_counts():
    connection = settled(BASE, {"HUAWEICLOUD_SDK_PROJECT_ID": "first", "HW_PROJECT_ID": "second"})
    assert connection.project_id == "first"


@pytest.mark.parametrize("option", [name for name in BASE if name != "auth_token"])
def test_an_empty_option_counts_as_left_out(option):
    environ = {"HW_REGION_NAME": "env", "ROMA_INSTANCE_ID": "env"}
    connection = settled({**BASE, option: " "}, environ)
    assert FOUND_IN[option](connection) == "env"


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
    connection = settled({**options, "instance_id": "i", "auth_token": "t"}, ELSEWHERE)
    assert (connection.endpoint, connection.iam_endpoint) == (endpoint, iam_endpoint)


# What is missing or malformed


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"region": None}, ["region or endpoint", "HW_REGION_NAME", "ROMA_ENDPOINT"]),
        ({"instance_id": None}, ["instance_id", "ROMA_INSTANCE_ID"]),
        (
            {"region": None, "endpoint": "https://e.example"},
            ["project_id", "HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID", "project_name", "HW_PROJECT_NAME", "region"],
        ),
        (
            {"region": None, "endpoint": "https://e.example", "project_name": "p"},
            ["iam_endpoint", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "region", "HW_REGION_NAME", "looked up at IAM"],
        ),
    ],
)
def test_what_is_missing_is_named_with_its_variable_and_host(options, named):
    message = refusal({**BASE, **options})
    for name in [*named, "the environment of the host where the module runs"]:
        assert name in message


def test_a_password_needs_iam_even_where_the_project_is_known():
    password = {"username": "u", "password": "p", "domain_name": "d"}
    message = refusal({"endpoint": "https://e.example", "project_id": "p", "instance_id": "i", **password})
    assert "iam_endpoint" in message
    assert "token" in message


@pytest.mark.parametrize("option", ["endpoint", "iam_endpoint"])
@pytest.mark.parametrize(
    "url",
    [
        "roma.example",
        "ftp://roma.example",
        "https://",
        "https:///path",
        "//roma.example",
        "https://roma.example:port",
        "https://roma.example:99999",
        "https://roma.example:0",
        "https://[::1",
        "https://roma.example/a b",
        "https://roma.example/\x01",
        "http://:80",
    ],
)
def test_an_endpoint_that_is_no_url_is_refused(option, url):
    message = refusal({**BASE, option: url})
    assert message.startswith(option)
    assert "is no URL" in message


@pytest.mark.parametrize("option", ["endpoint", "iam_endpoint"])
@pytest.mark.parametrize(
    "url", ["https://user:hidden@e.example", "https://e.example/?key=hidden", "https://e.example/#hidden"]
)
def test_an_endpoint_that_holds_more_than_a_base_url_is_refused_and_not_quoted(option, url):
    message = refusal({**BASE, option: url})
    assert message.startswith(option)
    assert "hidden" not in message


@pytest.mark.parametrize("option", ["region", "cloud"])
@pytest.mark.parametrize("value", ["a/b", "a b", "a@b", "-a", "a.", "https://x", "ü"])
def test_a_region_or_cloud_that_cannot_be_in_a_host_s_name_is_refused(option, value):
    message = refusal({**BASE, option: value})
    assert message.startswith(f"{option} {value!r}")


@pytest.mark.parametrize("option", ["project_id", "instance_id"])
@pytest.mark.parametrize("value", ["a/b", "..", "a..b", "a\x00b", "a\nb", "a\x7fb", "a\tb"])
def test_ids_of_place_are_checked(option, value):
    message = refusal({**BASE, option: value})
    assert message.startswith(option)
    assert "'/', '..' or control characters" in message


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_an_empty_id_is_refused(value):
    with pytest.raises(BadInput, match="^job_id is empty"):
        checked_id("job_id", value)


@given(st.text(min_size=1).filter(lambda text: not text.isspace()))
def test_an_id_is_refused_only_for_a_slash_two_dots_or_a_control_character(value):
    bad = "/" in value or ".." in value or any(ord(character) < 32 or ord(character) == 127 for character in value)
    if bad:
        with pytest.raises(BadInput, match="^job_id .* is no id"):
            checked_id("job_id", value)
    else:
        assert checked_id("job_id", value) == value


@pytest.mark.parametrize(
    ("value", "above", "fits"),
    [
        (0, None, True),
        (0.5, 0, True),
        (600, None, True),
        (0, 0, False),
        (-1, None, False),
        (-0.1, 0, False),
        (float("nan"), None, False),
        (float("inf"), None, False),
    ],
)
def test_seconds_are_checked(value, above, fits):
    if fits:
        assert checked_seconds("timeout", value, above) == value
    else:
        with pytest.raises(BadInput, match="^timeout is .*give a number of seconds"):
            checked_seconds("timeout", value, above)


# Certificates and warnings


def test_certificates_are_verified_unless_told_otherwise(tmp_path):
    ca = str(tmp_path)
    assert settled(BASE).verify is True
    assert settled({**BASE, "validate_certs": True}).verify is True
    assert settled({**BASE, "ca_path": ca}).verify == ca
    assert settled({**BASE, "ca_path": ca, "validate_certs": False}).verify is False
    assert settled({**BASE, "validate_certs": False}, {"REQUESTS_CA_BUNDLE": ca}).verify is False


@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_ca_path_that_does_not_exist_is_refused(source):
    missing = "/nowhere/ca.pem"
    options, environ = ({"ca_path": missing}, {}) if source == "option" else ({}, {"REQUESTS_CA_BUNDLE": missing})
    message = refusal({**BASE, **options}, environ)
    assert message.startswith(f"ca_path {missing} does not exist")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, []),
        ({"validate_certs": False}, ["validate_certs"]),
        ({"endpoint": "http://e.example"}, ["http://e.example"]),
        ({"endpoint": "HTTP://e.example"}, ["e.example"]),
        ({"iam_endpoint": "http://i.example"}, ["http://i.example"]),
        ({"endpoint": "http://e.example", "iam_endpoint": "http://i.example"}, ["http://e.example"]),
        ({"endpoint": "http://e.example", "validate_certs": False}, ["validate_certs", "http://e.example"]),
        ({"endpoint": "http://127.0.0.1:8080"}, []),
        ({"endpoint": "http://127.1.2.3"}, []),
        ({"endpoint": "http://localhost/x"}, []),
        ({"endpoint": "http://[::1]:1"}, []),
        ({"endpoint": "http://127.0.0.1.example"}, ["127.0.0.1.example"]),
        ({"endpoint": "http://localhost.example"}, ["localhost.example"]),
    ],
)
def test_warnings_come_once_for_each_danger(options, words):
    warnings = settled({**BASE, **options}).warnings
    assert len(warnings) == len(words)
    for warning, word in zip(warnings, words):
        assert word in warning


# Items of jobs

TASK = {
    **BASE,
    "cloud": "example.eu",
    "endpoint": "https://roma.task",
    "iam_endpoint": "https://iam.task",
    "project_id": "task-project",
    "project_name": "task-name",
}
ENVIRON = {
    "HW_REGION_NAME": "env-region",
    "HW_CLOUD": "env.cloud",
    "ROMA_ENDPOINT": "https://roma.env",
    "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://iam.env",
    "HUAWEICLOUD_SDK_PROJECT_ID": "env-project",
    "HW_PROJECT_NAME": "env-name",
    "ROMA_INSTANCE_ID": "env-instance",
    "ROMA_AUTH_TOKEN": "tok",
}


def place_of(item, options, environ=None):
    [connection] = resolve_jobs(options, [item], environ or {})
    return (
        connection.endpoint,
        connection.iam_endpoint,
        connection.project_id,
        connection.project_name,
        connection.instance_id,
    )


#: What the environment alone says counts like what the options say.
SURROUNDINGS = [(TASK, {}, "task", "inst"), ({}, ENVIRON, "env", "env-instance")]


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
@pytest.mark.parametrize("empty", [{}, {"region": "", "endpoint": " ", "project_id": None}])
def test_an_item_is_where_its_task_is(options, environ, there, instance, empty):
    home = (f"https://roma.{there}", f"https://iam.{there}", f"{there}-project", f"{there}-name", instance)
    assert place_of(empty, options, environ) == home
    assert place_of({"instance_id": "mine"}, options, environ) == (*home[:4], "mine")
    assert place_of({"project_id": "mine"}, options, environ) == (*home[:2], "mine", *home[3:])
    assert place_of({"iam_endpoint": "https://iam"}, options, environ) == (home[0], "https://iam", *home[2:])


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_a_project_s_name_of_its_own_is_not_beaten_by_the_task_s_project_id(options, environ, there, instance):
    assert place_of({"project_name": "mine"}, options, environ)[2:4] == (None, "mine")


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_a_cloud_of_its_own_is_not_beaten_by_the_task_s_endpoints(options, environ, there, instance):
    region = {"task": "cn-north-4", "env": "env-region"}[there]
    assert place_of({"cloud": "other.cloud"}, options, environ)[:2] == (
        f"https://roma.{region}.other.cloud",
        f"https://iam.{region}.other.cloud",
    )


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_an_item_with_a_region_of_its_own_takes_nothing_of_the_task_s_place(options, environ, there, instance):
    options = {**options, "auth_token": "tok"}
    assert place_of({"region": "r-2", "instance_id": "i2"}, options, environ) == (
        "https://roma.r-2.myhuaweicloud.com",
        "https://iam.r-2.myhuaweicloud.com",
        None,
        "r-2",
        "i2",
    )
    with pytest.raises(BadInput, match=r"^jobs\[0\]: instance_id is missing: set it beside the job_id$"):
        place_of({"region": "r-2"}, options, environ)


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_an_item_with_an_endpoint_of_its_own_takes_nothing_of_the_task_s_place(options, environ, there, instance):
    item = {"endpoint": "https://e", "instance_id": "i2"}
    assert place_of({**item, "project_id": "p2"}, options, environ) == ("https://e", None, "p2", None, "i2")
    with pytest.raises(BadInput, match=r"^jobs\[0\]: project_id or project_name or region is missing: set it beside"):
        place_of(item, options, environ)
    with pytest.raises(
        BadInput, match=r"^jobs\[0\]: region or iam_endpoint is missing .project_id is looked up at IAM"
    ):
        place_of({**item, "project_name": "p"}, options, environ)


def test_the_vendor_s_file_says_nothing_of_another_place(tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[basic]\nak = a\nsk = s\nproject_id = of-file\niam_endpoint = https://iam.file\n")
    environ = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}
    options = {"endpoint": "https://e", "instance_id": "i"}
    assert place_of({}, options, environ)[1:3] == ("https://iam.file", "of-file")
    assert place_of({"region": "r-2", "instance_id": "i"}, options, environ)[2] is None
