# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing a package into an instance."""

from __future__ import annotations

import os
import typing as t

from .. import _files
from .._account.options import checked_id
from .._api.client import Client
from .._api.start import check_access
from .._api.upload import start_import
from .._errors import BadInput, BadPackage
from .._package.content import entries
from .._package.progress import Transfer
from .._start.once import Start, settle, start_once
from .._start.record import IMPORT, Record
from .._wait.task import Task
from .options import check_record


def import_package(task: Task, client: Client) -> None:
    """Start the import that is asked, once, and wait for it if that is asked."""
    options = task.options
    src, job_id = options["src"], options["job_id"]
    if src and job_id:
        raise BadInput("O(src) and O(job_id) are both given: keep one of them")
    if not (src or job_id):
        raise BadInput(
            "O(src) is missing: name the package to import, or give the O(job_id) of an import that was started "
            "elsewhere"
        )
    request = {"operation": IMPORT, "endpoint": client.endpoint, "instance_id": client.instance_id}
    check_record(options["record"], "src", src)
    task.facts.update(job_id=None, job=None, resumed=False, elapsed=0.0, polls=0, timed_out=False)
    if job_id:
        _start(task, client, Start({**request, "job_id": checked_id("job_id", job_id)}, str))
        return
    if task.check_mode and not os.path.exists(src):
        task.warn(f"O(src) {src} is not there yet, so only the place and the credentials were checked")
        check_access(client)
        task.changed = True
        return
    arguments = {
        "type": options["type"],
        **({"prefix": options["prefix"]} if options["prefix"] else {}),
        "datasource_overwrite": "true" if options["datasource_overwrite"] else "false",
    }
    request.update(arguments)
    with _open(src) as file:
        with task.deadline.own_work():
            try:
                entries(file)
            except BadPackage as error:
                raise BadInput(
                    f"O(src) {src} is damaged, so nothing was sent: {error.marked}. Export it again, or copy it again"
                ) from None
            if options["record"]:
                request["sha256"] = _files.digest(file).hexdigest()
        checked = os.fstat(file.fileno())

        def post() -> str:
            now = os.fstat(file.fileno())
            if (now.st_size, now.st_mtime_ns) != (checked.st_size, checked.st_mtime_ns):  # while a slot was waited for
                raise BadInput(
                    f"O(src) {src} was changed after it was checked, so nothing was sent: wait until it is whole"
                )
            transfer = Transfer(task.announce, task.deadline.clock, os.path.basename(src))
            return start_import(client, file, arguments, lambda: transfer(file.tell(), checked.st_size))

        _start(task, client, Start(request, post, lambda: check_access(client)))


def _start(task: Task, client: Client, start: Start) -> None:
    with Record(task.options["record"], task.check_mode, task.hide) as record:
        start_once(task, client, start, record, settle(task, client, start.request, record))


def _open(src: str) -> t.BinaryIO:
    """*src*, opened once: what is checked is what is sent."""
    if os.path.exists(src) and not os.path.isfile(src):
        raise BadInput(f"O(src) {src} is not a file: name a package")
    try:
        return open(src, "rb")
    except OSError as error:
        raise BadInput(
            f"O(src) {src} cannot be read on the host where the module runs ({error.strerror}): name a package that "
            "exists"
        ) from None
