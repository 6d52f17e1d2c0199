# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which credentials: whole from the options, the environment, the vendor's file, or the ECS machine's agency."""

from __future__ import annotations

import json
import os.path
import re
import typing as t

from .._errors import BadInput
from .options import ENVIRONMENT, ROLE_CONNECTION, SECRETS, WHERE, first_set, given_by, listed

#: Names the vendor's credentials file; else it lies at :data:`DEFAULT_FILE`.
FILE_VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
DEFAULT_FILE = "~/.huaweicloud/credentials"


#: The options of each way of authenticating, in the order in which the environment is searched.
WAYS = {
    "token": ("auth_token",),
    "keys": ("access_key", "secret_key", "security_token"),
    "password": ("username", "password", "domain_name"),
}


class Credentials(t.NamedTuple):
    """``place`` holds what the vendor's file says of the place: project_id, iam_endpoint."""

    way: str
    values: t.Mapping[str, str]
    place: t.Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Credentials(way={self.way!r})"  # not its values, which are secrets

    def secrets(self) -> list[str]:
        """The secrets among them, in the form in which they are sent."""
        return [value for name, value in self.values.items() if name in SECRETS]


def find(chosen: t.Mapping[str, str], environ: t.Mapping[str, str], ecs_agency: bool) -> Credentials:
    """The credentials to use.

    :arg chosen: the options' texts; empty where they are left out.
    :raises BadInput: two ways, half of one, or none.
    """
    given = {way: {name: chosen[name] for name in names if chosen[name]} for way, names in WAYS.items()}
    given = {way: values for way, values in given.items() if values}
    if len(given) > 1:
        named = listed([name for values in given.values() for name in values])
        ways = "; ".join(listed(_missing(way)) for way in given)
        raise BadInput(f"{named} belong to different ways of authenticating: keep one of {ways}")
    for way, values in given.items():
        if missing := _missing(way, values):
            raise BadInput(
                f"{listed([*values])} {'is' if len(values) == 1 else 'are'} given without {listed(missing)}: set "
                f"{listed(missing)} too, since credentials come whole from the options or whole from {WHERE}"
            )
        return _checked(Credentials(way, values))
    return _of_surroundings(environ, ecs_agency)


def _missing(way: str, there: t.Container[str] = ()) -> list[str]:
    """The options of *way* that it cannot do without and that are not there."""
    return [name for name in WAYS[way] if name not in there and name != "security_token"]


def _of_surroundings(environ: t.Mapping[str, str], ecs_agency: bool) -> Credentials:
    """The first complete set; half of one is an error only where nothing is complete."""
    half = ""
    for way, names in WAYS.items():
        for variables in _sets(names, environ):
            values = {name: value for name in names if (value := first_set(variables, name))}
            missing = _missing(way, values)
            if not missing:
                return _checked(Credentials(way, values))
            if values and not half:
                there = listed([given_by(name, "", variables) for name in values])
                lacking = listed([" or ".join(ENVIRONMENT[name]) for name in missing])
                half = f"Half of the credentials is in {WHERE}: {there} without {lacking}; set {lacking} too"
    file = _of_file(environ)
    if isinstance(file, Credentials):
        return file
    if ecs_agency:
        return Credentials("agency", {})
    if half or file:
        raise BadInput(half or file)
    needed = [_missing(way) for way in WAYS]
    ways = "; ".join(f"{listed(names)} ({listed([ENVIRONMENT[name][0] for name in names])})" for names in needed)
    given = environ.get(ROLE_CONNECTION)
    replaced = f". {given} replaces module defaults as a whole: give credentials there, too" if given else ""
    raise BadInput(
        f"No credentials: set the options of one way, or its variables in {WHERE}: {ways}; or write ak and sk into "
        f"[basic] of {DEFAULT_FILE} there; or set ecs_agency on an ECS machine with an agency{replaced}"
    )


def _of_file(environ: t.Mapping[str, str]) -> Credentials | str:
    """The keys in the vendor's credentials file, as its SDK reads it; or what is wrong with it; empty: no file."""
    import configparser  # most calls do without

    named = environ.get(FILE_VARIABLE, "").strip()
    path = named or os.path.join(environ.get("HOME") or os.path.expanduser("~"), DEFAULT_FILE[2:])
    try:
        with open(path, "rb") as file:
            raw = file.read()
        # The SDK takes %% for %, and refuses a single %; here that one is itself.
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(raw.decode(json.detect_encoding(raw)))  # a Windows editor's has a byte order mark
    except FileNotFoundError:
        return f"{FILE_VARIABLE} in {WHERE} names {path}, which does not exist: create it or unset it" if named else ""
    except OSError as error:
        return f"The credentials file {path} cannot be read ({error.strerror}): let its owner run the task"
    except (ValueError, configparser.Error) as error:
        # Not quoted: the error's text may hold a line of the file.
        return f"The credentials file {path} is not an ini file ({type(error).__name__}): correct it"
    basic = parser["basic"] if parser.has_section("basic") else {}
    section = {name: value.strip().replace("%%", "%") for name, value in basic.items()}
    options = {"ak": "access_key", "sk": "secret_key", "security_token": "security_token"}
    values = {option: section[name] for name, option in options.items() if section.get(name)}
    missing = [name for name in ("ak", "sk") if not section.get(name)]
    if missing:
        return f"The credentials file {path} has no {listed(missing)} in its section [basic]: add it"
    place = {name: section[name] for name in ("project_id", "iam_endpoint") if section.get(name)}
    return _checked(Credentials("keys", values, place))


def _sets(names: tuple[str, ...], environ: t.Mapping[str, str]) -> list[t.Mapping[str, str]]:
    """The environment's variables for these options, in sets of which each has to hold a whole way.

    Two access keys there are two sets: the vendor's SDK and Terraform name theirs differently, and the secret of one
    must not sign for the other. Otherwise the first variable that is set counts, for each option.
    """
    families = zip(*(ENVIRONMENT[name] for name in names))
    sets: list[t.Mapping[str, str]] = [{name: environ.get(name, "") for name in family} for family in families]
    return sets if all(first_set(variables, names[0]) for variables in sets) else [environ]


def _checked(credentials: Credentials) -> Credentials:
    """The credentials, if they can stand in a header."""
    for name, value in credentials.values.items():
        if credentials.way != "password" and not re.fullmatch(r"[!-~]+", value):
            raise BadInput(f"{name} holds blanks, line ends or characters that cannot be in it: copy it again")
    return credentials
