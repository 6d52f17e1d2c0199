# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a request asks for, from its method and its path."""

from __future__ import annotations

import re
from urllib.parse import unquote

#: Path prefixes of the two endpoints. Both services also answer without prefix: the vendor's client drops a prefix.
ROMA_PREFIX = "/roma"
IAM_PREFIX = "/iam"

_INSTANCE = "/v2/{project_id}/instances/{instance_id}"
_FDI, _APIC, _MQS, _LINK = (
    f"/v2/{{project_id}}/{service}/instances/{{instance_id}}" for service in ("fdi", "apic", "mqs", "link")
)
_ROUTES = (
    ("export", "POST", ROMA_PREFIX, _INSTANCE + "/assets/export"),
    ("import", "POST", ROMA_PREFIX, _INSTANCE + "/assets/import"),
    ("delete", "POST", ROMA_PREFIX, _INSTANCE + "/assets/delete"),
    ("job", "GET", ROMA_PREFIX, _INSTANCE + "/assets/jobs/{job_id}"),
    ("archive", "GET", ROMA_PREFIX, _INSTANCE + "/assets/archives/{archive_id}"),
    ("apps", "GET", ROMA_PREFIX, _INSTANCE + "/apps"),
    ("app", "GET", ROMA_PREFIX, _INSTANCE + "/apps/{app_id}"),
    ("tasks", "GET", ROMA_PREFIX, _FDI + "/tasks"),
    ("members", "GET", ROMA_PREFIX, _INSTANCE + "/apps/{app_id}/users"),
    ("datasources", "GET", ROMA_PREFIX, _FDI + "/datasources"),
    ("groups", "GET", ROMA_PREFIX, _APIC + "/api-groups"),
    ("apis", "GET", ROMA_PREFIX, _APIC + "/apis"),
    ("environments", "GET", ROMA_PREFIX, _APIC + "/envs"),
    ("variables", "GET", ROMA_PREFIX, _APIC + "/env-variables"),
    ("channels", "GET", ROMA_PREFIX, _APIC + "/vpc-channels"),
    ("channel_members", "GET", ROMA_PREFIX, _APIC + "/vpc-channels/{channel_id}/members"),
    ("throttles", "GET", ROMA_PREFIX, _APIC + "/throttles"),
    ("throttle_bindings", "GET", ROMA_PREFIX, _APIC + "/throttle-bindings/binded-apis"),
    ("acls", "GET", ROMA_PREFIX, _APIC + "/acls"),
    ("acl_bindings", "GET", ROMA_PREFIX, _APIC + "/acl-bindings/binded-apis"),
    ("signs", "GET", ROMA_PREFIX, _APIC + "/signs"),
    ("sign_bindings", "GET", ROMA_PREFIX, _APIC + "/sign-bindings/binded-apis"),
    ("plugins", "GET", ROMA_PREFIX, _APIC + "/plugins"),
    ("plugin_bindings", "GET", ROMA_PREFIX, _APIC + "/plugins/{plugin_id}/attached-apis"),
    ("app_configs", "GET", ROMA_PREFIX, _APIC + "/apps/configs"),
    ("topics", "GET", ROMA_PREFIX, _MQS + "/topics"),
    ("rules", "GET", ROMA_PREFIX, _LINK + "/rules"),
    ("device_counts", "GET", ROMA_PREFIX, _LINK + "/statistics/devices-count"),
    ("instances", "GET", ROMA_PREFIX, "/v2/{project_id}/instances"),
    ("token", "POST", IAM_PREFIX, "/v3/auth/tokens"),
    ("projects", "GET", IAM_PREFIX, "/v3/projects"),
    ("agency", "PUT", "", "/meta-data/latest/api/token"),
    ("agency", "GET", "", "/openstack/latest/securitykey"),
)
#: The names of all operations, as the log and the faults use them.
OPERATIONS = tuple(dict.fromkeys(operation for operation, _method, _prefix, _path in _ROUTES))


def _compile(prefix: str, path: str) -> re.Pattern[str]:
    optional = f"(?:{re.escape(prefix)})?" if prefix else ""
    return re.compile(optional + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


_COMPILED = tuple((operation, method, _compile(prefix, path)) for operation, method, prefix, path in _ROUTES)


def match(method: str, path: str) -> tuple[str | None, dict[str, str]]:
    """The operation and the ids in the path; (None, {}) where there is no such operation.

    The path is matched as it was sent, so that an id may hold an escaped slash.
    """
    for operation, wanted, pattern in _COMPILED:
        found = pattern.fullmatch(path) if method == wanted else None
        if found:
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}
    return None, {}
