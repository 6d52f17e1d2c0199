# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a command, a module or a play in processes of their own, and what that took."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import typing as t
from dataclasses import dataclass

#: The folder that holds ansible_collections.
ROOT = os.path.abspath(__file__).rpartition("/ansible_collections/")[0]
MODULES = "ansible_collections.roma.connect.plugins.modules"
EVENT_SOURCES = os.path.join(ROOT, "ansible_collections/roma/connect/extensions/eda/plugins/event_source")


#: What the system calls the memory that a process held at most. It is asked by the process itself at its end: what
#: wait4 tells is that of whoever started the process, where that held more.
PEAK = "VmHWM:"
RUN_MODULE = f"""
import atexit, runpy, sys

def tell():
    with open("/proc/self/status") as status:
        # On a line of its own, whatever of the module's own output is there so far.
        print("", *(line for line in status if line.startswith("{PEAK}")), sep="\\n", file=sys.stderr)

atexit.register(tell)
name = sys.argv.pop(1)
runpy.run_path(name, run_name="__main__") if name.endswith(".py") else runpy.run_module(name, run_name="__main__")
"""


@dataclass(frozen=True)
class Spent:
    """What a command took, with all processes that it started and waited for."""

    #: Seconds from its start to its end.
    seconds: float
    #: Seconds of processor time, user's and system's.
    cpu: float
    #: Bytes that a module's process held at most; 0 for any other command.
    memory: int
    output: str


class Failed(Exception):
    """A command that was measured failed, so that there is no figure."""


class Running:
    """A command that was started; *env* is added to this process's environment."""

    def __init__(
        self, command: t.Sequence[str], env: t.Mapping[str, str] | None = None, cwd: str | None = None
    ) -> None:
        self._command = command
        self._output = tempfile.TemporaryFile()
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": ROOT, **(env or {})},
        )

    def wait(self, may_fail: bool = False) -> Spent:
        """:raises Failed: its exit status is not 0, or it did not tell its memory although it is a module."""
        _pid, status, used = os.wait4(self._process.pid, 0)
        seconds = time.monotonic() - self._began
        self._process.returncode = os.waitstatus_to_exitcode(status)
        with self._output as file:
            file.seek(0)
            output = file.read().decode(errors="replace")
        if status and not may_fail:
            raise Failed(f"{' '.join(self._command)} failed:\n{output}")
        peak = re.search(rf"^{PEAK}\s*(\d+) kB", output, re.MULTILINE)
        if peak is None and RUN_MODULE in self._command:
            raise Failed(f"{' '.join(self._command)} told no {PEAK}\n{output}")
        return Spent(seconds, used.ru_utime + used.ru_stime, int(peak[1]) * 1024 if peak else 0, output)

    def over(self) -> bool:
        """Whether it has ended; what it took is still to be asked for."""
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def stop(self) -> None:
        """End it, where it has not ended."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()


def run(command: t.Sequence[str], env: t.Mapping[str, str] | None = None, cwd: str | None = None) -> Spent:
    """Run a command to its end; see :class:`Running`."""
    return Running(command, env, cwd).wait()


def module_command(folder: str, name: str, options: t.Mapping[str, t.Any]) -> list[str]:
    """The command that runs a module of the collection, or the Python file *name*, without ansible-playbook."""
    descriptor, path = tempfile.mkstemp(prefix="arguments-", suffix=".json", dir=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"ANSIBLE_MODULE_ARGS": dict(options)}, file)
    return [sys.executable, "-c", RUN_MODULE, name if name.endswith(".py") else f"{MODULES}.{name}", path]


def source_command(name: str, arguments: t.Mapping[str, t.Any]) -> list[str]:
    """The command that runs an event source of the collection, without ansible-rulebook: it prints its events."""
    return [sys.executable, "-c", RUN_MODULE, os.path.join(EVENT_SOURCES, f"{name}.py"), json.dumps(dict(arguments))]


class Plays:
    """Plays on this machine, without settings of the caller's.

    :arg poll_interval: Ansible's processes look for each other's results so often, in seconds, whatever a task does
        (internal_poll_interval, a millisecond by default); seldom, so that what is measured is the task's.
    """

    def __init__(self, folder: str, poll_interval: float = 0.1) -> None:
        self._folder = folder
        self._env = {
            "ANSIBLE_CONFIG": os.path.join(folder, "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": ROOT,
            "ANSIBLE_LIBRARY": os.path.join(os.path.dirname(__file__), "library"),
            "ANSIBLE_HOME": os.path.join(folder, "ansible"),
            "ANSIBLE_REMOTE_TEMP": os.path.join(folder, "ansible", "remote"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        }
        with open(self._env["ANSIBLE_CONFIG"], "w", encoding="utf-8") as file:
            file.write(f"[defaults]\ninternal_poll_interval = {poll_interval}\n")

    def start(self, *tasks: t.Mapping[str, t.Any], hosts: t.Sequence[str] = ("localhost",)) -> Running:
        """Start a play of *tasks* (of none: it ends at once), with a fork for each of *hosts*, all this machine."""
        descriptor, path = tempfile.mkstemp(prefix="play-", suffix=".json", dir=self._folder)
        play = {"hosts": "all", "connection": "local", "gather_facts": False, "tasks": list(tasks)}
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump([play], file)
        return self.start_playbook(path, ",".join(hosts) + ",", len(hosts))

    def start_playbook(self, name: str, inventory: str, forks: int) -> Running:
        """Start a playbook: a file, or one of a collection."""
        command = os.path.join(os.path.dirname(sys.executable), "ansible-playbook")
        return Running([command, "--inventory", inventory, "--forks", str(forks), name], self._env, self._folder)

    def run(self, *tasks: t.Mapping[str, t.Any]) -> Spent:
        return self.start(*tasks).wait()


@contextlib.contextmanager
def started(running: t.Sequence[Running]) -> t.Iterator[t.Sequence[Running]]:
    """Commands that run beside each other; none is left at the end."""
    try:
        yield running
    finally:
        for one in running:
            one.stop()
