# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the simulator's tests."""

from __future__ import annotations

import importlib.util
import sys

import pytest

if sys.version_info < (3, 10) or importlib.util.find_spec("aiohttp") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    from ansible_collections.roma.connect.tests.simulator import Simulator
    from ansible_collections.roma.connect.tests.unit.simulator.support import Caller, HandClock

    @pytest.fixture
    def clock():
        return HandClock()

    @pytest.fixture
    def make(clock):
        """Simulators that end with the test; their jobs run by the hand clock."""
        running = []

        def start(**settings):
            simulator = Simulator(clock=clock, **settings)
            simulator.start()
            running.append(simulator)
            return simulator

        yield start
        for simulator in running:
            simulator.stop()

    @pytest.fixture
    def sim(make):
        return make(job_seconds=10)

    @pytest.fixture
    def api(sim):
        return Caller(sim)
