# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can end a task: one class for each thing that a user would do something else about.

Every class says of itself, and nowhere else in the collection is this decided:

* ``passes``: it passes by itself, so that whoever waits asks again;
* ``may_have_acted``: the API may have acted on the request, so that a POST must not be sent again.

Their table in docs/reliability.md is made of this file.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

#: What is told of an answer of the API that is an error.
ANSWER_FIELDS = ("http_status", "error_code", "error_msg", "error_details", "request_id")

#: Tells a module which role it runs in, by its environment: the prefix of the role's variables, then their names
#: without it.
VARIABLES = "ROMA_ROLE_VARIABLES"

#: An option of a module in a text, as Ansible's documentation marks it: O(apps). Not in a path.
OPTION = re.compile(r"(?<![^\s(])O\((\w+)\)")


def named(text: str, variables: str = "") -> str:
    """*text* with its options as a user calls them: by the role's variables, where :data:`VARIABLES` says so."""
    prefix, *names = variables.split() or [""]
    return OPTION.sub(lambda option: (prefix if option[1] in names else "") + option[1], text)


class RomaError(Exception):
    """The base of all of them. Its text is the ``msg`` that a user reads, once its options are :func:`named`."""

    passes: bool = False
    may_have_acted: bool = False

    #: Seconds to leave the API alone, at least, before it is asked again; an answer's Retry-After replaces it.
    pause: float = 0.0

    def __init__(self, message: str, answer: dict[str, t.Any] | None = None) -> None:
        super().__init__(message)
        #: Its text with the options marked, for the text of another error.
        self.marked = message
        #: What the API answered, the :data:`ANSWER_FIELDS`.
        self.answer = answer

    def __str__(self) -> str:
        return named(self.marked)

    def facts(self) -> dict[str, t.Any]:
        """What the API answered; where it gave no answer, the text stands in the same form."""
        return self.answer or {**dict.fromkeys(ANSWER_FIELDS), "error_msg": str(self)}


@contextlib.contextmanager
def starting_no_job() -> t.Iterator[None]:
    """Whatever goes wrong in this block, no job was started by it."""
    try:
        yield
    except RomaError as error:
        error.may_have_acted = False
        raise


class BadInput(RomaError):
    """An option, a variable of the environment or a file is wrong. Nothing was sent."""


class NotSent(RomaError):
    """No connection came about: refused, no route, name not resolved."""

    passes = True


class NoAnswer(RomaError):
    """The connection broke, or went quiet, after the request may have been read."""

    passes = True
    may_have_acted = True


class NotVerified(RomaError):
    """The server's certificate does not verify, so that it was told nothing."""


class Redirected(RomaError):
    """The server sends elsewhere. Credentials go to the endpoint and to IAM only."""


class Unreadable(RomaError):
    """An answer that is not from this API: a proxy's page, cut JSON, JSON of another shape, a body without end."""

    passes = True
    may_have_acted = True


class Throttled(RomaError):
    """429: the gateway did not pass the request on."""

    passes = True
    pause = 3.0  # "2 to 5 s": the vendor mentions no Retry-After


class ServerFailed(RomaError):
    """5xx: the API, or a gateway before it, is in trouble."""

    passes = True
    may_have_acted = True


class CredentialsRefused(RomaError):
    """401, ROMA.1000 or ROMA.1002: a new token helps, if there is one to get."""

    #: The token or security token that was refused; None where a permanent key signed.
    token: str | None = None


class PasswordRefused(RomaError):
    """IAM refused a user or password. Never tried again: IAM locks the user."""


class IamRefused(RomaError):
    """IAM refuses to look a project up, or iam_endpoint leads to no IAM. Not a Refused: it says nothing of the API."""


class NoAgency(RomaError):
    """This machine has no agency, or its metadata service gives none."""


class Busy(RomaError):
    """ROMA.10012: another asset job of this user is running."""

    pause = 5.0


class Refused(RomaError):
    """Any other 4xx: the same request gets the same answer."""


class UnknownJob(Refused):
    """The API does not know the job, or no longer."""


class Gone(Refused):
    """The package can no longer be fetched: it can be downloaded only once."""


class JobFailed(RomaError):
    """The job itself ended with FAILED."""


class JobsFailed(RomaError):
    """Of several jobs, some failed, are still running or could not be asked."""


class TimedOut(RomaError):
    """The task's time is over. What it was about may well go on."""


class BadRecord(RomaError):
    """A record forbids to start a job, or cannot be read or written."""


class BadPackage(RomaError):
    """What arrived is not a whole package."""


class NotWritten(RomaError):
    """The package cannot be written: the disk is full, or permissions changed."""
