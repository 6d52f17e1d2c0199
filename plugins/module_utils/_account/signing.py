# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SDK-HMAC-SHA256, the signature of requests that are made with an access key.

Source: the vendor's signer (huaweicloudsdkcore 3.1.219), whose output the tests compare to the byte.
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from urllib.parse import quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"


def canonical_query(pairs: t.Iterable[tuple[str, str]]) -> str:
    """The query as it is signed. It has to be sent exactly like this."""
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(pairs))


def authorization(
    access_key: str,
    secret_key: str,
    method: str,
    path: str,
    query: t.Iterable[tuple[str, str]],
    headers: t.Mapping[str, str],
    body: bytes = b"",
) -> str:
    """The Authorization header for a request.

    :arg path: as it is sent, percent-encoded.
    :arg query: the pairs before they are encoded.
    :arg headers: all that are to be signed, X-Sdk-Date and Host among them.
    :arg body: the bytes to hash; of no effect where X-Sdk-Content-Sha256 is there to stand for them.
    """
    signed = {name.lower(): str(value).strip() for name, value in headers.items()}
    lines = "".join(f"{name}:{value}\n" for name, value in sorted(signed.items()))
    names = ";".join(sorted(signed))
    content = (signed.get("x-sdk-content-sha256") if body else None) or _sha256(body)
    canonical = "\n".join((method.upper(), _canonical_path(path), canonical_query(query), lines, names, content))
    to_sign = "\n".join((ALGORITHM, signed["x-sdk-date"], _sha256(canonical.encode())))
    signature = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"


def _canonical_path(path: str) -> str:
    """The path as it is signed: decoded first, so that a ``%2F`` within an id counts as ``/``, and ended by ``/``."""
    canonical = "/".join(quote(part, safe="~") for part in unquote(path).split("/"))
    return canonical if canonical.endswith("/") else canonical + "/"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
