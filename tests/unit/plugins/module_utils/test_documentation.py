# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation fragments say is what the code does."""

from __future__ import annotations

import importlib
import re

import pytest
import yaml

from ansible_collections.roma.connect.plugins.module_utils import _spec
from ansible_collections.roma.connect.plugins.module_utils._options import ENVIRONMENT, SECRETS

WAIT, START, RECORD = _spec.WAIT, _spec.START, _spec.RECORD
SPECS = {
    "_connection": _spec.CONNECTION,
    "_wait": WAIT,
    "_start": {name: START[name] for name in START if name not in WAIT},
    "_record": RECORD,
}


def documented(fragment):
    module = importlib.import_module(f"ansible_collections.roma.connect.plugins.doc_fragments.{fragment}")
    return yaml.safe_load(module.ModuleDocFragment.DOCUMENTATION)["options"]


@pytest.mark.parametrize("fragment", SPECS)
def test_options_types_and_defaults_agree(fragment):
    said = {name: (option["type"], option.get("default")) for name, option in documented(fragment).items()}
    done = {name: (option["type"], option.get("default")) for name, option in SPECS[fragment].items()}
    assert said == done


def test_a_module_that_starts_a_job_takes_the_options_of_waiting_with_the_same_defaults():
    assert {name: START[name] for name in WAIT} == WAIT


def test_variables_are_documented_in_the_order_in_which_they_count():
    said = {
        name: tuple(re.findall(r"E\((\w+)\)", " ".join(option["description"])))
        for name, option in documented("_connection").items()
    }
    assert {name: variables for name, variables in said.items() if variables} == ENVIRONMENT


def test_secrets_are_masked_and_the_access_key_is_not():
    masked = {name for name, option in _spec.CONNECTION.items() if option.get("no_log")}
    assert masked == set(SECRETS)
    assert _spec.CONNECTION["access_key"]["no_log"] is False
