# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options and environment to one place: every option, every variable, who beats whom."""

from __future__ import annotations

import errno

import pytest
import requests
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._account.options import check_times, checked_id
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput

BASE = {"region": "cn-north-4", "instance_id": "inst", "auth_token": "tok"}


def settled(options, environ=None):
    return resolve({name: value for name, value in options.items() if value is not None}, environ or {})


def refusal(options, environ=None):
    with pytest.raises(BadInput) as caught:
        settled(options, environ)
    return str(caught.value)


TIMES = ("timeout", "busy_timeout", "request_timeout", "poll_interval")


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


@pytest.mark.parametrize("value", ["", " ", "\n", None, "None", "null"])
def test_an_empty_id_is_refused(value):
    with pytest.raises(BadInput, match="^job_id is empty"):
        checked_id("job_id", value)


@pytest.mark.parametrize("value", ["{'job_id': 'a/b'}", '{"job_id": "a"}', " [1]", "{", "[{'id': 'x'}]"])
@pytest.mark.parametrize("option", ["job_id", "instance_id"])
def test_an_id_that_is_a_whole_result_is_refused_and_not_quoted(option, value):
    with pytest.raises(BadInput) as caught:
        checked_id(option, value)
    assert str(caught.value) == f"{option} is no text but a whole result: give its {option} alone"


def test_a_long_id_is_not_quoted_in_full():
    with pytest.raises(BadInput) as caught:
        checked_id("job_id", "x" * 1000 + "/")
    assert len(str(caught.value)) < 200


@given(st.text(min_size=1).filter(lambda text: not text.isspace() and text.lstrip()[0] not in "{["))
def test_an_id_is_refused_only_for_a_slash_two_dots_or_a_control_character(value):
    bad = "/" in value or ".." in value or any(ord(character) < 32 or ord(character) == 127 for character in value)
    if bad:
        with pytest.raises(BadInput, match="^job_id .* is no id"):
            checked_id("job_id", value)
    else:
        assert checked_id("job_id", value) == value


YEAR = 31_536_000


@pytest.mark.parametrize(
    ("option", "value", "fits"),
    [
        *((option, 0, option in ("timeout", "busy_timeout")) for option in TIMES),
        *((option, value, True) for option in TIMES for value in (0.5, 600, YEAR, None) if option != "request_timeout"),
        *(("request_timeout", value, True) for value in (0.5, 600, YEAR)),
        *(
            (option, value, False)
            for option in TIMES
            for value in (-1, -0.1, float("nan"), float("inf"), YEAR + 1, YEAR + 0.5, 9_999_999_999, 1e10, 1e300)
        ),
    ],
)
def test_seconds_are_checked(option, value, fits):
    options = {"request_timeout": 30, option: value}
    if fits:
        check_times(options)
    else:
        with pytest.raises(BadInput, match=f"^{option} is .*: give a number of seconds, .* and at most 31536000"):
            check_times(options)


# Certificates and warnings


def test_certificates_are_verified_unless_told_otherwise():
    ca = requests.certs.where()
    assert settled(BASE).verify is True
    assert settled({**BASE, "validate_certs": True}).verify is True
    assert settled({**BASE, "ca_path": ca}).verify == ca
    assert settled({**BASE, "ca_path": ca, "validate_certs": False}).verify is False
    assert settled({**BASE, "validate_certs": False}, {"REQUESTS_CA_BUNDLE": ca}).verify is False


#: What a path of CA certificates may be by mistake, and what is said of it.
NO_CA = {
    "missing": (lambda path: None, "cannot be read (No such file or directory)"),
    "a loop": (lambda path: path.symlink_to(path), "cannot be read (Too many levels of symbolic links)"),
    "empty": (lambda path: path.write_text(""), "holds no certificate"),
    "garbage": (lambda path: path.write_text("no certificate\n"), "holds no certificate"),
    "bytes": (lambda path: path.write_bytes(bytes(range(256))), "holds no certificate"),
    "an empty folder": (lambda path: path.mkdir(), "holds no certificate"),
    "a folder without hashes": (
        lambda path: path.mkdir() or (path / "ca.pem").write_bytes(open(requests.certs.where(), "rb").read()),
        "holds no certificate",
    ),
}


@pytest.mark.parametrize("name", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("what", NO_CA)
def test_what_holds_no_ca_certificates_is_refused_by_its_own_name(tmp_path, what, name):
    path = tmp_path / "ca.pem"
    make, words = NO_CA[what]
    make(path)
    options, environ = ({"ca_path": str(path)}, {}) if name == "ca_path" else ({}, {name: str(path)})
    message = refusal({**BASE, **options}, environ)
    assert message.startswith(f"{name} {path} {words}")
    assert settled({**BASE, **options, "validate_certs": False}, environ).verify is False


def test_a_ca_file_that_cannot_be_read_is_refused(tmp_path, monkeypatch):
    def refuse(*_arguments, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)  # root may read all
    assert "cannot be read (Permission denied)" in refusal({**BASE, "ca_path": str(tmp_path / "ca.pem")})


def test_a_folder_of_ca_certificates_is_one_with_names_by_their_hashes(tmp_path):
    (tmp_path / "0a1b2c3d.0").write_text("")
    assert settled({**BASE, "ca_path": str(tmp_path)}).verify == str(tmp_path)


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
