# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The short table of what is open."""

from __future__ import annotations

from ansible_collections.roma.connect.plugins.plugin_utils._open import WIDTH, table


def item(category, name, state="missing"):
    return {"category": category, "name": name, "state": state}


def test_what_is_open_is_counted_by_category():
    found = [item("apis", "a/b"), item("apis", "a/c", "differs"), item("tasks", "nightly", "stopped")]
    assert table({"open": found, "not_checked": [{"category": "devices", "reason": "HTTP 403"}]}) == [
        "3 open, what to do is in the result",
        "  apis               2  a/b (missing), a/c (differs)",
        "  tasks              1  nightly (stopped)",
        "  not checked: devices, HTTP 403",
    ]
    assert table({"open": [], "not_checked": []}) == ["0 open"]


def test_without_a_report_there_is_no_table():
    assert table({"failed": True, "msg": "no"}) == table({"skipped": True}) == []


def test_lines_are_short_and_plain_and_few():
    found = [item("apis", f"name \x1b[2J\n{number}") for number in range(100)]
    reasons = [{"category": "apis", "reason": "x" * 500}] * 30
    lines = table({"open": found, "not_checked": reasons})
    assert len(lines) == 3
    assert all(line.isprintable() and len(line) <= WIDTH for line in lines)
    assert lines[-1].startswith("  not checked: apis (and 29 more), xxx")


def test_each_category_that_was_not_checked_is_named():
    reasons = [{"category": f"c{number // 2}", "reason": "HTTP 403"} for number in range(32)]
    lines = table({"open": [], "not_checked": reasons})
    assert lines[1:] == [f"  not checked: c{number} (and 1 more), HTTP 403" for number in range(16)]
