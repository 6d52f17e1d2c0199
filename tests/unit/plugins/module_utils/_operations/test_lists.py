# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of ids or names, clause by clause as the contract has them, and as each ansible-core hands them on."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.common.validation import check_type_list
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput
from ansible_collections.roma.connect.plugins.module_utils._operations.options import ids, texts


def names(value):
    """As a module gets the value of its option."""
    return texts("app_names", check_type_list(value))


def refusal(value, option="apps"):
    with pytest.raises(BadInput) as caught:
        ids(option, check_type_list(value)) if option in ("apps", "tasks") else texts(option, check_type_list(value))
    return str(caught.value)


# A text


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('["a", "b c"]', ["a", "b c"]),
        ('  ["a", "b"]\n', ["a", "b"]),
        ('["a, b", "c"]', ["a, b", "c"]),
        ('["\\u00fc"]', ["ü"]),
        ("[1, 2.50, 12345678901234567890]", ["1", "2.50", "12345678901234567890"]),
        ("[]", []),
        (" [ ] ", []),
        ("[a, b]", ["a", "b"]),
        ("[a]", ["a"]),
        ("[ a b ,c ]", ["a b", "c"]),
        ("[a,\n b,\n c]", ["a", "b", "c"]),
        ("[007, it's]", ["007", "it's"]),
        ("[0x10, 0b1]", ["0x10", "0b1"]),
        ("['a', 'b, c']", ["a", "b, c"]),
        ("['a', \"b\"]", ["a", "b"]),
    ],
)
def test_a_text_that_begins_with_a_bracket_is_a_json_list_or_a_flow_list_of_plain_words(text, items):
    assert names(text) == items


@pytest.mark.parametrize(
    "text", ["[a, b", "[a], [b]", "[a, [b]]", "['a', b]", "[['a']]", "['a'", "[a, {b: c}]", "[", "[" * 100_000]
)
def test_one_that_begins_with_a_bracket_and_is_neither_is_refused(text):
    for option in ("apps", "app_names"):
        assert refusal(text, option) == f"{option} begins like a list and is none: write [a, b], or a, b"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("- a\n- b", ["a", "b"]),
        ("- a", ["a"]),
        ("\n- a b\n\n  - c, d\n", ["a b", "c, d"]),
        ("-  a  \r\n- b\r\n", ["a", "b"]),
        ("- - a\n- b", ["- a", "b"]),
    ],
)
def test_a_text_whose_lines_begin_with_a_dash_has_one_item_a_line(text, items):
    assert names(text) == items


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a\nb", ["a", "b"]),
        ("a b\n c, d \r\n\n", ["a b", "c, d"]),
        ("- a\nb", ["- a", "b"]),
        ("-a\n-b", ["-a", "-b"]),
    ],
)
def test_else_its_lines_are_the_items(text, items):
    assert names(text) == items


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a, b", ["a", "b"]),
        (" a ,\tb b , c\n", ["a", "b b", "c"]),
        ("a, [b]", ["a", "[b]"]),
        ("a, a", ["a"]),
    ],
)
def test_or_in_one_line_what_stands_between_commas_without_the_blanks_around(text, items):
    assert names(text) == items


def test_ids_may_be_written_in_each_of_these_forms():
    for text in ('["a1", "b-2"]', "[a1, b-2]", "- a1\n- b-2\n", "a1\nb-2\n", "a1, b-2", "a1,b-2"):
        assert ids("apps", check_type_list(text)) == ["a1", "b-2"]


# A real list


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (["a", "b c"], ["a", "b c"]),
        (["a, b", "c"], ["a, b", "c"]),
        (["a, b", " c "], ["a, b", " c "]),
        ([5, " - a", "[b]"], ["5", " - a", "[b]"]),
        ([12345678901234567890, 1.5], ["12345678901234567890", "1.5"]),
        (["b", "a", "b"], ["b", "a"]),
        ([], []),
        (5, ["5"]),
    ],
)
def test_in_a_real_list_an_item_is_what_it_is_and_a_number_its_digits(value, items):
    assert names(value) == items


def test_a_list_that_is_left_out_is_empty():
    assert texts("apps", None) == ids("apps", None) == []


@pytest.mark.parametrize("option", ["apps", "tasks", "app_names", "task_names"])
@pytest.mark.parametrize("value", [[""], ["a", ""], ["a", None], [" \n"], "", "a,,b", "a, ", "- a\n-", '["a", null]'])
def test_an_empty_item_is_refused(option, value):
    assert refusal(value, option).startswith(f"An item of {option} is empty: give the ")


@pytest.mark.parametrize("option", ["apps", "tasks", "app_names", "task_names"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([{"id": "hidden"}], "dict"),
        (["a", ["hidden"]], "list"),
        ('[{"id": "hidden"}]', "dict"),
        ("[[1, 2]]", "list"),
        (["a", True], "bool"),
        ("[true]", "bool"),
    ],
)
def test_an_item_that_is_no_text_is_refused_by_name_and_not_quoted(option, value, kind):
    message = refusal(value, option)
    what = "name" if "names" in option else "id"
    assert message == f"An item of {option} is no text but a {kind}: give the {what} alone, in quotes"


# What could be an id


@pytest.mark.parametrize("option", ["apps", "tasks"])
@pytest.mark.parametrize("bad", [*" \t\u00a0\u3000,;'\"`()<>[]{}"])
def test_an_id_that_holds_blanks_separators_quotes_or_brackets_is_refused_by_name(option, bad):
    message = refusal(["5", f"a{bad}b", 5], option)
    assert message == (
        f"{option} {f'a{bad}b'!r} is no id: it must not hold blanks, commas, semicolons, quotes or brackets"
    )
    assert names(["5", f"a{bad}b", 5]) == ["5", f"a{bad}b"], "a name may"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("a;b", "'a;b'"),
        ("a\nb c", "'b c'"),
        ("[it's]", '"it\'s"'),
        ("{'id': 'a'}", "\"{'id': 'a'}\""),
        ("a,\nb", "'a,'"),
        (["x" * 500 + " y", 5], "x" * 60 + "' is no id"),
    ],
)
def test_so_is_one_in_a_text_and_a_long_one_is_not_quoted_in_full(value, quoted):
    assert quoted in refusal(value)
    assert len(refusal(value)) < 200


@pytest.mark.parametrize("value", ["a/b", "..", ["a\x01b", 5]])
def test_an_id_that_cannot_stand_in_a_path_is_refused_too(value):
    assert "must not hold '/', '..' or control characters" in refusal(value)


@pytest.mark.parametrize("value", ["crm", "CRM-2", "ü", "a.b", "a:b", "a=b", "a_b~c%20", "-a"])
def test_a_text_that_could_be_an_id_is_taken(value):
    assert ids("apps", check_type_list(value)) == ids("apps", [value]) == [value]


def test_the_message_says_what_helps_if_it_is_a_name():
    with pytest.raises(BadInput, match=r"quotes or brackets\. If it is a name, sing$"):
        ids("apps", ["My CRM"], ". If it is a name, sing")


# All of them


PLAIN = st.text(st.characters(codec="utf-8", exclude_characters=',[]"', exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(PLAIN.filter(lambda text: text != "-"), min_size=1, unique=True))
def test_every_way_of_writing_words_is_read_as_the_same_words(words):
    for written in (
        words,
        ",".join(words),
        " , ".join(words),
        json.dumps(words),
        "".join(f"- {word}\n" for word in words),
    ):
        assert names(written) == words
    assert names("\n".join([*words, ""])) == words


@given(st.one_of(st.text(), st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))))
def test_any_value_is_a_list_of_texts_or_refused(value):
    try:
        found = names(value)
    except BadInput:
        return
    assert all(isinstance(item, str) and item.strip() for item in found)
    assert len(set(found)) == len(found)
