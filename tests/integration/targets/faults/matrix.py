# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the matrix: each operation, each fault, each moment, against the contract.

    python -m ansible_collections.roma.connect.tests.integration.targets.faults.matrix [--only WORD] [--write]

Prints it as a table, what differs, and its figures; ends with 1 where something does. It also sees that the table in
docs/reliability.md is what the run gave; with ``--write`` it writes that table.
"""

from __future__ import annotations

import argparse
import datetime
import logging
import multiprocessing
import os
import ssl
import sys
import tempfile
import time
import traceback
import typing as t
from concurrent.futures import ThreadPoolExecutor

import trustme

from ansible_collections.roma.connect.plugins.module_utils._api.download import open_archive
from ansible_collections.roma.connect.plugins.module_utils._api.start import start_export
from ansible_collections.roma.connect.tests.simulator import Simulator
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock, make_client

from . import document, report
from .cases import run_case
from .contract import Outcome, cases
from .result import Result
from .stage import Shared

#: Nearly all of a case is waiting, so that many run at once; more processes than one, since one has one interpreter.
PROCESSES = 3
THREADS = 12

#: Cases that are run again where they were late, at most: more are no matter of a crowd.
MOST_AGAIN = 10

Case = tuple[str, str, str, Outcome]


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the fault matrix.")
    parser.add_argument("--only", default="", help="only cases whose name has this text")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/reliability.md")
    arguments = parser.parse_args()
    everything = list(cases())
    wanted = [case for case in everything if arguments.only in " / ".join(case[:3])]
    possible = [case for case in wanted if case[3].end != "left out"]
    began = time.monotonic()
    # Each process gets a share of everything: neighbours in the list take the same time.
    shares = [possible[number::PROCESSES] for number in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        results = [result for share in pool.map(run_all, shares, chunksize=1) for result in share]
        # Who is a little late in a crowd of cases may not have had a turn; by themselves they have to be in time.
        late = [result for result in results if {kind for kind, _said in result.wrong} == {"late"}]
        if 0 < len(late) <= MOST_AGAIN:
            print(f"{len(late)} late in the crowd, run again one by one: {', '.join(one.name for one in late)}")
            again = [(one.operation, one.fault, one.moment, one.expected) for one in late]
            results = [result for result in results if result not in late] + pool.apply(run_all, (again, 1))
    left_out = [case for case in wanted if case[3].end == "left out"]
    report.show(results, left_out, time.monotonic() - began)
    if any(result.wrong for result in results) or not results:
        return 1
    if arguments.only:
        return 0
    return int(not document.settle(results, len(left_out), arguments.write))


def run_all(share: list[Case], at_once: int = THREADS) -> list[Result]:
    """Run a share of the cases."""
    # Simulators that end in the middle of a drip, and clients that left, are what is wanted here.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]
        os.environ["HOME"] = folder
        shared = Shared(package_to_import(folder), *certificates(folder))

        def run(number: int) -> Result:
            for patience in (1, 5):
                place = os.path.join(folder, f"{number}-{patience}")
                os.mkdir(place)
                try:
                    result = run_case(*share[number], place, shared, patience)
                except Exception:  # the case itself broke, and is told like one that differs
                    return Result(*share[number], wrong=[("differs", traceback.format_exc())])
                if result.met:
                    break
            return result

        with ThreadPoolExecutor(at_once) as threads:
            return list(threads.map(run, range(len(share))))


def package_to_import(folder: str) -> bytes:
    """A package with all that the simulator's first instance has."""
    clock = HandClock()
    with Simulator(clock=clock, job_seconds=0) as sim:
        client = make_client(sim, environ={})
        archive_id = client.job(start_export(client, sim.apps, sim.tasks)).archive_id
        with open_archive(client, t.cast(str, archive_id)) as response:
            return t.cast(bytes, response.content)


def certificates(folder: str) -> tuple[dict[str, ssl.SSLContext], str]:
    """A server's TLS contexts, and the path of the CA that is trusted."""
    trusted, unknown = trustme.CA(), trustme.CA()
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    issued = {
        "good": trusted.issue_cert("127.0.0.1"),
        "certificate unknown": unknown.issue_cert("127.0.0.1"),
        "certificate expired": trusted.issue_cert("127.0.0.1", not_after=past),
        "certificate of another name": trusted.issue_cert("other.example"),
    }
    contexts = {}
    for name, certificate in issued.items():
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(contexts[name])
    path = os.path.join(folder, "ca.pem")
    trusted.cert_pem.write_to_path(path)
    return contexts, path


if __name__ == "__main__":
    sys.exit(main())
