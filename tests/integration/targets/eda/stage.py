# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets the stage for a rulebook, and looks at what came of it. Named in runme.sh.

prepare OUTPUT: makes the jobs of the simulator and the variables of the rulebook; check OUTPUT: compares the events.
Each job answers its first questions by what is laid down here, so that nothing depends on how fast a rulebook starts.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request

REASON = {
    "resource_type": "task",
    "resource_name": "nightly",
    "error_code": "ROMA.13000",
    "error_msg": "It is running.",
}
MANY = 50


class Stage:
    def __init__(self, output):
        self.output = output
        with open(os.path.join(output, "simulator.json"), encoding="utf-8") as file:
            self.simulator = json.load(file)

    def control(self, method, path, document=None):
        request = urllib.request.Request(
            f"{self.simulator['control']}/{path}",
            data=None if document is None else json.dumps(document).encode(),
            method=method,
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)

    def write(self, name, document):
        with open(os.path.join(self.output, name), "w", encoding="utf-8") as file:
            json.dump(document, file)

    def job(self, **words):
        return self.control("POST", "jobs", words)["job_id"]

    def prepare(self):
        jobs = [self.job(seconds=0) for _number in range(MANY)]
        failed = self.job(status="FAILED", reason=[REASON])
        runs = [
            {"operation": "job", "path": job, "fault": {"json": {"status": "RUNNING", "progress_percent": progress}}}
            for job in [*jobs, failed]
            for progress in (0.1, 0.1, 0.5)
        ]
        away = [
            {"operation": "job", "fault": {"reset": "before"}, "after": 60, "times": 40},
            {"operation": "job", "fault": {"expire_token": True}, "after": 120},
        ]
        self.control("POST", "faults", away + runs)
        asked = [{"job_id": job, "instance_id": self.simulator["instance_id"]} for job in [*jobs, failed, "unknown"]]
        self.write("life.json", {"jobs": asked})

        packages = [self.job(seconds=0), self.job(seconds=0), self.job(status="SUCCEEDED", type="importAsset")]
        folder = os.path.join(self.output, "packages")
        os.mkdir(folder)
        asked = [{"job_id": job, "instance_id": self.simulator["instance_id"]} for job in packages]
        self.write("download.json", {"jobs": asked, "folder": folder})

    def check(self):
        with open(os.path.join(self.output, "events.jsonl"), encoding="utf-8") as file:
            events = [json.loads(line)["asset_job"] for line in file]
        with open(os.path.join(self.output, "life.json"), encoding="utf-8") as file:
            *jobs, failed, unknown = [job["job_id"] for job in json.load(file)["jobs"]]

        def steps(job):
            return [
                (event["changed_from"], event["status"], event["progress_percent"])
                for event in events
                if event["id"] == job
            ]

        begun = [(None, "RUNNING", 0.1), ("RUNNING", "RUNNING", 0.5)]
        for job in jobs:
            assert steps(job) == [*begun, ("RUNNING", "SUCCEEDED", 1.0)], (job, steps(job))
        assert steps(failed) == [*begun, ("RUNNING", "FAILED", None)], steps(failed)
        [end] = [event for event in events if event["status"] == "FAILED"]
        assert end["reason"] == [REASON]
        [lost] = [event for event in events if event["id"] == unknown]
        assert (lost["status"], lost["error"]["http_status"]) == (None, 404)
        assert {event["instance_id"] for event in events} == {self.simulator["instance_id"]}
        requests = self.control("GET", "requests")
        operations = [request["operation"] for request in requests]
        assert operations.count("token") == 2, "one for all jobs, and one when it had expired"
        assert len([request for request in requests if request["fault"] == {"reset": "before"}]) == 40
        print(f"{len(events)} events of {MANY + 2} jobs by {len(requests)} requests.")


getattr(Stage(sys.argv[2]), sys.argv[1])()
