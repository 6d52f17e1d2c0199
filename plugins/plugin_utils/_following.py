# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread beside a module that runs, and the file that the module reports to. Knows nothing of Ansible."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import tempfile
import threading
import time
import typing as t

from ansible_collections.roma.connect.plugins.module_utils._wait.progress import PREFIX

from ._progress import Lines

#: Seconds between two looks at what the module reported: where something new may come at any moment, and while it waits
#: for a job. A look costs the controller a third of what a question costs the module.
LOOK_EACH = 0.25
LOOK_LATER = 5.0


@contextlib.contextmanager
def followed(folder: str, show: t.Callable[[str], None]) -> t.Iterator[str]:
    """A file in *folder* to report to; what comes in is shown until the block ends. No thread and no file is left.

    The module takes the file's name away, so that a kill leaves nothing; here it goes where no module came so far.
    """
    descriptor = None
    with contextlib.suppress(OSError):
        descriptor, path = tempfile.mkstemp(prefix=PREFIX, dir=folder)
    if descriptor is None:  # the folder is full or gone, which is no reason not to run the module
        yield ""
        return
    ended, end = multiprocessing.connection.Pipe(duplex=False)
    with ended, end, os.fdopen(descriptor, encoding="utf-8") as reports:
        thread = threading.Thread(
            target=_follow, args=(reports, ended, show), name="roma.connect progress", daemon=True
        )
        thread.start()
        try:
            yield path
        finally:
            end.close()
            thread.join()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


class _Reports:
    """What the module has reported, and what of it is worth a line."""

    def __init__(self, file: t.TextIO) -> None:
        self.lines = Lines()
        self._file = file
        self._unfinished = ""

    def look(self, over: bool) -> list[str]:
        """The lines to be shown now.

        :arg over: the module has ended, so that this is the last look.
        """
        *whole, self._unfinished = (self._unfinished + self._file.read()).split("\n")
        picked = []
        for text in whole:
            with contextlib.suppress(ValueError, KeyError, TypeError):  # no report
                picked += self.lines.feed(json.loads(text), time.monotonic())
        # Of the rest that came since the last look only the latest counts, else the line would tell of the past.
        return picked + (self.lines.last() if over else self.lines.due(time.monotonic()))


def _follow(file: t.TextIO, ended: multiprocessing.connection.Connection, show: t.Callable[[str], None]) -> None:
    """Show what is worth a line until the module has ended, and end it where Ansible is gone.

    :arg ended: closed at its other end when the module has ended.
    """
    reports = _Reports(file)
    ansible, parent = os.getppid(), multiprocessing.parent_process()
    # The play that resumes this one needs what the module holds, the record above all. So the end of Ansible wakes this
    # thread; only where a worker that was made later lives on, the next look has to find out.
    ends = [parent.sentinel] if parent is not None else []
    over = alone = False
    while not over:
        ready = multiprocessing.connection.wait([ended, *ends], LOOK_LATER if reports.lines.waiting else LOOK_EACH)
        over = ended in ready
        with contextlib.suppress(OSError):  # Ansible itself is gone
            for line in reports.look(over):
                show(line)
        if set(ends).intersection(ready) or os.getppid() != ansible:
            alone, ends = True, []
        if alone and reports.lines.waiting:
            _end_orphans()


def _end_orphans() -> None:
    """End this worker and its module, where they are a process group of their own.

    A kill of Ansible's process group does not reach them then, and ansible-runner cancels so. They would wait for a job
    whose end nobody gets to know, and keep its record from the run that resumes it. Only while they wait: a POST
    on its way must not be cut, nor a package that can be downloaded only once.
    """
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGTERM)
