# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes each event that goes by into $OUTPUT/events.jsonl, a line of JSON each."""

from __future__ import annotations

import json
import os


def main(event):
    with open(os.path.join(os.environ["OUTPUT"], "events.jsonl"), "a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")
    return event
