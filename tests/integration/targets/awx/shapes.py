# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kit's data have the shapes that AWX takes: its rules for credential types, surveys and workflows."""

from __future__ import annotations

import json
import re
import subprocess

from awx import KIT, documents, inject, load
from jinja2 import StrictUndefined, sandbox

NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
FIELD_KEYS = {
    "id",
    "label",
    "type",
    "format",
    "choices",
    "help_text",
    "multiline",
    "secret",
    "ask_at_runtime",
    "default",
}
#: Variables of the environment that a credential must not set.
FORBIDDEN = {"PATH", "PYTHONPATH", "VIRTUAL_ENV", "JOB_ID", "INVENTORY_ID", "AWX_HOST", "CACHE", "PROJECT_REVISION"}
WORD = re.compile(r"\w+")
TEXT = ("text", "textarea", "password", "multiplechoice")
TYPES = {**dict.fromkeys(TEXT, str), "integer": int, "float": float, "multiselect": (str, list)}
#: What load.yml hands over.
JOB_TEMPLATE_KEYS = {"name", "description", "job_type", "playbook", "ask_credential_on_launch", "extra_vars"}
JOB_TEMPLATE_KEYS |= {"survey_enabled", "survey_spec", "ask_inventory_on_launch", "ask_limit_on_launch"}


def texts(node):
    """All that is rendered, names included."""
    if isinstance(node, dict):
        return [text for name, value in node.items() for text in (name, *texts(value))]
    if isinstance(node, list):
        return [text for value in node for text in texts(value)]
    assert isinstance(node, str), f"{node!r} is no text"
    return [node]


def credential_type(document):
    assert set(document) == {"name", "description", "kind", "inputs", "injectors"}
    assert document["kind"] in ("cloud", "net")  # of others no custom type can be made
    inputs, injectors = document["inputs"], document["injectors"]
    assert set(inputs) <= {"fields", "required"}
    ids = [field["id"] for field in inputs["fields"]]
    assert len(set(ids)) == len(ids)
    assert "tower" not in ids
    assert set(inputs["required"]) <= set(ids)
    for field in inputs["fields"]:
        assert set(field) <= FIELD_KEYS
        assert NAME.fullmatch(field["id"])
        assert isinstance(field["label"], str)
        assert field["type"] in ("string", "boolean")
        if field["type"] == "boolean":
            assert not {"choices", "multiline", "format", "secret"} & set(field)
    assert set(injectors) <= {"env", "extra_vars", "file"}
    for name, text in injectors.get("env", {}).items():
        assert NAME.fullmatch(name)
        assert not name.startswith("ANSIBLE_")
        assert name not in FORBIDDEN
        assert text.isascii()
    for name in injectors.get("extra_vars", {}):
        assert NAME.fullmatch(name)
    environment = sandbox.ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for text in texts(list(injectors.values())):
        environment.from_string(text).render(dict.fromkeys(ids, "EXAMPLE"))


def secrets_are_marked(document):
    secret = {field["id"] for field in document["inputs"]["fields"] if field.get("secret")}
    assert secret == {"auth_token", "secret_key", "security_token", "password"}


def survey(document):
    if not document["survey_enabled"]:
        assert "survey_spec" not in document
        return
    spec = document["survey_spec"]
    assert set(spec) == {"name", "description", "spec"}
    questions = spec["spec"]
    assert questions
    variables = [question["variable"] for question in questions]
    assert len(set(variables)) == len(variables)
    for question in questions:
        assert isinstance(question["question_name"], str)
        assert isinstance(question["required"], bool)
        assert question["type"] in TYPES
        default = question["default"]
        assert default == "" or isinstance(default, TYPES[question["type"]])
        for limit in ("min", "max"):
            assert isinstance(question.get(limit, 0), int)
        if question["type"] in ("multiplechoice", "multiselect"):
            assert all(isinstance(choice, str) for choice in question["choices"])
            assert default in question["choices"]


def module_options():
    """What the modules' documentation says of each variable of the roles: roles call them as the modules do."""
    said = subprocess.run(
        ["ansible-doc", "--json", *(f"roma.connect.roma_asset_{verb}" for verb in ("export", "import"))],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    exporting, importing = (module["doc"]["options"] for _name, module in sorted(json.loads(said).items()))
    roles = {"asset_export": exporting, "asset_import": importing, "asset_migrate": {**exporting, **importing}}
    return {f"{role}_{name}": option for role, options in roles.items() for name, option in options.items()}


def asked_variables_are_options(document, options, declared):
    """Each question asks for a variable of a role, in the form that the module's option has, and says its name."""
    form = {"bool": "multiplechoice", "int": "integer", "list": "textarea", "str": "text", "path": "text"}
    for question in document["survey_spec"]["spec"]:
        assert question["variable"] in declared
        option = options[question["variable"]]
        choices = ["false", "true"] if option["type"] == "bool" else option.get("choices")
        assert question["type"] == ("multiplechoice" if choices else form[option["type"]])
        assert question.get("choices") == choices
        assert question["question_description"].endswith(f" ({question['variable']}).")


def workflow(document, templates):
    nodes = {node["identifier"]: node for node in document["nodes"]}
    assert set(nodes) == {"export", "approval", "import"}
    asked = [nodes[name]["unified_job_template"] for name in ("export", "import")]
    assert set(nodes["approval"]["approval_node"]) == {"name", "description", "timeout"}
    assert [nodes[name]["success_nodes"] for name in nodes] == [["approval"], ["import"], []]
    taken = {question["variable"] for name in asked for question in templates[name]["survey_spec"]["spec"]}
    assert {question["variable"] for question in document["survey_spec"]["spec"]} <= taken


def main():
    types = documents("credential_types")
    assert set(types) == {"connection.yml", "migration_target.yml"}
    for document in types.values():
        credential_type(document)
        secrets_are_marked(document)
    # every field arrives somewhere
    for document in types.values():
        ids = [field["id"] for field in document["inputs"]["fields"] if field["type"] == "string"]
        environment, variables = inject(document, {name: f"[{name}]" for name in ids})
        assert all(any(f"[{name}]" in text for text in texts([environment, variables])) for name in ids)

    playbooks = set(documents("project"))
    specification = {}
    for role in ("asset_export", "asset_import", "asset_migrate"):
        document = load(f"../../roles/{role}/meta/argument_specs.yml")
        specification.update(document["argument_specs"]["main"]["options"])
    options = module_options()
    templates = {document["name"]: document for document in documents("job_templates").values()}
    for document in templates.values():
        assert set(document) <= JOB_TEMPLATE_KEYS
        assert document["job_type"] == "run"
        assert document["playbook"] in playbooks
        survey(document)
        if document["survey_enabled"]:
            asked_variables_are_options(document, options, specification)
        playbook = (KIT / "../../playbooks" / document["playbook"]).read_text()
        assert [
            name for name in document.get("extra_vars", {}) if name not in {*specification, *WORD.findall(playbook)}
        ] == []

    approved = load("workflows/export_approval_import.yml")
    survey(approved)
    asked_variables_are_options(approved, options, specification)
    workflow(approved, templates)
    schedule = load("schedules/nightly_export.yml")
    assert schedule["unified_job_template"] in templates
    assert re.fullmatch(r"DTSTART;TZID=UTC:\d{8}T\d{6} RRULE:FREQ=DAILY;INTERVAL=1", schedule["rrule"])
    assert load("project/collections/requirements.yml")["collections"][0]["name"] == "roma.connect"

    # the guide names all that is there
    guide = " ".join((KIT / "../../docs/docsite/rst/guide_awx.rst").read_text().split())
    named = [document["name"] for document in (*types.values(), *templates.values(), approved)]
    named += re.findall(r"kit_\w+", (KIT / "load.yml").read_text())
    assert [name for name in named if name not in guide] == []
    print(f"{len(types)} credential types, {len(templates)} job templates: shapes ok")


main()
