# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a role of this collection: what its modules call them, and which are misspelled. Pure."""

from __future__ import annotations

import typing as t

#: difflib's ratio from which on two names are one and its misspelling. The prefix, which all share, does not count.
CLOSE = 0.8


class Variables:
    """Those that a role declares. Each begins with the role's name."""

    def __init__(self, role: str, declared: t.Iterable[str]) -> None:
        self._role = role
        self._prefix = f"{role}_"
        self._names = [name[len(self._prefix) :] for name in declared]

    def told(self) -> str:
        """As ``module_utils/_errors.named`` takes them: the prefix, then what stands behind it, with blanks between."""
        return " ".join([self._prefix, *self._names])

    def connections(self, given: t.Mapping[str, t.Any]) -> list[str]:
        """Those of its variables that hold a connection in *given*."""
        found = [f"{self._prefix}{name}" for name in ("connection", "source", "target") if name in self._names]
        return [name for name in found if given.get(name)]

    def misspelled(self, given: t.Iterable[str]) -> str:
        """What to say of the variables *given* that are close to one of the role's and none of them; empty: nothing."""
        strange = [name[len(self._prefix) :] for name in given if name.startswith(self._prefix)]
        strange = sorted(set(strange).difference(self._names, ["result"]))
        if not strange:
            return ""
        import difflib  # most plays do without

        return "\n".join(
            f"{self._prefix}{name} is not a variable of role {self._role}: correct it to {self._prefix}{meant}, or "
            "give a variable of your own another name"
            for name in strange
            for meant in difflib.get_close_matches(name, self._names, 1, CLOSE)
        )
