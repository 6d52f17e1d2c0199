# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles make of a connection that a user hands them."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.roma.connect.plugins.module_utils._account.options import CONNECTION, listed

DOCUMENTATION = r"""
name: connection
short_description: Read the connection that you gave to a role
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - For the roles of this collection only. It may change with any release.
  - Takes what you gave to a role as its connection, which is a text if it comes from C(-e NAME=VALUE) or from a form,
    and returns a dictionary of connection options. An error shows nothing of its content.
options:
  _input:
    description: A dictionary, a text that is a JSON dictionary, or nothing (null, an empty text).
    type: raw
    required: true
  name:
    description: The name of the role's variable, for the error.
    type: str
    required: true
positional: name
"""

EXAMPLES = r"""
- name: Look something up over the connection that a role was given
  vars:
    asset_export_connection: '{"region": "cn-north-4", "instance_id": "5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b"}'
  module_defaults:
    group/roma.connect.roma: "{{ asset_export_connection | roma.connect.connection('asset_export_connection') }}"
  roma.connect.roma_app_info:
    name: crm
"""

RETURN = r"""
_value:
  description: Connection options. Empty if nothing was given.
  type: dict
"""


def connection(value: t.Any, name: str) -> Mapping[str, t.Any]:
    """The connection options in *value*: a dict, a text that is a JSON dict, or nothing.

    :raises AnsibleFilterError: it is none of them, or has other keys; no value is told, as it may be a secret.
    """
    # A text that vault encrypted is none before ansible-core 2.19.
    given = _parsed(str(value)) if isinstance(value, str) or getattr(value, "__ENCRYPTED__", False) else value
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise AnsibleFilterError(f"{name} is not a dictionary: give it as one, or as JSON text")
    unknown = {_told(key) for key in given if key not in CONNECTION}
    if unknown:
        raise AnsibleFilterError(
            f"{name} holds {listed(sorted(unknown))}: there is no such connection option: correct it"
        )
    return given


def _told(key: t.Any) -> str:
    """What is no name may be a pair that was written without its blank: {password:secret}."""
    return key if isinstance(key, str) and key.isidentifier() else "a key that is not a name"


def _parsed(text: str) -> t.Any:
    """What *text* is in JSON; None where it is empty, and the text itself where it is no JSON."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"connection": connection}
