# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks with real processes, short: what noise cannot change, and that each one runs."""

from __future__ import annotations

import tempfile

from ansible_collections.roma.connect.tests.benchmark import fleet, many, question, role, transfer, waiting
from ansible_collections.roma.connect.tests.benchmark.endpoint import Endpoint
from ansible_collections.roma.connect.tests.benchmark.processes import module_command, run
from ansible_collections.roma.connect.tests.benchmark.store import ARCHIVE, Store


def memory_does_not_grow_with_the_package(_folder):
    found = transfer.measure(large=40 * transfer.MIB, small=transfer.MIB, pairs=1)
    memory = [figure for figure in found.figures if "memory, of that" in figure.name]
    assert len(memory) == 2
    assert not [figure.row() for figure in memory if figure.falls_short]


def the_store_gives_and_takes_a_package(folder):
    with Store(transfer.make_package(folder, 3 * transfer.MIB)) as store:
        options = {**store.options, "archive_id": ARCHIVE, "dest": f"{folder}/x.zip"}
        assert '"changed": true' in run(module_command(folder, "roma_asset_archive", options)).output
        options = {**store.options, "src": store.path, "type": "AddNew", "wait": False}
        assert '"job_id": "j"' in run(module_command(folder, "roma_asset_import", options)).output
        assert store.received > 3 * transfer.MIB


def many_jobs_are_one_process_whose_questions_are_bounded(folder):
    for waiter in (fleet.task, fleet.source):
        found = fleet.play(folder, 100, 4.0, waiter)
        assert sum(len(endpoint.told) for endpoint in found.endpoints) == 100, "each job's end was told"
        for endpoint in found.endpoints:
            assert endpoint.most_in_flight <= 16
            assert endpoint.connections <= 16, "kept alive"
        alone = fleet.play(folder, 1, 4.0, waiter)
        assert found.requests <= 100 * (alone.requests + 3), "as many for each as for one alone"
        assert found.spent.memory < 2 * alone.spent.memory


def a_dead_endpoint_keeps_the_others_from_nothing(folder):
    for waiter in (fleet.task, fleet.source):
        found = fleet.play(folder, 4, 2.5, waiter, strangers=[Endpoint(dead=True)], patience=1.0)
        assert all(endpoint.told for endpoint in found.endpoints)


def each_instance_is_exported_and_fetched_once(_folder):
    night = many.play(4, job_seconds=1.0)
    assert (night.packages, night.requests["export"], night.requests["archive"]) == (4, 4, 4)


def waiting_a_question_and_a_role_are_measured(_folder):
    for found in (
        waiting.measure({3: ("until", 1.0, 1)}),
        question.measure(process_pairs=1, play_pairs=1, loop=1),
        role.measure(runs=1),
    ):
        assert found.figures
        assert all(figure.name for figure in found.figures)


CASES = (
    memory_does_not_grow_with_the_package,
    the_store_gives_and_takes_a_package,
    many_jobs_are_one_process_whose_questions_are_bounded,
    a_dead_endpoint_keeps_the_others_from_nothing,
    each_instance_is_exported_and_fetched_once,
    waiting_a_question_and_a_role_are_measured,
)

for case in CASES:
    with tempfile.TemporaryDirectory() as place:
        print(case.__name__, flush=True)
        case(place)
