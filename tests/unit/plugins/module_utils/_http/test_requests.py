# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A requests that is missing, or older than the one that is promised, is said to be so and not used."""

from __future__ import annotations

import json
import sys

import pytest

from ansible_collections.roma.connect.tests.unit.plugins.support import run_elsewhere

#: Each runs in another process, where what stands in the folder comes first.
START = "sys.path.insert(0, given['folder'])\n"
MODULE = (
    START
    + """
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": {"job_id": "j"}}).encode()
basic._ANSIBLE_PROFILE = "legacy"
from ansible_collections.roma.connect.plugins.modules import roma_asset_job_info
roma_asset_job_info.main()
"""
)
SOURCE = (
    START
    + """
from ansible_collections.roma.connect.plugins.plugin_utils._watch import Watch
try:
    Watch({"job_id": "j"}, {})
except Exception as error:
    print(json.dumps({"msg": str(error), "failed": True, "class": type(error).__name__}))
"""
)
CHECK = (
    START
    + """
from ansible_collections.roma.connect.plugins.module_utils._http.requests import UNUSABLE
print(json.dumps({"msg": UNUSABLE}))
"""
)


@pytest.fixture
def said(tmp_path):
    """Runs code where requests is what *content* makes of it; returns the JSON that it printed."""

    def one(code, content):
        (tmp_path / "requests").mkdir()
        (tmp_path / "requests" / "__init__.py").write_text(content)
        _code, output = run_elsewhere(code, folder=str(tmp_path))
        assert "Traceback" not in output
        return json.loads(output.splitlines()[-1])

    return one


@pytest.mark.parametrize("version", ["2.25.1", "2.27.99", "2.9.1", "1.2.3", "0.14.2"])
@pytest.mark.parametrize(("code", "where"), [(MODULE, "the module"), (SOURCE, "ansible-rulebook")])
def test_one_that_is_too_old_is_refused_by_name(said, code, where, version):
    told = said(code, f"__version__ = {version!r}")
    assert told["failed"]
    assert told["msg"] == (
        f"requests {version} is too old on the host where {where} runs: install requests 2.28 or later"
    )


@pytest.mark.parametrize(("code", "where"), [(MODULE, "the module"), (SOURCE, "ansible-rulebook")])
def test_one_that_is_missing_is_said_to_be_so(said, code, where):
    told = said(code, "raise ImportError('no module named requests')")
    assert told["failed"]
    assert told["msg"] == (
        f"requests is missing for {sys.executable} on the host where {where} runs: install requests 2.28 or later"
    )


@pytest.mark.parametrize("version", ["2.28.0", "2.28", "2.31.0", "2.100.0", "3.0.0.dev1", "10.0"])
def test_one_that_is_new_enough_is_taken(said, version):
    assert said(CHECK, f"__version__ = {version!r}") == {"msg": ""}
