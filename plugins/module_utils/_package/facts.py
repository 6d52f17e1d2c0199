# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of a task that brings several packages."""

from __future__ import annotations

import typing as t

from .._wait.task import Task


class Packages:
    """The facts of each package; those of the one in hand are the task's own, and are put by when the next comes."""

    def __init__(self, task: Task, facts: list[dict[str, t.Any]]) -> None:
        self._task = task
        self._facts = facts
        self._in_hand: dict[str, t.Any] = {}
        task.last_facts = self._all

    def take_up(self, number: int) -> None:
        """From here on the task's facts are those of package *number*."""
        self._put_by()
        self._in_hand = self._facts[number]
        self._task.facts.update(self._in_hand)

    def _put_by(self) -> None:
        self._in_hand.update({name: self._task.facts[name] for name in self._in_hand})

    def _all(self) -> dict[str, t.Any]:
        self._put_by()
        return {"packages": [dict(package) for package in self._facts]}
