# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles make of a connection that they are handed."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.roma.connect.plugins.filter.connection import FilterModule

NAME = "asset_export_connection"
GIVEN = {"region": "cn-north-4", "secret_key": "hunter2", "validate_certs": False, "request_timeout": 2.5}

connection = FilterModule().filters()["connection"]


class Encrypted:
    """As ansible-core before 2.19 hands a text on that vault encrypted."""

    __ENCRYPTED__ = True

    def __init__(self, text):
        self._text = text

    def __str__(self):
        return self._text


def test_a_dictionary_is_taken_as_it_is():
    assert connection(GIVEN, NAME) is GIVEN


@pytest.mark.parametrize("form", [str, Encrypted, lambda text: f"\n  {text}\n"])
def test_a_text_that_is_one_in_json_is_read(form):
    assert connection(form(json.dumps(GIVEN)), NAME) == GIVEN


@pytest.mark.parametrize("value", [None, "", "  \n", {}, "{}", "null"])
def test_nothing_is_no_option(value):
    assert connection(value, NAME) == {}


@pytest.mark.parametrize(
    "value",
    [
        "region=cn-north-4 secret_key=hunter2",
        "secret_key: hunter2",
        "{secret_key: hunter2}",
        "{'secret_key': 'hunter2'}",
        '{"secret_key": "hunter2"',
        '["hunter2"]',
        '"hunter2"',
        "hunter2",
        "[" * 100_000,
        "1",
        "true",
        ["hunter2"],
        [GIVEN],
        1,
        True,
        False,
        b"hunter2",
        Encrypted("hunter2"),
    ],
)
def test_anything_else_is_refused_by_name_without_its_content(value):
    with pytest.raises(AnsibleFilterError) as refused:
        connection(value, NAME)
    text = str(refused.value)
    assert text == f"{NAME} is not a dictionary: give it as one, or as JSON text"
    # Nor in what a traceback would show.
    assert refused.value.__cause__ is refused.value.__context__ is None


@pytest.mark.parametrize("form", [dict, json.dumps])
@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["secretkey"], "secretkey"),
        (["job_id", "secretkey"], "job_id and secretkey"),
        # {secret_key:hunter2} is a key with no value.
        (["secret_key:hunter2", "secret_key=hunter2"], "a key that is not a name"),
        (["x", "secret_key:hunter2"], "a key that is not a name and x"),
    ],
)
def test_keys_that_are_no_connection_option_are_refused_by_name(form, keys, told):
    with pytest.raises(AnsibleFilterError) as refused:
        connection(form({**GIVEN, **dict.fromkeys(keys, "hunter2")}), NAME)
    assert str(refused.value) == f"{NAME} holds {told}: there is no such connection option: correct it"


def test_a_key_that_is_no_text_is_refused():
    with pytest.raises(AnsibleFilterError, match="holds a key that is not a name: "):
        connection({1: "hunter2"}, NAME)
