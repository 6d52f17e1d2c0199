# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX does with a credential and a survey before a job, in short; it was read in AWX 24 (awx/main)."""

from __future__ import annotations

import os
import pathlib

import yaml
from jinja2 import sandbox

KIT = pathlib.Path(os.environ["KIT"])


def load(path):
    return yaml.safe_load((KIT / path).read_text())


def documents(folder):
    """The data of a folder by file name."""
    return {path.name: yaml.safe_load(path.read_text()) for path in sorted((KIT / folder).glob("*.yml"))}


def inject(credential_type, inputs):
    """The environment and the extra variables that a credential makes.

    A field that is empty is not there for the template, a boolean that was never set is False, and all else is text.
    """
    known = {name: value for name, value in inputs.items() if isinstance(value, bool) or value}
    for field in credential_type["inputs"]["fields"]:
        if field["type"] == "boolean":
            known.setdefault(field["id"], False)
    environment = sandbox.ImmutableSandboxedEnvironment()

    def rendered(node):
        if isinstance(node, dict):
            return {rendered(name): rendered(value) for name, value in node.items()}
        if isinstance(node, list):
            return [rendered(value) for value in node]
        return environment.from_string(node).render(**known)

    injectors = credential_type["injectors"]
    return rendered(injectors.get("env", {})), rendered(injectors.get("extra_vars", {}))


def answers(template, given):
    """The extra variables of a job: those of the template, the survey's defaults, what was answered, AWX's own."""
    questions = template["survey_spec"]["spec"] if template["survey_enabled"] else []
    defaults = {question["variable"]: question["default"] for question in questions if question["default"] != ""}
    empty = {question["variable"]: "" for question in questions if question["type"] in ("text", "textarea")}
    return {**template.get("extra_vars", {}), **empty, **defaults, **given, "awx_job_id": 1}


class Unsafe(yaml.SafeDumper):
    """Texts are no templates: each is tagged, names of variables and of keys included."""

    def represent_str(self, data):
        return self.represent_scalar("!unsafe", data)


Unsafe.add_representer(str, Unsafe.represent_str)


def extra_variables_file(path, variables, trusted=None):
    """As AWX writes them, of a credential and of a survey alike.

    Only what stands in the job template itself, *trusted*, may be a template of Ansible.
    """
    with open(path, "w", encoding="utf-8") as file:
        for name, value in variables.items():
            plain = name in (trusted or {}) and trusted[name] == value
            yaml.dump({name: value}, file, Dumper=yaml.SafeDumper if plain else Unsafe)
