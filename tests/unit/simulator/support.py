# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulator's tests share: a clock that is moved by hand, and a plain caller."""

from __future__ import annotations

import requests

from ansible_collections.roma.connect.tests.simulator.clock import Clock


class HandClock(Clock):
    """Real time, plus what the test adds to it."""

    def __init__(self):
        self.ahead = 0.0

    def monotonic(self):
        return super().monotonic() + self.ahead

    def time(self):
        return super().time() + self.ahead

    def move(self, seconds):
        self.ahead += seconds


class Caller:
    """Calls the API by a token, through plain requests."""

    def __init__(self, sim, instance_id=None):
        self.sim = sim
        self.instance = f"{sim.endpoint}/v2/{sim.project_id}/instances/{instance_id or sim.instance_id}"
        self.assets = self.instance + "/assets"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Auth-Token"] = sim.auth_token

    def get(self, url, **more):
        return self.session.get(url, timeout=10, **more)

    def post(self, url, **more):
        return self.session.post(url, timeout=10, **more)

    def export(self, apps=None, tasks=None):
        """The answer to ExportAsset."""
        apps = self.sim.apps if apps is None else apps
        body = {"apps": [{"id": item} for item in apps], "tasks": [{"id": item} for item in tasks or []]}
        return self.post(self.assets + "/export", json=body)

    def started(self, **plan):
        """The id of an export that has just been started."""
        if plan:
            self.sim.plan(**plan)
        answer = self.export()
        assert answer.status_code == 200, answer.text
        return answer.json()["job_id"]

    def job(self, job_id):
        """The answer to CheckAssetJobStatus, as JSON."""
        answer = self.get(f"{self.assets}/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def archive(self, clock, **plan):
        """The URL of the package of an export that has just ended."""
        job_id = self.started(**plan)
        clock.move(60)
        return f"{self.assets}/archives/{self.job(job_id)['archive_id']}"

    def package(self, clock, apps=None, tasks=None):
        """The bytes of a package with these assets; all of the instance where both are left out."""
        tasks = self.sim.tasks if apps is None and tasks is None else tasks
        job_id = self.export(apps, tasks).json()["job_id"]
        clock.move(60)
        return self.get(f"{self.assets}/archives/{self.job(job_id)['archive_id']}").content

    def importing(self, package, name="assets.zip", field="ImportAssetRequestBody", **query):
        """The answer to ImportAsset."""
        return self.post(self.assets + "/import", params=query, files={field: (name, package)})

    def names(self):
        """The names of the applications that are listed."""
        return [app["name"] for app in self.get(self.instance + "/apps").json()["apps"]]

    def control(self, method, name, **more):
        """A request to the control interface."""
        return requests.request(method, f"{self.sim.control}/{name}", timeout=10, **more)
