# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options and surroundings to one place and one set of credentials."""

from __future__ import annotations

import base64
import re
import typing as t
from urllib.parse import unquote, urlsplit

from .._errors import BadInput
from .._http.route import Source, Sources, check_ca, site
from . import credentials as _credentials
from .credentials import Credentials
from .options import ENVIRONMENT, PLACE, SECRETS, WHERE, checked_id, first_set, given_by, naming, text

DEFAULT_CLOUD = "myhuaweicloud.com"

Options = t.Mapping[str, t.Any]
Environ = t.Mapping[str, str]


class Connection(t.NamedTuple):
    """Where to go, and with which credentials. ``iam_endpoint`` is None only where IAM is not needed."""

    endpoint: str
    iam_endpoint: str | None
    project_id: str | None
    project_name: str | None
    instance_id: str
    credentials: Credentials
    verify: bool | str
    warnings: tuple[str, ...]
    #: Where the sites, and the path in *verify*, come from.
    sources: Sources
    metadata_endpoint: str

    @property
    def site(self) -> tuple[str | None, ...]:
        """The servers. Several instances and projects may lie there."""
        return (self.endpoint, self.iam_endpoint)

    @property
    def caller(self) -> tuple[t.Any, ...]:
        """Who goes there, and whom he trusts."""
        return (self.verify, self.credentials.way, *sorted(self.credentials.values.items()))

    @property
    def place(self) -> tuple[str | None, ...]:
        """All but the instance: what a token is made for."""
        return (*self.site, self.project_id, self.project_name)


def secrets_in(environ: Environ) -> list[str]:
    """The secrets that the environment holds, used or not, to be masked like options.

    Of a proxy it is the password, as it stands in its URL, as it is, and as a request carries it.
    """
    found = [environ.get(name, "") for option in SECRETS for name in ENVIRONMENT[option]]
    for name, value in environ.items():
        told = re.match(r"(?:[^:/@]*://)?([^:]*):(.*)@", value, re.DOTALL)
        if told and name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            user, password = unquote(told[1]), unquote(told[2])
            found += [told[2], password, base64.b64encode(f"{user}:{password}".encode()).decode()]
    return [secret for secret in found if secret.strip()]


def resolve(options: Options, environ: Environ, in_instance: bool = True) -> Connection:
    """Settle place and credentials.

    :arg in_instance: an instance is needed; without it ``instance_id`` is ignored.
    :raises BadInput: something is missing, half there, mixed or malformed; the message names option and variable.
    """
    return _at(options, environ, _caller(options, environ), in_instance)


def resolve_jobs(options: Options, jobs: t.Sequence[Options], environ: Environ) -> list[Connection]:
    """The connection of each of *jobs*, whose items may be elsewhere than *options*; credentials are the task's."""
    caller = _caller(options, environ)
    connections = []
    for number, item in enumerate(jobs):
        own = {name: item[name] for name in PLACE if text(name, item.get(name))}
        # A project id belongs to a region, and an instance, too: so another region or endpoint is another place.
        foreign = {*PLACE} if own.keys() & {"region", "endpoint"} else _does_not_go_with(own)
        inherited = {name: value for name, value in options.items() if name not in foreign}
        with naming(f"jobs[{number}]"):
            connections.append(_at({**inherited, **own}, environ, caller, foreign=foreign))
    return connections


#: The options that say where an instance is, each by itself.
_WHERE = ("region", "cloud", "endpoint", "instance_id")


def resolve_pair(
    target: t.Mapping[str, t.Any], source: t.Mapping[str, t.Any], environ: t.Mapping[str, str]
) -> list[Connection]:
    """Settle the two places of a migration, *target* first.

    The environment is one for both: so it does not say where an instance is. What else an option leaves out, such as
    credentials and the project, comes from there, as for the export and the import of the same migration.

    :raises BadInput: as :func:`resolve`; or both are the same instance. What is wrong with *source* is named so.
    """
    cure = "set the option, since the environment is one for both, and does not count"
    connections = [_at(target, environ, _caller(target, environ), foreign=_WHERE, cure=cure)]
    with naming("O(source)"):
        connections.append(_at(source, environ, _caller(source, environ), foreign=_WHERE, cure=cure))
    first, second = (connection.instance_id.lower() for connection in connections)
    if first == second:
        raise BadInput(f"O(source) and the target are both instance {first}: give another instance_id in one of them")
    return connections


def _does_not_go_with(own: t.Container[str]) -> set[str]:
    """What is not taken from elsewhere where these options are given: another site's address, another project's id."""
    endpoints = {"endpoint", "iam_endpoint"} if "region" in own or "cloud" in own else set()
    return endpoints | ({"project_id"} if "project_name" in own else set())


#: Who goes there, and where the CA certificates that he trusts come from: the part of a connection that is no place.
_Caller = tuple[Credentials, Source]


def _caller(options: Options, environ: Environ) -> _Caller:
    chosen = {name: text(name, options.get(name)) for name in ENVIRONMENT}
    ecs_agency = options.get("ecs_agency")
    if ecs_agency is None:
        ecs_agency = first_set(environ, "ecs_agency").lower() in ("true", "yes", "on", "1")
    credentials = _credentials.find(chosen, environ, ecs_agency)
    path = chosen["ca_path"] or first_set(environ, "ca_path")
    ca = Source(path, given_by("ca_path", chosen["ca_path"], environ))
    if path and options.get("validate_certs") is not False:
        check_ca(*ca)
    return credentials, ca


def _at(
    options: Options,
    environ: Environ,
    caller: _Caller,
    in_instance: bool = True,
    foreign: t.Collection[str] = (),
    cure: str = "set it beside the job_id",
) -> Connection:
    """:arg foreign: options that neither the environment nor a file gives.
    :arg cure: what to do where one of them is missing.
    """
    credentials, ca = caller
    chosen = {name: text(name, options.get(name)) for name in PLACE}
    alone = {*foreign, *_does_not_go_with([name for name in PLACE if chosen[name]])}
    found = {name: first_set(environ, name) or credentials.place.get(name, "") for name in PLACE}
    place = {name: chosen[name] or ("" if name in alone else found[name]) for name in PLACE}

    def lacking(*names: str, why: str = "") -> BadInput:
        variables = " or ".join(variable for name in names for variable in ENVIRONMENT[name])
        told = cure if {*foreign} & {*names} else f"set the option, or {variables} in {WHERE}"
        return BadInput(f"{' or '.join(names)} is missing{why}: {told}")

    def source(option: str) -> Source:
        """Where an endpoint comes from: it is an option itself, or made of others."""
        names = [option] if place[option] else [name for name in ("region", "cloud") if place[name]]
        told = " and ".join(given_by(name, chosen[name], environ) for name in names)
        return Source(" and ".join(f"{name} {place[name]}" for name in names), told)

    metadata = environ.get("ROMA_ECS_METADATA_ENDPOINT") or "http://169.254.169.254"  # the variable is for tests
    endpoint = _endpoint("endpoint", "roma", place)
    if not endpoint:
        raise lacking("region", "endpoint")
    if in_instance and not place["instance_id"]:
        raise lacking("instance_id")
    iam_endpoint = _endpoint("iam_endpoint", "iam", place)
    project_name = place["project_name"] or place["region"]
    if not place["project_id"] and not project_name:
        raise lacking("project_id", "project_name", "region")
    if not iam_endpoint and (credentials.way == "password" or not place["project_id"]):
        purpose = "a token is made" if credentials.way == "password" else "project_id is looked up"
        raise lacking("region", "iam_endpoint", why=f" ({purpose} at IAM)")
    return Connection(
        endpoint=endpoint,
        iam_endpoint=iam_endpoint or None,
        project_id=checked_id("project_id", place["project_id"]) if place["project_id"] else None,
        project_name=project_name or None,
        instance_id=checked_id("instance_id", place["instance_id"]) if in_instance else "",
        credentials=credentials,
        verify=options.get("validate_certs") is not False and (ca.what or True),
        warnings=tuple(_warnings(options, endpoint, iam_endpoint)),
        sources={
            ca.what: ca,
            site(metadata): Source("the metadata service of ecs_agency", "ecs_agency"),
            site(iam_endpoint): source("iam_endpoint"),
            site(endpoint): source("endpoint"),
        },
        metadata_endpoint=metadata,
    )


def _endpoint(option: str, service: str, place: t.Mapping[str, str]) -> str:
    """A base URL without a ``/`` at its end; empty where nothing tells it."""
    url, region, cloud = place[option], place["region"], place["cloud"] or DEFAULT_CLOUD
    if not url and not region:
        return ""
    if not url:
        for name, value, example in (("region", region, "cn-north-4"), ("cloud", cloud, DEFAULT_CLOUD)):
            if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value):
                raise BadInput(f"{name} {value!r} cannot be part of a host's name; an example is {example}")
        return f"https://{service}.{region}.{cloud}"
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        well_formed = False
    if "@" in url:  # not quoted: it may hold a password
        raise BadInput(f"{option} must not hold a user name or password: use the options for credentials")
    if not well_formed or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise BadInput(
            f"{option} {url!r} is not a URL: write it like https://{service}.cn-north-4.{DEFAULT_CLOUD}, "
            "with a port or a path where there is one"
        )
    if parts.query or parts.fragment:
        raise BadInput(f"{option} must be a base URL without a query or a fragment")
    return url.rstrip("/")


def _warnings(options: Options, *urls: str) -> t.Iterator[str]:
    if options.get("validate_certs") is False:
        yield "validate_certs is false: certificates are not verified, so anyone on the way can be the API"
    for url in urls:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
        if scheme == "http" and not re.fullmatch(r"localhost|::1|127(\.\d{1,3}){3}", host):
            yield f"{url} is plain http: credentials and packages can be read and changed on the way"
            return
