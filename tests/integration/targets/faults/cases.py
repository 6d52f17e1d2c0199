# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One case of the matrix: how it is run, and all that must hold after it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
import typing as t

from .contract import CERTIFICATES, FAULTS, PASSES, QUESTIONS, STARTS, Outcome
from .result import Result
from .stage import CUT_AT, LONG, PATIENT, Shared, Stage
from .words import SLOW


def run_case(
    operation: str, fault: str, moment: str, expected: Outcome, folder: str, shared: Shared, patience: int = 1
) -> Result:
    """Run one case in *folder*, which is empty; short times are *patience* times as long."""
    result = Result(operation, fault, moment, expected)
    with Case(operation, fault, moment, expected, folder, shared, patience) as case:
        case.run(result)
        case.check(result)
        if operation in ("export", "import"):
            case.run_again(result)
        case.check_at_the_end(result)
    return result


class Case(Stage):
    """A case, and what must hold."""

    def check(self, result: Result) -> None:
        """That it ended as the contract wants, and says what it has to."""
        wanted = result.expected
        if result.error == "TimedOut" and self.operation in QUESTIONS and self.fault in SLOW:
            # The request's own limit and the watchdog's are 0.3 s apart, and a busy machine takes either.
            result.error = wanted.error
        if wanted.end == "deadline" and result.end == "ends":
            result.end = self._deadline(result)
        told = f"{result.end} {result.error or ''}: {result.message}"
        result.must(result.end == wanted.end, "differs", f"wanted {wanted.end} {wanted.error or ''}, it {told}")
        if wanted.end == "ends":
            result.must(result.error == wanted.error, "differs", f"wanted {wanted.error}, it {told}")
            result.must(("a job may be running" in result.message) == wanted.may_run, "differs", f"it {told}")
        if wanted.end == "goes on":
            self._check_well(result)
        result.met = self._was_met()
        result.must(result.met, "differs", f"the fault was never met, it {told}")
        self._check_once(result)
        self._check_kept(result)

    def _deadline(self, result: Result) -> str:
        """Whether it ended by its deadline and says what is known."""
        error, facts = result.error, self.task.facts
        if self.operation == "download":
            return "deadline" if error in ("TimedOut", FAULTS[self.fault].error) else "ends"
        seen = self._passed_before() > 0 and self.operation != "project"
        known = (facts["job"] or {}).get("status") == ("RUNNING" if seen else None)
        named = self._options["job_id"] in result.message
        return "deadline" if error == "TimedOut" and facts["timed_out"] and known and named else "ends"

    def _check_well(self, result: Result) -> None:
        facts = self.task.facts
        if result.end != "goes on":
            return
        if self.operation == "download":
            with open(facts["dest"], "rb") as file:
                whole = file.read() == self.package
            result.must(whole, "lost", "the package at dest is another")
            digest = hashlib.sha256(self.package).hexdigest()
            result.must(facts["checksum"] == digest, "lost", "the checksum is another's")
        elif self.operation == "list":
            result.must([app["id"] for app in facts["apps"]] == self.sim.apps, "lost", "an application is missing")
        else:
            status = "RUNNING" if self.operation == "query" else "SUCCEEDED"
            result.must(facts["job"]["status"] == status, "differs", f"the job is {facts['job']}")

    def _was_met(self) -> bool:
        if self.door is None:
            return self._met() > 0
        if self.fault == "refused":
            return not self.door.is_open or self._shut_for > 0
        return _comes_true(lambda: self.door.disliked > 0)

    def _check_once(self, result: Result) -> None:
        """That what does not pass is asked once, and nobody else is asked."""
        if FAULTS[self.fault].passes is not PASSES and not self.door and self.fault != "clock off":
            most = 2 if self.fault == "token expired for ever" else 1
            result.must(self._met() <= most, "differs", f"it was asked {self._met()} times")
        if self.door and self.moment == "first":
            before_it = self.sim.requests(self.request) if self.fault in CERTIFICATES else []
            result.must(not before_it, "leaked", "a server that did not verify was asked")
        result.must(self.trap is None or not self.trap.visits, "leaked", "a redirect was followed")

    def _check_kept(self, result: Result) -> None:
        """That no package and no job is lost without a word."""
        if self.operation == "download" and result.end != "goes on":
            partial = self._path(f"package.zip.{self.archive_id}.part")
            held = os.path.getsize(partial) if os.path.exists(partial) else 0
            result.must(not os.path.exists(self._options["dest"]), "lost", "something lies at dest")
            result.must(
                partial in result.message and self.task.facts["partial"] in (None, partial) if held else True,
                "lost",
                f"{held} bytes have arrived, and nobody says where",
            )
            served = any(item["completed"] for item in self.sim.state()["archives"])
            result.must(held or not served, "lost", "the API has no package any more, and neither has the disk")
            if self._passed_before():
                result.must(held >= CUT_AT, "lost", f"{held} bytes are left of {CUT_AT}")
        if self.operation in STARTS:
            jobs = self.sim.state()["jobs"]
            known = self.task.facts["job_id"] or "a job may be running" in result.message
            result.must(known or not jobs, "lost", "a job runs, and nobody says so")

    def run_again(self, result: Result) -> None:
        """Run the same task again, with its record, when nothing is wrong any more."""
        first, jobs_before = self.task, len(self.sim.state()["jobs"])
        self.sim.clear_faults()
        if self.door:
            self.door.context = self.door.context and self.shared.contexts["good"]
            if not self.door.is_open:
                self.door.open()
        record = self._options["record"]
        if os.path.exists(record):
            # A module's process has ended by now, and its lock with it; here its thread may still hold it.
            os.rename(shutil.copy(record, record + ".free"), record)
        self._options = {**self._options, "timeout": LONG, "request_timeout": PATIENT}
        self._hurries = True
        again = Result(self.operation, self.fault, self.moment, result.expected)
        task = self._do(again)
        jobs = len(self.sim.state()["jobs"])
        told = f"run again, it {again.end} {again.error or ''}: {again.message}"
        if "a job may be running" in result.message:
            result.must(again.error == "BadRecord" and jobs == jobs_before, "started twice", told)
            result.must("a job may be running" in again.message, "differs", told)
        elif first.facts["job_id"]:
            result.must(again.end == "goes on" and jobs == jobs_before, "started twice", told)
            result.must(task.facts["job_id"] == first.facts["job_id"], "lost", told)
        else:
            result.must(again.end == "goes on" and jobs == 1, "differs", told)
        self.task = task

    def check_at_the_end(self, result: Result) -> None:
        """That no job was started twice, and nobody was told a secret."""
        if self.operation in STARTS:
            posts = [e for e in self.sim.requests(self.request) if e["status"] in (None, 200) or e["status"] >= 500]
            result.must(len(posts) <= 1, "started twice", f"{len(posts)} POSTs may have been taken")
            jobs = len(self.sim.state()["jobs"])
            result.must(jobs <= 1, "started twice", f"{jobs} jobs were started")
        said = self._everything_said(result)
        # A text may be cut in the middle of one.
        leaked = any(secret[:24] in said for secret in self._secrets())
        result.must(not leaked, "leaked", "a secret stands in what it says")

    def _everything_said(self, result: Result) -> str:
        texts = [result.message, json.dumps(self.task.facts), *self.task.warned, json.dumps(self.task.said)]
        for name in os.listdir(self.folder):
            texts.append(name)
            with contextlib.suppress(UnicodeDecodeError), open(self._path(name), encoding="utf-8") as file:
                texts.append(file.read())
        return "\n".join(texts)

    def _secrets(self) -> set[str]:
        sim, credentials = self.sim, self.sim.world.credentials
        secrets = {sim.auth_token, sim.secret_key, sim.password, *credentials.tokens, *credentials.metadata_tokens}
        secrets |= {key.secret_key for key in credentials.keys.values()}
        secrets |= {key.security_token for key in credentials.keys.values() if key.security_token}
        sent = [entry["headers"].get("authorization", "") for entry in sim.requests()]
        return secrets | {match[1] for match in (re.search(r"Signature=(\w+)", text) for text in sent) if match}


def _comes_true(condition: t.Callable[[], bool]) -> bool:
    """Whether it does within ten seconds: a server's thread may be behind."""
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()
