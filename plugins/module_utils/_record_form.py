# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record holds, as JSON: its form, and the request in it. Pure."""

from __future__ import annotations

import json
import typing as t

VERSION = 1

#: What is text in a package's facts.
PACKAGE_TEXTS = ("dest", "checksum")

#: What an export or an import asks: operation, instance_id and its arguments, as JSON can hold them.
Request = dict[str, t.Any]


def parsed(content: bytes) -> dict[str, t.Any] | None:
    """The record in *content*; None where it is none that this version wrote."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("version") != VERSION:
        return None
    request, job, package = found.get("request"), found.get("job"), found.get("package")
    well_formed = (
        isinstance(request, dict)
        and isinstance(request.get("operation"), str)
        and _is_text(found.get("job_id"))
        and (
            job is None or (isinstance(job, dict) and all(_is_text(job.get(name)) for name in ("status", "archive_id")))
        )
        and (
            package is None
            or (
                isinstance(package, dict)
                and all(package.get(name) and _is_text(package[name]) for name in PACKAGE_TEXTS)
            )
        )
        and _is_text(found.get("partial"))
        and _is_text(found.get("archive_id"))
    )
    return found if well_formed else None


def _is_text(value: t.Any) -> bool:
    """Whether it is a text that may name a file, or nothing."""
    return value is None or (isinstance(value, str) and "\0" not in value)


def same(one: Request, other: Request) -> bool:
    """Whether two requests ask the same of the same instance. The endpoint is told, but an instance has many names."""
    return {**one, "endpoint": None} == {**other, "endpoint": None}


#: So many ids are told one by one.
FEW = 3


def described(request: Request, other: Request) -> str:
    """*request* in a message that tells it from *other*."""
    arguments = {name: value for name, value in request.items() if name not in ("operation", "instance_id", "endpoint")}
    told = [
        f"{name} {_value(value, other.get(name))}" for name, value in arguments.items() if value not in (None, [], "")
    ]
    return f"{request['operation']} of instance {request.get('instance_id')} ({', '.join(told)})"


def _value(value: t.Any, other: t.Any) -> t.Any:
    """*value*; where it is a long list, how long it is and what the *other* one does not have."""
    if not isinstance(value, list) or len(value) <= FEW:
        return value
    lacking = [item for item in value if item not in (other if isinstance(other, list) else [])]
    return f"{len(value)} ids" + (f", {lacking[:FEW]} among them" if lacking else "")
