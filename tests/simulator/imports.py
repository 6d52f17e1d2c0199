# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ImportAsset."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from .answers import Answer
from .assets import MOST_ITEMS, instance_of, start
from .errors import ApiError, invalid
from .incoming import Incoming
from .multipart import file_part
from .package import NoPackage, read_assets
from .transfer import Import, run_import
from .world import World

FIELD = "ImportAssetRequestBody"
#: [docs, ROMA.10013]
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_-]*\.zip")


async def import_assets(world: World, request: Incoming) -> Answer:
    """Starts a job that puts the assets of a package into the instance."""
    instance = instance_of(world, request)
    merge, overwrite = _mode(world, request)
    if world.running_job(request.user):
        raise ApiError(400, "ROMA.10012")
    package = await asyncio.to_thread(_package, request)
    prefix = "" if world.settings.edition == "2022" else request.query.get("prefix", "")
    wanted = Import(package["apps"], package["tasks"], merge, prefix, overwrite)
    if len(wanted.apps) + len(wanted.tasks) > MOST_ITEMS:
        raise invalid(f"The package has more than {MOST_ITEMS} applications and tasks.")
    return start(world, request, "importAsset", lambda job: run_import(instance, wanted, world.clock.time()))


def _mode(world: World, request: Incoming) -> tuple[bool, bool]:
    """Whether to merge, and whether to overwrite data sources; each edition spells it in its own way."""
    edition, query = world.settings.edition, request.query
    if edition == "2022":
        return False, False
    name = "mode" if edition == "2023" else "type"
    if query.get(name, "AddNew") not in ("AddNew", "Merge"):
        raise invalid(f"{name} is AddNew or Merge.")
    overwrite = query.get("datasource_overwrite", "false") if edition == "2025" else "false"
    if overwrite not in ("true", "false"):
        raise invalid("datasource_overwrite is true or false.")
    return query.get(name) == "Merge", overwrite == "true"


def _package(request: Incoming) -> dict[str, list[dict[str, Any]]]:
    part = file_part(request, FIELD)
    if part is None:
        raise invalid(f"There is no file part named {FIELD}.")
    name, file = part
    if not _FILE_NAME.fullmatch(name):
        raise ApiError(400, "ROMA.10013", details=f"File name: {name}")
    try:
        return read_assets(file)
    except NoPackage as error:
        raise ApiError(400, "ROMA.10010", details=str(error)) from error
    except ValueError as error:
        raise ApiError(400, "ROMA.10011", details=str(error)) from error
