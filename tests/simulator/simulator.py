# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator in a thread, for tests in Python."""

from __future__ import annotations

import asyncio
import concurrent.futures
import copy
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from .clock import Clock
from .literal_jobs import add_job
from .server import Server
from .settings import Settings
from .world import World

Result = TypeVar("Result")


class Simulator:
    """`with Simulator(job_seconds=0.2) as sim:` serves on 127.0.0.1 until the block ends.

    Takes the fields of Settings. The attributes are the keys of the command's line.
    """

    endpoint: str
    iam_endpoint: str
    region: str
    project_id: str
    project_name: str
    instance_id: str
    instances: list[dict[str, str]]
    apps: list[str]
    tasks: list[str]
    auth_token: str
    access_key: str
    secret_key: str
    temporary: dict[str, str]
    username: str
    password: str
    domain_name: str
    control: str
    pid: int
    #: Where the ECS metadata service answers, in place of http://169.254.169.254.
    metadata_endpoint: str

    def __init__(self, clock: Clock | None = None, **settings: Any) -> None:
        self.world = World(Settings(**settings), clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulator", daemon=True)
        self._server = Server(self.world)

    def __enter__(self) -> Simulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; OSError where that cannot be."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result()
        except BaseException:
            self.stop()
            raise
        vars(self).update(self._server.line(), metadata_endpoint=self._server.base)

    def stop(self) -> None:
        """Close every connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def fault(
        self, operation: str, fault: dict[str, Any], times: int | None = 1, after: int = 0, path: str = ""
    ) -> None:
        """As `POST control/faults`."""
        self._call(lambda: self.world.faults.add(operation, fault, times, after, path))

    def clear_faults(self) -> None:
        """As `DELETE control/faults`."""
        self._call(self.world.faults.clear)

    def plan(self, **plan: Any) -> None:
        """As `POST control/plan`; `for_all=True` stands for "for": "all"."""
        if plan.pop("for_all", False):
            plan["for"] = "all"
        self._call(lambda: self.world.plans.add(plan))

    def add_job(self, **words: Any) -> str:
        """As `POST control/jobs`."""
        return self._call(lambda: add_job(self.world, words))

    def change(self, **change: Any) -> None:
        """As `POST control/changes`."""
        self._call(lambda: self.world.changes.add(change))

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """As `GET control/requests`, of one operation or of all."""
        entries = self._call(lambda: copy.deepcopy(self.world.journal.entries()))
        return [entry for entry in entries if operation in (None, entry["operation"])]

    def clear_requests(self) -> None:
        """As `DELETE control/requests`."""
        self._call(self.world.journal.clear)

    def expire_tokens(self) -> None:
        """As `POST control/expire_tokens`."""
        self._call(self.world.credentials.expire_tokens)

    def state(self) -> dict[str, Any]:
        """As `GET control/state`."""
        return self._call(self.world.state)

    def reset(self) -> None:
        """As `POST control/reset`."""
        self._call(self.world.reset)

    def options(self, credentials: str = "token") -> dict[str, str]:
        """Connection options of the collection, with "token", "keys", "temporary" or "password"."""
        place = {name: getattr(self, name) for name in ("endpoint", "iam_endpoint", "project_id", "instance_id")}
        if credentials == "temporary":
            return {**place, **self.temporary}
        names = {
            "token": ("auth_token",),
            "keys": ("access_key", "secret_key"),
            "password": ("username", "password", "domain_name"),
        }[credentials]
        return {**place, **{name: getattr(self, name) for name in names}}

    def _call(self, action: Callable[[], Result]) -> Result:
        """Run it in the server's thread, between two requests."""
        future: concurrent.futures.Future[Result] = concurrent.futures.Future()

        def run() -> None:
            try:
                future.set_result(action())
            except BaseException as error:
                future.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return future.result()
