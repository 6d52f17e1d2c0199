# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for every secret of the simulators, in each spelling, in the files of a folder: what the hosts were given, and
what was sent.

``search.py INVENTORY FOLDER``: the files of the inventory's own folder, where the secrets come from, do not count.
"""

from __future__ import annotations

import html
import json
import pathlib
import re
import sys
import urllib.request
from urllib.parse import quote, quote_plus

#: What the plays give in vain.
WRONG = ("Wr0ng-T0ken-111", "Wr0ng-Secret-222", "Wr0ng-Passw0rd-333", "Wr0ng-Security-444")

#: So many characters of a secret are too many.
LONGEST_PART = 24


def main():
    inventory, folder = (pathlib.Path(argument) for argument in sys.argv[1:])
    secrets, ways = set(WRONG), set()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for host in json.loads(inventory.read_text())["all"]["hosts"].values():
        secrets.update(host["secrets"])
        with opener.open(f"{host['simulator']['control']}/requests") as answer:
            requests = json.load(answer)
        carried = [pair for request in requests for pair in sent(request["headers"])]
        secrets.update(value for _name, value in carried)
        ways.update(name for name, _value in carried)
    files = [path for path in folder.rglob("*") if path.is_file() and inventory.parent not in path.parents]
    contents = {path: path.read_bytes() for path in files}
    found = [
        (path, secret)
        for secret in secrets
        for path, content in contents.items()
        if any(spelling.encode() in content for spelling in spellings(secret))
    ]
    for path, secret in found:
        print(f"SECRET in {path.relative_to(folder)}: {secret[:6]}…")
    results = contents[folder / "results.json"].count(b"\n")
    missing = {"x-auth-token", "x-security-token", "x-metadata-token", "signature"} - ways
    print(
        f"{results} results, and what was printed, logged and written ({len(files)} files): "
        f"searched for {len(secrets)} secrets, leaked {len(found)}"
    )
    if found or missing or not results:
        sys.exit(f"leaked {len(found)}; never sent: {', '.join(missing) or 'nothing'}")


def sent(headers):
    """Secrets that a request carried, given or got on the way, with their kind."""
    for name in ("x-auth-token", "x-security-token", "x-metadata-token"):
        if name in headers:
            yield name, headers[name]
    signature = re.search(r"Signature=(\w+)", headers.get("authorization", ""))
    if signature:
        yield "signature", signature[1]


def spellings(secret):
    part = secret[:LONGEST_PART]
    return {
        text for whole in (secret, part) for text in (whole, quote(whole), quote(whole, safe=""), quote_plus(whole))
    } | {
        html.escape(secret),
        json.dumps(secret)[1:-1].replace("/", "\\/"),
    }


if __name__ == "__main__":
    main()
