# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the download share."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._archive import archive
from ansible_collections.roma.connect.plugins.module_utils._errors import RomaError
from ansible_collections.roma.connect.plugins.module_utils._job import Job
from ansible_collections.roma.connect.plugins.module_utils._record import Record
from ansible_collections.roma.connect.tests.unit.plugins.support import make_client, make_task


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "backup"
    path.mkdir()
    return path


@pytest.fixture
def dest(folder):
    return folder / "crm.zip"


@pytest.fixture
def sim(make_sim, clock):
    """Its jobs run by the clock that is moved by hand."""
    return make_sim(clock=clock, job_seconds=20, package_bytes=300_000)


@pytest.fixture
def package(sim):
    """The id of a package that waits to be fetched."""
    return lambda **plan: make_client(sim).job(sim.add_job(seconds=0, **plan)).archive_id


@pytest.fixture
def fetch(sim, clock, dest):
    """Download as roma_asset_archive does; returns the task, with its error if it failed."""

    def one(archive_id, check_mode=False, endpoint=None, **options):
        task = make_task(clock, check_mode, **{"archive_id": archive_id, "dest": str(dest), "timeout": 600, **options})
        client = make_client(sim, deadline=task.deadline, **({"endpoint": endpoint} if endpoint else {}))
        task.error = None
        try:
            archive(task, client)
        except RomaError as error:
            task.error = error
        return task

    return one


@pytest.fixture
def record_of(folder):
    """Writes a record of an export whose package waits; returns the package's id, the record and its request."""

    def write(archive_id):
        path = str(folder / "crm.zip.json")
        request = {"operation": "exportAsset", "endpoint": "https://e", "instance_id": "i", "apps": ["a"], "tasks": []}
        with Record(path) as record:
            record.begin(request)
            record.started("j1")
            record.saw(Job("j1", "exportAsset", "SUCCEEDED", archive_id=archive_id))
        return archive_id, path, request

    return write
