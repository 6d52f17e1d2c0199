# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agency of an ECS machine: temporary keys from the machine's metadata service.

Source: the vendor's SDK (huaweicloudsdkcore 3.1.219), auth/internal.py. The address is link-local, is asked only where
``ecs_agency`` is set, and never through a proxy.
"""

from __future__ import annotations

import typing as t

from . import _answer, _errors as errors
from ._transport import Transport


class Keys(t.NamedTuple):
    """Temporary keys; ``lifetime`` in seconds from when they were asked for."""

    access_key: str
    secret_key: str
    security_token: str
    lifetime: float

    def __repr__(self) -> str:
        return f"Keys(access_key={self.access_key!r}, lifetime={self.lifetime})"  # not the secrets


@errors.starting_no_job()
def new_keys(transport: Transport, address: str) -> Keys:
    """New temporary keys from the metadata service of this machine.

    :arg transport: one that uses no proxy. Each secret that is got is told to its secrets.
    :raises NoAgency: this machine has no agency.
    :raises RomaError: the service cannot be asked; it starts no job.
    """
    address = address.rstrip("/")
    try:
        headers = _token(transport, address)
        url = f"{address}/openstack/latest/securitykey"
        answer = transport.ask("keys of the agency", "GET", url, None, headers=headers)
    except errors.Refused as error:
        raise errors.NoAgency(
            f"The metadata service of this machine gives no keys (HTTP {(error.answer or {}).get('http_status')}): "
            "give the ECS machine an agency, or use another way of authenticating",
            error.answer,
        ) from None
    found = answer.document().get("credential")
    names = ("access", "secret", "securitytoken")
    if not isinstance(found, dict) or not all(_answer.is_word(found.get(name)) for name in names):
        raise errors.Unreadable("The metadata service's answer holds no keys: check the machine's agency")
    access_key, secret_key, security_token = (found[name] for name in names)
    transport.secrets.add(secret_key, security_token)
    return Keys(access_key, secret_key, security_token, _answer.lifetime(found, answer.headers))


def _token(transport: Transport, address: str) -> dict[str, str]:
    """The header for the metadata service; older machines know none and go on without."""
    url = f"{address}/meta-data/latest/api/token"
    wanted = {"X-Metadata-Token-Ttl-Seconds": "21600"}
    try:
        answer = transport.ask("a metadata token", "PUT", url, None, headers=wanted)
    except errors.RomaError as error:
        if (error.answer or {}).get("http_status") in (404, 405, 503):
            return {}
        raise
    token = answer.body.decode("ascii", "replace").strip()
    if not _answer.is_word(token):
        raise errors.Unreadable("The metadata service's answer is no token: check the machine's agency")
    transport.secrets.add(token)
    return {"X-Metadata-Token": token}
