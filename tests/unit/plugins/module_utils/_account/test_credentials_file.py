# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's credentials file, and after it the ECS machine's agency."""

from __future__ import annotations

import os

import pytest

from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput

PLACE = {"region": "r1", "instance_id": "i"}
VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
WHOLE = "[basic]\nak = file-ak\nsk = file-sk\n"
VALUES = {"access_key": "file-ak", "secret_key": "file-sk"}


@pytest.fixture
def write(tmp_path):
    """Writes the file and returns an environment that names it."""

    def to(text, default=False):
        path = tmp_path / ".huaweicloud" / "credentials" if default else tmp_path / "named"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return {"HOME": str(tmp_path)} if default else {VARIABLE: str(path), "HOME": "/nowhere"}

    return to


def connection(environ, **options):
    return resolve({**PLACE, **options}, environ)


def refusal(environ, **options):
    with pytest.raises(BadInput) as caught:
        connection(environ, **options)
    return str(caught.value)


@pytest.mark.parametrize("default", [True, False])
def test_the_file_is_found_by_its_variable_or_at_its_default(write, default):
    credentials = connection(write(WHOLE, default)).credentials
    assert (credentials.way, credentials.values) == ("keys", VALUES)


def test_the_variable_beats_the_default(write):
    environ = {**write("[basic]\nak = default\nsk = s\n", default=True), **write(WHOLE)}
    assert connection(environ).credentials.values == VALUES


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (WHOLE + "security_token = st\n", {**VALUES, "security_token": "st"}),
        ("[other]\nak = x\n\n[basic]\nak=file-ak\nsk : file-sk\nmore = 1\n", VALUES),
        ("[basic]\nak = file-ak\nsk = a%%b\n", {**VALUES, "secret_key": "a%b"}),
        ("[basic]\nak = file-ak\nsk = a%b\n", {**VALUES, "secret_key": "a%b"}),
        ("[basic]\nak = file-ak\nsk = file-sk\nsecurity_token =\n", VALUES),
    ],
)
def test_what_the_file_can_hold(write, text, values):
    assert connection(write(text)).credentials.values == values


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_windows_editor_s_encodings_are_read(write, encoding, end):
    text = (WHOLE + "# \u00fc\n").replace("\n", end)
    assert connection(write(text.encode(encoding))).credentials.values == VALUES


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"ROMA_AUTH_TOKEN": "t"}, "token"),
        ({"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"}, "password"),
        ({"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "s"}, "keys"),
    ],
)
def test_a_complete_set_in_the_environment_beats_the_file(write, environ, way):
    credentials = connection({**write(WHOLE), **environ}).credentials
    assert credentials.way == way
    assert "file-ak" not in credentials.values.values()


def test_options_beat_the_file(write):
    assert connection(write(WHOLE), auth_token="t").credentials.values == {"auth_token": "t"}


def test_half_a_set_in_the_environment_does_not_keep_from_the_file(write):
    assert connection({**write(WHOLE), "HW_ACCESS_KEY": "half"}).credentials.values == VALUES


def test_the_file_s_place_stands_behind_the_environment_s(write):
    text = WHOLE + "project_id = file-project\niam_endpoint = https://iam.file.example\n"
    taken = connection(write(text), region=None, endpoint="https://e.example")
    assert (taken.project_id, taken.iam_endpoint) == ("file-project", "https://iam.file.example")
    environ = {"HW_PROJECT_ID": "env-project", "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://iam.env.example"}
    taken = connection({**write(text), **environ}, region=None, endpoint="https://e.example")
    assert (taken.project_id, taken.iam_endpoint) == ("env-project", "https://iam.env.example")


def test_a_project_name_that_is_an_option_beats_the_file_s_project_id(write):
    environ = write(WHOLE + "project_id = file-project\n")
    named = connection(environ, project_name="mine")
    assert (named.project_id, named.project_name) == (None, "mine")
    assert connection({**environ, "HW_PROJECT_NAME": "env"}).project_id == "file-project", "a variable does not"
    assert connection(environ, project_name="mine", project_id="own").project_id == "own"


def test_an_option_of_place_beats_the_file_s_iam_endpoint(write):
    text = WHOLE + "iam_endpoint = https://iam.file.example\n"
    assert connection(write(text), region="r2").iam_endpoint == "https://iam.r2.myhuaweicloud.com"


def test_the_file_s_place_goes_only_with_its_credentials(write):
    text = WHOLE + "project_id = file-project\n"
    assert connection(write(text), auth_token="t").project_id is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[basic]\nak = a\n", ["no sk", "[basic]"]),
        ("[basic]\nsk = hidden\n", ["no ak", "[basic]"]),
        ("[other]\nak = hidden\nsk = hidden\n", ["no ak and sk", "[basic]"]),
        ("", ["no ak and sk"]),
        ("ak = hidden\n", ["no ini file"]),
        ("[basic]\nhidden\n", ["no ini file"]),
        (b"\xff\xfe[basic]", ["no ini file"]),
    ],
)
def test_a_file_that_gives_no_keys_is_named_and_not_quoted(write, text, words):
    environ = write(text)
    message = refusal(environ)
    assert environ[VARIABLE] in message
    for word in words:
        assert word in message
    assert "hidden" not in message


def test_a_named_file_that_does_not_exist_is_an_error(tmp_path):
    message = refusal({VARIABLE: str(tmp_path / "missing"), "HOME": "/nowhere"})
    assert VARIABLE in message
    assert str(tmp_path / "missing") in message


def test_a_file_that_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "folder").mkdir()
    message = refusal({VARIABLE: str(tmp_path / "folder"), "HOME": "/nowhere"})
    assert "cannot be read (Is a directory)" in message


def test_a_default_file_that_does_not_exist_is_no_error_of_its_own(tmp_path):
    assert refusal({"HOME": str(tmp_path)}).startswith("No credentials")


def test_keys_in_the_file_that_cannot_stand_in_a_header_are_refused(write):
    assert refusal(write("[basic]\nak = a b\nsk = s\n")).startswith("access_key holds blanks")


# The agency


@pytest.mark.parametrize("value", ["true", "True", "yes", "on", "1", " true\n"])
def test_the_agency_is_used_where_the_variable_says_so(value):
    assert connection({"HOME": "/nowhere", "ROMA_ECS_AGENCY": value}).credentials.way == "agency"


@pytest.mark.parametrize("value", ["", "false", "no", "0", "off", "maybe"])
def test_the_agency_is_left_alone_otherwise(value):
    assert "ecs_agency" in refusal({"HOME": "/nowhere", "ROMA_ECS_AGENCY": value})


def test_the_option_beats_the_variable_both_ways():
    assert connection({"HOME": "/nowhere", "ROMA_ECS_AGENCY": "false"}, ecs_agency=True).credentials.way == "agency"
    assert "No credentials" in refusal({"HOME": "/nowhere", "ROMA_ECS_AGENCY": "true"}, ecs_agency=False)


def test_the_agency_comes_last(write):
    assert connection(write(WHOLE), ecs_agency=True).credentials.values == VALUES
    assert connection({"ROMA_AUTH_TOKEN": "t"}, ecs_agency=True).credentials.way == "token"
    assert connection({}, ecs_agency=True, auth_token="t").credentials.way == "token"


def test_half_a_set_does_not_keep_from_the_agency(write):
    assert connection({"HOME": "/nowhere", "HW_ACCESS_KEY": "a"}, ecs_agency=True).credentials.way == "agency"
    assert connection(write("[basic]\nak = a\n"), ecs_agency=True).credentials.way == "agency"


def test_the_metadata_service_is_the_link_local_one():
    assert os.environ.get("ROMA_ECS_METADATA_ENDPOINT") is None
    assert connection({}, ecs_agency=True).metadata_endpoint == "http://169.254.169.254"
