# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbooks as AWX does: with ansible-runner, from a private data folder."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

OUTPUT = pathlib.Path(os.environ["OUTPUT"])
SIMULATOR = json.loads((OUTPUT / "simulator.json").read_text())
LINE = re.compile(r"\[localhost\] \w+ ([0-9a-f]{32}): ([A-Z]+)( \d+ %)? after ")
PLACE = {"HUAWEICLOUD_SDK_IAM_ENDPOINT": SIMULATOR["iam_endpoint"], "ROMA_ENDPOINT": SIMULATOR["endpoint"]}
PASSWORD = {
    **PLACE,
    "HW_PROJECT_ID": SIMULATOR["project_id"],
    "ROMA_INSTANCE_ID": SIMULATOR["instance_id"],
    "HW_USER_NAME": SIMULATOR["username"],
    "HW_USER_PASSWORD": SIMULATOR["password"],
    "HW_DOMAIN_NAME": SIMULATOR["domain_name"],
}
TARGET = {
    "endpoint": SIMULATOR["endpoint"],
    "project_id": SIMULATOR["project_id"],
    "instance_id": SIMULATOR["instances"][1]["id"],
    "access_key": SIMULATOR["access_key"],
    "secret_key": SIMULATOR["secret_key"],
    "region": "",
    "auth_token": "",
}
SOURCE = {**{name: TARGET[name] for name in ("endpoint", "project_id")}, "instance_id": SIMULATOR["instance_id"]}


def control(path, document=None):
    body = None if document is None else json.dumps(document).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{SIMULATOR['control']}/{path}", body), timeout=10) as answer:
        return json.load(answer)


def asked(operation):
    """How often the API was asked for it."""
    return [entry["operation"] for entry in control("requests")].count(operation)


def private_data(name, answers, cmdline="", trusted=None):
    """A private data folder as AWX fills it; the answers of a survey are no templates of Ansible."""
    folder = OUTPUT / name
    (folder / "env").mkdir(parents=True)
    (folder / "inventory").mkdir()
    shutil.copytree(os.environ["PROJECT"], folder / "project")
    localhost = "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'"
    (folder / "inventory" / "hosts").write_text(f"{localhost}\n")
    (folder / "env" / "envvars").write_text(json.dumps(PASSWORD))
    tags = {key: "!unsafe " if isinstance(answer, str) else "" for key, answer in answers.items()}
    lines = [f"!unsafe {json.dumps(key)}: {tags[key]}{json.dumps(answer)}" for key, answer in answers.items()]
    lines += [f"{key}: {json.dumps(value)}" for key, value in (trusted or {}).items()]
    (folder / "env" / "extravars").write_text("\n".join(lines) + "\n")
    (folder / "env" / "settings").write_text(json.dumps({"suppress_env_files": True}))
    (folder / "env" / "cmdline").write_text(cmdline)
    return folder


def runner(*words, stdin=None, stdout=None):
    return subprocess.Popen(["ansible-runner", *map(str, words)], stdin=stdin, stdout=stdout, stderr=subprocess.STDOUT)


def events(artifacts):
    """What has come so far, in its order."""
    found = []
    for path in (artifacts / "job_events").glob("*.json"):
        if not path.name.endswith("-partial.json"):
            with contextlib.suppress(ValueError):  # being written
                found.append(json.loads(path.read_text()))
    return sorted(found, key=lambda event: event["counter"])


def progress(artifacts):
    """(time, status) of each line of progress."""
    lines = [(event, LINE.match(event["stdout"])) for event in events(artifacts) if event["event"] == "verbose"]
    return [(moment(event), line[2]) for event, line in lines if line]


def moment(event):
    return datetime.datetime.fromisoformat(event["created"])


def wait_until(condition, process):
    for _tick in range(1200):
        if condition():
            return
        assert process.poll() is None, "it ended before"
        time.sleep(0.05)
    raise AssertionError("not within a minute")


def status(artifacts):
    return (artifacts / "status").read_text()


def no_secrets(*folders):
    """In no event, no artifact and no output.

    Only ansible-runner's own file ``command``, which nobody else may read, repeats the environment that it was given.
    """
    secrets = {SIMULATOR[name] for name in ("auth_token", "secret_key", "password")}
    for entry in control("requests"):
        secrets |= {entry["headers"][name] for name in ("x-auth-token",) if name in entry["headers"]}
        secrets |= set(re.findall(r"Signature=(\w+)", entry["headers"].get("authorization", "")))
    assert len(secrets) > 3
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != "command"]
    assert any(path.name == "stdout" for path in files)
    found = [path for path in files for secret in secrets if secret.encode() in path.read_bytes()]
    assert not found, found


def cancelled_and_resumed():
    """SIGTERM while the job is awaited; the next run goes on with it. Lines are events while the job runs."""
    control("plan", {"seconds": 8})
    answers = {
        "asset_export_dest": f"{OUTPUT}/crm.zip",
        "asset_export_apps": "\n".join(SIMULATOR["apps"]) + "\n",
        "asset_export_tasks": ", ".join(SIMULATOR["tasks"]),
        "asset_export_app_names": "",
        "asset_export_all": "false",
        "asset_export_timeout": 600,
    }
    folder = private_data("cancel", answers, "-vvv")
    first, second = folder / "artifacts" / "first", folder / "artifacts" / "second"
    process = runner("run", folder, "-p", "export.yml", "--ident", "first", "-q")
    wait_until(lambda: progress(first), process)
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    assert status(first) == "canceled"
    process = runner("run", folder, "-p", "export.yml", "--ident", "second", "-q")
    wait_until(lambda: progress(second), process)
    assert process.wait(120) == 0
    assert status(second) == "successful"
    assert asked("export") == 1
    assert progress(second)[-1][1] == "SUCCEEDED"
    told = events(second)[-1]
    assert told["event"] == "playbook_on_stats"
    assert told["event_data"]["artifact_data"]["asset_export_result"]["dest"] == f"{OUTPUT}/crm.zip"
    no_secrets(folder / "artifacts")


def over_the_mesh():
    """transmit, worker and process, which is how AWX sends a job to another machine; a migration from a template."""
    answers = {
        "asset_migrate_dest": f"{OUTPUT}/moved.zip",
        "asset_migrate_all": "true",
        "asset_migrate_apps": "",
        "asset_migrate_prefix": "moved-",
        "asset_migrate_target": json.dumps(TARGET),  # by the credential
    }
    folder = private_data("mesh", answers, trusted={"asset_migrate_source": SOURCE})
    there, back = OUTPUT / "worker", OUTPUT / "back"
    for path in (there, back):
        path.mkdir()
    sent = runner("transmit", folder, "-p", "migrate.yml", "--ident", "one", stdout=subprocess.PIPE)
    done = runner("worker", "--private-data-dir", there, stdin=sent.stdout, stdout=subprocess.PIPE)
    seen = runner("process", back, "--ident", "one", stdin=done.stdout, stdout=subprocess.DEVNULL)
    artifacts = back / "artifacts" / "one"
    wait_until(lambda: progress(artifacts), seen)
    assert done.poll() is None, "the lines came when all was over"
    assert seen.wait(120) == 0
    assert (sent.wait(10), done.wait(10)) == (0, 0)
    assert status(artifacts) == "successful"
    said = [line["stdout"] for line in events(artifacts)]
    assert any("importAsset" in line for line in said)
    assert any("migration: " in line and " open, what to do" in line for line in said)
    told = events(artifacts)[-1]["event_data"]["artifact_data"]["asset_migrate_result"]
    assert {item["category"] for item in told["open"]} > {"members", "data_sources", "tasks"}
    state = {instance["id"]: instance for instance in control("state")["instances"]}
    names = {app["name"] for app in state[SIMULATOR["instance_id"]]["apps"]}
    assert {app["name"] for app in state[TARGET["instance_id"]]["apps"]} == {f"moved-{name}" for name in names}
    no_secrets(back, there / "artifacts")


def main():
    for case in (cancelled_and_resumed, over_the_mesh):
        began = time.time()
        control("reset", {})
        case()
        print(f"{case.__name__}: ok, {time.time() - began:.1f} s", flush=True)


main()
