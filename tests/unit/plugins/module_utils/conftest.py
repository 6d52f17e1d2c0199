# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of exports, of downloads and of whole modules share."""

from __future__ import annotations

import contextlib
import importlib
import json

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings

from ansible_collections.roma.connect.plugins.module_utils import _module
from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._errors import RomaError
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_archive import archive
from ansible_collections.roma.connect.plugins.module_utils._operations.asset_export import export
from ansible_collections.roma.connect.plugins.module_utils._start.record import Record
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
def record(tmp_path):
    return str(tmp_path / "crm.zip.json")


@pytest.fixture
def run(sim, clock):
    """Export as roma_asset_export does; returns the task, with its error if it failed."""

    def one(credentials="token", check_mode=False, endpoint=None, got_secret=lambda secret: None, at=sim, **options):
        given = {"apps": sim.apps, "timeout": 600, "download_timeout": 3600, **options}
        task = make_task(clock, check_mode, **given)
        place = {"endpoint": endpoint} if endpoint else {}
        secrets = Secrets()
        secrets.add = lambda *got: [got_secret(secret) for secret in got]
        client = make_client(at, credentials, task.deadline, secrets, **place)
        task.error = None
        try:
            export(task, client)
        except RomaError as error:
            task.error = error
        return task

    return one


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

    def write(archive_id, seen=True):
        path = str(folder / "crm.zip.json")
        request = {"operation": "exportAsset", "endpoint": "https://e", "instance_id": "i", "apps": ["a"], "tasks": []}
        with Record(path) as record:
            record.begin(request)
            record.started("j1")
            if seen:
                record.saw(Job("j1", "exportAsset", "SUCCEEDED", archive_id=archive_id))
        return archive_id, path, request

    return write


@contextlib.contextmanager
def arguments(given):
    """Hand arguments to an AnsibleModule; newer versions of ansible-core want a serialization profile with them."""
    before = {name: getattr(basic, name) for name in ("_ANSIBLE_ARGS", "_ANSIBLE_PROFILE") if hasattr(basic, name)}
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
    if "_ANSIBLE_PROFILE" in before:
        basic._ANSIBLE_PROFILE = "legacy"
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(basic, name, value)


@pytest.fixture
def play(capsys):
    """Run a module's main, or an operation with its options; returns what it printed, as JSON."""

    def one(what, check_mode=False, options=None, **given):
        main = (
            importlib.import_module(f"ansible_collections.roma.connect.plugins.modules.{what}").main
            if isinstance(what, str)
            else lambda: _module.run(what, options or {})
        )
        capsys.readouterr()
        warnings._global_warnings.clear()  # those of earlier modules in this process
        with arguments({**given, "_ansible_check_mode": check_mode}), pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        assert out.err == ""
        result = json.loads(out.out)
        assert bool(result.get("failed")) == (ended.value.code != 0)
        one.output = out.out
        return result

    return one
