# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for every secret of a simulator in the files of a folder: its credentials, and what was sent to it."""

from __future__ import annotations

import json
import pathlib
import re
import sys
import urllib.request


def main():
    line, folder = (pathlib.Path(argument) for argument in sys.argv[1:])
    facts = json.loads(line.read_text())
    with urllib.request.urlopen(f"{facts['control']}/requests") as answer:
        requests = json.load(answer)
    secrets = set(credentials(facts)) | {secret for request in requests for secret in sent(request)}
    sources = (line, folder / "variables.json")
    files = [path for path in folder.rglob("*") if path.is_file() and path not in sources]
    found = [(path.name, secret) for path in files for secret in secrets if secret.encode() in path.read_bytes()]
    for name, secret in found:
        print(f"SECRET in {name}: {secret[:6]}…")
    print(f"{len(secrets)} secrets, {len(files)} files, {len(found)} found")
    ways = {kind for request in requests for kind in ("x-auth-token", "authorization") if kind in request["headers"]}
    if found or not ways:
        sys.exit(1)


def credentials(facts):
    yield from (facts["auth_token"], facts["secret_key"], facts["password"])
    yield from (facts["temporary"]["secret_key"], facts["temporary"]["security_token"])
    yield from WRONG


#: What the plays give in vain.
WRONG = ("Wr0ng-T0ken-111", "Wr0ng-Secret-222", "Wr0ng-Passw0rd-333", "Wr0ng-Security-444")


def sent(request):
    """Secrets that a request carried: given, or got on the way."""
    for name in ("x-auth-token", "x-security-token"):
        if name in request["headers"]:
            yield request["headers"][name]
    signature = re.search(r"Signature=(\w+)", request["headers"].get("authorization", ""))
    if signature:
        yield signature[1]


if __name__ == "__main__":
    main()
