# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module tells the console how a job goes: lines of JSON in a file that its action plugin reads.

Where there is no action plugin to read them, nothing is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import typing as t

#: Names the file; the action plugin sets it for its module.
VARIABLE = "ROMA_PROGRESS_FILE"


class Reporter:
    """Appends a line each time it is called. It never ends a task: progress is a courtesy."""

    def __init__(self, environ: t.Mapping[str, str]) -> None:
        self._path = environ.get(VARIABLE)

    def __call__(self, progress: t.Mapping[str, t.Any]) -> None:
        if self._path:
            with contextlib.suppress(OSError):
                # Not created: the file is the action plugin's, and gone when its task is over.
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(json.dumps(progress) + "\n")
