# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending a package in."""

from __future__ import annotations

import io
import os
import typing as t

from .._http.answer import Answer
from .client import Client
from .start import start


def start_import(
    client: Client, file: t.BinaryIO, arguments: t.Mapping[str, str], moved: t.Callable[[], None] = lambda: None
) -> str:
    """ImportAsset: start to import the package in *file*; as :func:`start.start_export`.

    :arg arguments: type, prefix and datasource_overwrite. They go into the query, where the vendor's SDK has none.
    :arg moved: called while it is sent; the file's position tells how far that is.
    """

    def alive() -> None:
        client.deadline.touch()
        moved()

    def post() -> Answer:
        upload = Upload(file, alive)
        request = client.request("assets/import", query=arguments, headers={"Content-Type": upload.content_type})
        return client.transport.ask("the import", "POST", data=upload, fresh=True, **request)

    return start(client, "the import", post)


class Upload:
    """The body of an import: a multipart file part. requests takes its length, and reads it piece by piece.

    The part has a name (API reference, "Importing Assets") and no Content-Type line, as the vendor's SDK sends it. What
    the API is told the file is called takes letters, digits, +, -, _ and .zip only, whatever it is called here.

    :arg file: the package; it is sent from its beginning, and left open.
    :arg alive: called for each piece that is sent.
    """

    def __init__(self, file: t.BinaryIO, alive: t.Callable[[], None]) -> None:
        boundary = os.urandom(16).hex()
        part = 'Content-Disposition: form-data; name="ImportAssetRequestBody"; filename="package.zip"'
        head = f"--{boundary}\r\n{part}\r\n\r\n"
        self.content_type = f"multipart/form-data; boundary={boundary}"
        file.seek(0)
        self._parts = [io.BytesIO(head.encode()), file, io.BytesIO(f"\r\n--{boundary}--\r\n".encode())]
        self._length = len(head) + os.fstat(file.fileno()).st_size + len(boundary) + 8
        self._alive = alive

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most *size*; empty at the end."""
        self._alive()
        while self._parts:
            data = self._parts[0].read(size)
            if data:
                return data
            del self._parts[0]
        return b""
