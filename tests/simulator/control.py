# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface: JSON over HTTP, without authentication, for scripts and tests on this machine."""

from __future__ import annotations

from typing import Any

from .answers import Answer, json_answer
from .incoming import Incoming
from .literal_jobs import add_job
from .world import World

#: Where it stands; nothing of the API begins like this.
PREFIX = "/_simulator"


class Control:
    """Answers the control interface's requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions = {
            ("GET", "requests"): self._requests,
            ("DELETE", "requests"): self._clear_requests,
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "plan"): self._plan,
            ("POST", "expire_tokens"): self._expire_tokens,
            ("GET", "state"): self._state,
            ("POST", "reset"): self._reset,
            ("POST", "jobs"): self._add_job,
            ("POST", "changes"): self._change,
        }

    def answer(self, request: Incoming) -> Answer:
        """200 with JSON; 400 with {"error": …} for what it does not understand, 404 for what it does not have."""
        action = self._actions.get((request.method, request.path[len(PREFIX) + 1 :]))
        if action is None:
            names = ", ".join(f"{method} {name}" for method, name in self._actions)
            return json_answer({"error": f"The control interface has: {names}"}, 404)
        body = request.body.parsed()
        if request.body.size and body is None:
            return json_answer({"error": "The body is no JSON."}, 400)
        try:
            return json_answer(action(body if body is not None else {}))
        except (ValueError, TypeError, KeyError) as error:
            return json_answer({"error": str(error)}, 400)

    def _requests(self, body: Any) -> Any:
        return self._world.journal.entries()

    def _clear_requests(self, body: Any) -> Any:
        self._world.journal.clear()
        return {}

    def _add_faults(self, body: Any) -> Any:
        for item in body if isinstance(body, list) else [body]:
            self._world.faults.add(**item)
        return {}

    def _clear_faults(self, body: Any) -> Any:
        self._world.faults.clear()
        return {}

    def _plan(self, body: Any) -> Any:
        for item in body if isinstance(body, list) else [body]:
            self._world.plans.add(item)
        return {}

    def _expire_tokens(self, body: Any) -> Any:
        return {"expired": self._world.credentials.expire_tokens()}

    def _state(self, body: Any) -> Any:
        return self._world.state()

    def _reset(self, body: Any) -> Any:
        self._world.reset()
        return {}

    def _add_job(self, body: Any) -> Any:
        return {"job_id": add_job(self._world, body)}

    def _change(self, body: Any) -> Any:
        self._world.changes.add(body)
        return {}
