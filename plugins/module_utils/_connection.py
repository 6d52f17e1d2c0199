# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options and environment to one place and one set of credentials. Pure: both are handed in."""

from __future__ import annotations

import math
import os.path
import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ._errors import BadInput

#: Each option with the variables that stand for it; the first that is set counts. The documentation says the same,
#: and a test compares the two.
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
    "ca_path": ("REQUESTS_CA_BUNDLE",),
}

SECRETS = ("auth_token", "secret_key", "security_token", "password")

DEFAULT_CLOUD = "myhuaweicloud.com"

WHERE = "the environment of the host where the module runs"


@dataclass(frozen=True)
class Way:
    """A way of authenticating, with the options that make it up."""

    name: str
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        return self.needed + self.optional

    def __str__(self) -> str:
        return _listed(self.needed)


#: In the order in which the environment is searched.
WAYS = (
    Way("token", ("auth_token",)),
    Way("keys", ("access_key", "secret_key"), ("security_token",)),
    Way("password", ("username", "password", "domain_name")),
)


@dataclass(frozen=True)
class Credentials:
    way: str
    values: t.Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Connection:
    """Where to go and as whom. ``iam_endpoint`` is None only where IAM is not needed."""

    endpoint: str
    iam_endpoint: str | None
    project_id: str | None
    project_name: str | None
    instance_id: str
    credentials: Credentials
    verify: bool | str
    warnings: tuple[str, ...]

    def secrets(self) -> list[str]:
        """The secrets in use, in the form in which they are sent."""
        return [value for name, value in self.credentials.values.items() if name in SECRETS]


def secrets_in(environ: t.Mapping[str, str]) -> list[str]:
    """The secrets that the environment holds, used or not, to be masked like options."""
    names = [name for option in SECRETS for name in ENVIRONMENT[option]]
    return [secret for name in names for secret in {environ.get(name, ""), environ.get(name, "").strip()} if secret]


def resolve(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Connection:
    """Settle place and credentials.

    :raises BadInput: something is missing, half there, mixed or malformed; the message names option and variable.
    """
    chosen = {name: _text(name, options.get(name)) for name in ENVIRONMENT}
    found = {name: _first(environ, names) for name, names in ENVIRONMENT.items()}
    if chosen["region"] or chosen["cloud"]:
        # An option must not go together with another site's address.
        found["endpoint"] = found["iam_endpoint"] = ""
    place = {name: chosen[name] or found[name] for name in ENVIRONMENT}
    credentials = _credentials(chosen, environ)
    endpoint = _endpoint("endpoint", "roma", place)
    if not endpoint:
        raise _missing("region", "endpoint")
    if not place["instance_id"]:
        raise _missing("instance_id")
    iam_endpoint = _endpoint("iam_endpoint", "iam", place)
    project_name = place["project_name"] or place["region"]
    if not place["project_id"] and not project_name:
        raise _missing("project_id", "project_name", "region")
    if not iam_endpoint and (credentials.way == "password" or not place["project_id"]):
        purpose = "a token is made" if credentials.way == "password" else "project_id is looked up"
        raise _missing("region", "iam_endpoint", why=f"{purpose} at IAM")
    return Connection(
        endpoint=endpoint,
        iam_endpoint=iam_endpoint or None,
        project_id=checked_id("project_id", place["project_id"]) if place["project_id"] else None,
        project_name=project_name or None,
        instance_id=checked_id("instance_id", place["instance_id"]),
        credentials=credentials,
        verify=_verify(options, place["ca_path"]),
        warnings=_warnings(options, endpoint, iam_endpoint),
    )


def checked_id(option: str, value: str) -> str:
    """*value*, if it can be an id in a path.

    :raises BadInput: it is empty or holds ``/``, ``..`` or control characters.
    """
    if not value or value.isspace():
        raise BadInput(f"{option} is empty: give the id that the API or the console shows")
    if "/" in value or ".." in value or any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise BadInput(f"{option} {value!r} is no id: it must not hold '/', '..' or control characters")
    return value


def checked_seconds(option: str, value: float, above: float | None = None) -> float:
    """*value*, if it is a number of seconds that can be waited: at least 0, or more than *above*.

    :raises BadInput: it is not.
    """
    if not math.isfinite(value) or value < 0 or (above is not None and value <= above):
        at_least = "at least 0" if above is None else f"more than {above:g}"
        raise BadInput(f"{option} is {value:g}: give a number of seconds, {at_least}")
    return value


def _text(name: str, value: t.Any) -> str:
    """An option's text. An empty one counts as left out, since that is what a template or a form leaves behind."""
    text = "" if value is None else str(value)
    # A password may begin or end with a blank. A token with a line end is one that was read from a file.
    return text if name == "password" else text.strip()


def _first(environ: t.Mapping[str, str], names: t.Iterable[str]) -> str:
    return next((_text(name, environ[name]) for name in names if environ.get(name, "").strip()), "")


def _credentials(chosen: t.Mapping[str, str], environ: t.Mapping[str, str]) -> Credentials:
    given = [way for way in WAYS if any(chosen[name] for name in way.options)]
    if len(given) > 1:
        named = _listed([name for way in given for name in way.options if chosen[name]])
        raise BadInput(f"{named} belong to different ways of authenticating: keep one of {'; '.join(map(str, given))}")
    if given:
        way = given[0]
        missing = [name for name in way.needed if not chosen[name]]
        if missing:
            there = _listed([name for name in way.options if chosen[name]])
            raise BadInput(
                f"{there} {'is' if ' and ' not in there else 'are'} given without {_listed(missing)}: set "
                f"{_listed(missing)} too, since credentials come whole from the options or whole from {WHERE}"
            )
        return _checked(Credentials(way.name, {name: chosen[name] for name in way.options if chosen[name]}))
    return _from_environment(environ)


def _from_environment(environ: t.Mapping[str, str]) -> Credentials:
    halves = []
    for way in WAYS:
        for values in _sets(way, environ):
            if all(name in values for name in way.needed):
                return _checked(Credentials(way.name, values))
            if values:
                halves.append((way, values))
    for way, values in halves:
        there = _listed([_set_variable(environ, name) for name in way.options if name in values])
        missing = _listed([" or ".join(ENVIRONMENT[name]) for name in way.needed if name not in values])
        raise BadInput(f"Half of the credentials is in {WHERE}: {there} without {missing}; set {missing} too")
    ways = "; ".join(f"{way} ({_listed([ENVIRONMENT[name][0] for name in way.needed])})" for way in WAYS)
    raise BadInput(f"No credentials: set the options of one way, or its variables in {WHERE}: {ways}")


def _sets(way: Way, environ: t.Mapping[str, str]) -> t.Iterator[dict[str, str]]:
    """The sets of values that the environment holds for *way*.

    Two access keys there are two sets: the vendor's SDK and Terraform name theirs differently, and the secret of one
    must not sign for the other. Otherwise the first variable that is set counts, for each option.
    """
    families = max(len(ENVIRONMENT[name]) for name in way.options)
    if families > 1 and all(_first(environ, ENVIRONMENT[way.needed[0]][at : at + 1]) for at in range(families)):
        choices = [{name: ENVIRONMENT[name][at : at + 1] for name in way.options} for at in range(families)]
    else:
        choices = [{name: ENVIRONMENT[name] for name in way.options}]
    for names in choices:
        values = {name: _first(environ, variables) for name, variables in names.items()}
        yield {name: value for name, value in values.items() if value}


def _set_variable(environ: t.Mapping[str, str], option: str) -> str:
    return next(name for name in ENVIRONMENT[option] if environ.get(name, "").strip())


def _checked(credentials: Credentials) -> Credentials:
    """The credentials, if they can stand in a header."""
    for name, value in credentials.values.items():
        if credentials.way != "password" and not re.fullmatch(r"[!-~]+", value):
            raise BadInput(f"{name} holds blanks, line ends or characters that none has: it was copied or read wrongly")
    return credentials


def _endpoint(option: str, service: str, place: t.Mapping[str, str]) -> str:
    """A base URL without a ``/`` at its end; empty where nothing tells it."""
    url = place[option]
    if not url:
        if not place["region"]:
            return ""
        for name, value in (("region", place["region"]), ("cloud", place["cloud"] or DEFAULT_CLOUD)):
            if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value):
                raise BadInput(f"{name} {value!r} cannot be part of a host's name; an example is {_EXAMPLES[name]}")
        return f"https://{service}.{place['region']}.{place['cloud'] or DEFAULT_CLOUD}"
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise BadInput(
            f"{option} {url!r} is no URL: write it like https://{service}.cn-north-4.{DEFAULT_CLOUD}, "
            f"with a port or a path where there is one"
        )
    if parts.query or parts.fragment or "@" in parts.netloc:
        # Not quoted: it may hold a password.
        raise BadInput(f"{option} must be a base URL without a query, a fragment or a user name")
    return url.rstrip("/")


_EXAMPLES = {"region": "cn-north-4", "cloud": DEFAULT_CLOUD}


def _verify(options: t.Mapping[str, t.Any], ca_path: str) -> bool | str:
    """What requests takes as ``verify``."""
    if options.get("validate_certs") is False:
        return False
    if ca_path and not os.path.exists(ca_path):
        raise BadInput(f"ca_path {ca_path} does not exist: give a file or folder of CA certificates on this host")
    return ca_path or True


def _warnings(options: t.Mapping[str, t.Any], *urls: str) -> tuple[str, ...]:
    warnings = []
    if options.get("validate_certs") is False:
        warnings.append("validate_certs is false: certificates are not verified, so anyone on the way can be the API")
    plain = [url for url in urls if url.startswith("http:") and not _is_this_host(urlsplit(url).hostname or "")]
    if plain:
        warnings.append(f"{plain[0]} is plain http: credentials and packages can be read and changed on the way")
    return tuple(warnings)


def _is_this_host(host: str) -> bool:
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def _missing(*names: str, why: str = "") -> BadInput:
    options = " or ".join(names)
    variables = " or ".join(variable for name in names for variable in ENVIRONMENT[name])
    reason = f" ({why})" if why else ""
    return BadInput(f"{options} is missing{reason}: set the option, or {variables} in {WHERE}")


def _listed(names: t.Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
