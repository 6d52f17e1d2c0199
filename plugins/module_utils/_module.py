# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that touches AnsibleModule: options go in, and a result or a typed error becomes the module's exit."""

from __future__ import annotations

import copy
import gc
import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from ._account.connection import Connection, resolve, secrets_in
from ._account.options import CONNECTION, check_times, in_seconds
from ._api.client import make_clients
from ._errors import VARIABLES, BadInput, NotWritten, RomaError, TimedOut, named
from ._http.deadline import Deadline, bounded
from ._http.requests import UNUSABLE
from ._http.secrets import Secrets
from ._wait.progress import Reporter
from ._wait.task import Attributes, Task

#: Makes of options and environment the connections of a module that works at several places.
Connections = t.Callable[[t.Mapping[str, t.Any], t.Mapping[str, str]], t.Sequence[Connection]]


class _Module(AnsibleModule):  # type: ignore[misc]  # ansible-core brings no types
    """Ansible's own, which refuses an option by itself before anything here can."""

    def fail_json(self, msg: str, **facts: t.Any) -> None:
        super().fail_json(_named(in_seconds(msg)), **facts)


def run(
    operation: t.Callable[..., None],
    options: dict[str, t.Any],
    attributes: bool = False,
    in_instance: bool = True,
    connections: Connections | None = None,
) -> None:
    """Be the module: do *operation* within its time, and exit with what the task knows then.

    :arg operation: takes a task, and a client for each connection.
    :arg options: the module's own, besides the connection.
    :arg attributes: the module makes a file, and takes mode, owner and group for it.
    :arg in_instance: the module works on one instance; otherwise ``instance_id`` is ignored.
    :arg connections: given by a module that works at several places.
    """
    # What was imported stays until the end, so that no collection has to look through it, the last one included.
    gc.freeze()
    module = _Module(argument_spec={**CONNECTION, **options}, supports_check_mode=True, add_file_common_args=attributes)
    if UNUSABLE:
        module.fail_json(msg=UNUSABLE)
    secrets = Secrets()
    secrets.add(*module.no_log_values, *secrets_in(os.environ))
    # Exits are outside of any except block: in one, ansible-core before 2.19 adds a traceback.
    failure, facts = _outcome(
        module, operation, secrets, connections or (lambda given, environ: [resolve(given, environ, in_instance)])
    )
    module.no_log_values.update(secrets.known)
    if failure is not None:
        module.fail_json(msg=failure, **facts)
    module.exit_json(**facts)


def _named(text: str) -> str:
    return named(text, os.environ.get(VARIABLES, ""))


def _outcome(
    module: AnsibleModule, operation: t.Callable[..., None], secrets: Secrets, connections: Connections
) -> tuple[str | None, dict[str, t.Any]]:
    """What went wrong (None: nothing did), and what the task knows."""
    try:
        task, places = _prepare(module, secrets, connections)
        clients = make_clients(places, task.deadline, secrets)
    except RomaError as error:
        return error.marked, {}
    try:
        bounded(lambda: operation(task, *clients), task.deadline)
    except RomaError as error:
        task.stop_clock()
        told = error.marked
        if isinstance(error, TimedOut):
            told = task.unfinished()
            if "timed_out" in task.facts:
                task.facts["timed_out"] = True
        answer = {"error": error.answer} if error.answer is not None else {}
        return told, {**answer, **task.outcome()}
    except Exception as error:  # a defect of the collection: said in a sentence, with the facts so far
        told = f"A defect of roma.connect ended the task ({type(error).__name__}: {error}): please report it"
        if isinstance(error, OSError) and error.filename:
            told = f"{error.filename} cannot be used on the host where the module runs ({error.strerror}): correct that"
        return told, task.outcome()
    return None, task.outcome()


def _prepare(module: AnsibleModule, secrets: Secrets, connections: Connections) -> tuple[Task, t.Sequence[Connection]]:
    """Check what every module checks, and build what it works with. Nothing is sent."""
    options = module.params
    check_times(options)
    places = connections(options, os.environ)
    for warning in dict.fromkeys(warning for place in places for warning in place.warnings):
        module.warn(warning)
    deadline = Deadline(options["request_timeout"], options.get("timeout", 0) if options.get("wait", True) else 0)
    report = Reporter(os.environ)
    task = Task(options, deadline, module.check_mode, lambda message: module.warn(_named(message)))
    task.attributes = FileAttributes(module) if "mode" in options else task.attributes
    task.hide = lambda value: remove_values(value, secrets.known)
    task.announce = lambda progress: report(task.hide(progress))
    instances = {place.instance_id for place in places}
    if len(instances) == 1 and "" not in instances:
        task.facts["instance_id"] = instances.pop()
        if options.get("record"):
            options["record"] = options["record"].replace("{instance_id}", task.facts["instance_id"])
    return task, places


class FileAttributes(Attributes):
    """Those of the module's options, as Ansible's own modules set them."""

    def __init__(self, module: AnsibleModule) -> None:
        self._module = module

    def check(self, folder: str) -> None:
        if all(self._module.params[name] is None for name in ("mode", "owner", "group")):
            return
        # On a file of its own, since the partial file stays private. Check mode makes none beside the user's.
        try:
            file = tempfile.NamedTemporaryFile(dir=self._module.tmpdir if self._module.check_mode else folder)
        except OSError:
            return  # whoever makes the partial file says why
        with file:
            try:
                self._set(file.name, check_mode=False)
            except NotWritten as error:
                told = f"No package can have this O(mode), O(owner) or O(group) ({error.marked}): correct it"
                raise BadInput(told) from None

    def apply(self, path: str) -> bool:
        try:
            return self._set(path, self._module.check_mode)
        except NotWritten as error:
            raise NotWritten(
                f"The package is there, in {path}, but not with this O(mode), O(owner) or O(group) "
                f"({error.marked}): correct it, and run this again to set it"
            ) from None

    def _set(self, path: str, check_mode: bool) -> bool:
        def fail_json(msg: str, details: str = "", **_more: t.Any) -> None:
            raise NotWritten(f"{msg}: {details}" if details else msg)

        module = copy.copy(self._module)
        module.check_mode, module.fail_json = check_mode, fail_json
        try:
            wanted = module.load_file_common_arguments(module.params, path=path)
            return t.cast(bool, module.set_fs_attributes_if_different(wanted, False))
        except OSError as error:  # ansible-core 2.16
            raise NotWritten(error.strerror or str(error)) from None
