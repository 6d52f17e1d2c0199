# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the simulator's control interface, in the controller's own process: a hundredth of what a task costs.

``lookup("simulator", "requests")`` is its log; ``lookup("simulator", {"plan": {…}})`` does what the keys say, in this
order: reset, jobs, plan, changes, faults, clear_faults, expire_tokens, and empties the log; it returns the ids of the
jobs made, and of the archives that wait. ``reset: false`` and ``keep_log: true`` leave things as they are.
"""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self._control = variables["simulator"]["control"]
        return [self._ask("GET", term) if isinstance(term, str) else self._prepare(dict(term)) for term in terms]

    def _prepare(self, wanted):
        keep_log = wanted.pop("keep_log", False)
        if wanted.pop("reset", True):
            self._ask("POST", "reset")
        jobs = [self._ask("POST", "jobs", job)["job_id"] for job in wanted.pop("jobs", [])]
        for name in ("plan", "changes", "faults"):
            if name in wanted:
                self._ask("POST", name, wanted.pop(name))
        if wanted.pop("clear_faults", False):
            self._ask("DELETE", "faults")
        if wanted.pop("expire_tokens", False):
            self._ask("POST", "expire_tokens")
        if wanted:
            raise ValueError(f"The simulator cannot be prepared by {', '.join(wanted)}")
        if not keep_log:
            self._ask("DELETE", "requests")
        archives = [archive["id"] for archive in self._ask("GET", "state")["archives"] if archive["available"]]
        return {"jobs": jobs, "archives": archives}

    def _ask(self, method, path, document=None):
        body = None if document is None else json.dumps(document, default=str).encode()
        request = urllib.request.Request(f"{self._control}/{path}", data=body, method=method)
        # Its certificate, where it has one, is not what is tested by this.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        try:
            with opener.open(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(f"{method} {path}: {error.read().decode()}") from None
