# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that move while they are read lose no item and repeat none."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._api.pages import MOST_RESTARTS, Page, read_all
from ansible_collections.roma.connect.plugins.module_utils._errors import Unreadable


class Listing:
    """A list behind an API: *changes* maps the number of a request to what happens just before it."""

    def __init__(self, names, page=3, changes=None, tells_total=True):
        self.names = list(names)
        self.page = page
        self.changes = changes or {}
        self.tells_total = tells_total
        self.asked = []

    def fetch(self, offset):
        self.changes.get(len(self.asked), lambda names: None)(self.names)
        self.asked.append(offset)
        items = [{"id": name} for name in self.names[offset : offset + self.page]]
        return Page(items, len(self.names) if self.tells_total else None)

    def read(self):
        return "".join(item["id"] for item in read_all(self.fetch, "id", "things"))


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("names", ["", "a", "abc", "abcd", "abcdefghij"])
def test_all_pages_are_read(names, tells_total):
    assert Listing(names, tells_total=tells_total).read() == names


def test_pages_overlap_by_one():
    listing = Listing("abcdefg")
    assert listing.read() == "abcdefg"
    assert listing.asked == [0, 2, 4]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (lambda names: names.remove("a"), "bcdefg"),
        (lambda names: names.insert(0, "z"), "zabcdefg"),
        (lambda names: names.append("z"), "abcdefgz"),
        (lambda names: (names.remove("a"), names.append("z")), "bcdefgz"),
        (lambda names: names.reverse(), "gfedcba"),
        (list.clear, ""),
    ],
)
def test_a_list_that_moved_is_started_over(change, after):
    listing = Listing("abcdefg", changes={1: change})
    assert listing.read() == after
    assert listing.asked.count(0) == 2


def test_a_list_that_always_moves_is_an_error_after_three_restarts():
    endless = {number: (lambda names: names.insert(0, f"new{len(names)}")) for number in range(1, 100)}
    listing = Listing("abcdefg", changes=endless)
    with pytest.raises(Unreadable, match="The list of things changed each time"):
        listing.read()
    assert listing.asked.count(0) == 1 + MOST_RESTARTS == 4


def test_a_total_that_is_never_reached_is_no_endless_loop():
    with pytest.raises(Unreadable):
        read_all(lambda offset: Page([{"id": "a"}] if offset == 0 else [], 5), "id", "things")


def test_an_item_that_comes_twice_is_noticed():
    with pytest.raises(Unreadable):
        read_all(lambda offset: Page([{"id": "a"}, {"id": "a"}], 2), "id", "things")


@given(
    names=st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=2), unique=True, max_size=12),
    page=st.integers(2, 5),
    moves=st.dictionaries(st.integers(1, 4), st.tuples(st.booleans(), st.integers(0, 11)), max_size=2),
)
def test_what_is_returned_is_the_list_as_it_was_at_one_moment(names, page, moves):
    states = [list(names)]

    def mover(number, adds, at):
        def move(current):
            if adds:
                current.insert(min(at, len(current)), f"+{number}")
            elif current:
                current.pop(min(at, len(current) - 1))
            states.append(list(current))

        return move

    listing = Listing(names, page, {number: mover(number, *what) for number, what in moves.items()})
    assert [item["id"] for item in read_all(listing.fetch, "id", "things")] in states
