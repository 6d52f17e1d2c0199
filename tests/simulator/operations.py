# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All operations by name, and who may call them."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Union

from . import agency, assets, iam, imports, inventory, listings
from .answers import Answer
from .errors import ApiError
from .incoming import Incoming
from .world import World

Operation = Callable[[World, Incoming], Union[Answer, Awaitable[Answer]]]

_OPERATIONS: dict[str, Operation] = {
    "token": iam.create_token,
    "projects": iam.list_projects,
    "export": assets.export,
    "job": assets.job_status,
    "archive": assets.archive,
    "import": imports.import_assets,
    "delete": assets.delete,
    "apps": listings.list_apps,
    "app": listings.show_app,
    "tasks": listings.list_tasks,
    "instances": listings.list_instances,
    "agency": agency.metadata,
    **inventory.OPERATIONS,
}
#: Operations that ask for no token and no signature.
_OPEN = ("token", "agency")


async def perform(world: World, request: Incoming) -> Answer:
    """Check who asks, and do it. Refusals are ApiErrors."""
    operation = _OPERATIONS.get(request.operation or "")
    if operation is None:
        raise ApiError(
            404, "APIGW.0101", "The API does not exist or has not been published in the environment", layer="gateway"
        )
    if request.operation not in _OPEN:
        request.user = world.gateway.authenticate(request)
    if request.ids.get("project_id", world.account.project_id) != world.account.project_id:
        raise ApiError(403, "ROMA.00000101", details="The project in the path is not the caller's.")
    answer = operation(world, request)
    return await answer if inspect.isawaitable(answer) else answer
