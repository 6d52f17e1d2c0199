# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package on its way to the API: one multipart file part, streamed with a length that is known."""

from __future__ import annotations

import io
import os
import secrets
import typing as t

#: The name of the file part (API reference, "Importing Assets").
PART = "ImportAssetRequestBody"

#: What the API is told the file is called, whatever it is called here: it takes letters, digits, +, -, _ and .zip only.
FILE_NAME = "package.zip"


class Upload:
    """The body of an import. requests takes its length for Content-Length, and reads it piece by piece.

    The part has no Content-Type line, as the vendor's SDK sends it.

    :arg file: the package; it is sent from its beginning, and left open.
    :arg alive: called for each piece that is sent.
    """

    def __init__(self, file: t.BinaryIO, alive: t.Callable[[], None]) -> None:
        boundary = secrets.token_hex(16)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{PART}"; filename="{FILE_NAME}"\r\n\r\n'
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
