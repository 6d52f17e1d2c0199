# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mode, owner and group of a package."""

from __future__ import annotations

import copy
import tempfile
import typing as t

from .._errors import BadInput, NotWritten


class Attributes:
    """Mode, owner and group that a file is to have: here none but those with which it is made."""

    def check(self, folder: str) -> None:
        """:raises BadInput: a file in *folder* cannot have them."""

    def apply(self, path: str) -> bool:
        """Give them to a package that is there; returns whether that changed it, or in check mode would.

        :raises NotWritten: it cannot have them.
        """
        return False


class FileAttributes(Attributes):
    """Those of the options of *module*, an AnsibleModule, as Ansible's own modules set them."""

    def __init__(self, module: t.Any) -> None:
        self._module = module

    def check(self, folder: str) -> None:
        if all(self._module.params[name] is None for name in ("mode", "owner", "group")):
            return
        # On a file of its own, since the partial file stays private. Check mode makes none beside the user's.
        try:
            file = tempfile.NamedTemporaryFile(dir=self._module.tmpdir if self._module.check_mode else folder)
        except OSError:
            return  # whoever makes the partial file says why
        with file:
            try:
                self._set(file.name, check_mode=False)
            except NotWritten as error:
                told = f"No package can have this O(mode), O(owner) or O(group) ({error.marked}): correct it"
                raise BadInput(told) from None

    def apply(self, path: str) -> bool:
        try:
            return self._set(path, self._module.check_mode)
        except NotWritten as error:
            raise NotWritten(
                f"The package is there, in {path}, but not with this O(mode), O(owner) or O(group) "
                f"({error.marked}): correct it, and run this again to set it"
            ) from None

    def _set(self, path: str, check_mode: bool) -> bool:
        def fail_json(msg: str, details: str = "", **_more: t.Any) -> None:
            raise NotWritten(f"{msg}: {details}" if details else msg)

        module = copy.copy(self._module)
        module.check_mode, module.fail_json = check_mode, fail_json
        try:
            wanted = module.load_file_common_arguments(module.params, path=path)
            return t.cast(bool, module.set_fs_attributes_if_different(wanted, False))
        except OSError as error:  # ansible-core 2.16
            raise NotWritten(error.strerror or str(error)) from None
