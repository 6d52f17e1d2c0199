# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays roma.connect.export_many against a simulator for each host, with as many exports, questions and downloads."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import zipfile

from ansible_collections.roma.connect.tests.simulator import Simulator

HOSTS = ("north", "south", "west")


def main(output):
    folder = os.path.join(output, "packages")
    os.mkdir(folder)
    with contextlib.ExitStack() as stack:
        sims = {host: stack.enter_context(Simulator(job_seconds=1)) for host in HOSTS}
        # One key for all, as the one task that asks for all jobs wants it.
        first = sims[HOSTS[0]]
        keys = {name: getattr(first, name) for name in ("access_key", "secret_key")}
        for sim in sims.values():
            sim.world.credentials.keys.update(first.world.credentials.keys)
        inventory = os.path.join(output, "inventory.json")
        with open(inventory, "w", encoding="utf-8") as file:
            json.dump({"all": {"hosts": {host: variables(sim, keys) for host, sim in sims.items()}}}, file)
        sims["west"].plan(outcome="FAILED")

        status, said = play(inventory, folder)
        assert status == 2, said
        assert "The export" in said, said
        assert "has no package (FAILED)" in said, said
        assert sorted(name for name in os.listdir(folder) if name.endswith(".zip")) == ["north.zip", "south.zip"], said
        for sim in sims.values():
            assert len(sim.requests("export")) == 1, said
            sim.clear_requests()

        status, said = play(inventory, folder)
        assert status == 0, said
        assert changed(said) == {"north": 0, "south": 0, "west": 2}, said
        assert [len(sims[host].requests("export")) for host in HOSTS] == [0, 0, 1], said
        for host in HOSTS:
            assert zipfile.ZipFile(os.path.join(folder, f"{host}.zip")).testzip() is None

        for sim in sims.values():
            sim.clear_requests()
        status, said = play(inventory, folder)
        assert (status, changed(said)) == (0, dict.fromkeys(HOSTS, 0)), said
        assert not [entry for sim in sims.values() for entry in sim.requests()], "nothing is left to do or to ask"


def variables(sim, keys):
    return {"export_many_connection": {**sim.options("keys"), **keys}, "export_many_apps": sim.apps[:1]}


def play(inventory, folder):
    """Exit status and output of the playbook."""
    done = subprocess.run(
        ["ansible-playbook", "-i", inventory, "-e", f"export_many_folder={folder}", "roma.connect.export_many"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    return done.returncode, done.stdout


def changed(said):
    """By host, the number of tasks that changed something."""
    recap = [line.split() for line in said.partition("PLAY RECAP")[2].splitlines() if "changed=" in line]
    return {words[0]: int(next(word for word in words if word.startswith("changed="))[8:]) for words in recap}


if __name__ == "__main__":
    main(sys.argv[1])
