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
            json.dump({"all": {"hosts": {host: variables(host, sim, keys) for host, sim in sims.items()}}}, file)
        sims["west"].plan(outcome="FAILED")

        refused(inventory, folder, sims)

        status, said = play(inventory, folder, "--check")
        assert (status, os.listdir(folder)) == (0, []), said
        assert changed(said) == dict.fromkeys(HOSTS, 1), said
        assert asked(sims, "export") == [0, 0, 0], said

        sims["south"].plan(seconds=10)  # longer than until its package is asked for, if nobody waits
        # What the environment says of a place does not count beside the place where a job was started.
        status, said = play(inventory, folder, HW_CLOUD="elsewhere.example", HW_PROJECT_NAME="other")
        assert status == 2, said
        assert "FAILED for this reason" in said, said
        assert sorted(name for name in os.listdir(folder) if name.endswith(".zip")) == ["north.zip", "south.zip"], said
        assert asked(sims, "export") == [1, 1, 1], said

        # Whatever the configuration says of the strategy.
        status, said = play(inventory, folder, ANSIBLE_STRATEGY="host_pinned")
        assert status == 0, said
        assert changed(said) == {"north": 0, "south": 0, "west": 2}, said
        assert asked(sims, "export") == [0, 0, 1], said
        for host in HOSTS:
            assert zipfile.ZipFile(os.path.join(folder, f"{host}.zip")).testzip() is None

        for words in ([], ["--check"]):
            status, said = play(inventory, folder, *words, ANSIBLE_STRATEGY="free")
            assert (status, set(changed(said).values())) == (0, {0}), said
            assert not any(sim.requests() for sim in sims.values()), "nothing is left to do or to ask"

        for name in ("north.zip", "north.zip.json"):
            os.remove(os.path.join(folder, name))
        sims["north"].plan(seconds=30)
        status, said = play(inventory, folder, "-e", '{"export_many_timeout": 0}')
        assert status == 2, said
        assert "is still RUNNING" in said, said
        sims["north"].clear_requests()
        status, said = play(inventory, folder)
        assert (status, asked(sims, "export")) == (0, [0, 0, 0]), said

        with open(os.path.join(folder, "north.zip"), "ab") as file:
            file.write(b"x")
        status, said = play(inventory, folder)
        assert status == 2, said
        assert f"{folder}/north.zip is no longer the package that was put there" in said, said
        assert asked(sims, "export") == [0, 0, 0], said


def refused(inventory, folder, sims):
    """What is wrong with the variables is said in a sentence, before anything is asked."""
    for words, sentence in (
        (["-e", "export_many_hosts=nowhere"], "No host of the inventory matches nowhere; give one"),
        (["-e", "export_many_hosts=north", "--limit", "south"], "No host of the inventory matches north"),
        (["-e", "export_many_timeout=abc"], "export_many_timeout is not a number"),
        (["-e", "export_many_folder="], "export_many_folder or export_many_connection is missing"),
        (["-e", f"export_many_folder={folder}/none"], "export_many_folder or export_many_connection is missing"),
        (["-e", "export_many_connection="], "export_many_folder or export_many_connection is missing"),
        (["-e", "export_many_apps="], "give export_many_apps, export_many_tasks, export_many_app_names or"),
    ):
        status, said = play(inventory, folder, *words)
        assert status == 2, (words, said)
        assert sentence in said, (words, said)
        assert not any(sim.requests() for sim in sims.values()), words
    status, said = play(inventory, folder, "-e", "{other: true}", "--check")
    assert status == 2, said
    assert "This host has other credentials than north" in said, said
    assert not sims["west"].requests(), said


def asked(sims, operation):
    """By host, how often a simulator was asked that since the last time."""
    counts = [len(sims[host].requests(operation)) for host in HOSTS]
    for sim in sims.values():
        sim.clear_requests()
    return counts


def variables(host, sim, keys):
    connection = {**sim.options("keys"), **keys}
    if host == "west":
        connection["access_key"] = "{{ 'another' if other | default(false) else '" + keys["access_key"] + "' }}"
    given = {"export_many_connection": connection, "export_many_apps": sim.apps[:1]}
    # The first host has no patience, and the others say nothing of it: one task waits for all.
    return {**given, "export_many_timeout": "0" if host == HOSTS[0] else None}


def play(inventory, folder, *words, **environment):
    """Exit status and output of the playbook."""
    done = subprocess.run(
        ["ansible-playbook", "-i", inventory, "-e", f"export_many_folder={folder}", "roma.connect.export_many", *words],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **environment},
    )
    return done.returncode, done.stdout


def changed(said):
    """By host, the number of tasks that changed something."""
    recap = [line.split() for line in said.partition("PLAY RECAP")[2].splitlines() if "changed=" in line]
    return {words[0]: int(next(word for word in words if word.startswith("changed="))[8:]) for words in recap}


if __name__ == "__main__":
    main(sys.argv[1])
