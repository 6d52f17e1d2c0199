# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that imports requests, so that its absence becomes a message and no traceback."""

from __future__ import annotations

import traceback

try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
    # The module says that they are missing before anything uses them; so for mypy they are always there.
    requests = urllib3 = None  # type: ignore[assignment]
else:
    REQUESTS_IMPORT_ERROR = None

__all__ = ("REQUESTS_IMPORT_ERROR", "requests", "urllib3")
