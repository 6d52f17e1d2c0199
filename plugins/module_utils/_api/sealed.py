# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instance tells that may be a secret, made so that it can be compared and nothing else. Pure."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import typing as t
from urllib.parse import unquote

from .plain import text

Item = dict[str, t.Any]

#: Of this process alone, so that nobody who sees a digest can try values.
_KEY = os.urandom(32)

#: What the API puts in place of a secret: ``******``, ``sig**********ret``.
_MASKED = re.compile(r"\*{3}")

#: Fields of a data source's content that are shown: where it is, with which account, and how. Others may hold a secret.
_SHOWN = {
    *("host", "port", "database_name", "redis_database", "user_name", "address", "bucket_name", "broker"),
    *("oracle_address", "oracle_port", "oracle_service_name", "ftp_protocol", "ftp_connect_mode", "https"),
    *("mode", "cdc_mode", "api_method", "auth_method", "ssl", "ssl_enable", "ssl_auth_method", "encoding"),
    *("mongodb_auth_source", "mongodb_cluster_enable", "mongodb_replica_set", "mysql_timeout", "gauss100_version"),
    *("dis_tunnel_name", "dis_data_type", "dis_setting_type", "dis_endpoint", "dis_region", "ldap_security_auth_type"),
    *("rabbitmq_virtual_host", "rabbitmq_ssl_protocol", "sap_client", "sap_sysnr", "snmp_network_protocol"),
    *("snmp_version", "ibmmq_ccs_id", "ibmmq_queue_manager", "ibmmq_channel", "ibmmq_cipher_suite", "hdfs_path"),
    *("hl7_position", "hl7_whitelist_enable", "hl7_whitelist", "app_auth_type", "alt_ip", "grant_type", "scope"),
    *("url", "access_token_url", "trust_store_file_type", "key_store_file_type", "config_file_name"),
}

#: Half of a credential, or of a connector's own making: compared, and not shown.
_COMPARED = {"ak", "ssl_username", "app_key", "client_id", "principal_name", "dis_source_project_id"}

#: Where the content says in which instance it lies; one edition tells it.
_PLACE = {"project_id", "instance_id", "type", "connection_instance_id"}

#: Where these fields stand, besides the top.
_KNOWN_PLACE = re.compile(r"((api_auth_detail|multi_oracle_address\.\d+)\.)?\w+")

#: What an edition calls otherwise.
_CALLED = {"ApiAuthDetail": "api_auth_detail", "protocol": "ftp_protocol", "connect_mode": "ftp_connect_mode"}

#: Fields that are lists in some editions, and a text with commas in others.
_LISTS = {"address", "broker", "hl7_whitelist", "alt_ip"}

#: Addresses, with or without a port; and any other value that is shown: nothing that may be ``user:secret``,
#: ``user/secret`` or ``user@``.
_HOST = r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?"
_ADDRESSES = re.compile(rf"{_HOST}(?:[,;] ?{_HOST})*", re.ASCII)
_WORDS = re.compile(r"[\w .,\\+-]*", re.ASCII)
_PATH = re.compile(r"/[\w .+-]*(?:/[\w .+-]+)*/?", re.ASCII)
_LONGEST_SHOWN = 512

#: What such a field holds; others hold words.
_FORMS = {
    **dict.fromkeys(("host", "address", "oracle_address", "broker", "hl7_whitelist", "alt_ip"), _ADDRESSES),
    **dict.fromkeys(("hdfs_path", "rabbitmq_virtual_host"), _PATH),
}

#: A URL up to its path; behind it, and before its @, may be a secret.
_SITE = re.compile(
    r"((?:jdbc:)?[a-z][a-z0-9+.-]*://)(?:[^/?#;@]*@)?([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d+)?(?=[/?#;]|$)([^@]*)", re.I
)


class Sealed:
    """A value that may be a secret. It compares with others, and tells nothing else."""

    __slots__ = ("_digest", "_parts", "masked")

    def __init__(self, value: t.Any, untold: bool = False) -> None:
        """:arg untold: the API leaves something of it out that is always there."""
        whole = text(value) or json.dumps(value, sort_keys=True)
        self._digest = _digest(whole)
        #: The API did not tell it, or not all of it, so that what is equal may differ.
        self.masked = untold or _MASKED.search(whole) is not None
        #: What nested values are, by where they are; None: masked.
        self._parts = {
            _digest(path): None if _MASKED.search(leaf) else _digest(leaf) for path, leaf in _leaves(value, "")
        }

    def differs(self, other: Sealed) -> bool:
        """Whether something in them differs that both tell. What is masked in one may be anything in the other."""
        if None in (side._parts.get(_digest(""), b"") for side in (self, other)):
            return False  # of all that is nested in the other
        for path in {*self._parts, *other._parts}:
            one, two = (side._parts.get(path, b"") for side in (self, other))
            if one != two and one is not None and two is not None:
                return True
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and hmac.compare_digest(self._digest, other._digest)

    def __hash__(self) -> int:
        return hash(self._digest)

    def __repr__(self) -> str:
        return "Sealed()"


def _digest(text: str) -> bytes:
    return hmac.new(_KEY, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def sealed(value: t.Any) -> t.Any:
    """*value* as it may leave: sealed, where it is set; an empty text is none, and null tells nothing."""
    return value if value in (None, "") else Sealed(value)


def shown(value: t.Any) -> t.Any:
    """*value*, which is a single one that may be shown, or a list of such; of any other form, sealed."""
    several = value if isinstance(value, list) else [value]
    if any(isinstance(one, (dict, list)) for one in several):
        return Sealed(value)
    found = ",".join(filter(None, map(text, several)))
    return found.lower() if found.lower() in ("true", "false") else found


def plugin(item: Item) -> Item:
    """The content of a plugin, which is JSON in a text, so that blanks in it make no difference."""
    content = item.get("plugin_content")
    with contextlib.suppress(ValueError, RecursionError):  # else it is compared as it is
        parsed = json.loads(content) if isinstance(content, str) else content
        Sealed(parsed)  # writing goes less deep than reading in some Pythons
        content = parsed
    lacks_password = text(item.get("plugin_type")) == "kafka_log" and "password" not in " ".join(
        path for path, _leaf in _leaves(content, "")
    )
    return {"plugin_content": Sealed(content, untold=lacks_password) if content not in (None, "") else None}


def settings(item: Item) -> Item:
    """The ``content`` of a data source as a flat dict: a text where it may be shown, else sealed."""
    found: Item = {}
    content = item.get("content")
    if isinstance(content, dict):
        content = {name if _CALLED.get(name, name) in content else _CALLED[name]: content[name] for name in content}
        told = {name: shown(content[name]) for name in _LISTS & {*content}}
        content.update({name: value for name, value in told.items() if isinstance(value, str)})
    for path, leaf in _leaves(content, ""):
        field = _field(path)
        if _MASKED.search(leaf) or field not in _SHOWN | _PLACE:
            found[path] = Sealed(leaf)
        elif field in _SHOWN:
            found.update(_shown(path, field, leaf))
    return {"settings": found}


def called(path: str) -> str:
    """What a setting is called in a report: names that somebody else gave may be secrets as well."""
    field = _field(path.partition(" ")[0])
    if field in _SHOWN | _COMPARED:
        return path
    return "connector parameters" if path.lower().replace("_", "").startswith("connectorparam") else "other settings"


def _field(path: str) -> str:
    """The name of a field that stands where the API has it; else an empty text."""
    return path.rpartition(".")[2] if _KNOWN_PLACE.fullmatch(path) else ""


def _shown(path: str, field: str, leaf: str) -> Item:
    """What of a value may be shown, and the rest of it sealed."""
    if field.endswith("url") and "://" not in leaf:
        leaf = unquote(leaf)  # as one edition writes it
    if field.endswith("url") or "://" in leaf:
        site = _SITE.fullmatch(leaf)
        if site is None:
            return {path: Sealed(leaf)}
        told = site[1] + site[2] + (site[3] or "")
        return {path: told} if leaf == told else {path: told, f"{path} (all of it)": Sealed(leaf)}
    plain = len(leaf) <= _LONGEST_SHOWN and _FORMS.get(field, _WORDS).fullmatch(leaf)
    return {path: leaf if plain else Sealed(leaf)}


def _leaves(value: t.Any, path: str, depth: int = 0) -> t.Iterator[tuple[str, str]]:
    """The values in nested dicts and lists that are set, by where they are: ``multi_oracle_address.0.oracle_port``."""
    nested = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if nested and depth < 5:
        for name, inner in nested:
            yield from _leaves(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif value not in (None, "", [], {}):
        yield path, text(value) or json.dumps(value, sort_keys=True)
