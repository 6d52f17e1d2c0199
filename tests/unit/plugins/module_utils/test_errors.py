# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of errors: docs/reliability.md shows it to users."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.tests.integration.targets.faults.remedies import REMEDIES

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.RomaError)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not errors.RomaError])
def test_each_says_what_it_is_and_what_a_user_does_about_it(kind):
    assert kind.__doc__ != errors.RomaError.__doc__
    assert REMEDIES[kind.__name__].endswith(".")


def test_an_error_says_its_options_as_a_task_has_them():
    error = errors.BadInput("O(apps) and O(task_names) are both empty (O(all) is false)")
    assert str(error) == error.facts()["error_msg"] == "apps and task_names are both empty (all is false)"


def test_an_error_within_another_keeps_the_marks_of_its_options():
    inner = errors.BadInput("O(apps) is empty")
    assert errors.named(errors.BadInput(f"jobs[0]: {inner.marked}").marked, "x_ apps") == "jobs[0]: x_apps is empty"


@pytest.mark.parametrize(
    "text", ["/backup/O(dest).zip", "'O(dest)'", "TODO(dest)", "O()", "O(a b)", "O (dest)", "O(dest"]
)
def test_what_is_no_mark_stays(text):
    assert errors.named(text, "asset_export_ dest") == text


@pytest.mark.parametrize("variables", ["", " ", "asset_export_"])
def test_without_variables_options_are_called_as_they_are(variables):
    assert errors.named("O(dest)", variables) == "dest"
