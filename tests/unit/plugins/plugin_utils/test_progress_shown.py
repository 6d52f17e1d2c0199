# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread and the file beside a module that runs: what the module writes is shown, and nothing is left of them."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import threading
import time

import pytest

from ansible_collections.roma.connect.plugins.module_utils._wait.progress import VARIABLE, Reporter
from ansible_collections.roma.connect.plugins.plugin_utils import _following, _progress
from ansible_collections.roma.connect.plugins.plugin_utils._following import followed

JOB = "ff8080814dbd65d7014dbe0d84db0013"


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path):
    before = threading.enumerate()
    yield
    assert threading.enumerate() == before
    assert list(tmp_path.iterdir()) == []


def report(status="RUNNING", progress=None):
    return {"type": "exportAsset", "job_id": JOB, "status": status, "progress": progress, "elapsed": 0.0}


def test_a_line_is_shown_while_the_module_runs(tmp_path):
    shown = threading.Event()
    with followed(tmp_path, lambda line: shown.set()) as path:
        Reporter({VARIABLE: path})(report())
        assert shown.wait(10)


def test_a_folder_that_is_gone_keeps_no_module_from_running(tmp_path):
    with followed(tmp_path / "gone", lambda line: None) as path:
        Reporter({VARIABLE: path})(report())


def test_of_what_came_since_the_last_look_the_latest_is_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(_progress, "SHORTEST_SILENCE", 0.0)
    monkeypatch.setattr(_following, "LOOK_LATER", 0.01)
    lines, told, second = [], threading.Event(), threading.Event()

    def show(line):
        lines.append(line)
        if len(lines) == 1:
            assert told.wait(10)
        else:
            second.set()

    with followed(tmp_path, show) as path:
        module = Reporter({VARIABLE: path})
        module(report())
        while not lines:
            time.sleep(0.001)
        for progress in (0.1, 0.2, 0.3):
            module(report(progress=progress))
        told.set()
        assert second.wait(10)
    assert [line.split()[2:5] for line in lines] == [["RUNNING", "after", "0"], ["RUNNING", "30", "%"]]


def test_what_the_module_wrote_last_is_shown_when_it_has_ended(tmp_path):
    lines = []
    with followed(tmp_path, lines.append) as path:
        module = Reporter({VARIABLE: path})
        module(report())
        module(report("SUCCEEDED"))
    assert lines[-1] == f"exportAsset {JOB}: SUCCEEDED after 0 s"
    assert len(lines) == 2


def test_a_module_that_never_came_to_run_leaves_no_file(tmp_path):
    with followed(tmp_path, pytest.fail) as path:
        assert os.path.dirname(path) == str(tmp_path)
        assert os.stat(path).st_mode & 0o777 == 0o600


def test_a_task_that_fails_ends_the_thread(tmp_path):
    lines = []

    def fail():
        with followed(tmp_path, lines.append) as path:
            Reporter({VARIABLE: path})(report("FAILED"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert lines == [f"exportAsset {JOB}: FAILED after 0 s"]


def test_what_is_no_report_is_passed_over(tmp_path):
    lines = []
    with followed(tmp_path, lines.append) as path:
        module = Reporter({VARIABLE: path})
        module({"no": "report"})
        module(report())
    assert len(lines) == 1


def test_a_line_that_was_cut_by_a_kill_is_notfollowed(
    tmp_path,
):
    with followed(tmp_path, pytest.fail) as path, open(path, "w") as file:
        file.write('{"type": "exp')


def test_nobody_to_show_it_to_ends_no_task(tmp_path):
    def gone(line):
        raise BrokenPipeError

    with followed(tmp_path, gone) as path:
        Reporter({VARIABLE: path})(report())


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Ansible forks, too, and from several threads
def test_a_module_ends_with_its_play_and_waits_for_no_look(tmp_path, monkeypatch):
    """Three processes as Ansible has them: itself, the worker that it forks, and the module."""
    monkeypatch.setattr(_following, "LOOK_LATER", 3600.0)
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()

    def worker():
        os.setsid()
        with followed(tmp_path, there.send) as path:
            Reporter({VARIABLE: path})(report())
            subprocess.run(["sleep", "60"], pass_fds=[there.fileno()], check=False)

    def ansible():
        process = fork.Process(target=worker)
        process.start()
        process.join()

    play = fork.Process(target=ansible)
    play.start()
    there.close()
    assert "RUNNING" in here.recv()
    os.kill(play.pid, signal.SIGKILL)
    play.join()
    assert multiprocessing.connection.wait([here], 20), "the module goes on"
    with pytest.raises(EOFError):
        here.recv()
