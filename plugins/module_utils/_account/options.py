# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that several modules and the event source share: specs, variables, and how a value is read."""

from __future__ import annotations

import contextlib
import re
import typing as t

from .._errors import BadInput

#: Each option with its variables; the first that is set counts. A test compares them with the documentation.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "region": ("HW_REGION_NAME",),
    "cloud": ("HW_CLOUD",),
    "endpoint": ("ROMA_ENDPOINT",),
    "iam_endpoint": ("HUAWEICLOUD_SDK_IAM_ENDPOINT",),
    "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME",),
    "instance_id": ("ROMA_INSTANCE_ID",),
    "auth_token": ("ROMA_AUTH_TOKEN",),
    "access_key": ("HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"),
    "secret_key": ("HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"),
    "security_token": ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"),
    "username": ("HW_USER_NAME",),
    "password": ("HW_USER_PASSWORD",),
    "domain_name": ("HW_DOMAIN_NAME",),
    "ecs_agency": ("ROMA_ECS_AGENCY",),
    "ca_path": ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
}

#: The options that say where an instance is; an item of ``jobs`` may have its own.
PLACE = ("region", "cloud", "endpoint", "iam_endpoint", "project_id", "project_name", "instance_id")

SECRETS = ("auth_token", "secret_key", "security_token", "password")

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

#: An item of ``jobs``. Its job_id is checked where the item can be named.
JOB: dict[str, t.Any] = {"job_id": {"type": "str"}, **{name: CONNECTION[name] for name in PLACE}}

#: Which job, or which jobs.
JOBS: dict[str, t.Any] = {"job_id": {"type": "str"}, "jobs": {"type": "list", "elements": "dict", "options": JOB}}

#: Names the variable in which a role was given a connection.
ROLE_CONNECTION = "ROMA_ROLE_CONNECTION"

#: Seconds that an option may have at most: a year.
MOST_SECONDS = 31_536_000

WHERE = "the environment of the host where the module runs"


def text(name: str, value: t.Any) -> str:
    """An option's text. An empty one counts as left out, since that is what a template or a form leaves behind."""
    plain = "" if value is None else str(value)
    # A password may begin or end with a blank. A token with a line end is one that was read from a file.
    return plain if name == "password" else plain.strip()


def first_set(environ: t.Mapping[str, str], option: str) -> str:
    """The value of the first variable that is set for *option*."""
    return next((text(option, environ[name]) for name in ENVIRONMENT[option] if environ.get(name, "").strip()), "")


def given_by(option: str, chosen: str, environ: t.Mapping[str, str]) -> str:
    """What to name where the value of *option* is wrong: the option, or the variable that it was taken from."""
    variable = next((name for name in ENVIRONMENT[option] if environ.get(name, "").strip()), option)
    return option if chosen else variable


def listed(names: t.Sequence[str]) -> str:
    """``a, b and c``."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


@contextlib.contextmanager
def naming(item: str) -> t.Iterator[None]:
    """Whatever is wrong in this block is wrong in *item*, and says so."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{item}: {error.marked}") from None


def checked_id(option: str, value: str | None) -> str:
    """*value*, if it can be an id in a path.

    :raises BadInput: it is empty, a template's null or a whole result, or holds ``/``, ``..`` or control characters.
    """
    if not value or value.isspace() or value in ("None", "null"):
        why = (
            "the export's job is not over, or its package was downloaded already: set O(wait): true where it is started"
        )
        cure = why if option == "archive_id" else "give the id that the API or the console shows"
        raise BadInput(f"O({option}) is empty: {cure}")
    if value.lstrip().startswith(("{", "[")):
        raise BadInput(f"O({option}) is no text but a whole result: give its O({option}) alone")
    if "/" in value or ".." in value or any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise BadInput(f"O({option}) {value[:60]!r} is no id: it must not hold '/', '..' or control characters")
    return value


def in_seconds(message: str) -> str:
    """Ansible's *message* about an option, which is marked; of one that is a time, it says that seconds are wanted."""
    found = re.match(r"argument '(\w*timeout|poll_interval)' is of type .* unable to convert to (int|float)\b", message)
    if found is None:
        return re.sub(r"^(value of|argument) '?(\w+)'?", r"\1 O(\2)", message)
    whole = "whole " if found[2] == "int" else ""
    return f"O({found[1]}) is no number: give {whole}seconds, such as 600 for 10 minutes"


def check_times(options: t.Mapping[str, t.Any]) -> None:
    """Check the options that are numbers of seconds; those that a module does not have are left out.

    :raises BadInput: one cannot be waited: less than 0, 0 where it has no meaning, or more than a year.
    """
    may_be_zero = ("timeout", "download_timeout", "busy_timeout")
    for name in ("request_timeout", "poll_interval", *may_be_zero):
        value = options.get(name)
        if value is not None and not (0 < value <= MOST_SECONDS or (value == 0 and name in may_be_zero)):
            least = "at least 0" if name in may_be_zero else "more than 0"
            raise BadInput(f"O({name}) is {value:.10g}: give a number of seconds, {least} and at most {MOST_SECONDS}")
