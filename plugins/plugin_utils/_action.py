# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action around each module that waits: runs the module as Ansible does, and shows how the job goes meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
import typing as t

from ansible import constants
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ansible_collections.roma.connect.plugins.module_utils._progress import VARIABLE

from ._progress import Lines

#: Seconds between two looks at what the module reported, until the first line is shown, and from then on. Each look
#: costs the controller as much as the module's whole question does.
LOOK_EACH = 0.25
LOOK_LATER = 2.0

#: In the controller's environment: false turns the lines off.
SWITCH = "ROMA_PROGRESS"


class ProgressAction(NormalAction):  # type: ignore[misc]  # ansible-core brings no types
    """Runs the module of the task's own name."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        if not self._can_show():
            return t.cast("dict[str, t.Any]", super().run(tmp, task_vars))
        host = (task_vars or {}).get("inventory_hostname", "localhost")
        with _shown(lambda line: Display().display(f"[{host}] {line}", stderr=True)) as path, self._told(path):
            return t.cast("dict[str, t.Any]", super().run(tmp, task_vars))

    def _can_show(self) -> bool:
        """Whether the module runs here, as this user, and its output is no secret.

        A file in a sticky folder that another user made cannot be written by root (fs.protected_regular), so that
        there are no lines with become.
        """
        return (
            self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not self._task.no_log
            and os.environ.get(SWITCH, "").strip().lower() not in ("false", "no", "off", "0")
        )

    @contextlib.contextmanager
    def _told(self, path: str) -> t.Iterator[None]:
        """Name the file by the module's environment: validate-modules refuses an option that is not the module's."""
        before = self._task.environment
        self._task.environment = [*(before or []), {VARIABLE: path}]
        try:
            yield
        finally:
            self._task.environment = before


@contextlib.contextmanager
def _shown(show: t.Callable[[str], None]) -> t.Iterator[str]:
    """A file to report to; what comes in is shown until the block ends. No thread and no file is left."""
    descriptor, path = tempfile.mkstemp(prefix="roma-progress-", dir=constants.DEFAULT_LOCAL_TMP)
    ended = threading.Event()
    with os.fdopen(descriptor, encoding="utf-8") as reports:
        thread = threading.Thread(
            target=_follow, args=(reports, ended, show), name="roma.connect progress", daemon=True
        )
        thread.start()
        try:
            yield path
        finally:
            ended.set()
            thread.join()
            os.unlink(path)


def _follow(reports: t.TextIO, ended: threading.Event, show: t.Callable[[str], None]) -> None:
    """Show what is worth a line, and in the end what the module wrote last."""
    lines = Lines()
    unfinished = ""
    look_each = LOOK_EACH
    while True:
        over = ended.wait(look_each)
        unfinished += reports.read()
        *whole, unfinished = unfinished.split("\n")
        for text in whole:
            with contextlib.suppress(ValueError, KeyError, TypeError):  # a courtesy, which never ends a task
                lines.feed(json.loads(text), time.monotonic())
            line = lines.due(time.monotonic())
            if line:
                show(line)
                look_each = LOOK_LATER
        line = lines.last(time.monotonic()) if over else lines.due(time.monotonic())
        if line:
            show(line)
            look_each = LOOK_LATER
        if over:
            return
