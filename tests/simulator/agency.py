# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service of an ECS machine: temporary keys of its agency [SDK: MetadataAccessor]."""

from __future__ import annotations

from . import ids
from .answers import Answer, json_answer, text_answer
from .clock import utc
from .incoming import Incoming
from .world import World

_TTL_HEADER = "x-metadata-token-ttl-seconds"
#: Seconds that a metadata token may live.
_MOST_TTL = 21600


def metadata(world: World, request: Incoming) -> Answer:
    """PUT /meta-data/latest/api/token, and GET /openstack/latest/securitykey."""
    return _create_token(world, request) if request.method == "PUT" else _security_key(world, request)


def _create_token(world: World, request: Incoming) -> Answer:
    seconds = request.headers.get(_TTL_HEADER, "")
    if not seconds.isdigit() or not 0 < int(seconds) <= _MOST_TTL:
        return text_answer("Bad Request", "text/plain", 400)
    token = ids.security_token()
    world.credentials.metadata_tokens[token] = world.clock.monotonic() + int(seconds)
    return text_answer(token, "text/plain")


def _security_key(world: World, request: Incoming) -> Answer:
    """Without a token it answers, too, as machines do that do not insist on it."""
    token = request.headers.get("x-metadata-token")
    if token is not None and world.credentials.metadata_tokens.get(token, 0) <= world.clock.monotonic():
        return text_answer("Unauthorized", "text/plain", 401)
    key = world.credentials.issue_agency_key()
    credential = {
        "access": key.access_key,
        "secret": key.secret_key,
        "securitytoken": key.security_token,
        "expires_at": utc(key.expires or 0).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    return json_answer({"credential": credential})
