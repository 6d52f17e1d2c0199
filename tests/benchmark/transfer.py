# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package down and up: the modules against curl, sync, sha256sum and unzip, which together do the same work."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
import typing as t
import zipfile

from .processes import Spent, module_command, run
from .results import Figure, Result, Table, number
from .store import ARCHIVE, Store

MIB = 1 << 20
LARGE, SMALL = 1024 * MIB, MIB

#: Pairs of runs, one after the other.
PAIRS = 3

#: What the other side needs.
TOOLS = ("curl", "sync", "sha256sum", "unzip")

#: Largest memory of the process with the large package, of that with the small one.
MEMORY = 1.2


def measure(large: int = LARGE, small: int = SMALL, pairs: int = PAIRS) -> Result:
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    result = Result()
    rows = []
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder:
        for way, module, tools in (("download", _download, _curl_down), ("upload", _upload, _curl_up)):
            with Store(make_package(folder, small)) as store:
                memory_small = _median(module(folder, store, store.path) for _run in range(pairs)).memory
            with Store(make_package(folder, large)) as store:
                ours, theirs = [], []
                for _pair in range(pairs):
                    ours.append(module(folder, store, store.path))
                    if not missing:
                        theirs.append(tools(folder, store, store.path))
            spent = _median(ours)
            name = f"{way} of {number(large / MIB)} MiB"
            if theirs:
                other = _median(theirs)
                result.figures.append(
                    Figure(f"{name}: time, of the tools'", spent.seconds / other.seconds, at_most=1.0)
                )
                rows.append([name, *(number(one, "s") for one in (spent.seconds, other.seconds, spent.cpu, other.cpu))])
            result.figures.append(
                Figure(
                    f"{name}: memory, of that with {number(small / MIB)} MiB",
                    spent.memory / memory_small,
                    at_most=MEMORY,
                )
            )
            result.figures.append(Figure(f"{name}: memory", spent.memory / MIB, "MiB"))
    if missing:
        result.notes.append(f"Not compared with the tools, since {', '.join(missing)} is not on this machine.")
    else:
        header = ["", "module: time", "tools: time", "module: processor time", "tools: processor time"]
        result.tables.append(Table(header, rows))
    return result


def make_package(folder: str, size: int) -> str:
    """A zip of about *size* bytes that does not compress."""
    path = os.path.join(folder, f"package-{size}.zip")
    if not os.path.exists(path):
        block = random.Random(0).randbytes(MIB)
        with zipfile.ZipFile(path, "w") as package, package.open("assets.bin", "w", force_zip64=True) as member:
            for _block in range(max(size // MIB, 1)):
                member.write(block)
    return path


def _download(folder: str, store: Store, _path: str) -> Spent:
    dest = os.path.join(folder, "arrived.zip")
    spent = run(module_command(folder, "roma_asset_archive", {**store.options, "archive_id": ARCHIVE, "dest": dest}))
    os.unlink(dest)
    return spent


def _curl_down(folder: str, store: Store, _path: str) -> Spent:
    dest = os.path.join(folder, "arrived.zip")
    spent = run(_shell('curl -sf -o "$1" "$2" && sync "$1" && sha256sum "$1" && unzip -tq "$1"', dest, store.archive))
    os.unlink(dest)
    return spent


def _upload(folder: str, store: Store, path: str) -> Spent:
    record = os.path.join(folder, "record.json")
    options = {**store.options, "src": path, "type": "AddNew", "record": record, "wait": False}
    spent = run(module_command(folder, "roma_asset_import", options))
    os.unlink(record)
    return spent


def _curl_up(_folder: str, store: Store, path: str) -> Spent:
    command = 'unzip -tq "$1" && sha256sum "$1" && curl -sf -F "ImportAssetRequestBody=@$1" "$2"'
    return run(_shell(command, path, store.imports))


def _shell(command: str, *words: str) -> list[str]:
    return ["bash", "-c", f"set -e; {command}", "bash", *words]


def _median(spent: t.Iterable[Spent]) -> Spent:
    """Of each quantity its own median."""
    runs = list(spent)
    return Spent(
        seconds=statistics.median(one.seconds for one in runs),
        cpu=statistics.median(one.cpu for one in runs),
        memory=int(statistics.median(one.memory for one in runs)),
        output="",
    )
