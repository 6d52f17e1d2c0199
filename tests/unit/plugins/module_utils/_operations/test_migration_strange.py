# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in which a field holds anything that JSON can: there is a report, or an error of the collection's own."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.client import make_clients
from ansible_collections.roma.connect.plugins.module_utils._api.inventory import LISTINGS
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_compare import CATEGORIES
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_info import connections, migration_info
from ansible_collections.roma.connect.tests.simulator.beginning import PLANTED
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock, make_task

#: What stands anywhere but where a name is expected.
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(PLANTED) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "0", "1", "3", "true", "a|b", "a,b", "\ud800", "\x1b[2J", "{}", "******"])
    | st.lists(NESTED.filter(lambda one: one != PLANTED), max_size=3)
    | st.dictionaries(st.text(max_size=3) | st.sampled_from(["domain", "name", "id"]), NESTED, max_size=3)
)


class Replayed:
    """A client that answers as the simulator did, but for one field."""

    def __init__(self, client, answers, change):
        self.endpoint, self.instance_id = client.endpoint, client.instance_id
        self._client, self._answers, self._change = client, answers, change

    def get(self, what, path, service="", **query):
        key = (self.instance_id, service, path, tuple(sorted(query.items())))
        if key not in self._answers:
            try:
                self._answers[key] = self._client.get(what, path, service, **query)
            except errors.RomaError as error:
                self._answers[key] = error
        if isinstance(self._answers[key], errors.RomaError):
            raise self._answers[key]
        return self._change(path, copy.deepcopy(self._answers[key]))


@pytest.fixture
def replay(make_sim):
    sim = make_sim()
    second = sim.instances[1]["id"]
    sim.change(instance_id=second, finish=sim.instance_id)
    sim.change(
        set={"channels": {"order-servers": {"type": 3}}},
        add={"apis": [{"group": "orders-api", "name": "more", "published": ["test"]}]},
    )
    answers = {}

    def report(change, **options):
        clock = HandClock()
        options = {"prefix": None, "app_names": [], "categories": None, **options}
        place = {**sim.options("keys"), "instance_id": second, "source": sim.options("token")}
        task = make_task(clock, wait=False, **place, **options)
        clients = make_clients(connections(task.options, {}), task.deadline, Secrets())
        try:
            migration_info(task, *[Replayed(client, answers, change) for client in clients])
        except errors.RomaError as error:
            return str(error), task
        return json.dumps([task.facts, task.said]), task

    return report


def items_of(document, field):
    found = document.get(field)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


@pytest.mark.parametrize("name", LISTINGS)
@example(value="\ud800", place=-1).via("an id of half a character, which no URL can hold")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=ANYTHING, place=st.integers(-1, 30))
def test_any_value_of_any_field(replay, name, value, place):
    """No exception but the collection's own, no secret in what comes of it, and each category has its say."""
    listing = LISTINGS[name]

    def change(path, document):
        if path.rpartition("/")[2] == listing.path.rpartition("/")[2]:
            for item in items_of(document, listing.field):
                fields = sorted(item)
                item[listing.key if place < 0 else fields[place % len(fields)]] = value
        return document

    said, task = replay(change)
    assert PLANTED not in said
    if "open" in task.facts:
        unread = {line["category"] for line in task.facts["not_checked"]}
        assert all(task.facts["counts"][one] is not None or one in unread for one in CATEGORIES)


@pytest.mark.parametrize("name", [*LISTINGS, "device_counts"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=ANYTHING, place=st.integers(0, 4))
def test_any_value_in_an_answer(replay, name, value, place):
    """The same for the answer itself: its list, its total, what is counted, an item."""
    path = LISTINGS[name].path if name in LISTINGS else "statistics/devices-count"

    def change(asked, document):
        if asked.rpartition("/")[2] != path.rpartition("/")[2]:
            return document
        fields = sorted(document)
        field = fields[place % len(fields)]
        if place > 2 and document[field]:
            several = document[field]
            inner = 0 if isinstance(several, list) else sorted(several)[0] if isinstance(several, dict) else None
            if inner is not None:
                several[inner] = value
                return document
        document[field] = value
        return document

    said, task = replay(change)
    assert PLANTED not in said
