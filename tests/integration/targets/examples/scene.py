# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One scene: examples of a document that belong together, in one folder, one shell and one cloud."""

from __future__ import annotations

import contextlib
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
import zipfile

import yaml
from cloud import Cloud

#: Seconds that one step may take.
PATIENCE = 600
#: Words of a step that say what must come of it, and those that say what to do.
EXPECTED = ("rc", "changed", "tasks", "says", "not_says", "files", "no_files", "asked", "instances")
KEYS = ("example", "document", "do", "as", "file", "words", "instead", "needs", "because")
_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|ff[0-9a-f]{30}|[0-9a-f]{40,}|[0-9a-f]{4,}…"


class Wrong(Exception):
    """What came is not what the table says."""


class Scene:
    def __init__(self, words, examples, table, folder, certificates):
        self.words = words
        self.document = words["document"]
        self.name = f"{self.document} ({words['name']})" if "name" in words else self.document
        self.examples = examples
        self.folder = folder
        self.cloud = Cloud(certificates, table["regions"], words.get("job_seconds", 0.3), words.get("faults", ()))
        self.instead = {**table["instead"], **words.get("instead", {})}
        self.said = ""  # by the last step
        self.ran = []  # (key, how, seconds)
        self.left_out = []  # (key, why)

    def run(self):
        """None, or what went wrong in which step."""
        (self.folder / "backup").mkdir(parents=True)
        root = pathlib.Path(os.environ["COLLECTION"])
        home = self.folder / "home"
        installed = home / ".ansible/collections/ansible_collections"
        installed.mkdir(parents=True)
        if self.words.get("installed", True):
            (installed / "roma").symlink_to(root.parent)
        with contextlib.ExitStack() as stack:
            proxy = stack.enter_context(self.cloud.served())
            self.values = {
                "folder": self.folder,
                "collection": root,
                "access_key": self.cloud.access_key,
                "secret_key": self.cloud.secret_key,
            }
            if self.words.get("awx"):
                self.values.update(stack.enter_context(_awx(root)))
            for name, apps in self.words.get("packages", {}).items():
                self.cloud.write_package(self.folder / name, apps)
            (self.folder / "secrets.yml").write_text(yaml.safe_dump({
                f"vault_{whose}{which}": self.values[which]
                for whose in ("", "test_", "production_")
                for which in ("access_key", "secret_key")
            }))  # fmt: skip
            environment = {
                **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
                "HOME": str(home),
                "PYTHON": os.environ["SIMULATOR_PYTHON"],
                "HTTPS_PROXY": proxy,
                "ROMA_ECS_METADATA_ENDPOINT": self.cloud.metadata,
                "REQUESTS_CA_BUNDLE": str(self.cloud.certificates.authority),
                "ANSIBLE_CALLBACK_PLUGINS": str(pathlib.Path(__file__).parent / "callback_plugins"),
                "ANSIBLE_CALLBACKS_ENABLED": "told",
                "TOLD": str(self.folder / "told.jsonl"),
                **{name: self.put(text) for name, text in self.words.get("environment", {}).items()},
            }
            shell = stack.enter_context(_shell(self.folder, environment))
            for number, step in enumerate(self.words["steps"], 1):
                if step.get("as") == "shown":
                    self.left_out.append((step["example"], f"shown: {step['because']}"))
                    continue
                missing = [tool for tool in step.get("needs", self.words.get("needs", [])) if not shutil.which(tool)]
                if missing:
                    self.left_out.append((step.get("example", "do"), f"there is no {missing[0]}"))
                    continue
                began = time.monotonic()
                try:
                    how = self.step(step, shell, number)
                except Exception as error:
                    what = error if isinstance(error, Wrong) else repr(error)
                    name = step.get("example", step.get("do"))
                    return f"{self.name}: {name}: {what}\n--- it said:\n{self.said}\n---"
                if "example" in step and "document" not in step:
                    self.ran.append((step["example"], how, time.monotonic() - began))
        return None

    def step(self, step, shell, number):
        """Does it, and compares; returns in a word how."""
        unknown = set(step) - {*EXPECTED, *KEYS}
        assert not unknown, f"a step has no {unknown}"
        (self.folder / "told.jsonl").write_text("")
        shown = []
        if "do" in step:
            how, script = "do", self.put(step["do"])
        else:
            example = self.examples[step.get("document", self.document), step["example"]]
            text = self.put(example.text, step.get("instead", {}))
            file = step.get("file") or example.caption or f"example{number}.yml"
            how = step.get("as", "file")
            if how == "output":
                _compare_shown(text.split("\n"), self.said)
                return how
            script = self.script(how, text, file, step, shown)
        status, self.said = shell(script, number)
        _compare_shown(shown, self.said)
        self.compare(step, status)
        return how

    def script(self, how, text, file, step, shown):
        """What the shell is given for an example."""
        words = self.put(step.get("words", ""))
        if how == "typed":
            typed, output = _typed(text)
            shown += output
            return typed
        path = self.folder / self.put(file)
        if how == "tasks":
            play = {"hosts": "localhost", "gather_facts": False, "tasks": "TASKS"}
            text = yaml.safe_dump([play], sort_keys=False).replace("TASKS", "\n" + _indented(text))
        elif how == "sources":
            rules = [{"name": "All", "condition": "event.asset_job is defined", "action": {"print_event": {}}}]
            play = {"name": "Example", "hosts": "localhost", "sources": "SOURCES", "rules": rules}
            text = yaml.safe_dump([play], sort_keys=False).replace("SOURCES", "\n" + _indented(text))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return {
            "file": ":",
            "tasks": f"ansible-playbook -e @secrets.yml {words} {file}",
            "playbook": f"ansible-playbook -e @secrets.yml {words} {file}",
            "sources": f"ansible-rulebook -i inventory -r {file} {words}",
            "python": f"PYTHONPATH={os.environ['PYTHONPATH']} {os.environ['SIMULATOR_PYTHON']} {file}",
        }[how]

    def put(self, text, instead=None):
        """With what stands in the place of a reader's own words."""
        for old, new in {**(instead or {}), **self.instead}.items():
            text = text.replace(old, new)
        return re.sub(r"\{\{\{(\w+)\}\}\}", lambda found: str(self.values[found[1]]), text)

    def compare(self, step, status):
        wanted = step.get("rc", 0)
        if status != wanted:
            raise Wrong(f"it ended with {status}, not {wanted}")
        told = [json.loads(line) for line in (self.folder / "told.jsonl").read_text().splitlines()]
        if "changed" in step:
            changed = [f"{one['host']}: {one['task']}" for one in told if one["result"].get("changed")]
            if len(changed) != step["changed"]:
                raise Wrong(f"{changed} changed something, not {step['changed']}")
        for task, facts in step.get("tasks", {}).items():
            found = [one["result"] for one in told if one["task"] == task]
            if not found:
                raise Wrong(f"no task is called {task}, but {[one['task'] for one in told]}")
            _compare(facts if isinstance(facts, list) else [facts], found, f"task {task}", self.put)
        for text in step.get("says", []):
            if self.put(text) not in self.said:
                raise Wrong(f"it did not say {self.put(text)}")
        for text in step.get("not_says", []):
            if self.put(text) in self.said:
                raise Wrong(f"it said {self.put(text)}")
        for name in step.get("files", []):
            found = list(self.folder.glob(name))
            if not found:
                raise Wrong(f"{name} is not there")
            if any(path.suffix == ".zip" and zipfile.ZipFile(path).testzip() for path in found):
                raise Wrong(f"{name} is damaged")
        for name in step.get("no_files", []):
            if list(self.folder.glob(name)):
                raise Wrong(f"{name} is there")
        asked = self.cloud.asked()
        for operation, count in step.get("asked", {}).items():
            if asked[operation] != count:
                raise Wrong(f"{operation} was asked for {asked[operation]} times, not {count}")
        for one, facts in step.get("instances", {}).items():
            state = self.cloud.instance(one)
            for kind, names in facts.items():
                found = sorted(item["name"] for item in state[kind])
                if found != sorted(names):
                    raise Wrong(f"instance {one} has the {kind} {found}, not {names}")


@contextlib.contextmanager
def _shell(folder, environment):
    """A function (script, number) -> (exit status, output), with one bash for all; a command that fails is told."""
    process = subprocess.Popen(
        ["bash", "--norc", "--noprofile"],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    process.stdin.write("set -E -o pipefail; trap 'STATUS=$?' ERR\n")

    def run(script, number):
        file, output = folder / f"step{number}.sh", folder / f"step{number}.log"
        file.write_text(script + "\n", encoding="utf-8")
        alarm = threading.Timer(PATIENCE, lambda: os.killpg(process.pid, signal.SIGKILL))
        alarm.start()
        try:
            process.stdin.write(f"STATUS=0; . {file} >{output} 2>&1 </dev/null; echo $STATUS\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            alarm.cancel()
        said = output.read_text(encoding="utf-8", errors="replace")
        if not line.strip():
            raise Wrong(f"it did not end within {PATIENCE} s, or ended the shell:\n{said}")
        return int(line), said

    try:
        yield run
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(BrokenPipeError):  # of a scene that ran nothing, it has read nothing
            process.stdin.close()
        process.wait()


@contextlib.contextmanager
def _awx(root):
    """A stand-in of AWX: its address and token."""
    sys.path.append(str(pathlib.Path(__file__).parents[1] / "awx"))
    import controller

    playbooks = [path.name for path in (root / "extensions/awx/project").glob("*.yml")]
    with controller.served(controller.Controller(playbooks)) as url:
        yield {"awx": url, "awx_token": controller.TOKEN}


def _typed(text):
    """(script, lines that show what came): where lines begin with $, only those are typed."""
    lines = text.split("\n")
    if not any(line.startswith("$ ") for line in lines):
        return text, []
    typed, shown, goes_on = [], [], False
    for line in lines:
        if line.startswith("$ ") or goes_on:
            typed.append(line if goes_on else line[2:])
            goes_on = line.endswith("\\")
        else:
            shown.append(line)
    return "\n".join(typed), shown


def _compare(wanted, found, where, put):
    """Of a dict only what is wanted counts; a text that begins with ~ is a regular expression."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name, one in wanted.items():
            _compare(one, found.get(name), f"{where}.{name}", put)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, one in enumerate(wanted):
            _compare(one, found[number], f"{where}[{number}]", put)
    elif isinstance(wanted, str) and wanted.startswith("~"):
        if not re.search(put(wanted[1:]), str(found)):
            raise Wrong(f"{where} is {found!r}, not like {wanted[1:]}")
    elif (put(wanted) if isinstance(wanted, str) else wanted) != found:
        raise Wrong(f"{where} is {found!r}, not {wanted!r}")


def _compare_shown(lines, said):
    """What is shown came like that, whatever its ids, numbers, times and sizes."""
    shown = [line for line in lines if line.strip(" .…")]
    came = {_shape(line) for line in said.split("\n")}
    if _shape(" ".join(shown)) in _shape(said):  # one sentence in several lines
        return
    for line in shown:
        if _shape(line) not in came and not _came_wrapped(line, said):
            raise Wrong(f"this line is shown, and did not come: {line}\n(as {_shape(line)})")


def _came_wrapped(line, said):
    """Whether a warning came in several lines: ansible-core 2.16 breaks it, in the middle of a path too."""
    wanted, lines = _shape("".join(line.split())), said.split("\n")
    begins = [
        number for number, one in enumerate(lines) if line.startswith("[WARNING]") and one.startswith("[WARNING]")
    ]
    return any(
        _shape("".join("".join(lines[begin:end]).split())) == wanted
        for begin in begins
        for end in range(begin + 2, len(lines) + 1)
    )


def _shape(text):
    text = re.sub(_ID, "ID", text)
    text = re.sub(r"\d+(?:\.\d+)?", "#", text)
    text = re.sub(r"(?:# h )?(?:# min )?# s\b", "TIME", text)
    text = re.sub(r"(?:# of )?# (?:bytes|B|kB|MB|GB)\b", "SIZE", text)
    return " ".join(text.replace("RUNNING # %", "RUNNING").replace("RUNNING (# %)", "RUNNING").split())


def _indented(text):
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))
