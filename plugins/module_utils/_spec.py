# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that several modules and the event source share, in the form of Ansible's argument specs. Pure data."""

from __future__ import annotations

import typing as t

from ._options import PLACE, SECRETS

#: Options of every module; doc_fragments/_connection.py says what they mean.
CONNECTION: dict[str, t.Any] = {
    **{name: {"type": "str"} for name in (*PLACE, "username", "domain_name")},
    "access_key": {"type": "str", "no_log": False},
    **{name: {"type": "str", "no_log": True} for name in SECRETS},
    "ecs_agency": {"type": "bool"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "request_timeout": {"type": "float", "default": 30.0},
}

#: Options of modules that wait for a job; doc_fragments/_wait.py.
WAIT: dict[str, t.Any] = {"timeout": {"type": "int", "default": 600}, "poll_interval": {"type": "float"}}

#: Options of modules that start a job; doc_fragments/_start.py.
START: dict[str, t.Any] = {
    **WAIT,
    "wait": {"type": "bool", "default": True},
    "busy_timeout": {"type": "int", "default": 0},
}

#: Options of modules whose start is made to happen once; doc_fragments/_record.py.
RECORD: dict[str, t.Any] = {"record": {"type": "path"}, "force": {"type": "bool", "default": False}}

#: The applications and integration tasks of a job. Elements are raw, since a text is read by ``_lists``.
ITEMS: dict[str, t.Any] = {name: {"type": "list", "elements": "raw", "default": []} for name in ("apps", "tasks")}

#: An item of ``jobs``. Its job_id is checked where the item can be named.
JOB: dict[str, t.Any] = {"job_id": {"type": "str"}, **{name: CONNECTION[name] for name in PLACE}}

#: Which job, or which jobs.
JOBS: dict[str, t.Any] = {"job_id": {"type": "str"}, "jobs": {"type": "list", "elements": "dict", "options": JOB}}
