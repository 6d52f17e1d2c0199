# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One case of the matrix: an operation, the fault that it meets, the moment when; and all that must hold after it.

The operations are the modules' own, as their modules call them, with real sockets and real time. Only the simulator's
clock is moved by hand: a job ends when its fault is over, however slow the machine is.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import threading
import time
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible_collections.roma.connect.plugins.module_utils import _errors
from ansible_collections.roma.connect.plugins.module_utils._archive import archive
from ansible_collections.roma.connect.plugins.module_utils._deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._delete import delete
from ansible_collections.roma.connect.plugins.module_utils._export import export
from ansible_collections.roma.connect.plugins.module_utils._import import import_package
from ansible_collections.roma.connect.plugins.module_utils._job_info import job_info
from ansible_collections.roma.connect.plugins.module_utils._lookup import app_info
from ansible_collections.roma.connect.tests.simulator import Simulator
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock, make_client, make_task

from .contract import CERTIFICATES, FAULTS, PASSES, QUESTIONS, STARTS, WAITS, Outcome
from .door import Door

#: Seconds. A case that is to end well, or at once, has LONG: it would be seen if it did not.
LONG, SHORT = 60, 2
#: For one request, where none is to be cut short, and where it is.
PATIENT, IMPATIENT = 30.0, 2.0
#: The task has ended so long after its time-out.
GRACE = 1.0
#: A job takes so long by the simulator's clock.
JOB_SECONDS = 60
PACKAGE_BYTES = 200_000
CUT_AT = 100_000

#: What the simulator calls the request that meets the fault.
REQUESTS = {
    "query": "job",
    "wait": "job",
    "export": "export",
    "import": "import",
    "delete": "delete",
    "download": "archive",
    "list": "apps",
    "token": "token",
    "project": "projects",
    "agency": "agency",
}
WORK: dict[str, t.Callable[..., None]] = {
    "query": job_info,
    "wait": job_info,
    "export": export,
    "import": import_package,
    "delete": delete,
    "download": archive,
    "list": app_info,
    "token": job_info,
    "project": job_info,
    "agency": job_info,
}
#: The faults in the simulator's words; the others are the door's.
WORDS: dict[str, dict[str, t.Any]] = {
    "reset before it was read": {"reset": "before"},
    "reset after it was read": {"reset": "after"},
    "no answer": {"hang": 3600, "processed": True},
    "body that drips": {"drip": 10},
    "headers that drip": {"drip_headers": 0.3},
    "429": {"status": 429},
    "429, Retry-After in seconds": {"status": 429, "retry_after": 1},
    "429, Retry-After as a date": {"status": 429, "retry_after": "date:+2"},
    "429, Retry-After of a day": {"status": 429, "retry_after": 86400},
    "500": {"status": 500},
    "502": {"html": 502},
    "503": {"status": 503},
    "504": {"status": 504},
    "HTML page": {"html": 200},
    "cut JSON": {"raw": '{"id": "ff80", "sta'},
    "body cut short": {"cut": 20},
    "other JSON": {"json": {"answer": 42}},
    "body of 100 MB": {"huge": 100_000_000},
    "token expired once": {"expire_token": True},
    "token expired for ever": {"expire_token": True},
    "token expired, no password": {"expire_token": True},
    "signature refused": {"refuse": "signature"},
    "clock off": {"skew": 3600},
    "403": {"status": 403},
    "404": {"status": 404},
    "404 of a gateway": {"status": 404, "error_code": "APIGW.0101", "error_msg": "The API does not exist"},
}
BUSY = {"status": 400, "error_code": "ROMA.10012", "retry_after": 0}
PASSWORD_REFUSED = {"status": 401, "body": {"error": {"code": 401, "message": "The username or password is wrong."}}}
#: Faults that last until somebody loses patience.
SLOW = ("no answer", "body that drips", "headers that drip")


@dataclass
class Shared:
    """What the cases of one process share."""

    #: A package to import.
    package: bytes
    #: TLS contexts of the server: "good", and one for each fault.
    contexts: dict[str, t.Any]
    ca_path: str
    #: The other host, where a redirect leads.
    trap: Trap


class Trap:
    """A host that nobody may come to."""

    def __init__(self) -> None:
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/elsewhere"
        self.visits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            connection, _address = self._socket.accept()
            self.visits += 1
            connection.close()


@dataclass
class Result:
    """What became of a case."""

    operation: str
    fault: str
    moment: str
    expected: Outcome
    #: As Outcome's own end and error.
    end: str = ""
    error: str | None = None
    message: str = ""
    seconds: float = 0.0
    #: Whether the fault came: else the machine was too slow, and nothing was tried.
    met: bool = True
    #: What must hold and does not, by kind: differs, lost, leaked, started twice, late.
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def must(self, holds: t.Any, kind: str, text: str) -> None:
        if not holds:
            self.wrong.append((kind, text))


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


class Case:
    """The simulator, a door before it where the fault wants one, and a task."""

    def __init__(
        self, operation: str, fault: str, moment: str, expected: Outcome, folder: str, shared: Shared, patience: int
    ) -> None:
        self.short = SHORT * patience
        self.operation, self.fault, self.moment, self.expected = operation, fault, moment, expected
        self.folder, self.shared = folder, shared
        self.request = REQUESTS[operation]
        self.clock = HandClock()
        self.sim = Simulator(clock=self.clock, job_seconds=JOB_SECONDS, package_bytes=PACKAGE_BYTES, page_items=2)
        self.door: Door | None = None
        self.visits = shared.trap.visits
        self._shut_for = 0
        self._job_ends = not (moment == "last" and operation in WAITS)

    def __enter__(self) -> Case:
        self.sim.start()
        self._options = self._prepare()
        if self.fault in CERTIFICATES or self.fault == "refused":
            self._put_up_door()
        self._set_faults()
        return self

    def __exit__(self, *_error: object) -> None:
        if self.door:
            self.door.close()
        self.sim.stop()

    # ------------------------------------------------------------------------------------------------- what is set up

    def _prepare(self) -> dict[str, t.Any]:
        """The options of the task, and what they are about."""
        sim = self.sim
        common: dict[str, t.Any] = {
            "timeout": self.short if self._has_little_time() else LONG,
            "request_timeout": IMPATIENT if self.fault in SLOW else PATIENT,
            "busy_timeout": 0,
            "poll_interval": 0.02,
        }
        if self.operation in STARTS and self.moment != "first":
            little = self.moment == "last" or self.fault == "429, Retry-After of a day"
            common["busy_timeout"] = self.short if little else LONG
        if self.operation in ("export", "delete"):
            common.update(apps=sim.apps, tasks=[])
        if self.operation == "import":
            src = self._path("assets.zip")
            with open(src, "wb") as file:
                file.write(self.shared.package)
            common.update(src=src, type="AddNew", prefix=None, datasource_overwrite=False)
        if self.operation in STARTS:
            record = self._path("record.json") if self.operation != "delete" else None
            return {**common, "record": record, "force": False}
        if self.operation == "download":
            self.package = self._waiting_package()
            dest = self._path("package.zip")
            return {**common, "archive_id": self.archive_id, "dest": dest, "record": None, "force": False}
        if self.operation == "list":
            return {**common, "wait": False, "name": None, "app_id": None}
        return {**common, "wait": self.operation != "query", "job_id": sim.add_job(), "jobs": None}

    def _has_little_time(self) -> bool:
        """Whether the case ends by its time-out."""
        if self.operation in STARTS:
            return self.fault == "headers that drip"
        slow_to_the_end = self.fault in ("headers that drip", "429, Retry-After of a day") or (
            self.operation == "download" and self.fault == "body that drips"
        )
        return self.moment == "last" or slow_to_the_end

    def _waiting_package(self) -> bytes:
        job_id = self.sim.add_job(seconds=0)
        self.archive_id = make_client(self.sim, environ={}).job(job_id).archive_id
        content = asyncio.run(self.sim.world.archives[self.archive_id].content())
        self.sim.clear_requests()
        return b"".join(content.chunks())

    def _put_up_door(self) -> None:
        bad = self.shared.contexts.get(self.fault)
        self.door = door = Door(urlsplit(self.sim.endpoint).port or 0, bad and self.shared.contexts["good"])

        def change() -> None:
            if bad:
                door.context = bad
            else:
                door.shut()

        answers = self._passed_before()
        if self.operation == "agency":
            answers *= 2  # a token of the metadata service, and the keys
        if answers:
            door.change_after(self.request, answers, change)
        else:
            change()

    def _passed_before(self) -> int:
        """Requests of this kind that pass before the fault."""
        if self.moment == "first" or self.operation == "project":
            return 0
        return 2 if self.operation in ("query", "wait") else 1

    def _set_faults(self) -> None:
        sim, passed = self.sim, self._passed_before()
        if passed and self.operation in STARTS:
            sim.fault(self.request, BUSY)
        if passed and self.operation == "download":
            sim.fault("archive", {"cut": CUT_AT})
        if passed and self.operation in ("token", "agency"):
            sim.fault("job", {"expire_token": True}, after=2)
        if self.door:
            return
        path = "securitykey" if self.operation == "agency" else ""
        sim.fault(self.request, self._words(), self._times(), passed, path)

    def _words(self) -> dict[str, t.Any]:
        if self.fault == "redirect":
            return {"redirect": self.shared.trap.url}
        if self.operation == "token" and self.fault == "signature refused":
            return PASSWORD_REFUSED
        return WORDS[self.fault]

    def _times(self) -> int | None:
        """How many requests meet it; None: all that come."""
        if self.fault == "token expired once":
            return 1
        passes = FAULTS[self.fault].passes or self.expected.end == "goes on"
        if self.moment == "last" or self.fault in ("headers that drip", "429, Retry-After of a day") or not passes:
            return None
        if self.fault in ("no answer", "body that drips", "429", "clock off") or self.operation in STARTS:
            return 1  # one is slow enough
        return 2

    def _credentials(self) -> str:
        if self.operation == "token" or (self.fault.startswith("token expired") and self.operation != "project"):
            return "token" if self.fault == "token expired, no password" else "password"
        return "keys" if self.fault in ("signature refused", "clock off") else "token"

    def _client(self, deadline: t.Any) -> t.Any:
        place: dict[str, t.Any] = {"ca_path": self.shared.ca_path}
        environ = {}
        if self.operation == "import":
            place["instance_id"] = self.sim.instances[1]["id"]
        if self.operation == "project":
            place.update(project_id=None, project_name=self.sim.project_name)
        if self.operation == "agency":
            place.update(ecs_agency=True, auth_token=None, access_key=None, secret_key=None)
            environ["ROMA_ECS_METADATA_ENDPOINT"] = self._by_door(self.sim.metadata_endpoint)
        elif self.operation in ("token", "project"):
            place["iam_endpoint"] = self._by_door(self.sim.iam_endpoint)
        else:
            place["endpoint"] = self._by_door(self.sim.endpoint)
        return make_client(self.sim, self._credentials(), deadline, environ=environ, **place)

    def _by_door(self, url: str) -> str:
        return self.door.leads(url) if self.door else url

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    # ----------------------------------------------------------------------------------------------------- how it runs

    def run(self, result: Result) -> None:
        """Run the task as its module does."""
        self.task = self._do(result)
        late = result.seconds - self._time_allowed()
        result.must(late <= GRACE, "late", f"it ended {late:.2f} s after its time")

    def _do(self, result: Result) -> t.Any:
        self.task = task = make_task(**self._options)
        task.sleep = self._sleep
        began = time.monotonic()
        try:
            client = self._client(task.deadline)
            bounded(lambda: WORK[self.operation](task, client), task.deadline)
            result.end, result.error, result.message = "goes on", None, ""
        except _errors.RomaError as error:
            # as _module._failure: the watchdog knows nothing of the task
            timed_out = isinstance(error, _errors.TimedOut)
            result.end, result.error = "ends", type(error).__name__
            result.message = task.unfinished() if timed_out else str(error)
            task.facts["error"] = error.answer
            if timed_out and "timed_out" in task.facts:
                task.facts["timed_out"] = True
        except Exception as error:  # what users would see as a defect
            result.end, result.error, result.message = "breaks", type(error).__name__, repr(error)
        result.seconds = time.monotonic() - began
        return task

    def _time_allowed(self) -> float:
        """Seconds that the contract gives the task."""
        options = self._options
        if self.operation in QUESTIONS:
            return t.cast(float, options["request_timeout"])
        return t.cast(float, options["busy_timeout"] + options["timeout"])

    def _sleep(self, seconds: float) -> None:
        """The task's pause; in it, what the fault was about comes to its end."""
        if self._fault_is_over() and self._job_ends and self.sim.state()["jobs"]:
            self._job_ends = False
            self.clock.move(JOB_SECONDS)
        time.sleep(seconds)

    def _fault_is_over(self) -> bool:
        if self.door is None:
            times = self._times()
            return times is not None and self._met() >= times
        if not self.door.is_open:
            self._shut_for += 1
            refused = self._shut_for - (1 if self._passed_before() else 0)
            if refused and self.moment != "last":
                self.door.open()
            return False
        return self._shut_for > 0

    def _met(self) -> int:
        """How many requests met the fault."""
        words = self._words()
        return sum(entry["fault"] == words for entry in self.sim.requests(self.request))

    # -------------------------------------------------------------------------------------------------- what must hold

    def check(self, result: Result) -> None:
        """That it ended as the contract wants, and says what it has to."""
        wanted = result.expected
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
        result.must(self.shared.trap.visits == self.visits, "leaked", "a redirect was followed")

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
        self._sleep = lambda seconds: (self.clock.move(JOB_SECONDS), None)[1]  # type: ignore[method-assign]
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
        result.must(not any(secret in said for secret in self._secrets()), "leaked", "a secret stands in what it says")

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
