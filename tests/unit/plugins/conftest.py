# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test of the plugins has: an environment without settings of the caller's, and the simulator."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import settings

from ansible_collections.roma.connect.tests.simulator import Simulator
from ansible_collections.roma.connect.tests.unit.plugins.support import HandClock

# The same examples in each run, nothing written beside the tests, and no limit that a busy machine breaks.
settings.register_profile("roma", database=None, deadline=None, derandomize=True)
settings.load_profile("roma")

PREFIXES = ("ROMA_", "HW_", "HUAWEICLOUD_")
NAMES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path_factory):
    """No place, credentials, proxies or ``~/.netrc`` of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(PREFIXES) or name.upper() in NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def make_sim():
    """Simulators that end with the test."""
    running = []

    def start(**settings):
        simulator = Simulator(**settings)
        simulator.start()
        running.append(simulator)
        return simulator

    yield start
    for simulator in running:
        simulator.stop()


@pytest.fixture
def refusing_port():
    """A port of 127.0.0.1 on which nothing listens, and nobody else can while the test goes on."""
    with socket.socket() as keeper:
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]


@pytest.fixture
def clock():
    """One clock for a task and for the simulator, so that a long wait takes no time."""
    return HandClock()


@pytest.fixture
def sim(make_sim):
    """Its jobs run for a long time, unless a test plans otherwise."""
    return make_sim(job_seconds=3600)
