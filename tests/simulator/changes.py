# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to instances by script: at once, or between two requests of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import holdings
from .carried import finish
from .clock import Clock
from .instances import App, Instance, Task
from .routes import OPERATIONS

_WORDS = {
    *("instance_id", "add_apps", "add_tasks", "remove_apps", "remove_tasks"),
    *("add", "set", "remove", "finish", "prefix"),
}


@dataclass
class _Waiting:
    operation: str
    after: int
    change: dict[str, Any]


class Changes:
    """Changes that wait for requests to be answered first."""

    def __init__(self, instances: dict[str, Instance], clock: Clock) -> None:
        self._instances = instances
        self._clock = clock
        self._waiting: list[_Waiting] = []

    def add(self, change: dict[str, Any]) -> None:
        """{"operation": "apps", "after": 1, …}: once so many requests of it were answered; without both, at once.

        What changes: add_apps, add_tasks (each {"name": …, …}), remove_apps, remove_tasks (ids), in `instance_id` or
        the first instance. What is added so stands first in the listings, so the pages behind it move. What an
        instance holds beside them: add {kind: [{…}]}, set {kind: {name: {…}}} (of apps and tasks, too), remove {kind:
        [name]}; finish: what an import from this instance, with this prefix, leaves to be done by hand is done.
        """
        change = dict(change)
        operation, after = change.pop("operation", "*"), change.pop("after", 0)
        if operation not in (*OPERATIONS, "*"):
            raise ValueError(f"operation is one of {', '.join(OPERATIONS)} or *, not {operation!r}")
        unknown = set(change) - _WORDS
        if unknown:
            raise ValueError(f"a change has no {', '.join(sorted(unknown))}")
        if after:
            self._waiting.append(_Waiting(operation, after, change))
        else:
            self._apply(change)

    def answered(self, operation: str | None) -> None:
        """A request of this operation was answered."""
        for waiting in list(self._waiting):
            if waiting.operation in (operation, "*"):
                waiting.after -= 1
                if waiting.after <= 0:
                    self._waiting.remove(waiting)
                    self._apply(waiting.change)

    def _apply(self, change: dict[str, Any]) -> None:
        first = next(iter(self._instances))
        instance = self._instances[change.get("instance_id", first)]
        now = self._clock.time()
        for identity in change.get("remove_apps", []):
            instance.apps.pop(identity, None)
        for identity in change.get("remove_tasks", []):
            instance.tasks.pop(identity, None)
        apps = [App(created=now, updated=now, **words) for words in change.get("add_apps", [])]
        tasks = [Task(created=now, **words) for words in change.get("add_tasks", [])]
        if "finish" in change:
            finish(instance, self._instances[change["finish"]], change.get("prefix", ""))
        for kind, things in change.get("add", {}).items():
            for words in things:
                holdings.add(instance, kind, words)
        for kind, named in change.get("set", {}).items():
            for name, words in named.items():
                holdings.change(instance, kind, name, words)
        for kind, names in change.get("remove", {}).items():
            for name in names:
                holdings.remove(instance, kind, name)
        instance.apps = {**{app.id: app for app in apps}, **instance.apps}
        instance.tasks = {**{task.id: task for task in tasks}, **instance.tasks}
