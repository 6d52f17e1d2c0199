# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread beside a module that runs, and the file that the module reports to. Knows nothing of Ansible."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import tempfile
import threading
import time
import typing as t

from ansible_collections.roma.connect.plugins.module_utils._progress import PREFIX

from ._progress import Lines

#: Seconds between two looks at what the module reported, until the first line is shown, and from then on. A look
#: costs the controller a third of what a question costs the module; and a module whose play is gone goes on until then,
#: and holds its record, which the play that resumes it needs.
LOOK_EACH = 0.25
LOOK_LATER = 2.0


@contextlib.contextmanager
def followed(folder: str, show: t.Callable[[str], None]) -> t.Iterator[str]:
    """A file in *folder* to report to; what comes in is shown until the block ends. No thread and no file is left.

    The module takes the file's name away, so that a kill leaves nothing; here it goes where no module came so far.
    """
    descriptor, path = tempfile.mkstemp(prefix=PREFIX, dir=folder)
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
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def _follow(reports: t.TextIO, ended: threading.Event, show: t.Callable[[str], None]) -> None:
    """Show what is worth a line, and in the end what the module wrote last."""
    lines = Lines()
    unfinished = ""
    over = False
    look_each = LOOK_EACH
    ansible = os.getppid()
    while not over:
        over = ended.wait(look_each)
        unfinished += reports.read()
        *whole, unfinished = unfinished.split("\n")
        picked = []
        for text in whole:
            with contextlib.suppress(ValueError, KeyError, TypeError):  # no report
                lines.feed(json.loads(text), time.monotonic())
            picked.append(lines.first(time.monotonic()))
        # Of the rest that came since the last look only the latest counts, else the line would tell of the past.
        picked.append(lines.last() if over else lines.due(time.monotonic()))
        with contextlib.suppress(OSError):  # Ansible itself is gone
            for line in filter(None, picked):
                look_each = LOOK_LATER
                show(line)
        if lines.waiting and os.getppid() != ansible:
            _end_orphans()


def _end_orphans() -> None:
    """End this worker and its module, where they are a process group of their own.

    A kill of Ansible's process group does not reach them then, and ansible-runner cancels so. They would wait for a job
    whose end nobody gets to know, and keep its record from the run that goes on with it. Only while they wait: a POST
    on its way must not be cut.
    """
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGTERM)
