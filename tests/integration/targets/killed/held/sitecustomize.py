# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On the PYTHONPATH of the modules: holds one at the moment that HELD_AT names, so that it is killed just there.

HELD_AT is JSON: ``call`` is ``write``, ``rename`` or ``post``; the moment is before it, with ``after`` behind it.
``name`` is how the path of the file that is written, the new name, or the path of the POST ends; ``holds`` is a text in
what is written. There the module makes the file HELD_MARK, and stays.
"""

from __future__ import annotations

import json
import os
import threading

MOMENT = json.loads(os.environ.get("HELD_AT") or "{}")


def hold():
    with open(os.environ["HELD_MARK"], "w", encoding="utf-8"):
        threading.Event().wait()


def hold_write():
    import builtins
    import io

    real = builtins.open

    class Watched(io.BufferedWriter):
        def write(self, data):
            path = os.path.realpath(f"/proc/self/fd/{self.fileno()}")
            meant = path.endswith(MOMENT["name"]) and MOMENT.get("holds", "").encode() in bytes(data)
            if meant and not MOMENT.get("after"):
                hold()
            written = super().write(data)
            self.flush()
            if meant:
                hold()
            return written

    def call(file, mode="r", *words, **options):
        if isinstance(file, int) and mode == "wb":
            return Watched(io.FileIO(file, mode, closefd=options.get("closefd", True)))
        return real(file, mode, *words, **options)

    builtins.open = call


def hold_rename():
    real = getattr(os, MOMENT["call"])

    def call(source, target, **options):
        meant = str(target).endswith(MOMENT["name"])
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


if MOMENT.get("call") == "post":
    hold_post()
elif MOMENT.get("call") == "write":
    hold_write()
elif MOMENT:
    hold_rename()
