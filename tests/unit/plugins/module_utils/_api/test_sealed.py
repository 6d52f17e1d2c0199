# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be a secret is compared, and tells nothing."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._api import sealed
from ansible_collections.roma.connect.plugins.module_utils._api.sealed import Sealed

SECRET = "Pl4nted-S3cret"


def settings(content):
    return sealed.settings({"content": content})["settings"]


def visible(value):
    """All text that somebody could print of it."""
    return json.dumps(value, default=lambda one: f"{one!r} {one!s}")


def test_equal_values_are_equal_and_nothing_is_told():
    assert Sealed(SECRET) == Sealed(SECRET) != Sealed(SECRET + "x")
    assert Sealed({"b": 1, "a": 2}) == Sealed({"a": 2, "b": 1})
    assert hash(Sealed(SECRET)) == hash(Sealed(SECRET))
    assert (repr(Sealed(SECRET)), str(Sealed(SECRET))) == ("Sealed()", "Sealed()")
    assert Sealed(SECRET) != SECRET
    with pytest.raises(TypeError):
        json.dumps(Sealed(SECRET))
    assert SECRET.encode() not in pickle.dumps(Sealed(SECRET)._digest)


@pytest.mark.parametrize(
    ("value", "masked"), [("******", True), ("sig**********ret", True), ("a*b", False), ("", False)]
)
def test_a_mask_is_no_value(value, masked):
    assert Sealed(value).masked is masked


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"host": "db.example", "port": 3306, "password": None}, {"host": "db.example", "port": "3306"}),
        ({"user_name": "me.too", "https": True}, {"user_name": "me.too", "https": "true"}),
        ({"api_auth_detail": {"auth_method": "hmac"}}, {"api_auth_detail.auth_method": "hmac"}),
        ({"broker": ["10.0.0.1:9092", "10.0.0.2:9092"]}, {"broker": "10.0.0.1:9092,10.0.0.2:9092"}),
        ({"broker": [{"host": SECRET}]}, {"broker.0.host": Sealed(SECRET)}),
        ({"address": "10.0.0.1:6379,10.0.0.2:6379"}, {"address": "10.0.0.1:6379,10.0.0.2:6379"}),
        ({"address": "https://obs.example"}, {"address": "https://obs.example"}),
        (
            {"hdfs_path": "/user/crm", "rabbitmq_virtual_host": "/"},
            {"hdfs_path": "/user/crm", "rabbitmq_virtual_host": "/"},
        ),
        (
            {"multi_oracle_address": [{"oracle_address": "10.0.0.1"}]},
            {"multi_oracle_address.0.oracle_address": "10.0.0.1"},
        ),
        ({"url": "https://api.example:8443"}, {"url": "https://api.example:8443"}),
        ({"url": "jdbc:mysql://db.example:3306"}, {"url": "jdbc:mysql://db.example:3306"}),
        ({"url": "http://[2001:db8::1]:80"}, {"url": "http://[2001:db8::1]:80"}),
        ({"project_id": "p", "instance_id": "i", "type": "KAFKA", "password": ""}, {}),
        (None, {}),
        ("text", {"": Sealed("text")}),
    ],
)
def test_what_is_shown_of_a_data_source(content, shown):
    assert settings(content) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://me:{SECRET}@api.example/orders", "https://api.example"),
        (f"https://api.example:8443/hook/{SECRET}?token={SECRET}", "https://api.example:8443"),
        (f"jdbc:sqlserver://db.example:1433;user=sa;password={SECRET}", "jdbc:sqlserver://db.example:1433"),
        (f"jdbc:oracle:thin:scott/{SECRET}@//db.example:1521/x", None),
        (f"http://me:12/{SECRET}@api.example", None),
        (f"https://me:{SECRET}/x@api.example", None),
        (f"host=db.example password={SECRET}", None),
        ("http%3A%2F%2Fapi.example%2F" + SECRET, "http://api.example"),
    ],
)
def test_of_a_url_the_site_is_shown_and_all_of_it_compared(url, shown):
    one, same, other = settings({"url": url}), settings({"url": url}), settings({"url": url.replace(SECRET, "x")})
    assert one == same != other
    assert SECRET not in visible(one)
    assert one["url"] == shown if shown else isinstance(one["url"], Sealed)


#: Where the vendor's model has room for one, and where it has none.
PLACES = [
    *("password", "sk", "ssl_password", "trust_store", "trust_store_password", "key_store", "key_store_password"),
    *("key_store_key_password", "snmp_community", "config_file_content", "nobody_knows_this", "app_secret", "secret"),
    *("client_secret", "authorization"),
]


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"api_auth_detail": one}, lambda one: {"deep": [one]}])
def test_a_stored_secret_is_sealed_and_not_named(name, wrap):
    item = sealed.settings({"datasource_id": "d", "content": wrap({name: SECRET, "host": "h"})})
    assert SECRET not in visible(item)
    assert [sealed.called(one) for one in item["settings"] if one.endswith(name)] == ["other settings"]


def test_a_masked_field_is_kept_as_masked():
    found = settings({"host": "******", "ak": "ab****cd"})
    assert [(name, value.masked) for name, value in found.items()] == [("host", True), ("ak", True)]


@pytest.mark.parametrize("place", ["connector_params", "connectorParams", "connector_param", "headers", "deep.deeper"])
def test_a_known_name_at_another_place_is_sealed(place):
    content = {"host": SECRET}
    for name in reversed(place.split(".")):
        content = {name: content}
    found = settings(content)
    assert SECRET not in visible(found)
    expected = "connector parameters" if place.startswith("connector") else "other settings"
    assert [sealed.called(name) for name in found] == [expected]


@pytest.mark.parametrize("name", ["user_name", "database_name", "region", "host", "address", "broker", "encoding"])
@pytest.mark.parametrize(
    "value", ["u:" + SECRET, "scott/" + SECRET, f"{SECRET}@x", f"//u:{SECRET}", f"jdbc:oracle:thin:scott/{SECRET}"]
)
def test_what_may_be_a_user_and_a_password_is_sealed(name, value):
    assert SECRET not in visible(settings({name: value}))


@pytest.mark.parametrize("name", ["user_name", "database_name"])
def test_a_password_of_digits_is_no_port(name):
    assert isinstance(settings({name: "u:12345"})[name], Sealed)


def test_user_and_password_before_the_host_of_jdbc():
    assert SECRET not in visible(settings({"url": f"jdbc:oracle:thin:scott:{SECRET}://db.example"}))


def test_what_both_tell_is_compared_part_by_part():
    one = Sealed({"a": 1, "password": "***"})
    assert not one.differs(Sealed({"a": 1, "password": SECRET}))
    assert not one.differs(Sealed({"a": 1}))
    assert one.differs(Sealed({"a": 2, "password": "***"}))
    assert one.differs(Sealed({"a": 1, "b": 2}))
    assert Sealed("x").differs(Sealed("y"))
    assert not Sealed("x").differs(Sealed("x"))


def test_a_mask_may_be_anything_that_is_nested():
    assert not Sealed("******").differs(Sealed({"a": {"b": 1}}))
    assert not Sealed({"a": 1}).differs(Sealed("******"))
    assert Sealed("x").differs(Sealed({"a": 1}))


@pytest.mark.parametrize("content", [{"ak": SECRET}, {"connector_params": {"host": SECRET}}, {"client_id": SECRET}])
def test_half_a_credential_and_what_a_connector_takes_are_compared(content):
    other = json.loads(json.dumps(content).replace(SECRET, "other"))
    assert settings(content) == settings(content) != settings(other)
    assert SECRET not in visible(settings(content))


@given(
    st.recursive(
        st.just(SECRET) | st.just(f"x {SECRET}@y") | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["connector_params", *PLACES, "ak", "client_id"]), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_no_secret_is_told_wherever_it_stands(content):
    assert SECRET not in visible(sealed.settings({"content": content}))


@pytest.mark.parametrize("name", ["host", "user_name", "broker", "address", "database_name", "url"])
@pytest.mark.parametrize("value", [f"me:{SECRET}@db.example", f"db?password={SECRET}", f"db;{SECRET}=1"])
def test_a_secret_that_somebody_put_into_an_address_is_sealed(name, value):
    assert SECRET not in visible(settings({name: value}))


def test_what_is_set_is_sealed():
    assert [sealed.sealed(value) for value in (None, "")] == [None, ""]
    for value in (SECRET, 0, False, [SECRET], {"a": SECRET}):
        assert isinstance(sealed.sealed(value), Sealed)
        assert SECRET not in visible(sealed.sealed(value))


def test_what_has_another_form_than_is_known_is_sealed():
    for value in ({"a": SECRET}, [{"a": SECRET}], [[SECRET]]):
        assert isinstance(sealed.shown(value), Sealed)
    assert [sealed.shown(value) for value in (3, 3.0, "3", None, True, "TRUE", ["a", 1], [])] == [
        *("3", "3", "3", "", "true", "true", "a,1", "")
    ]


@pytest.mark.parametrize(
    ("one", "other"), [(5, "5"), (5.0, "5"), (True, "true"), ({"a": True, "b": 1}, {"a": "true", "b": "1", "c": None})]
)
def test_a_value_in_two_spellings_is_one(one, other):
    assert not Sealed(one).differs(Sealed(other))
    assert Sealed(one).differs(Sealed("another"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"broker": ["10.0.0.1:9092", "10.0.0.2:9092"]}, {"broker": "10.0.0.1:9092,10.0.0.2:9092"}),
        ({"ApiAuthDetail": {"auth_method": "hmac"}}, {"api_auth_detail": {"auth_method": "hmac"}}),
        ({"protocol": "ftp", "connect_mode": "active"}, {"ftp_protocol": "ftp", "ftp_connect_mode": "active"}),
        ({"url": "https%3A%2F%2Fapi.example%2Fa"}, {"url": "https://api.example/a"}),
        ({"port": 3306, "ssl_enable": False}, {"port": "3306", "ssl_enable": "false"}),
    ],
)
def test_settings_in_two_spellings_are_one(one, other):
    assert settings(one) == settings(other) != {}


@pytest.mark.parametrize("text", ["[", '{"a":'])
def test_the_content_of_a_plugin_is_nested_as_deep_as_somebody_likes(text):
    """Up to Python 3.11, json.loads goes a few levels deeper than json.dumps."""
    for depth in (*range(900, 1000), 100_000):
        nested = text * depth + "1" + {"[": "]"}.get(text, "}") * depth
        assert isinstance(sealed.plugin({"plugin_content": nested})["plugin_content"], Sealed)


def test_the_content_of_a_plugin_is_compared_as_json():
    one = sealed.plugin({"plugin_content": f'{{"password": "{SECRET}", "a": 1}}'})
    same = sealed.plugin({"plugin_content": f'{{"a":1,"password":"{SECRET}"}}'})
    assert one == same == sealed.plugin({"plugin_content": {"password": SECRET, "a": 1}})
    assert SECRET not in visible(one)
    assert sealed.plugin({"plugin_content": "{no json"}) == sealed.plugin({"plugin_content": "{no json"})
    assert sealed.plugin({"plugin_content": ""})["plugin_content"] is None
