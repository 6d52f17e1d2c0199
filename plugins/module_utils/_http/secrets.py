# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that a task holds, and a server's text without them."""

from __future__ import annotations

import html
import json
import re
import threading
import typing as t
from urllib.parse import quote, quote_plus

#: What stands for a secret, and for a text that has a part of one.
MASK, LEFT_OUT = "********", "(left out, since it repeats a secret)"

#: A secret is remembered in blocks of so many characters; a text that has one of them has a part of the secret. So any
#: part of twice the length is found, at a twelfth of the memory: a token may have 100,000 characters.
BLOCK = 12


class Secrets:
    """Secrets, in each spelling in which a server or a proxy may repeat them. Several threads may add to them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: To be masked in all output. Never changed, only replaced, so that whoever walks through it may go on.
        self.known: frozenset[str] = frozenset()
        self._blocks: frozenset[str] = frozenset()

    def add(self, *secrets: str) -> None:
        """Remember more of them."""
        with self._lock:
            fresh = frozenset().union(*map(spellings, secrets)) - self.known
            self.known |= fresh
            self._blocks = self._blocks.union(*(_parts(spelling, BLOCK) for spelling in fresh))

    def hide(self, text: str, also: str = "") -> str:
        """*text* with each secret masked. It is left out where it has a long part of one, which cannot be masked.

        :arg also: one more secret, spelled in one way, that need not be remembered.
        """
        for spelling in sorted(filter(None, (*self.known, also)), key=len, reverse=True):
            text = text.replace(spelling, MASK)
        blocks = self._blocks.union(_parts(also, BLOCK))
        return LEFT_OUT if any(part in blocks for part in _parts(text)) else text


def spellings(secret: str) -> set[str]:
    """*secret* as it is, and as it stands in a URL, in JSON and in a page."""
    if not secret.strip():
        return set()
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    escaped = json.dumps(secret)[1:-1]
    in_url = encoded | {re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), text) for text in encoded}
    in_json = {escaped, escaped.replace("/", "\\/"), json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret, secret.strip(), html.escape(secret)} | in_url | in_json


def _parts(text: str, step: int = 1) -> t.Iterator[str]:
    return (text[begin : begin + BLOCK] for begin in range(0, len(text) - BLOCK + 1, step))
