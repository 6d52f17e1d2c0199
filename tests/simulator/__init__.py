# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A local ROMA Connect: Huawei Cloud's asset API in miniature, for trying playbooks without an account."""

from __future__ import annotations

from .simulator import Simulator

__all__ = ["Simulator"]
