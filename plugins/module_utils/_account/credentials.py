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
DEFAULT_FILE = os.path.join("~", ".huaweicloud", "credentials")


class Way(t.NamedTuple):
    """A way of authenticating, with the options that make it up."""

    name: str
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        return self.needed + self.optional


#: In the order in which the environment is searched.
WAYS = (
    Way("token", ("auth_token",)),
    Way("keys", ("access_key", "secret_key"), ("security_token",)),
    Way("password", ("username", "password", "domain_name")),
)


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
    given = [way for way in WAYS if any(chosen[name] for name in way.options)]
    if len(given) > 1:
        named = listed([name for way in given for name in way.options if chosen[name]])
        ways = "; ".join(listed(way.needed) for way in given)
        raise BadInput(f"{named} belong to different ways of authenticating: keep one of {ways}")
    if not given:
        return _of_surroundings(environ, ecs_agency)
    way = given[0]
    values = {name: chosen[name] for name in way.options if chosen[name]}
    missing = [name for name in way.needed if name not in values]
    if missing:
        raise BadInput(
            f"{listed([*values])} {'is' if len(values) == 1 else 'are'} given without {listed(missing)}: set "
            f"{listed(missing)} too, since credentials come whole from the options or whole from {WHERE}"
        )
    return _checked(Credentials(way.name, values))


def _of_surroundings(environ: t.Mapping[str, str], ecs_agency: bool) -> Credentials:
    """The first complete set; half of one is an error only where nothing is complete."""
    half = ""
    for way in WAYS:
        for variables in _sets(way, environ):
            values = {name: value for name in way.options if (value := first_set(variables, name))}
            if all(name in values for name in way.needed):
                return _checked(Credentials(way.name, values))
            if values:
                there = listed([given_by(name, "", variables) for name in way.options if name in values])
                missing = listed([" or ".join(ENVIRONMENT[name]) for name in way.needed if name not in values])
                half = half or f"Half of the credentials is in {WHERE}: {there} without {missing}; set {missing} too"
    file = _of_file(environ)
    if isinstance(file, Credentials):
        return file
    if ecs_agency:
        return Credentials("agency", {})
    half = half or file
    if half:
        raise BadInput(half)
    ways = "; ".join(f"{listed(way.needed)} ({listed([ENVIRONMENT[name][0] for name in way.needed])})" for way in WAYS)
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
        return f"The credentials file {path} is no ini file ({type(error).__name__}): correct it"
    basic = parser["basic"] if parser.has_section("basic") else {}
    section = {name: value.strip().replace("%%", "%") for name, value in basic.items()}
    options = {"ak": "access_key", "sk": "secret_key", "security_token": "security_token"}
    values = {option: section[name] for name, option in options.items() if section.get(name)}
    missing = [name for name in ("ak", "sk") if not section.get(name)]
    if missing:
        return f"The credentials file {path} has no {listed(missing)} in its section [basic]: add it"
    place = {name: section[name] for name in ("project_id", "iam_endpoint") if section.get(name)}
    return _checked(Credentials("keys", values, place))


def _sets(way: Way, environ: t.Mapping[str, str]) -> list[t.Mapping[str, str]]:
    """The environment's variables, in sets of which each has to hold the whole of *way*.

    Two access keys there are two sets: the vendor's SDK and Terraform name theirs differently, and the secret of one
    must not sign for the other. Otherwise the first variable that is set counts, for each option.
    """
    families = zip(*(ENVIRONMENT[name] for name in way.options))
    sets: list[t.Mapping[str, str]] = [{name: environ.get(name, "") for name in names} for names in families]
    return sets if all(first_set(variables, way.needed[0]) for variables in sets) else [environ]


def _checked(credentials: Credentials) -> Credentials:
    """The credentials, if they can stand in a header."""
    for name, value in credentials.values.items():
        if credentials.way != "password" and not re.fullmatch(r"[!-~]+", value):
            raise BadInput(f"{name} holds blanks, line ends or characters that none has: it was copied or read wrongly")
    return credentials
