# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation fragments say is what the code does."""

from __future__ import annotations

import importlib
import os
import re

import pytest
import yaml

from ansible_collections.roma.connect.plugins.module_utils._account import options
from ansible_collections.roma.connect.plugins.module_utils._operations import migration_info
from ansible_collections.roma.connect.plugins.module_utils._operations.options import RECORD, START
from ansible_collections.roma.connect.tests.unit.plugins.support import ROOT

WAIT = options.WAIT
SPECS = {
    "_connection": options.CONNECTION,
    "_wait": WAIT,
    "_start": {name: START[name] for name in START if name not in WAIT},
    "_record": RECORD,
}

COLLECTION = os.path.join(ROOT, "ansible_collections", "roma", "connect")
MODULES = sorted(
    name[:-3] for name in os.listdir(os.path.join(COLLECTION, "plugins", "modules")) if name.startswith("roma_")
)


def documented(fragment):
    module = importlib.import_module(f"ansible_collections.roma.connect.plugins.doc_fragments.{fragment}")
    return yaml.safe_load(module.ModuleDocFragment.DOCUMENTATION)["options"]


@pytest.mark.parametrize("fragment", SPECS)
def test_options_types_and_defaults_agree(fragment):
    said = {name: (option["type"], option.get("default")) for name, option in documented(fragment).items()}
    done = {name: (option["type"], option.get("default")) for name, option in SPECS[fragment].items()}
    assert said == done


def test_the_source_of_a_migration_takes_all_connection_options():
    said = yaml.safe_load(
        importlib.import_module("ansible_collections.roma.connect.plugins.modules.roma_migration_info").DOCUMENTATION
    )["options"]
    spec = migration_info.OPTIONS
    assert {name: (one["type"], one.get("default")) for name, one in said["source"]["suboptions"].items()} == {
        name: (one["type"], one.get("default")) for name, one in spec["source"]["options"].items()
    }
    assert set(spec["source"]["options"]) == set(options.CONNECTION)
    assert said["categories"]["choices"] == spec["categories"]["choices"]
    assert set(said) == set(spec)


def test_a_module_that_starts_a_job_takes_the_options_of_waiting_with_the_same_defaults():
    assert {name: START[name] for name in WAIT} == WAIT


def test_variables_are_documented_in_the_order_in_which_they_count():
    said = {
        name: tuple(re.findall(r"E\((\w+)\)", " ".join(option["description"])))
        for name, option in documented("_connection").items()
    }
    assert {name: variables for name, variables in said.items() if variables} == options.ENVIRONMENT


def test_secrets_are_masked_and_the_access_key_is_not():
    masked = {name for name, option in options.CONNECTION.items() if option.get("no_log")}
    assert masked == set(options.SECRETS)
    assert options.CONNECTION["access_key"]["no_log"] is False


def attributes(module):
    """What the documentation of *module* says it supports: its own words, and those of its fragments."""
    path = "ansible_collections.roma.connect.plugins"
    document = yaml.safe_load(importlib.import_module(f"{path}.modules.{module}").DOCUMENTATION)
    found = document.get("attributes", {})
    for name in document["extends_documentation_fragment"]:
        file, _dot, variable = name.partition("roma.connect.")[2].partition(".")
        if file:
            fragment = importlib.import_module(f"{path}.doc_fragments.{file}").ModuleDocFragment
            shared = yaml.safe_load(getattr(fragment, variable.upper() or "DOCUMENTATION")).get("attributes", {})
            found = {key: {**shared.get(key, {}), **found.get(key, {})} for key in {*shared, *found}}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_supports_and_that_it_is_in_the_action_group(module):
    found = attributes(module)
    assert (found["action_group"]["support"], found["action_group"]["membership"]) == ("full", ["roma.connect.roma"])
    assert (found["check_mode"]["support"], found["diff_mode"]["support"]) == ("full", "none")
    assert found["check_mode"]["details"]
    assert all(attribute["description"] for attribute in found.values())


@pytest.mark.parametrize("module", MODULES)
def test_an_example_of_each_module_shows_credentials_and_none_shows_a_secret(module):
    path = f"ansible_collections.roma.connect.plugins.modules.{module}"
    tasks = yaml.safe_load(importlib.import_module(path).EXAMPLES)
    given = [
        options_ for task in tasks for name, options_ in task.items() if name == f"roma.connect.{module}" and options_
    ]
    assert any({"access_key", "secret_key"} <= options_.keys() for options_ in given)
    secret = [options_[name] for options_ in given for name in (*options.SECRETS, "access_key") if name in options_]
    assert [value for value in secret if not re.fullmatch(r"\{\{ vault_\w+ \}\}", value)] == []


def test_the_action_group_has_every_module():
    with open(os.path.join(COLLECTION, "meta", "runtime.yml"), encoding="utf-8") as file:
        assert yaml.safe_load(file)["action_groups"] == {"roma": MODULES}


def text_of(*path):
    with open(os.path.join(COLLECTION, *path), encoding="utf-8") as file:
        return file.read()


@pytest.mark.parametrize("role", ["asset_export", "asset_import", "asset_migrate"])
def test_a_role_hands_on_and_documents_each_variable_that_it_declares(role):
    declared = set(
        yaml.safe_load(text_of("roles", role, "meta", "argument_specs.yml"))["argument_specs"]["main"]["options"]
    )
    table = "".join(line for line in text_of("roles", role, "README.md").splitlines() if line.startswith("| "))
    assert set(re.findall(rf"\b{role}_\w+", table)) == declared
    yaml_of_it = text_of("roles", role, "tasks", "main.yml") + text_of("roles", role, "vars", "main.yml")
    assert set(re.findall(rf"\b{role}_\w+", yaml_of_it)) - {f"{role}_result"} == declared
    handed = re.findall(rf"^ +(\w+): \"{{{{ _?{role}_(\w+) ", text_of("roles", role, "tasks", "main.yml"), re.MULTILINE)
    assert all(option == variable for option, variable in handed if f"{role}_{variable}" in declared)
