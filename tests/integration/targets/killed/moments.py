# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The moments at which a play is killed: a simulator and a host of the inventory for each.

``moments.py FOLDER`` writes FOLDER/inventory.json with the groups ``kill`` and ``term``, makes a folder for each host,
and FOLDER/all-held as soon as each play is where it is to be killed. It serves until SIGTERM.
"""

from __future__ import annotations

import json
import pathlib
import signal
import sys
import time
import urllib.request

from simulator.simulator import Simulator

#: What there is to say where nobody knows whether a job was started.
MAY_BE = "a job may be running"

ASKED = {"operation": "job", "fault": {"hang": 600}}
DRIPS = {"operation": "archive", "fault": {"drip": 100}}
TOKEN = {"operation": "token", "fault": {"hang": 600}}


def unanswered(operation):
    """A POST that was read and started a job, and never answered."""
    return {"operation": operation, "fault": {"hang": 600, "processed": True}}


def naming(call, ending, holds="", **more):
    return {"call": call, "name": ending, "holds": holds, **more}


#: What only the line with the job's id holds.
ID = '"job_id": "'

#: role, host: the fault that holds the play, or the call (held/sitecustomize.py); ``posts``: what was started when the
#: same play has run again; ``says``: why it did not end with the work done.
MOMENTS = {
    "export": {
        "before-the-token": {"fault": TOKEN, "posts": ["export"]},
        "before-the-record": {"at": naming("write", ".zip.json"), "posts": ["export"]},
        "before-the-post": {"at": naming("post", "/export"), "posts": [], "says": MAY_BE},
        "after-the-post": {"fault": unanswered("export"), "posts": ["export"], "says": MAY_BE},
        "before-the-id": {"at": naming("write", ".zip.json", ID), "posts": ["export"], "says": MAY_BE},
        "after-the-id": {"at": naming("write", ".zip.json", ID, after=True), "posts": ["export"]},
        "waiting": {"fault": ASKED, "posts": ["export"]},
        "downloading": {"fault": DRIPS, "posts": ["export"]},
        "before-the-rename": {"at": naming("rename", ".zip"), "posts": ["export"]},
        "after-the-rename": {"at": naming("rename", ".zip", after=True), "posts": ["export"]},
    },
    "import": {
        "before-the-post": {"at": naming("post", "/import"), "posts": [], "says": MAY_BE},
        "after-the-post": {"fault": unanswered("import"), "posts": ["import"], "says": MAY_BE},
        "before-the-id": {"at": naming("write", ".import.json", ID), "posts": ["import"], "says": MAY_BE},
        "after-the-id": {"at": naming("write", ".import.json", ID, after=True), "posts": ["import"]},
        "waiting": {"fault": ASKED, "posts": ["import"]},
    },
    "migrate": {
        "exporting": {"fault": ASKED, "posts": ["export", "import"]},
        "before-the-import": {"at": naming("write", ".import.json"), "posts": ["export", "import"]},
        "importing": {"fault": {**ASKED, "of": 1}, "posts": ["export", "import"]},
    },
    # It has no record: the play looks first whether there is something to delete.
    "delete": {
        "after-the-post": {"fault": unanswered("delete"), "posts": ["delete"]},
        "waiting": {"fault": ASKED, "posts": ["delete"]},
    },
}

#: Those that get SIGTERM, too.
TERMINATED = [
    ("export", ("after-the-post", "waiting", "downloading", "before-the-rename")),
    ("import", ("waiting",)),
    ("migrate", ("importing",)),
]


class Host:
    """One play with a simulator of its own: the API takes one asset job of a user at a time."""

    def __init__(self, folder, group, role, moment):
        self.name = f"{group}-{role}-{moment}"
        self.group = group
        self._moment = MOMENTS[role][moment]
        self._mark = folder / "held" / self.name
        self.folder = folder / self.name
        self.folder.mkdir()
        self.sim = Simulator(job_seconds=0.3, package_bytes=20000, tasks=0)
        self.sim.start()
        if role == "import":
            self._save_package()
        fault = dict(self._moment.get("fault", {}))
        if fault:
            instance = self.sim.instances[fault.pop("of")]["id"] if "of" in fault else ""
            self.sim.fault(path=instance, **fault)
        way = "password" if self._moment.get("fault") is TOKEN else "token"
        self.facts = {
            "role": role,
            "folder": str(self.folder),
            "simulator": {name: getattr(self.sim, name) for name in ("control", "apps", "instances")},
            "place": {**self.sim.options(way), "request_timeout": 600},
            "at": self._moment.get("at", {}),
            "mark": str(self._mark),
            "posts": self._moment["posts"],
            "says": self._moment.get("says", ""),
        }

    def _save_package(self):
        """The first application of the first instance, to be imported into the second."""
        job_id = self.sim.add_job(seconds=0)
        [archive] = [archive for archive in self.sim.state()["archives"] if archive["job_id"] == job_id]
        project = f"{self.sim.endpoint}/v2/{self.sim.project_id}/instances/{self.sim.instance_id}"
        request = urllib.request.Request(f"{project}/assets/archives/{archive['id']}")
        request.add_header("X-Auth-Token", self.sim.auth_token)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            (self.folder / "crm.zip").write_bytes(answer.read())
        self.sim.clear_requests()

    def is_held(self):
        """Whether the play is at its moment."""
        fault = self._moment.get("fault")
        if fault is None:
            return self._mark.exists()
        if not any(request["fault"] for request in self.sim.requests(fault["operation"])):
            return False
        if fault["fault"].get("processed"):
            return len(self.sim.state()["jobs"]) > (fault["operation"] == "import")
        return fault is not DRIPS or any(part.stat().st_size for part in self.folder.glob("*.part"))


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "held").mkdir()
    wanted = [("kill", role, moments) for role, moments in MOMENTS.items()]
    wanted += [("term", role, moments) for role, moments in TERMINATED]
    hosts = [Host(folder, group, role, moment) for group, role, moments in wanted for moment in moments]
    inventory = {
        group: {"hosts": {host.name: host.facts for host in hosts if host.group == group}} for group in ("kill", "term")
    }
    (folder / "inventory.json").write_text(json.dumps(inventory))
    (folder / "ready").touch()
    running = True
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
    while running:
        time.sleep(0.1)
        waiting = [host.name for host in hosts if not host.is_held()]
        (folder / "not-held").write_text("\n".join(waiting))
        if not waiting:
            (folder / "all-held").touch()
            signal.pause()


if __name__ == "__main__":
    main()
