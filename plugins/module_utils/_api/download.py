# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching a package, which the API gives out only once."""

from __future__ import annotations

import re
import typing as t

from .. import _errors as errors
from .._http.requests import requests
from .client import Client, quoted
from .said import unknown


def open_archive(client: Client, archive_id: str, start: int = 0, etag: str | None = None) -> requests.Response:
    """DownloadAssetArchive: the package, which can be downloaded only once; its body is still to be read.

    :arg start: bytes that are there already, to be left out (Range).
    :arg etag: what the first answer called the package; another one is then sent whole. A weak one is no use.
    :raises Gone: it was downloaded before, or is no longer kept.
    """
    headers = {"Range": f"bytes={start}-"} if start else {}
    if start and etag and re.fullmatch(r'"[\x21\x23-\x7e]*"', etag):  # a strong one [RFC 9110, 8.8.3]
        headers["If-Range"] = etag
    return client.authorized(lambda: _open(client, archive_id, headers))


def _open(client: Client, archive_id: str, headers: t.Mapping[str, str]) -> requests.Response:
    transport = client.transport
    response = transport.send("GET", **client.request(f"assets/archives/{quoted(archive_id)}", headers=headers))
    if response.status_code in (200, 206):
        return response
    error = transport.failure(f"package {archive_id}", response, transport.read(response))
    if isinstance(error, errors.Refused) and unknown(error.answer or {}, archive_id):
        raise errors.Gone(
            f"The API has no package {archive_id}: it was downloaded already, and can be downloaded only once",
            error.answer,
        )
    raise error
