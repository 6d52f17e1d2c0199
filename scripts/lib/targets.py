# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integration targets with several versions of ansible-core, as many at the same time as there are slots.

    python targets.py BUILD SLOTS OLDEST NEWEST CORE:PYTHON...

A slot is a copy of the collection: BUILD/slot/<number>/ansible_collections/roma/connect. Targets that take long (alias
slow/all) are run one by one, the others of a core together. Those whose outcome hardly depends on ansible-core (alias
core/any) run with the NEWEST core only, those that would take too long with each (core/ends) with the OLDEST, too. What
each run says stands in BUILD/targets; it is shown when the run is over, with several cores only where it failed.
BUILD/targets/results holds a line for each core: core, passed or failed, seconds of all its runs, number of targets.
"""

from __future__ import annotations

import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

COLLECTION = pathlib.Path("ansible_collections/roma/connect")


@dataclass
class Run:
    """One start of ansible-test."""

    core: str
    python: str
    words: list[str]
    passed: bool = False
    seconds: float = 0
    targets: int = 0

    @property
    def name(self) -> str:
        return f"ansible-core {self.core}, Python {self.python}: {' '.join(self.words)}"


def plan(targets: pathlib.Path, oldest: str, newest: str, cores: list[tuple[str, str]]) -> list[Run]:
    """What to run. What takes long comes first, so that the slots end at about the same time."""
    aliases = {path.parent.name: path.read_text(encoding="utf-8").split() for path in sorted(targets.glob("*/aliases"))}
    runs = []
    for core, python in cores:
        left_out = {"hidden"} | ({"core/any"} if core != newest else set())
        left_out |= {"core/ends"} if core not in (oldest, newest) else set()
        mine = [name for name, words in aliases.items() if not left_out.intersection(words)]
        alone = [name for name in mine if "slow/all" in aliases[name]]
        runs += [Run(core, python, [name]) for name in alone]
        runs.append(Run(core, python, [name for name in mine if name not in alone]))
    return sorted(runs, key=lambda run: len(run.words))


class Pool:
    def __init__(self, build: pathlib.Path, runs: list[Run], show: bool) -> None:
        self.build = build
        self.show = show
        self.todo: queue.SimpleQueue[Run] = queue.SimpleQueue()
        for run in runs:
            self.todo.put(run)
        self.printing = threading.Lock()
        self.processes: set[subprocess.Popen[bytes]] = set()

    def work(self, slot: int) -> None:
        while True:
            try:
                run = self.todo.get_nowait()
            except queue.Empty:
                return
            log = self.build / "targets" / re.sub(r"[^\w.]+", "-", f"{run.core} {run.words[0]}.log")
            started = time.monotonic()
            self.run(run, slot, log)
            run.seconds = time.monotonic() - started
            text = log.read_text(encoding="utf-8", errors="replace")
            run.targets = len(re.findall(r"^Running \S+ integration test ", text, re.MULTILINE))
            with self.printing:
                if self.show or not run.passed:
                    print(text)
                print(f"{'passed' if run.passed else 'FAILED'} after {run.seconds:3.0f} s: {run.name}", flush=True)

    def run(self, run: Run, slot: int, log: pathlib.Path) -> None:
        venv = self.build / "venv" / f"core-{run.core}-python-{run.python}"
        place = self.build / "slot" / str(slot)
        (place / "home").mkdir(exist_ok=True)
        command = ["ansible-test", "integration", "--local", "--continue-on-error", "--python", run.python, *run.words]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [venv / "bin" / command[0], *command[1:]],
                cwd=place / COLLECTION,
                env={
                    **os.environ,
                    "HOME": str(place / "home"),  # two would make their keys there at the same time
                    "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # with all that it starts, it can be told to end
            )
            self.processes.add(process)
            run.passed = process.wait() == 0
            self.processes.discard(process)

    def stop(self, *_signal: object) -> None:
        """No run is begun any more, and those that go on are told to end."""
        while not self.todo.empty():
            self.todo.get_nowait()
        for process in list(self.processes):
            os.killpg(process.pid, signal.SIGTERM)


def main(build: pathlib.Path, slots: int, oldest: str, newest: str, cores: list[tuple[str, str]]) -> int:
    shutil.rmtree(build / "targets", ignore_errors=True)
    (build / "targets").mkdir()
    runs = plan(build / "slot" / "1" / COLLECTION / "tests" / "integration" / "targets", oldest, newest, cores)
    pool = Pool(build, runs, show=len(cores) == 1)
    signal.signal(signal.SIGTERM, pool.stop)
    signal.signal(signal.SIGINT, pool.stop)
    threads = [threading.Thread(target=pool.work, args=(slot + 1,)) for slot in range(slots)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with (build / "targets" / "results").open("w", encoding="utf-8") as results:
        for core, _python in cores:
            mine = [run for run in runs if run.core == core]
            count = sum(run.targets for run in mine)
            passed = all(run.passed and run.targets for run in mine)
            print(core, "passed" if passed else "failed", round(sum(run.seconds for run in mine)), count, file=results)
    return 0


if __name__ == "__main__":
    build, slots, oldest, newest, *cores = sys.argv[1:]
    sys.exit(main(pathlib.Path(build), int(slots), oldest, newest, [tuple(one.split(":", 1)) for one in cores]))
