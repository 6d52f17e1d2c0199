# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that touches AnsibleModule: options go in, and a result or a typed error becomes the module's exit."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.validation import check_type_dict

from ._account.connection import Connection, resolve, secrets_in
from ._account.options import CONNECTION, check_times, in_seconds
from ._api.client import make_clients
from ._errors import VARIABLES, RomaError, TimedOut, named
from ._http.deadline import Deadline, bounded
from ._http.requests import UNUSABLE
from ._http.secrets import Secrets
from ._wait.progress import Reporter
from ._wait.task import Task


class _Module(AnsibleModule):  # type: ignore[misc]  # ansible-core brings no types
    """Ansible's own, which refuses an option by itself before anything here can."""

    params: dict[str, t.Any]

    def _load_params(self) -> None:
        """Ansible looks for secrets in dictionaries before it knows that they are. Where one is none, it finds none at
        all, and shows those of all options in what it was called with: so it gets another, which it can refuse."""
        super()._load_params()
        self.params = _to_be_shown(self.params, self.argument_spec)

    def add_path_info(self, kwargs: dict[str, t.Any]) -> dict[str, t.Any]:
        """Ansible tells of what lies at dest, which may be another file than the package; its size is the package's."""
        kwargs.update({**super().add_path_info(dict(kwargs)), **kwargs})
        return kwargs

    def fail_json(self, msg: str, **facts: t.Any) -> None:
        msg = re.sub(
            r"^argument '?(\w+)'? is of type .* unable to convert to dict\b.*",
            r"O(\1) is not a dictionary: give its options as one, each with its name",
            msg,
        )
        super().fail_json(_named(in_seconds(msg)), **facts)


def _to_be_shown(given: t.Mapping[str, t.Any], spec: dict[str, t.Any]) -> dict[str, t.Any]:
    """What is *given*, with null for what is not known, which may be a secret that is misspelled.

    A dictionary that is none is null, too, and in a list an empty one. Null for what has a default is left out.
    """
    given = {name: one for name, one in given.items() if one is not None or spec.get(name, {}).get("default") is None}
    known = {*spec, *(alias for one in spec.values() for alias in one.get("aliases", ()))}
    found = {name: one if name in known or name.startswith("_ansible_") else None for name, one in given.items()}

    def converted(value: t.Any, options: dict[str, t.Any]) -> dict[str, t.Any] | None:
        with contextlib.suppress(TypeError, ValueError):
            return _to_be_shown(check_type_dict(value), options)
        return None

    for name, one in spec.items():
        value, options = found.get(name), one.get("options")
        if value is not None and options:
            if one["type"] == "dict":
                found[name] = converted(value, options)
            else:
                found[name] = [
                    converted(item, options) or {} for item in (value if isinstance(value, list) else [value])
                ]
    return found


def run(
    operation: t.Callable[..., None],
    options: dict[str, t.Any],
    attributes: t.Callable[[AnsibleModule], t.Any] | None = None,
    connections: t.Callable[..., t.Sequence[Connection]] = lambda given, environ: [resolve(given, environ)],
) -> None:
    """Be the module: do *operation* within its time, and exit with what the task knows then.

    :arg operation: takes a task, and a client for each connection.
    :arg options: the module's own, besides the connection.
    :arg attributes: given by a module that makes a file: takes mode, owner and group for it.
    :arg connections: makes of options and environment where the module works.
    """
    # What was imported stays until the end, so that no collection has to look through it, the last one included.
    gc.freeze()
    spec = {**CONNECTION, **options}
    module = _Module(argument_spec=spec, supports_check_mode=True, add_file_common_args=bool(attributes))
    if UNUSABLE:
        module.fail_json(msg=UNUSABLE)
    secrets = Secrets()
    secrets.add(*module.no_log_values, *secrets_in(os.environ))
    facts: dict[str, t.Any] = {}
    try:
        check_times(module.params)
        places = connections(module.params, os.environ)
        task = _task(module, places, secrets)
        task.attributes = attributes and attributes(module)
        clients = make_clients(places, task.deadline, secrets)
    except RomaError as error:
        failure: str | None = error.marked
    else:
        failure = _do(task, lambda: operation(task, *clients))
        facts = task.outcome()
    module.no_log_values.update(secrets.known)
    # Exits are outside of any except block: in one, ansible-core before 2.19 adds a traceback.
    if failure is not None:
        module.fail_json(msg=failure, **facts)
    module.exit_json(**facts)


def _named(text: str) -> str:
    return named(text, os.environ.get(VARIABLES, ""))


def _task(module: AnsibleModule, places: t.Sequence[Connection], secrets: Secrets) -> Task:
    options = module.params
    for warning in dict.fromkeys(warning for place in places for warning in place.warnings):
        module.warn(warning)
    deadline = Deadline(options["request_timeout"], options.get("timeout", 0) if options.get("wait", True) else 0)
    report = Reporter(os.environ)
    task = Task(options, deadline, module.check_mode, lambda message: module.warn(_named(message)))
    task.hide = lambda value: remove_values(value, secrets.known)
    task.announce = lambda progress: report(task.hide(progress))
    instances = {place.instance_id for place in places}
    if len(instances) == 1 and "" not in instances:
        task.facts["instance_id"] = instances.pop()
        if options.get("record"):
            options["record"] = options["record"].replace("{instance_id}", task.facts["instance_id"])
    return task


def _do(task: Task, work: t.Callable[[], None]) -> str | None:
    """Do the task's *work* within its time; returns what went wrong, None: nothing did."""
    try:
        bounded(work, task.deadline)
    except RomaError as error:
        task.stop_clock()
        if error.answer is not None:
            task.facts["error"] = error.answer
        if not isinstance(error, TimedOut):
            return error.marked
        if "timed_out" in task.facts:
            task.facts["timed_out"] = True
        return task.unfinished()
    except Exception as error:  # a defect of the collection: said in a sentence, with the facts so far
        if isinstance(error, OSError) and error.filename:
            return f"{error.filename} cannot be used on the host where the module runs ({error.strerror}): correct that"
        return f"A defect of roma.connect ended the task ({type(error).__name__}: {error}): please report it"
    return None
