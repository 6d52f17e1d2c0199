# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On the PYTHONPATH of the modules: holds one at the moment that HELD_AT names, so that it is killed just there.

HELD_AT is JSON: ``call`` is ``link``, ``rename`` or ``post``; the moment is before it, with ``after`` behind it.
``name`` is how the new name, or the path of the POST, ends; ``holds`` is a text in the file that gets the name. There
the module makes the file HELD_MARK, and stays.
"""

from __future__ import annotations

import json
import os
import threading

MOMENT = json.loads(os.environ.get("HELD_AT") or "{}")


def hold():
    with open(os.environ["HELD_MARK"], "w", encoding="utf-8"):
        threading.Event().wait()


def is_meant(source, target):
    if not str(target).endswith(MOMENT["name"]):
        return False
    with open(source, "rb") as file:
        return MOMENT.get("holds", "").encode() in file.read()


def hold_naming():
    real = getattr(os, MOMENT["call"])

    def call(source, target, **options):
        meant = is_meant(source, target)
        if meant and not MOMENT.get("after"):
            hold()
        real(source, target, **options)
        if meant:
            hold()

    setattr(os, MOMENT["call"], call)


def hold_post():
    import http.client

    class HTTPConnection(http.client.HTTPConnection):
        def putrequest(self, method, url, *words, **options):
            if method == "POST" and url.partition("?")[0].endswith(MOMENT["name"]):
                hold()
            super().putrequest(method, url, *words, **options)

    http.client.HTTPConnection = HTTPConnection


if MOMENT:
    hold_post() if MOMENT["call"] == "post" else hold_naming()
