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
