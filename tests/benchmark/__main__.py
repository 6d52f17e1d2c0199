# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command behind scripts/benchmark."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time

from . import document
from .results import Result, Table

#: Benchmarks, each a module with a function measure().
NAMES = ("pace", "waiting", "question", "role", "transfer", "fleet", "many")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark", description="Ratios measured side by side, printed with their goals."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)}; left out: all")
    parser.add_argument("--document", help="also write what was found into this document, and pictures beside it")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    results = {}
    for name in options.names or NAMES:
        began = time.monotonic()
        print(f"\n=== {name} ===", flush=True)
        results[name] = importlib.import_module(f".{name}", __package__).measure()
        show(results[name])
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    if options.document:
        document.write(options.document, results, machine())
        print(f"\nWritten: {options.document}")
    return verdict(results)


def show(result: Result) -> None:
    tables = [Table(["figure", "measured", "goal", ""], [figure.row() for figure in result.figures]), *result.tables]
    for table in tables:
        print(document.plain(table) + "\n")
    for note in result.notes:
        print(f"{note}\n")


def verdict(results: dict[str, Result]) -> int:
    """Say what falls short; 1 where anything does."""
    short = [(name, figure) for name, result in results.items() for figure in result.figures if figure.falls_short]
    for name, figure in short:
        print(f"FALLS SHORT: {name}: {', '.join(filter(None, figure.row()[:3]))}")
    goals = sum(bool(figure.goal) for result in results.values() for figure in result.figures)
    print(f"\n{goals - len(short)} of {goals} goals reached.")
    return 1 if short else 0


def machine() -> str:
    """The kind of machine, without its name."""
    from ansible.release import __version__ as core

    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0] / cores
    return (
        f"{time.strftime('%Y-%m-%d')}: {platform.system()} on {platform.machine()}, {cores} "
        f"core{'s' if cores > 1 else ''}, Python {platform.python_version()}, ansible-core {core}; its load at the "
        f"end, with that of the benchmark itself, was {load:.1f} for each core"
    )


if __name__ == "__main__":
    sys.exit(main())
