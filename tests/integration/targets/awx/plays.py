# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the kit's playbooks with what AWX makes of its credentials and surveys, and loads the kit into a stand-in."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

from awx import KIT, answers, documents, extra_variables_file, inject, load
from controller import TOKEN, Controller, served

OUTPUT = pathlib.Path(os.environ["OUTPUT"])
SIMULATOR = json.loads((OUTPUT / "simulator.json").read_text())
CONNECTION = load("credential_types/connection.yml")
TARGET = load("credential_types/migration_target.yml")
PLACE = {name: SIMULATOR[name] for name in ("endpoint", "iam_endpoint", "project_id")}
SOURCE = {**PLACE, "instance_id": SIMULATOR["instance_id"]}
SECOND = {**PLACE, "instance_id": SIMULATOR["instances"][1]["id"]}
KEYS = {name: SIMULATOR[name] for name in ("access_key", "secret_key")}
PASSWORD = {name: SIMULATOR[name] for name in ("username", "password", "domain_name")}
VARIABLES = f"@{OUTPUT}/variables.json"


def play(*words, status=0, **environ):
    """The output of ansible-playbook, which must end with *status*."""
    done = subprocess.run(
        ["ansible-playbook", *words, *sys.argv[1:]],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def job(name, inputs, given, *words, target=None, status=0, **environ):
    """A job of the kit's template *name*, its /backup being a folder of the test."""
    template = load(f"job_templates/{name}.yml")
    if "asset_export_dest" in template.get("extra_vars", {}):
        variables = template["extra_vars"]
        variables["asset_export_dest"] = variables["asset_export_dest"].replace("/backup", str(OUTPUT))
    path = OUTPUT / f"{name}.extravars"
    extra_variables_file(path, answers(template, given), template.get("extra_vars"))
    words = ["-e", f"@{path}", *words]
    if target is not None:
        extra_variables_file(OUTPUT / "target.extravars", inject(TARGET, target)[1])
        words += ["-e", f"@{OUTPUT}/target.extravars"]
    environment = inject(CONNECTION, inputs)[0]
    return play(str(KIT / "project" / template["playbook"]), *words, status=status, **environment, **environ)


def control(path, document=None):
    body = None if document is None else json.dumps(document).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{SIMULATOR['control']}/{path}", body), timeout=10) as answer:
        return json.load(answer)


def names(instance_id):
    instance = next(one for one in control("state")["instances"] if one["id"] == instance_id)
    return sorted(app["name"] for app in instance["apps"])


def loading():
    """What is in AWX is what stands in the files, templates and all; run again, or in check mode, nothing changes."""
    controller = Controller(playbooks=documents("project"))
    with served(controller) as url:
        environment = {"CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
        assert "kit_project_url is missing" in play(str(KIT / "load.yml"), status=2, **environment)

        def load_kit(organization, *words, status=0):
            """What it said, how many tasks changed something, and what was written."""
            mine = f"one of {organization}"
            given = {
                "kit_organization": organization,
                "kit_project_url": "https://git.example.com/roma.git",
                "kit_project_branch": "stable",
                "kit_project_credential": mine,
                "kit_execution_environment": "roma-ee",
                "kit_credentials": {"ROMA Connect export": [mine]},
            }
            controller.writes.clear()
            said = play(str(KIT / "load.yml"), "-e", json.dumps(given), *words, status=status, **environment)
            return said, int(re.search(r"changed=(\d+)", said)[1]), [path for _method, path in controller.writes]

        register = "name=roma-ee image=registry.example.com/roma-ee"  # as the guide says
        subprocess.run(
            ["ansible", "localhost", "-m", "awx.awx.execution_environment", "-a", register],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            check=True,
        )
        assert load_kit("Default", "--check")[1:] == (3, [])  # types, inventory and project; the others need these
        controller.unreachable = "fatal: repository 'https://git.example.com/roma.git/' not found"
        said = load_kit("Default", status=2)[0]
        assert f"failed: {controller.unreachable}. Correct what it says (kit_project_url, kit_project_branch" in said
        controller.unreachable = ""
        load_kit("Default")
        load_kit("Other")
        for organization in ("Default", "Other"):
            loaded(controller, organization)
        project = controller.only("projects", "Default")
        assert load_kit("Default")[1:] == (0, [f"{project['url']}update/"])
        assert load_kit("Other", "--check")[1:] == (0, [])


def loaded(controller, organization):
    """Everything is there once, and belongs together."""
    types = documents("credential_types").values()
    assert {one["name"] for one in controller.objects["credential_types"].values()} == {one["name"] for one in types}
    for document in types:
        assert holds(controller.only("credential_types", name=document["name"]), document)
    inventory, project = (controller.only(kind, organization) for kind in ("inventories", "projects"))
    credential = controller.only("credentials", organization)["id"]
    assert (project["scm_branch"], project["credential"]) == ("stable", credential)
    host = json.loads(controller.only("hosts", inventory=inventory["id"])["variables"])
    assert host["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"

    wanted = documents("job_templates").values()
    assert len(controller.all("job_templates", organization)) == len(wanted)
    for document in wanted:
        template = controller.only("job_templates", organization, name=document["name"])
        assert (template["inventory"], template["project"]) == (inventory["id"], project["id"])
        assert template["execution_environment"] == controller.only("execution_environments", name="roma-ee")["id"]
        assert json.loads(template["extra_vars"] or "{}") == document.pop("extra_vars", {})
        assert controller.related.get(("job_templates", template["id"], "survey_spec")) == document.pop(
            "survey_spec", None
        )
        assert holds(template, document)
        chosen = [credential] if document["name"] == "ROMA Connect export" else []
        assert controller.related.get(("job_templates", template["id"], "credentials"), []) == chosen

    document = load("workflows/export_approval_import.yml")
    workflow = controller.only("workflow_job_templates", organization)
    assert controller.related["workflow_job_templates", workflow["id"], "survey_spec"] == document.pop("survey_spec")
    wanted = document.pop("nodes")
    assert holds(workflow, document)
    nodes = controller.all("workflow_job_template_nodes", workflow_job_template=workflow["id"])
    nodes = {node["identifier"]: node for node in nodes}
    assert set(nodes) == {node["identifier"] for node in wanted}
    for node in wanted:
        made = nodes[node["identifier"]]
        followers = [nodes[name]["id"] for name in node["success_nodes"]]
        assert controller.related.get(("workflow_job_template_nodes", made["id"], "success_nodes"), []) == followers
        if "approval_node" in node:
            approval = controller.objects["workflow_approval_templates"][made["unified_job_template"]]
            assert holds(approval, node["approval_node"])
        else:
            template = controller.only("job_templates", organization, name=node["unified_job_template"])
            assert made["unified_job_template"] == template["id"]
    document = load("schedules/nightly_export.yml")
    template = controller.only("job_templates", organization, name=document["unified_job_template"])
    schedule = controller.only("schedules", unified_job_template=template["id"])
    assert holds(schedule, {**document, "unified_job_template": template["id"]})


def holds(made, document):
    return {key: made.get(key) for key in document} == document


def export_with_a_survey():
    """Several lines, empty answers, numbers and "true" as a survey gives them; then going on with a job."""
    first, second, third = SIMULATOR["apps"]
    package = OUTPUT / "export.zip"
    given = {
        "asset_export_dest": str(package),
        "asset_export_apps": f"{first}\n {second}\n\n",
        "asset_export_app_names": names(SIMULATOR["instance_id"])[0],
        "asset_export_tasks": " , ".join(SIMULATOR["tasks"]),
        "asset_export_force": "true",
    }
    job("export", {**SOURCE, **KEYS}, given)
    asked = next(entry["body"] for entry in control("requests") if entry["operation"] == "export")
    asked = json.loads(asked) if isinstance(asked, str) else asked
    assert {app["id"] for app in asked["apps"]} >= {first, second}
    assert [task["id"] for task in asked["tasks"]] == SIMULATOR["tasks"]
    assert package.stat().st_size > 0
    waiting = control("jobs", {"seconds": 0})["job_id"]
    given = {"asset_export_dest": str(OUTPUT / "job.zip"), "asset_export_job_id": waiting}
    job("export", {**SOURCE, **KEYS}, given)
    assert (OUTPUT / "job.zip").stat().st_size > 0
    assert [entry["operation"] for entry in control("requests")].count("export") == 1


def nightly_export_then_import():
    """The date is in the name; what the export tells by set_stats is the import's src, as in the workflow."""
    output = job("nightly_export", {**SOURCE, **PASSWORD}, {}, ANSIBLE_SHOW_CUSTOM_STATS="true")
    told = json.loads(output.partition("RUN: ")[2].partition("\n\n")[0].splitlines()[0])
    package = pathlib.Path(told["asset_export_result"]["dest"])
    day = time.strftime("%Y-%m-%d", time.gmtime())
    assert package.name in (f"roma-{day}.zip", f"roma-{time.strftime('%Y-%m-%d', time.gmtime(time.time() - 60))}.zip")
    given = {**told, "asset_import_prefix": "night-", "asset_import_datasource_overwrite": "false"}
    parts = {**told["asset_export_result"], "packages": told["asset_export_result"]["packages"] * 2}
    said = job("import_exported", {**SECOND, **KEYS}, {**given, "asset_export_result": parts}, status=2)
    assert "one of 2 packages, of which this template imports only one" in said
    assert names(SECOND["instance_id"]) == []
    job("import_exported", {**SECOND, **KEYS}, given)
    assert names(SECOND["instance_id"]) == [f"night-{name}" for name in names(SOURCE["instance_id"])]


def migration():
    """From the instance of one credential to that of the other, each in its own way."""
    name = names(SOURCE["instance_id"])[0]
    given = {"asset_migrate_dest": f"{OUTPUT}/moved.zip", "asset_migrate_app_names": name}
    given["asset_migrate_prefix"] = "moved-"
    job("migrate", {**SOURCE, **PASSWORD}, given, target={**SECOND, **KEYS})
    headers = {entry["operation"]: entry["headers"] for entry in control("requests")}
    assert "x-auth-token" in headers["export"]
    assert "authorization" in headers["import"]
    assert names(SECOND["instance_id"]) == [f"moved-{name}"]
    # a target without a way in is entered in that of the source
    given = {**given, "asset_migrate_dest": f"{OUTPUT}/again.zip", "asset_migrate_prefix": "again-"}
    job("migrate", {**SOURCE, **PASSWORD}, given, target=SECOND)
    assert "x-auth-token" in {entry["operation"]: entry["headers"] for entry in control("requests")}["import"]


def awkward_secrets():
    """What looks like a template, or is no text in YAML, comes to the API as it was filled in."""
    awkward = """a{{ b }}{% c#'"$ & {%raw%}"""
    unbroken = awkward.replace(" ", "")  # a token holds no blanks
    given = {"asset_migrate_dest": f"{OUTPUT}/no.zip", "asset_migrate_all": "true"}
    job("migrate", {**SOURCE, **KEYS}, given, target={**SECOND, "auth_token": unbroken}, status=2)
    assert control("requests")[-1]["headers"]["x-auth-token"] == unbroken
    for name, password, domain in (("{{ d }}", awkward, "'{{ e }}"), ("0123", "12:30", "no")):
        caller = {"username": name, "password": password, "domain_name": domain}
        job("migrate", {**SOURCE, **KEYS}, given, target={**SECOND, **caller}, status=2)
        user = control("requests")[-1]["body"]["auth"]["identity"]["password"]["user"]
        assert user == {"name": name, "password": password, "domain": {"name": domain}}
    keys = {**SECOND, "access_key": SIMULATOR["temporary"]["access_key"], "secret_key": unbroken}
    job("migrate", {**SOURCE, **KEYS}, given, target={**keys, "security_token": unbroken}, status=2)
    assert control("requests")[-1]["headers"]["x-security-token"] == unbroken


def export_on_a_host():
    """The storage host has nothing of the credential in its environment."""
    words = [f"{KIT}/project/export_on_host.yml", "-i", "storage.ini", "-e", VARIABLES]
    wrapper = OUTPUT / "python"
    unset = " ".join(f"-u {name}" for name in inject(CONNECTION, {})[0])
    wrapper.write_text(f'#!/bin/sh\nexec env {unset} {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    chosen = {"ansible_python_interpreter": str(wrapper), "asset_export_dest": f"{OUTPUT}/host.zip"}
    chosen["asset_export_apps"] = SIMULATOR["apps"][:1]
    play(*words, "-e", json.dumps(chosen), **inject(CONNECTION, {**SOURCE, **KEYS})[0])
    assert (OUTPUT / "host.zip").stat().st_size > 0


def empty_fields():
    """An empty field gives the same message as an option that is missing."""
    place = {"region": "sim", **SOURCE}

    def case(says, inputs):
        environment = inject(CONNECTION, inputs)[0]
        absent = {name: text for name, text in environment.items() if text}
        return {"names": sorted(inputs), "says": says, "empty": environment, "absent": absent}

    def target(says, inputs):
        return {"says": says, "empty": inject(TARGET, inputs)[1]["asset_migrate_target"], "absent": inputs}

    variables = {
        "cases": [
            case("No credentials", {}),
            case("region or endpoint is missing", KEYS),
            case("instance_id is missing", {**PLACE, **KEYS}),
            case("SDK_AK without HUAWEICLOUD_SDK_SK", {**place, "access_key": "half"}),
            case("without HW_DOMAIN_NAME", {**place, "username": "half", "password": "half"}),
        ],
    }
    (OUTPUT / "messages.json").write_text(json.dumps(variables))
    variables = {
        "targets": [
            target("^Missing: instance_id of asset_migrate_target\\. ", {"region": "sim"}),
            target(
                "^Missing: region or endpoint of asset_migrate_target\\. ", {"instance_id": "any", "project_id": "any"}
            ),
            target("name the same instance", SOURCE),
            target("secret_key", {**SECOND, "access_key": "half"}),
        ],
    }
    extra_variables_file(OUTPUT / "messages.extravars", variables)
    words = ["-e", VARIABLES, "-e", f"@{OUTPUT}/messages.json", "-e", f"@{OUTPUT}/messages.extravars"]
    output = play("messages.yml", *words)
    assert "failed=0" in output
    # and as the playbook says it
    said = job("export", {}, {"asset_export_dest": f"{OUTPUT}/no.zip", "asset_export_all": "true"}, status=2)
    assert "No credentials" in said
    # by the variables that the survey names
    said = job("export", {**SOURCE, **KEYS}, {"asset_export_dest": f"{OUTPUT}/no.zip"}, status=2)
    named = set(re.findall(r"asset_export_\w+", said.partition("Nothing to export is named: ")[2].splitlines()[0]))
    questions = load("job_templates/export.yml")["survey_spec"]["spec"]
    assert len(named & {question["variable"] for question in questions}) == len(named) == 6
    # in the words of AWX, where the role knows that it runs there
    given = {"asset_migrate_dest": f"{OUTPUT}/no.zip", "asset_migrate_all": "true"}
    said = job("migrate", {**SOURCE, **KEYS}, given, status=2)
    assert "Missing: asset_migrate_target. Each of the two must name an instance_id" in said
    assert "credentials of the types ROMA Connect and ROMA Connect migration target: choose both" in said
    assert control("requests") == []


def main():
    cases = (loading, export_with_a_survey, nightly_export_then_import, migration, awkward_secrets, export_on_a_host)
    chosen = os.environ.get("ONLY", "").split()  # by hand, such as "loading migration"
    for case in [one for one in (*cases, empty_fields) if not chosen or one.__name__ in chosen]:
        began = time.time()
        control("reset", {})
        case()
        print(f"{case.__name__}: ok, {time.time() - began:.1f} s", flush=True)


main()
