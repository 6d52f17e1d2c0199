# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a whole package."""

from __future__ import annotations

import typing as t
import zipfile
import zlib

from .._errors import BadPackage


def entries(package_file: str | t.BinaryIO) -> int:
    """The number of files in a package (its path, or the open file), whose checksums all hold.

    :raises BadPackage: it is no zip, or a member is damaged.
    """
    try:
        with zipfile.ZipFile(package_file) as package:
            damaged = package.testzip()
            if damaged is not None:
                raise BadPackage(f"its member {damaged!r} does not match its checksum")
            # zipfile takes the last zip in a file, which in a package that was cut may be one of its members.
            if min((member.header_offset for member in package.infolist()), default=package.start_dir) > 0:
                raise BadPackage("it is cut, or something stands before it")
            return sum(not member.is_dir() for member in package.infolist())
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        # RuntimeError of a member that is encrypted, or that is compressed in a way which zipfile does not know.
        raise BadPackage(f"it is not a whole zip ({error})") from None
