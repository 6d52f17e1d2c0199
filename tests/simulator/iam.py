# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM in miniature: tokens for a password, and the ids of projects."""

from __future__ import annotations

from typing import Any

from .answers import Answer, json_answer
from .clock import utc
from .errors import ApiError
from .incoming import Incoming
from .world import World


def create_token(world: World, request: Incoming) -> Answer:
    """POST /v3/auth/tokens with a password: a token in X-Subject-Token, its facts in the body."""
    body = request.body.parsed()
    auth = _inside(body, "auth")
    user = _inside(auth, "identity", "password", "user")
    if not user or "password" not in (_inside(auth, "identity").get("methods") or []):
        raise ApiError(400, "Bad Request", "The request body is invalid.", layer="iam")
    _check_password(world, user)
    project = _inside(auth, "scope", "project")
    account = world.account
    if project and account.project_id != project.get("id") and account.project_name != project.get("name"):
        raise ApiError(401, "Unauthorized", "The project does not exist.", layer="iam")
    token = world.credentials.issue_token()
    request.user = account.username
    answer: dict[str, Any] = {
        "methods": ["password"],
        "issued_at": _time(token.issued),
        "expires_at": _time(token.expires),
        "user": {"name": account.username, "domain": {"name": account.domain_name}},
    }
    if project:
        answer["project"] = {"id": account.project_id, "name": account.project_name}
    return json_answer({"token": answer}, 201, {"X-Subject-Token": token.value})


def list_projects(world: World, request: Incoming) -> Answer:
    """GET /v3/projects?name=: the projects of that name; all of them without a name."""
    account = world.account
    projects = [{"id": account.project_id, "name": account.project_name, "enabled": True}]
    name = request.query.get("name")
    return json_answer({"projects": [project for project in projects if name in (None, project["name"])]})


def _check_password(world: World, user: dict[str, Any]) -> None:
    account, locks = world.account, world.credentials.user_locks
    name = str(user.get("name"))
    if locks.locked(name):
        raise ApiError(401, "Unauthorized", "The user is locked.", layer="iam")
    given = (user.get("name"), user.get("password"), _inside(user, "domain").get("name"))
    if given != (account.username, account.password, account.domain_name):
        locks.refused(name)
        raise ApiError(401, "Unauthorized", "The username or password is wrong.", layer="iam")
    locks.passed(name)


def _inside(value: Any, *names: str) -> dict[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _time(seconds: float) -> str:
    return utc(seconds).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
