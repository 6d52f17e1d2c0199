# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_asset_import: import a package into an instance."""

from __future__ import annotations

import os
import typing as t

from . import _files
from ._client import Client
from ._errors import BadInput, BadPackage
from ._partial import entries
from ._record import IMPORT
from ._start import Start, start_once
from ._task import Task


def import_package(task: Task, client: Client) -> None:
    """Start the import that is asked, once, and wait for it if that is asked."""
    src = _checked_package(task.options["src"])
    arguments = {
        "type": task.options["type"],
        **({"prefix": task.options["prefix"]} if task.options["prefix"] else {}),
        "datasource_overwrite": "true" if task.options["datasource_overwrite"] else "false",
    }
    asked: dict[str, t.Any] = {
        "operation": IMPORT,
        "endpoint": client.endpoint,
        "instance_id": client.instance_id,
        **arguments,
    }
    if task.options["record"]:
        asked["sha256"] = _files.sha256(src)
    start_once(task, client, Start(asked, lambda: client.import_package(src, arguments)))


def _checked_package(src: str) -> str:
    """*src*, if it is a package that the API can take.

    :raises BadInput: it cannot be read, or is no whole zip.
    """
    try:
        with open(src, "rb"):
            pass
        entries(src)
    except OSError as error:
        raise BadInput(
            f"src {src} cannot be read on the host where the module runs ({error.strerror or os.path.basename(src)}): "
            "name a package that is there"
        ) from None
    except BadPackage as error:
        raise BadInput(
            f"src {src} is damaged, so nothing was sent: {error}. Export it again, or copy it again"
        ) from None
    return src
