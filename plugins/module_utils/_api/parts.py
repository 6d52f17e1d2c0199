# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is more than one value in an item of a list, in one form whichever the edition's. Pure.

:raises Refused: it is of a form that is not known.
"""

from __future__ import annotations

import typing as t

from .._errors import Refused
from .plain import text
from .sealed import Item, Sealed, shown

_CNAME = {"1": "not resolved", "2": "being resolved", "3": "resolved", "4": "wrong"}

#: A newer edition has words, in another field.
_CHANNEL_TYPES = {"builtin": "2", "microservice": "3"}


def roles(user: Item) -> Item:
    """``admin`` brings all others with it [SDK]."""
    told = shown(user.get("roles"))
    if isinstance(told, Sealed):
        raise _unknown("roles")
    found = {role.strip() for role in told.split(",")} - {""}
    return {"roles": found | {"read", "access", "delete", "modify"} if "admin" in found else found}


def domains(group: Item) -> Item:
    """By their names, with the state of the CNAME and the certificate in words."""
    found = {}
    for one in _parts(group, "url_domains", "domain"):
        status = shown(one.get("cname_status"))
        found[text(one["domain"]).lower()] = {
            "CNAME": status if isinstance(status, Sealed) else _CNAME.get(status, status),
            "min_ssl_version": shown(one.get("min_ssl_version")) or "TLSv1.1",
            "certificate": text(one.get("ssl_name")) or ("there" if one.get("ssl_id") else ""),
        }
    return {"domains": found}


def channel(item: Item) -> Item:
    """Its type, and its groups of servers, each with what is set of it, in words; only those of microservices have a
    port of their own, a version and labels."""
    word = text(item.get("vpc_channel_type"))
    groups = []
    for one in _parts(item, "member_groups", "member_group_name"):
        told = {name: text(one.get(f"microservice_{name}")) for name in ("version", "port")}
        told["weight"] = text(one.get("member_group_weight"))
        for label in _parts(one, "microservice_labels", "label_name"):
            told[f"label {text(label['label_name'])}"] = text(label.get("label_value"))
        words = [f"{name} {value}" for name, value in sorted(told.items()) if value not in ("", "0")]
        groups.append(", ".join([f"group {text(one['member_group_name'])}", *words]))
    return {"server_groups": groups, "type": shown(item.get("type")) or _CHANNEL_TYPES.get(word, word) or "2"}


def special_limits(throttle: Item) -> Item:
    """Whether it has limits for single users or applications, of which nothing else is told."""
    told = {"1": "there", "true": "there", "2": "", "0": "", "false": ""}
    value = text(throttle.get("is_inclu_special_throttle"))
    return {"special_limits": told.get(value, Sealed(None, untold=True))}


def _parts(item: Item, field: str, name: str) -> list[Item]:
    """The dicts of a list, each of which has a name; none where the list is left out."""
    found = [] if item.get(field) is None else item[field]
    if not isinstance(found, list) or not all(isinstance(one, dict) and text(one.get(name)) for one in found):
        raise _unknown(field)
    return t.cast("list[Item]", found)


def _unknown(field: str) -> Refused:
    return Refused(f"The answer has {field} of a form that is not known")
