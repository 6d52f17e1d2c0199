# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations that start a job, and what is asked before one is started."""

from __future__ import annotations

import typing as t

from .. import _errors as errors
from .._http.answer import Answer, is_word
from .client import Client

#: At most so many apps and tasks in one export or deletion, together.
MOST_ITEMS = 100


def start_export(client: Client, apps: t.Sequence[str], tasks: t.Sequence[str]) -> str:
    """ExportAsset: start to pack applications and integration tasks; returns the job's id.

    :raises Busy: another asset job of this user is running.
    :raises RomaError: where ``may_have_acted``, a job may have been started.
    """
    return _start_with(client, "the export", "assets/export", apps, tasks)


def start_deletion(client: Client, apps: t.Sequence[str], tasks: t.Sequence[str]) -> str:
    """DeleteAsset: start to delete applications and integration tasks; as :func:`start_export`."""
    return _start_with(client, "the deletion", "assets/delete", apps, tasks)


def _start_with(client: Client, what: str, path: str, apps: t.Sequence[str], tasks: t.Sequence[str]) -> str:
    # In the form of 2025: both keys are there, and either may be empty.
    items = {"apps": [{"id": item} for item in apps], "tasks": [{"id": item} for item in tasks]}
    return start(
        client, what, lambda: client.transport.ask(what, "POST", json=items, fresh=True, **client.request(path))
    )


def start(client: Client, what: str, post: t.Callable[[], Answer]) -> str:
    """Start a job by *post*; returns its id. A refused token starts none, and then it is sent again with a new one."""
    job_id: str = client.authorized(post).document().get("job_id", "")
    if not is_word(job_id) or "/" in job_id or ".." in job_id:
        raise errors.Unreadable(f"The answer to {what} names no job")
    return job_id


def authenticate(client: Client) -> None:
    """Get what a request needs before it can be made: a token, the project's id.

    :raises RomaError: as :meth:`Client.project_id`.
    """
    client.auth.prepare()
    client.project_id()


def check_access(client: Client) -> None:
    """Ask for one application, which shows whether place and credentials are right."""
    client.get("the list of applications", "apps", offset="0", limit="1")


def job_item(client: Client, job_id: str) -> dict[str, str | None]:
    """Where to ask for a job of the client's instance, as an item of ``jobs`` takes it."""
    return {
        "job_id": job_id,
        "endpoint": client.endpoint,
        "iam_endpoint": client.connection.iam_endpoint,
        "project_id": client.project_id(),
        "instance_id": client.instance_id,
    }
