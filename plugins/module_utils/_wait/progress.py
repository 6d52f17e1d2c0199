# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module tells the console how it goes: lines of JSON in a file that its action plugin reads.

Where there is no action plugin to read them, nothing is written. A report is about a job (type, job_id, status,
progress, elapsed), counts jobs (total, done, failed, elapsed) or lists that are read (lists, done, open, elapsed), or
is about a package (``_package.progress``).
"""

from __future__ import annotations

import contextlib
import json
import os
import typing as t

#: Names the file; the action plugin sets it for its module.
VARIABLE = "ROMA_PROGRESS_FILE"

#: Begins the file's name. Another file is left alone, whoever names it in the environment.
PREFIX = "roma-progress-"


class Reporter:
    """Writes a line each time it is called. It never ends a task: progress is a courtesy."""

    def __init__(self, environ: t.Mapping[str, str]) -> None:
        self._descriptor: int | None = None
        path = environ.get(VARIABLE, "")
        if os.path.basename(path).startswith(PREFIX):
            with contextlib.suppress(OSError):
                # Not created: the file is the action plugin's, which has it open.
                self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
                # Without its name nothing is left of it when the two are killed.
                os.unlink(path)

    def __call__(self, progress: t.Mapping[str, t.Any]) -> None:
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.write(self._descriptor, f"{json.dumps(progress)}\n".encode())
