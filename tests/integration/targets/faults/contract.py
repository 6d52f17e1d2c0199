# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contract wants of each operation, whatever goes wrong, whenever it does.

Written from the contract and not from the code, of which nothing is imported: classes of errors stand here by name.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

#: What is done when the fault comes.
OPERATIONS = {
    "query": "ask once how a job goes",
    "wait": "wait for a job",
    "export": "start an export, and wait",
    "import": "start an import, and wait",
    "delete": "start a deletion, and wait",
    "download": "download a package",
    "list": "list the applications",
    "token": "get a token at IAM, and wait for a job",
    "project": "look the project up at IAM, and wait for a job",
    "agency": "get keys of the ECS agency, and wait for a job",
}
#: Lives through what passes by itself, until its time-out.
WAITS = ("wait", "token", "project", "agency")
#: Asked once: what came is reported.
QUESTIONS = ("query", "list")
#: A POST, never sent twice where it may have been taken.
STARTS = ("export", "import", "delete")

#: When the fault comes.
MOMENTS = {
    "first": "the first request meets it",
    "middle": "a later request meets it: the third question, the renewal of a token, the second page, the POST after "
    "one that was told ROMA.10012, the rest of a package that was cut",
    "last": "it lasts until the time is over",
}


@dataclass(frozen=True)
class Fault:
    """What a request meets."""

    name: str
    #: How it is reported where it ends a task.
    error: str
    #: It passes by itself.
    passes: bool
    #: A POST that met it may have been taken.
    may_have_acted: bool


PASSES, STAYS = True, False
ACTED, NOTHING = True, False

FAULTS = {
    fault.name: fault
    for fault in (
        Fault("refused", "NotSent", PASSES, NOTHING),
        Fault("reset before it was read", "NoAnswer", PASSES, ACTED),  # nobody here can tell it from the next one
        Fault("reset after it was read", "NoAnswer", PASSES, ACTED),
        Fault("no answer", "NoAnswer", PASSES, ACTED),
        Fault("body that drips", "NoAnswer", PASSES, ACTED),
        Fault("headers that drip", "TimedOut", PASSES, ACTED),
        Fault("429", "Throttled", PASSES, NOTHING),
        Fault("429, Retry-After in seconds", "Throttled", PASSES, NOTHING),
        Fault("429, Retry-After as a date", "Throttled", PASSES, NOTHING),
        Fault("429, Retry-After of a day", "Throttled", PASSES, NOTHING),
        Fault("500", "ServerFailed", PASSES, ACTED),
        Fault("502", "ServerFailed", PASSES, ACTED),
        Fault("503", "ServerFailed", PASSES, ACTED),
        Fault("504", "ServerFailed", PASSES, ACTED),
        Fault("HTML page", "Unreadable", PASSES, ACTED),
        Fault("page called text/plain", "Unreadable", PASSES, ACTED),
        Fault("page called application/xml", "Unreadable", PASSES, ACTED),
        Fault("page called TEXT/HTML", "Unreadable", PASSES, ACTED),
        Fault("JSON called application/problem+json", "Unreadable", PASSES, ACTED),
        Fault("page called application/zip", "Unreadable", PASSES, ACTED),
        Fault("package called application/json", "", PASSES, NOTHING),
        Fault("package called text/html", "", PASSES, NOTHING),
        Fault("cut JSON", "Unreadable", PASSES, ACTED),
        Fault("body cut short", "NoAnswer", PASSES, ACTED),
        Fault("other JSON", "Unreadable", PASSES, ACTED),
        Fault("body of 100 MB", "Unreadable", PASSES, ACTED),
        Fault("token expired once", "CredentialsRefused", STAYS, NOTHING),
        Fault("token expired for ever", "CredentialsRefused", STAYS, NOTHING),
        Fault("token expired, no password", "CredentialsRefused", STAYS, NOTHING),
        Fault("signature refused", "CredentialsRefused", STAYS, NOTHING),
        Fault("clock off", "CredentialsRefused", STAYS, NOTHING),
        Fault("403", "Refused", STAYS, NOTHING),
        Fault("404", "Refused", STAYS, NOTHING),
        Fault("404 of a gateway", "Refused", STAYS, NOTHING),
        Fault("redirect", "Redirected", STAYS, NOTHING),
        Fault("certificate unknown", "NotVerified", STAYS, NOTHING),
        Fault("certificate expired", "NotVerified", STAYS, NOTHING),
        Fault("certificate of another name", "NotVerified", STAYS, NOTHING),
    )
}

#: No faults: whatever a package is called, its first bytes decide.
LABELLED = tuple(name for name in FAULTS if name.startswith("package called"))
CERTIFICATES = tuple(name for name in FAULTS if name.startswith("certificate"))
CREDENTIALS = tuple(name for name in FAULTS if name.startswith("token")) + ("signature refused",)

#: Where an operation knows better what a refusal means.
ERRORS = {
    ("query", "404"): "UnknownJob",
    ("wait", "404"): "UnknownJob",
    ("download", "404"): "Gone",
    **{("token", name): "PasswordRefused" for name in ("403", "signature refused")},
    **{("token", name): "IamRefused" for name in ("404", "404 of a gateway")},
    **{("project", name): "IamRefused" for name in ("403", "404", "404 of a gateway")},
    **{("agency", name): "NoAgency" for name in ("403", "404", "404 of a gateway")},
}


@dataclass(frozen=True)
class Outcome:
    """How a task has to end.

    ``goes on``: with the job done, or the package whole. ``ends``: at once, with an error of the class. ``deadline``:
    when its time is over, with what is known then. ``left out``: there is no such case.
    """

    end: str
    #: The class of the error; with ``deadline``, that of the fault may stand for it.
    error: str | None = None
    #: The error says that a job may be running.
    may_run: bool = False
    #: Why it is left out.
    reason: str = ""


GOES_ON = Outcome("goes on")
DEADLINE = Outcome("deadline", "TimedOut")


def left_out(reason: str) -> Outcome:
    return Outcome("left out", reason=reason)


#: Operations, faults, moments, and the outcome; None is any. The first that fits counts. ENDS: at once, as the fault
#: (or ERRORS) says.
ENDS = Outcome("ends")
PASSING = tuple(name for name, fault in FAULTS.items() if fault.passes)
NOT_TAKEN = tuple(name for name, fault in FAULTS.items() if fault.passes and not fault.may_have_acted)
DAYLONG = ("429, Retry-After of a day",)
Names = t.Optional[tuple[str, ...]]
RULES: list[tuple[Names, Names, Names, Outcome]] = [
    # What there is not
    (("download",), LABELLED, None, GOES_ON),
    (None, LABELLED, None, left_out("only a download brings a package")),
    (("query",), None, ("middle", "last"), left_out("it is one request")),
    (("list",), None, ("last",), left_out("a look-up has no time-out")),
    (("project",), None, ("middle",), left_out("the project is asked for once")),
    (("token",), CREDENTIALS[:-1], None, left_out("who asks for a token has none")),
    (("agency",), CREDENTIALS, None, left_out("the metadata service is asked without credentials")),
    (("agency",), CERTIFICATES, None, left_out("the metadata service speaks plain http")),
    (("project",), CREDENTIALS[:2], None, left_out("where there is a password, its token tells the project")),
    # A clock counts for signatures only
    (("token", "agency"), ("clock off",), ("first", "middle"), GOES_ON),
    (("token", "agency"), ("clock off",), ("last",), DEADLINE),
    # A token that can be renewed is
    (("wait",), ("token expired once",), ("last",), DEADLINE),  # the job runs on
    (None, ("token expired once",), None, GOES_ON),
    # A wait and a download live through what passes, until the time is over
    ((*WAITS, "download"), ("headers that drip", *DAYLONG), None, DEADLINE),
    (("download",), ("body that drips",), None, DEADLINE),  # as long as bytes come, it is no fault
    ((*WAITS, "download"), PASSING, ("first", "middle"), GOES_ON),
    ((*WAITS, "download"), PASSING, ("last",), DEADLINE),
    # A start is sent again where it was certainly not taken, while busy_timeout lasts
    (STARTS, DAYLONG, None, ENDS),
    (STARTS, NOT_TAKEN, ("middle",), GOES_ON),
    # All else is told at once
    (None, None, None, ENDS),
]


def expected(operation: str, fault: str, moment: str) -> Outcome:
    """What the contract wants."""
    for rule in RULES:
        if all(names is None or name in names for names, name in zip(rule[:3], (operation, fault, moment))):
            break
    outcome = t.cast(Outcome, rule[3])
    if outcome is not ENDS:
        return outcome
    error = ERRORS.get((operation, fault), FAULTS[fault].error)
    return Outcome("ends", error, may_run=operation in STARTS and FAULTS[fault].may_have_acted)


def cases() -> t.Iterator[tuple[str, str, str, Outcome]]:
    """Operation, fault, moment and outcome of all that can be thought of, those that are left out as well."""
    for operation in OPERATIONS:
        for fault in FAULTS:
            for moment in MOMENTS:
                yield operation, fault, moment, expected(operation, fault, moment)
