# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Ansible as a user does, and reads what comes out, each line with its time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field

OUTPUT = pathlib.Path(sys.argv[1])
SIMULATOR = json.loads((OUTPUT / "simulator.json").read_text())

#: Seconds that the first question about a job stays without an answer.
HANG = 4

#: [host] exportAsset ff80…: RUNNING 35 % after 1 min 20 s
LINE = re.compile(r"\[(\w+)\] (\w+) ([0-9a-f]{32}): ([A-Z]+)( \d+ %)? after (\d+ min )?\d+ s")


@dataclass
class Run:
    """What a command wrote: (time, text) of each line."""

    process: subprocess.Popen
    out: list[tuple[float, str]] = field(default_factory=list)
    err: list[tuple[float, str]] = field(default_factory=list)
    ended: float = 0.0
    readers: list[threading.Thread] = field(default_factory=list)

    def lines(self):
        """(time, host, type, job_id, status, percent) of each line of progress."""
        found = [(at, LINE.fullmatch(text)) for at, text in self.err]
        return [(at, *match.groups()[:5]) for at, match in found if match]

    def text(self):
        return "\n".join(text for _at, text in self.out + self.err)


def start(*words, **environ):
    command = [*words, "-e", f"@{OUTPUT}/variables.json", *sys.argv[2:]]
    process = subprocess.Popen(
        command,
        env={**os.environ, "ANSIBLE_ASYNC_DIR": f"{OUTPUT}/async", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    run = Run(process)
    for stream, lines in ((process.stdout, run.out), (process.stderr, run.err)):
        run.readers.append(threading.Thread(target=_read, args=(stream, lines), daemon=True))
        run.readers[-1].start()
    return run


def _read(stream, lines):
    for text in stream:
        lines.append((time.time(), text.rstrip("\n")))


def wait(run):
    run.process.wait(120)
    run.ended = time.time()
    for reader in run.readers:
        reader.join(10)
    return run


def play(*words, status=0, **environ):
    """Run to its end, which must be good unless another exit status is expected."""
    run = wait(start(*words, **environ))
    assert run.process.returncode == status, run.text()
    return run


def wait_until(condition):
    for _tick in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("not within 20 seconds")


def control(path, document=None, method=None):
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{SIMULATOR['control']}/{path}", data=body, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def left():
    """Files of progress, wherever they are."""
    return [path for path in OUTPUT.rglob("*") if path.name.startswith("roma-progress")]


def one_export():
    """The first line is there while the API has answered nothing but the POST, and the last one says how it ended."""
    control("faults", {"operation": "job", "fault": {"hang": HANG}})
    run = play("ansible-playbook", "one.yml")
    lines = run.lines()
    post = next(entry["time"] for entry in control("requests") if entry["operation"] == "export")
    assert [line[1:3] for line in lines] == [("localhost", "exportAsset")] * len(lines)
    assert len({line[3] for line in lines}) == 1
    assert [line[4] for line in lines] == ["RUNNING"] * (len(lines) - 1) + ["SUCCEEDED"]
    at, percent = lines[0][0], lines[0][5]
    assert percent is None
    assert post <= at < post + HANG, f"the first line came {at - post:.1f} s after the POST"
    assert at < run.ended - 1
    assert not any(LINE.search(text) for _at, text in run.out)
    assert "exportAsset" not in "".join(text for _at, text in run.out)


def several_hosts():
    """Three hosts with the strategy free, a loop, check mode, delegate_to, a failure and a time-out."""
    jobs = {name: control("jobs", {"type": "exportAsset", "status": status})["job_id"] for name, status in ENDS.items()}
    running = {"json": {"type": "exportAsset", "status": "RUNNING"}}
    for name in ("first", "second"):
        control("faults", {"operation": "job", "path": jobs[name], "fault": running, "times": 5})
    run = play("ansible-playbook", "-i", "inventory.ini", "hosts.yml", "-e", json.dumps({"jobs": jobs}))
    told = {}
    for at, host, _kind, job_id, status, _percent in run.lines():
        told.setdefault((host, job_id), []).append((at, status))
    assert {who: [status for _at, status in lines] for who, lines in told.items()} == {
        ("first", jobs["first"]): ["RUNNING", "SUCCEEDED"],
        ("first", jobs["short"]): ["SUCCEEDED"],
        ("second", jobs["second"]): ["RUNNING", "FAILED"],
        ("third", jobs["third"]): ["RUNNING", "RUNNING"],
    }, run.text()
    long = [told[name, jobs[name]] for name in ("first", "second")]
    assert max(lines[0][0] for lines in long) < min(lines[1][0] for lines in long), f"not at once: {run.text()}"


#: What becomes of the jobs of hosts.yml.
ENDS = {"first": "SUCCEEDED", "short": "SUCCEEDED", "second": "FAILED", "third": "RUNNING"}


def transfers():
    """A package that is downloaded, looked at, and imported: how far it is, and what is there."""
    job_id = control("jobs", {"seconds": 0, "package_bytes": 3_000_000})["job_id"]
    control("faults", {"operation": "archive", "fault": {"drip": 1_000_000}})
    run = play("ansible-playbook", "transfer.yml", "-e", f"job_id={job_id}")
    assert not any("crm.zip" in text for _at, text in run.out)
    told = [(at, text.removeprefix("[localhost] ")) for at, text in run.err]
    sha256 = hashlib.sha256((OUTPUT / "crm.zip").read_bytes()).hexdigest()
    there = rf"package {re.escape(str(OUTPUT))}/crm\.zip is there: 3\.0 MB, \d+ files, sha256 {sha256}"
    wanted = [
        r"package crm\.zip: \d+ %, [012]\.\d of 3\.0 MB after 0 s",
        r"package crm\.zip: 3\.0 MB after [3-9] s",
        there,
        f"{there}; nothing was done",
        r"package crm\.zip: 0 %, 0\.0 of 3\.0 MB after 0 s",
        r"package crm\.zip: 3\.0 MB after \d s",
        r"importAsset [0-9a-f]{32}: RUNNING after 0 s",
        r"importAsset [0-9a-f]{32}: SUCCEEDED after \d s",
    ]
    assert len(told) == len(wanted), run.text()
    for (_at, text), pattern in zip(told, wanted):
        assert re.fullmatch(pattern, text), f"{text} is not {pattern}"
    assert told[1][0] - told[0][0] > 1.5, "the first line came while the package did"


def silence():
    """With become, async, no_log or another connection there are no lines, and everything else is the same."""
    names = ("become", "no_log", "async", "elsewhere", "plain")
    jobs = {name: control("jobs", {"seconds": 0})["job_id"] for name in names}
    methods = ["nobody", *(["ansible.builtin.su"] if os.getuid() == 0 and shutil.which("su") else [])]
    run = play("ansible-playbook", "silent.yml", "-e", json.dumps({"jobs": jobs, "become_methods": methods}))
    assert [(line[3], line[4]) for line in run.lines()] == [(jobs["plain"], "SUCCEEDED")], run.text()
    packages = {text.split()[2] for _at, text in run.err if text.startswith("[localhost] package")}
    assert packages == {"plain.zip:", f"{OUTPUT}/plain.zip"}, run.text()


def other_outputs():
    """ansible -o writes nothing but its line of JSON to stdout; ROMA_PROGRESS turns the lines off."""
    connection = {name: SIMULATOR[name] for name in ("endpoint", "project_id", "instance_id", "auth_token")}

    def call(module, switch, **options):
        words = ("ansible", "localhost", "-o", "-m", f"roma.connect.{module}")
        run = play(*words, "-a", json.dumps({**connection, **options}), ROMA_PROGRESS=switch)
        assert len(run.out) == 1, run.text()
        return run, json.loads(run.out[0][1].partition(" => ")[2])

    for switch in ("", "false"):
        job_id = control("jobs", {"seconds": 0})["job_id"]
        run, result = call("roma_asset_job_info", switch, job_id=job_id, wait=True)
        assert result["job"]["status"] == "SUCCEEDED"
        assert [line[4] for line in run.lines()] == ([] if switch else ["SUCCEEDED"]), run.text()
        archive_id, dest = result["job"]["archive_id"], f"{OUTPUT}/{job_id}.zip"
        run, result = call("roma_asset_archive", switch, archive_id=archive_id, dest=dest)
        assert result["size"] > 0
        told = [text for _at, text in run.err if "package" in text]
        assert told == [] if switch else f"package {dest} is there: " in told[-1], run.text()


def kills():
    """Nothing is left by a kill: not by one that asks, nor by one that does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        run, family = waiting_play()
        for pid in reversed(family) if number == signal.SIGKILL else family[:2]:
            kill(pid, number)
        wait(run)
        assert run.process.returncode == -number
        assert left() == []
        end(family)


def cancel():
    """As ansible-runner cancels: workers outside of Ansible's process group end, too, and free the record."""
    run, family = waiting_play()
    os.killpg(run.process.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(alive, family)))
    assert left() == []


def waiting_play():
    """An export that is waited for, and its processes, the oldest first."""
    control("reset", {})
    control("plan", {"seconds": 600})
    run = start("ansible-playbook", "one.yml")
    wait_until(run.lines)
    family = descendants(run.process.pid)
    assert len(family) > 1
    return run, family


def end(family):
    """What Ansible itself does not end (before it led its workers as process groups) sees to nothing here."""
    for pid in family:
        kill(pid, signal.SIGKILL)


def alive(pid):
    try:
        return (pathlib.Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def descendants(pid):
    """The process and all below it, the oldest first."""
    children = [
        int(path.name) for path in pathlib.Path("/proc").iterdir() if path.name.isdecimal() and parent(path) == pid
    ]
    return [pid, *(found for child in children for found in descendants(child))]


def parent(path):
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def kill(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def main():
    for case in (one_export, several_hosts, transfers, silence, other_outputs, kills, cancel):
        began = time.time()
        control("reset", {})
        case()
        assert left() == []
        print(f"{case.__name__}: ok, {time.time() - began:.1f} s", flush=True)


main()
