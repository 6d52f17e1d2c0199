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

#: Where these fields stand, besides the top. Editions write the second in two ways.
_KNOWN_PLACE = re.compile(r"((api_auth_detail|ApiAuthDetail|multi_oracle_address\.\d+)\.)?\w+")

#: Fields that are lists in some editions.
_LISTS = re.compile(r"(address|broker|hl7_whitelist|alt_ip)\.\d+")

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
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
        self._digest = _digest(text)
        #: The API did not tell it, or not all of it, so that what is equal may differ.
        self.masked = untold or _MASKED.search(text) is not None
        #: What nested values are, by where they are; None: masked.
        self._parts = {
            _digest(path): None if _MASKED.search(str(leaf)) else _digest(str(leaf))
            for path, leaf in _leaves(value, "")
        }

    def differs(self, other: Sealed) -> bool:
        """Whether something in them differs that both tell. What is masked in one may be anything in the other."""
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


def fields(*names: str) -> t.Callable[[Item], Item]:
    """Seals these fields of an item, where they are set."""

    def seal(item: Item) -> Item:
        return {name: Sealed(value) if name in names and value else value for name, value in item.items()}

    return seal


def without(*names: str) -> t.Callable[[Item], Item]:
    """Leaves these fields of an item out."""
    return lambda item: {name: value for name, value in item.items() if name not in names}


def plugin(item: Item) -> Item:
    """A plugin with its content sealed, which is JSON in a text, so that blanks in it make no difference."""
    content = item.get("plugin_content")
    with contextlib.suppress(ValueError, RecursionError):  # else it is compared as it is
        content = json.loads(content) if isinstance(content, str) else content
    lacks_password = item.get("plugin_type") == "kafka_log" and "password" not in " ".join(
        path for path, _leaf in _leaves(content, "")
    )
    return {**item, "plugin_content": Sealed(content, untold=lacks_password) if content not in (None, "") else None}


def datasource(item: Item) -> Item:
    """A data source with its ``content`` as ``settings``, a flat dict: a text where it may be shown, else sealed."""
    settings: Item = {}
    for path, value in _leaves(item.get("content"), ""):
        field = _field(path)
        if _MASKED.search(str(value)) or field not in _SHOWN | _PLACE:
            settings[path] = Sealed(value)
        elif field in _SHOWN:
            settings.update(_shown(path, field, str(value).lower() if isinstance(value, bool) else str(value)))
    return {**without("content")(item), "settings": settings}


def called(path: str) -> str:
    """What a setting is called in a report: names that somebody else gave may be secrets as well."""
    field = _field(path.partition(" ")[0])
    if field in _SHOWN | _COMPARED:
        return path
    return "connector parameters" if path.lower().replace("_", "").startswith("connectorparam") else "other settings"


def _field(path: str) -> str:
    """The name of a field that stands where the API has it; else an empty text."""
    listed = _LISTS.fullmatch(path)
    return listed[1] if listed else path.rpartition(".")[2] if _KNOWN_PLACE.fullmatch(path) else ""


def _shown(path: str, field: str, text: str) -> Item:
    """What of a value may be shown, and the rest of it sealed."""
    if field.endswith("url") or "://" in text:
        site = _SITE.fullmatch(text)
        if site is None:
            return {path: Sealed(text)}
        shown = site[1] + site[2] + (site[3] or "")
        return {path: shown} if text == shown else {path: shown, f"{path} (all of it)": Sealed(text)}
    plain = len(text) <= _LONGEST_SHOWN and _FORMS.get(field, _WORDS).fullmatch(text)
    return {path: text if plain else Sealed(text)}


def _leaves(value: t.Any, path: str, depth: int = 0) -> t.Iterator[tuple[str, t.Any]]:
    """The values in nested dicts and lists that are set, by where they are: ``multi_oracle_address.0.oracle_port``."""
    nested = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if nested and depth < 5:
        for name, inner in nested:
            yield from _leaves(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif value not in (None, "", [], {}):
        yield path, value
