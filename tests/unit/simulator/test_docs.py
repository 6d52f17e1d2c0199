# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to the simulator says what there is."""

from __future__ import annotations

import json
import pathlib
import re

import pytest

from ansible_collections.roma.connect.tests.simulator.faults import KINDS, Faults, kind
from ansible_collections.roma.connect.tests.simulator.holdings import KINDS as THINGS
from ansible_collections.roma.connect.tests.simulator.plans import DAMAGE, FIELDS, PROGRESS
from ansible_collections.roma.connect.tests.simulator.routes import OPERATIONS

ROOT = pathlib.Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "docsite" / "rst" / "guide_simulator.rst").read_text(encoding="utf-8")
FAULTS = [json.loads(text) for text in re.findall(r"^  \* - ``(\{.*\})``$", TEXT, re.MULTILINE)]


@pytest.mark.parametrize("fault", FAULTS, ids=kind)
def test_each_example_of_a_fault_is_one(fault):
    Faults().add("*", fault)


def test_all_kinds_of_fault_have_an_example():
    assert sorted({kind(fault) for fault in FAULTS}) == sorted(KINDS)


@pytest.mark.parametrize("word", [*OPERATIONS, *THINGS, *FIELDS, *PROGRESS, *filter(None, DAMAGE)])
def test_every_word_is_told(word):
    assert re.search(rf"\b{word}\b", TEXT)


def test_every_option_and_every_request_is_told():
    command = (ROOT / "tests" / "simulator" / "command.py").read_text(encoding="utf-8")
    control = (ROOT / "tests" / "simulator" / "control.py").read_text(encoding="utf-8")
    for option in re.findall(r'add_argument\("(--[a-z-]+)"', command):
        assert option in TEXT
    for method, name in re.findall(r'\("([A-Z]+)", "(\w+)"\): self', control):
        assert f"{method} {name}" in TEXT


def test_the_commands_to_the_control_interface_work(api):
    examples = re.findall(r"^  curl -s \$CONTROL/(\w+) -d '(.*?)'$", TEXT, re.MULTILINE | re.DOTALL)
    assert len(examples) == 8
    for name, body in examples:
        answer = api.control("POST", name, data=body)
        assert answer.status_code == 200, answer.text
