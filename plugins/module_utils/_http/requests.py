# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that imports requests, so that its absence or its age becomes a message and no traceback."""

from __future__ import annotations

import re
import sys

#: Why it cannot be used, which is said before anything uses it; empty: it can.
UNUSABLE = ""

try:
    import requests
    import urllib3
except ImportError:
    # For mypy they are always there.
    requests = urllib3 = None  # type: ignore[assignment]  # both are modules where they are there
    UNUSABLE = f"requests is missing for {sys.executable}"
else:
    if [int(number) for number in re.findall("[0-9]+", requests.__version__)[:2]] < [2, 28]:
        UNUSABLE = f"requests {requests.__version__} is too old"
if UNUSABLE:
    UNUSABLE += " on the host where the module runs: install requests 2.28 or later"

__all__ = ("UNUSABLE", "requests", "urllib3")
