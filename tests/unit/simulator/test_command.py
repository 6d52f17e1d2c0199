# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: its line, its options, and how it stops."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest
import requests

from ansible_collections.roma.connect.plugins.module_utils._account.options import ENVIRONMENT
from ansible_collections.roma.connect.tests.simulator import Simulator
from ansible_collections.roma.connect.tests.simulator.settings import Settings

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMMAND = ROOT / "scripts" / "simulator"
KEYS = {
    "endpoint",
    "iam_endpoint",
    "region",
    "project_id",
    "project_name",
    "instance_id",
    "instances",
    "apps",
    "tasks",
    "auth_token",
    "access_key",
    "secret_key",
    "temporary",
    "username",
    "password",
    "domain_name",
    "control",
    "pid",
}


def run(*arguments, cwd=None, **environment):
    return subprocess.Popen(
        [str(COMMAND), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHON": sys.executable, **environment},
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_and_a_clean_end(number):
    process = run("--job-seconds", "0", "--edition", "2022")
    line = json.loads(process.stdout.readline())
    assert set(line) == KEYS
    assert line["pid"] == process.pid, "a signal to the command reaches the server"
    assert len(line["apps"]) == 3
    assert len(line["tasks"]) == 2
    headers = {"X-Auth-Token": line["auth_token"]}
    url = f"{line['endpoint']}/v2/{line['project_id']}/instances/{line['instance_id']}/assets"
    body = {"apps": [{"id": line["apps"][0]}], "tasks": []}
    job_id = requests.post(url + "/export", json=body, headers=headers, timeout=10).json()["job_id"]
    assert requests.get(f"{url}/jobs/{job_id}", headers=headers, timeout=10).json()["status"] == "Success"
    requests.post(line["control"] + "/faults", json={"operation": "job", "fault": {"hang": 60}}, timeout=10)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{url}/jobs/{job_id}", headers=headers, timeout=0.1)
    process.send_signal(number)
    rest, errors = process.communicate(timeout=5)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_wherever_the_user_is():
    process = run("--port", "0", cwd=ROOT / "tests" / "simulator")
    assert json.loads(process.stdout.readline())["pid"] == process.pid
    process.terminate()
    process.communicate(timeout=5)
    assert process.returncode == 0


def test_a_shell_gets_the_variables_that_the_modules_read(tmp_path):
    file = tmp_path / "with blanks" / "simulator.env"
    file.parent.mkdir()
    process = run("--environment", str(file))
    line = json.loads(process.stdout.readline())
    sourced = subprocess.check_output(["bash", "-c", '. "$1" && env', "bash", str(file)], env={}, text=True)
    process.terminate()
    process.communicate(timeout=5)
    variables = dict(one.split("=", 1) for one in sourced.splitlines())
    wanted = {option: [name for name in names if name in variables] for option, names in ENVIRONMENT.items()}
    assert {option: variables[names[0]] for option, names in wanted.items() if names} == {
        name: line[name]
        for name in ("endpoint", "iam_endpoint", "project_id", "instance_id", "access_key", "secret_key")
    }


def test_ids_look_like_the_real_ones(sim):
    uuid = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    assert re.fullmatch(r"[0-9a-f]{32}", sim.project_id)
    assert all(uuid.fullmatch(item) for item in [sim.instance_id, *sim.apps, *sim.tasks])
    assert re.fullmatch(r"ff808081[0-9a-f]{24}", sim.add_job(seconds=1))
    assert re.fullmatch(r"[A-Z0-9]{20}", sim.access_key)
    assert re.fullmatch(r"[A-Za-z0-9]{40}", sim.secret_key)
    assert vars(sim).keys() >= KEYS


def test_port_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        threads = threading.active_count()
        with pytest.raises(OSError, match="in use"):
            Simulator(port=taken.getsockname()[1]).start()
        assert threading.active_count() == threads
        process = run("--port", str(taken.getsockname()[1]))
        out, errors = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert errors.startswith("The simulator cannot listen at 127.0.0.1:")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--port", "99999"], 2, "argument --port: 99999: give a number from 0 to 65535"),
        (["--job-seconds", "nan"], 2, "argument --job-seconds: nan: give a number from 0 to 1000000000"),
        (["--apps", "-1"], 2, "argument --apps: -1: give a number from 0 to 1000000000"),
        (["--page-items", "two"], 2, "argument --page-items: invalid int value: 'two'"),
        (["--environment", "/nowhere/x"], 1, "The simulator cannot use /nowhere/x: No such file or directory"),
    ],
)
def test_a_wrong_argument_is_named(words, code, said):
    process = run(*words)
    out, errors = process.communicate(timeout=10)
    assert (process.returncode, out) == (code, "")
    assert errors.rstrip().endswith(said)


def test_without_aiohttp(tmp_path):
    python = tmp_path / "python"
    # -S -I: no site-packages, so no aiohttp, whatever the machine has.
    python.write_text(f'#!/bin/bash\nexec {sys.executable} -S -I "$@"\n')
    python.chmod(0o755)
    process = run(PYTHON=str(python))
    out, errors = process.communicate(timeout=10)
    assert (process.returncode, out, errors.count("\n")) == (1, "", 1)
    assert "needs aiohttp" in errors
    assert "pip install aiohttp" in errors


def test_tls(tmp_path):
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    files = [str(tmp_path / name) for name in ("cert.pem", "key.pem", "ca.pem")]
    certificate.cert_chain_pems[0].write_to_path(files[0])
    certificate.private_key_pem.write_to_path(files[1])
    authority.cert_pem.write_to_path(files[2])
    with Simulator(tls=(files[0], files[1])) as sim:
        url = f"{sim.endpoint}/v2/{sim.project_id}/instances/{sim.instance_id}/assets/jobs/x"
        assert url.startswith("https://127.0.0.1:")
        headers = {"X-Auth-Token": sim.auth_token}
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(url, headers=headers, verify=files[2], timeout=10).status_code == 404
            with pytest.raises(requests.exceptions.SSLError):
                session.get(url, headers=headers, timeout=10)
            sim.fault("job", {"reset": "before"})
            with pytest.raises(requests.ConnectionError):
                session.get(url, headers=headers, verify=files[2], timeout=10)


@pytest.mark.parametrize(
    "words", [{"edition": "2021"}, {"ranges": "x"}, {"unknown_job": 500}, {"epoch": "h"}, {"token_refusal": "x"}]
)
def test_settings_that_are_none(words):
    with pytest.raises(ValueError, match="is"):
        Settings(**words)
