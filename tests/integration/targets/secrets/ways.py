# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways of authenticating: a simulator and a host of the inventory for each, with its secrets in options, in the
environment of its modules, or in a file.

``ways.py FOLDER`` writes FOLDER/inventory.json and a Python for each host, then FOLDER/ready, and serves until SIGTERM.
"""

from __future__ import annotations

import json
import pathlib
import shlex
import signal
import sys

from simulator.simulator import Simulator

#: What stands for the options in the environment.
VARIABLES = {
    "auth_token": "ROMA_AUTH_TOKEN",
    "access_key": "HUAWEICLOUD_SDK_AK",
    "secret_key": "HUAWEICLOUD_SDK_SK",
    "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "username": "HW_USER_NAME",
    "password": "HW_USER_PASSWORD",
    "domain_name": "HW_DOMAIN_NAME",
}

#: Given in vain.
WRONG = {
    "token": {"auth_token": "Wr0ng-T0ken-111"},
    "keys": {"secret_key": "Wr0ng-Secret-222"},
    "temporary": {"security_token": "Wr0ng-Security-444"},
    "password": {"password": "Wr0ng-Passw0rd-333"},
}
PROXY = "Pr0xy-Passw0rd-555"

#: Where the secrets of a way are.
WAYS = [
    *(("options", way) for way in ("token", "keys", "temporary", "password")),
    *(("environment", way) for way in ("temporary", "password")),
    ("file", "keys"),
    ("agency", "agency"),
]


def host(folder, where, way):
    """The variables of a host, whose modules run under a Python that sets their environment."""
    simulator = Simulator(job_seconds=0.1)
    simulator.start()
    options = simulator.options("token" if way == "agency" else way)
    place = {name: options.pop(name) for name in ("endpoint", "iam_endpoint", "project_id", "instance_id")}
    given = options if where == "options" else {"ecs_agency": True} if where == "agency" else {}
    name = f"{where}-{way}"
    environment = {
        "PYTHONPATH": str(pathlib.Path("logged").resolve()),
        "SYSTEM_LOG": str(folder.parent / f"{name}.syslog"),
        "HTTPS_PROXY": f"http://someone:{PROXY}@127.0.0.1:1",
    }
    if where == "environment":
        environment.update((VARIABLES[option], value) for option, value in options.items())
    if where == "file":
        environment["HUAWEICLOUD_SDK_CREDENTIALS_FILE"] = str(folder / name)
        (folder / name).write_text(f"[basic]\nak = {simulator.access_key}\nsk = {simulator.secret_key}\n")
    if where == "agency":
        environment["ROMA_ECS_METADATA_ENDPOINT"] = simulator.metadata_endpoint
    python = folder / f"python-{name}"
    words = " ".join(f"{variable}={shlex.quote(value)}" for variable, value in environment.items())
    python.write_text(f'#!/bin/sh\n{words} exec {sys.argv[2]} "$@"\n')
    python.chmod(0o700)
    secret = ("auth_token", "secret_key", "security_token", "password")
    known = [value for option, value in options.items() if option in secret and where != "agency"]
    return name, {
        "ansible_python_interpreter": str(python),
        "way": way,
        "place": place,
        "account": {**place, **given},
        "wrong": {**place, **options, **WRONG.get(way, WRONG["token"])} if where != "agency" else None,
        "secrets": [*known, PROXY],
        "simulator": {"control": simulator.control, "apps": simulator.apps, "instances": simulator.instances},
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    hosts = dict(host(folder, where, way) for where, way in WAYS)
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    (folder / "ready").touch()
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
    signal.pause()


if __name__ == "__main__":
    main()
