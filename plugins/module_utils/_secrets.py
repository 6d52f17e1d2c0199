# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that a task holds, and a server's text without them."""

from __future__ import annotations

import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

#: What stands for a secret, and for a text that has a part of one.
MASK, LEFT_OUT = "********", "(left out, since it repeats a secret)"

#: So many characters in a row are taken for a part of a longer secret.
STRETCH = 24


class Secrets:
    """Secrets, in each spelling in which a server or a proxy may repeat them.

    :arg keep: told each spelling, to be masked in all output.
    """

    def __init__(self, keep: t.Callable[[str], None] = lambda spelling: None) -> None:
        self._keep = keep
        self._spellings: set[str] = set()
        self._stretches: set[str] = set()

    def add(self, secret: str) -> None:
        """Remember one more."""
        for spelling in spellings(secret) - self._spellings:
            self._keep(spelling)
            self._spellings.add(spelling)
            self._stretches.update(_stretches(spelling))

    def hide(self, text: str) -> str:
        """*text* with each secret masked. It is left out where it has a long part of one, which cannot be masked."""
        for spelling in sorted(self._spellings, key=len, reverse=True):
            text = text.replace(spelling, MASK)
        return LEFT_OUT if any(part in self._stretches for part in _stretches(text)) else text


def spellings(secret: str) -> set[str]:
    """*secret* as it is, and as it stands in a URL, in JSON and in a page."""
    if not secret.strip():
        return set()
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    escaped = json.dumps(secret)[1:-1]
    return {
        secret,
        secret.strip(),
        *encoded,
        *(re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), text) for text in encoded),
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
    }


def _stretches(text: str) -> t.Iterator[str]:
    return (text[begin : begin + STRETCH] for begin in range(len(text) - STRETCH + 1))
