# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of an export with dest share."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._api.listing import list_apps, list_tasks
from ansible_collections.roma.connect.tests.unit.plugins.support import NOTHING_ASKED, make_client


@pytest.fixture
def bring(run, sim, dest):
    """Export to dest."""

    def one(**options):
        asked = {} if {"app_names", "task_names", "all", "job_id"} & set(options) else {"apps": sim.apps[:1]}
        return run(**{**NOTHING_ASKED, "dest": str(dest), **asked, **options})

    return one


@pytest.fixture
def named(sim):
    """The names of the instance's applications and integration tasks, in order of their ids in sim."""
    client = make_client(sim)
    apps = {app["id"]: app["name"] for app in list_apps(client)}
    tasks = {task["id"]: task["name"] for task in list_tasks(client)}
    sim.clear_requests()
    return [apps[item] for item in sim.apps], [tasks[item] for item in sim.tasks]


@pytest.fixture
def many(make_sim, clock):
    """205 applications and 3 integration tasks."""
    return make_sim(clock=clock, job_seconds=20, apps=205, tasks=3)


@pytest.fixture
def bring_many(run, many, dest):
    def one(**options):
        return run(**{**NOTHING_ASKED, "at": many, "all": True, "dest": str(dest), **options})

    return one
