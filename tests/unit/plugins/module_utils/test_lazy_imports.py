# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call imports is paid by each call, so it imports what it needs."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.tests.unit.plugins.support import run_elsewhere

#: Run in a fresh interpreter: one module, and what it imported beyond requests and AnsibleModule.
CODE = """
import contextlib, io
import requests
from ansible.module_utils import basic

basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": given["options"]}).encode()
basic._ANSIBLE_PROFILE = "legacy"
before = set(sys.modules)
from ansible_collections.roma.connect.plugins.modules import roma_asset_job_info

said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    roma_asset_job_info.main()
print(json.dumps([json.loads(said.getvalue()), sorted(set(sys.modules) - before)]))
"""

OURS = "ansible_collections.roma.connect.plugins.module_utils."

#: Modules of the collection that only other calls need, or other credentials.
OTHER_CALLS = (
    "_package.archive",
    "_wait.crew",
    "_operations.asset_export",
    "_files",
    "_wait.fleet",
    "_account.iam",
    "_operations.asset_import",
    "_operations.migration_info",
    "_wait.together",
    "_api.download",
    "_api.inventory",
    "_api.listing",
    "_api.pages",
    "_api.sealed",
    "_api.start",
    "_api.upload",
    "_package.partial",
    "_start.record",
    "_account.signing",
)

#: Parts of the standard library that are slow to import, and that one question has no use for.
SLOW = ("asyncio", "concurrent.futures", "configparser", "glob", "multiprocessing", "secrets", "unittest", "xml.etree")


@pytest.fixture
def ask(make_sim):
    sim = make_sim()

    def one(wait):
        options = {**sim.options("token"), "job_id": sim.add_job(seconds=0), "wait": wait}
        code, said = run_elsewhere(CODE, options=options)
        assert code == 0, said
        return json.loads(said.splitlines()[-1])

    return one


@pytest.mark.parametrize("wait", [False, True])
def test_a_question_imports_nothing_that_only_other_calls_need(ask, wait):
    result, imported = ask(wait)
    assert result["job"]["status"] == "SUCCEEDED"
    assert f"{OURS}_api.job" in imported, "the list tells what was imported"
    assert not [name for name in OTHER_CALLS if OURS + name in imported]
    assert not [name for name in SLOW if name in imported]
