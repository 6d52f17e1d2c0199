# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one case of the matrix is played on: an operation, the fault that it meets, the moment when.

The operations are the modules' own, as their modules call them, with real sockets and real time. Only the simulator's
clock is moved by hand: a job ends when its fault is over, however slow the machine is.
"""

from __future__ import annotations

import asyncio
import os
import time
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.roma.connect.plugins.module_utils import _errors
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import bounded
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_delete import delete
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_import import import_package
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_job_info import job_info
from ansible_collections.roma.connect.plugins.module_utils._operations.lookup import app_info
from ansible_collections.roma.connect.tests.simulator import Simulator
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock, make_client, make_task

from .contract import CERTIFICATES, FAULTS, QUESTIONS, STARTS, WAITS, Outcome
from .door import Door, Trap
from .result import Result
from .words import BUSY, LABELS, PASSWORD_REFUSED, REQUESTS, SLOW, WORDS

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


@dataclass
class Shared:
    """What the cases of one process share."""

    #: A package to import.
    package: bytes
    #: TLS contexts of the server: "good", and one for each fault.
    contexts: dict[str, t.Any]
    ca_path: str


class Stage:
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
        self.trap = Trap() if fault == "redirect" else None
        self._shut_for = 0
        #: Seconds by which a pause was longer than the time left, at most.
        self._oversleeps = 0.0
        #: Whether nothing is wrong any more, so that a pause takes no time.
        self._hurries = False
        self._job_ends = not (moment == "last" and operation in WAITS)

    def __enter__(self) -> Stage:
        self.sim.start()
        self._options = self._prepare()
        if self.fault in CERTIFICATES or self.fault == "refused":
            self._put_up_door()
        self._set_faults()
        return self

    def __exit__(self, *_error: object) -> None:
        for helper in (self.door, self.trap):
            if helper:
                helper.close()
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
        renewed = self.operation == "download" and self.fault in ("token expired once", *LABELS)
        return (self.moment == "last" and not renewed) or slow_to_the_end

    def _waiting_package(self) -> bytes:
        label = LABELS.get(self.fault)
        job_id = self.sim.add_job(seconds=0, **({"label": label} if label else {}))
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
        if self.door or self.fault in LABELS:
            return
        path = "securitykey" if self.operation == "agency" else ""
        sim.fault(self.request, self._words(), self._times(), passed, path)

    def _words(self) -> dict[str, t.Any]:
        if self.trap:
            return {"redirect": self.trap.url}
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
        # The gateway repeats what was signed, the security token too.
        return {"signature refused": "temporary", "clock off": "keys"}.get(self.fault, "token")

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
        result.must(self._oversleeps <= GRACE, "late", f"it would have slept {self._oversleeps:.0f} s past its time")

    def _do(self, result: Result) -> t.Any:
        self.task = task = make_task(**self._options)
        task.sleep = self._sleep
        began = time.monotonic()
        try:
            client = self._client(task.deadline)
            bounded(lambda: WORK[self.operation](task, client), task.deadline)
            result.end, result.error, result.message = "goes on", None, ""
        except _errors.RomaError as error:
            # as _module._outcome: the watchdog knows nothing of the task
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
        if self._hurries:
            self.clock.move(JOB_SECONDS)
            return
        self._oversleeps = max(self._oversleeps, seconds - self.task.deadline.remaining())
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
        if self.fault in LABELS:
            return len(self.sim.requests(self.request))
        words = self._words()
        return sum(entry["fault"] == words for entry in self.sim.requests(self.request))
