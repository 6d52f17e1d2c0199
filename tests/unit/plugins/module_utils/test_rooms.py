# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms of module_utils import one way only: down this list, and never up."""

from __future__ import annotations

import ast
import pathlib

import pytest

from ansible_collections.roma.connect.tests.unit.plugins.support import ROOT

ROOMS = ("_module", "_operations", "_package", "_start", "_wait", "_api", "_account", "_http", "_errors", "_files")

OURS = pathlib.Path(ROOT, "ansible_collections/roma/connect/plugins/module_utils")
FILES = sorted(path.relative_to(OURS).as_posix() for path in OURS.rglob("*.py") if path.stat().st_size)


def imports(source, file):
    """(room or package, line) of each import of a file, late ones too."""
    inside = file.count("/")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.level == inside:
            yield file.partition("/")[0], node.lineno  # a room's own
        elif isinstance(node, ast.ImportFrom):
            assert node.level == inside + 1, f"{file}:{node.lineno} leaves module_utils"
            names = [node.module.partition(".")[0]] if node.module else [alias.name for alias in node.names]
            yield from ((name, node.lineno) for name in names)


def wrong(source, file):
    """What a file must not import, a line each."""
    own = file.partition("/")[0].removesuffix(".py")
    above = ROOMS[: ROOMS.index(own)]
    strangers = ("ansible_collections", "ansible" if own != "_module" else None)
    return [f"{file}:{line} imports {name}" for name, line in imports(source, file) if name in (*above, *strangers)]


@pytest.mark.parametrize("file", FILES)
def test_a_file_imports_from_its_room_and_those_below(file):
    assert not wrong((OURS / file).read_text(), file)


@pytest.mark.parametrize(
    "line",
    [
        "from .._wait.task import Task",
        "from .. import _module",
        "def late():\n    from .._operations import items",
        "from ansible.module_utils.basic import env_fallback",
        "import ansible_collections.roma.connect.plugins.module_utils._wait.task",
    ],
)
def test_an_import_from_above_is_found(line):
    assert wrong(line, "_api/client.py")
