# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that touches AnsibleModule: options go in, and a result or a typed error becomes the module's exit."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values

from ._client import Client
from ._connection import resolve, secrets_in
from ._deadline import Deadline, bounded
from ._errors import RomaError, TimedOut
from ._options import checked_seconds
from ._progress import Reporter
from ._requests import REQUESTS_IMPORT_ERROR
from ._secrets import Secrets
from ._task import Task

#: Options of every module; doc_fragments/_connection.py says what they mean.
CONNECTION: dict[str, t.Any] = {
    "region": {"type": "str"},
    "cloud": {"type": "str"},
    "endpoint": {"type": "str"},
    "iam_endpoint": {"type": "str"},
    "project_id": {"type": "str"},
    "project_name": {"type": "str"},
    "instance_id": {"type": "str"},
    "auth_token": {"type": "str", "no_log": True},
    "access_key": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
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


def run(
    operation: t.Callable[[Task, Client], None],
    options: dict[str, t.Any],
    attributes: bool = False,
    in_instance: bool = True,
) -> None:
    """Be the module: do *operation* within its time, and exit with what the task knows then.

    :arg options: the module's own, besides the connection.
    :arg attributes: apply mode, owner and group to ``dest`` of the result.
    :arg in_instance: the module works on one instance; otherwise ``instance_id`` is ignored.
    """
    module = AnsibleModule(
        argument_spec={**CONNECTION, **options}, supports_check_mode=True, add_file_common_args=attributes
    )
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"))
    secrets = Secrets(module.no_log_values.add)
    for secret in secrets_in(os.environ):
        secrets.add(secret)
    # Exits are outside of any except block: in one, ansible-core before 2.19 adds a traceback.
    failure, facts = _outcome(module, operation, in_instance)
    if failure is not None:
        module.fail_json(msg=failure, **facts)
    if attributes and os.path.exists(facts["dest"]):
        wanted = module.load_file_common_arguments(module.params, path=facts["dest"])
        facts["changed"] = module.set_fs_attributes_if_different(wanted, facts["changed"])
    module.exit_json(**facts)


def _outcome(
    module: AnsibleModule, operation: t.Callable[[Task, Client], None], in_instance: bool
) -> tuple[str | None, dict[str, t.Any]]:
    """What went wrong (None: nothing did), and what the task knows."""
    try:
        task, client = _prepare(module, in_instance)
    except RomaError as error:
        return str(error), {}
    try:
        bounded(lambda: operation(task, client), task.deadline)
    except RomaError as error:
        return _failure(task, error)
    except Exception as error:  # a defect of the collection: said in a sentence, with the facts so far
        told = f"A defect of roma.connect ended the task ({type(error).__name__}: {error}): please report it"
        return told, {"changed": task.changed, **task.facts}
    return None, {"changed": task.changed, **task.facts}


def _prepare(module: AnsibleModule, in_instance: bool) -> tuple[Task, Client]:
    """Check what every module checks, and build what it works with. Nothing is sent."""
    options = module.params
    checked_seconds("request_timeout", options["request_timeout"], above=0)
    for name in ("timeout", "busy_timeout"):
        checked_seconds(name, options.get(name) or 0)
    if options.get("poll_interval") is not None:
        checked_seconds("poll_interval", options["poll_interval"], above=0)
    connection = resolve(options, os.environ, in_instance)
    for warning in connection.warnings:
        module.warn(warning)
    timeout = options.get("timeout", 0) if options.get("wait", True) else 0
    deadline = Deadline(options["request_timeout"], timeout)
    report = Reporter(os.environ)
    task = Task(options, deadline, module.check_mode, module.warn)
    task.hide = lambda value: remove_values(value, module.no_log_values)
    task.announce = lambda progress: report(task.hide(progress))
    if in_instance:
        task.facts["instance_id"] = connection.instance_id
    return task, Client(connection, deadline, module.no_log_values.add)


def _failure(task: Task, error: RomaError) -> tuple[str, dict[str, t.Any]]:
    task.stop_clock()
    message = str(error)
    if isinstance(error, TimedOut):
        message = task.unfinished()
        if "timed_out" in task.facts:
            task.facts["timed_out"] = True
    answer = {"error": error.answer} if error.answer is not None else {}
    return message, {"changed": task.changed, **answer, **task.facts}
