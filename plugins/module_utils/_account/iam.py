# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hands credentials out: IAM, the vendor's identity service, and the metadata service of an ECS machine.

Source: the API reference of IAM; of the metadata service the vendor's SDK (huaweicloudsdkcore 3.1.219),
auth/internal.py. Its address is link-local, is asked only where ``ecs_agency`` is set, and never through a proxy.
"""

from __future__ import annotations

import typing as t

from .. import _errors as errors
from .._http import answer as _answer
from .._http.transport import Auth, Transport
from .signing import canonical_query


class Token(t.NamedTuple):
    """A project-scoped token; ``lifetime`` in seconds from when it was asked for."""

    value: str
    lifetime: float
    project_id: str | None

    def __repr__(self) -> str:
        return f"Token(lifetime={self.lifetime}, project_id={self.project_id!r})"  # not its value, a secret


@errors.starting_no_job()
def new_token(
    transport: Transport, endpoint: str, username: str, password: str, domain_name: str, project: t.Mapping[str, t.Any]
) -> Token:
    """A token for a user and password ("Obtaining a User Token Through Password Authentication").

    :arg transport: the token is told to its secrets.
    :arg project: its ``id`` or its ``name``.
    :raises PasswordRefused: never to be tried again, since IAM locks the user.
    :raises IamRefused: this is no IAM.
    """
    user = {"name": username, "password": password, "domain": {"name": domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": dict(project)}}}
    url = f"{endpoint}/v3/auth/tokens?nocatalog=true"
    try:
        answer = transport.ask("a token at IAM", "POST", url, None, json=body)
    except (errors.CredentialsRefused, errors.Refused) as error:
        facts = error.answer or {}
        if facts.get("http_status") in (404, 405):  # it has no tokens to give, and so refused nobody's
            raise errors.IamRefused(error.marked, error.answer) from None
        said = facts.get("error_msg") or str(error)
        raise errors.PasswordRefused(
            f'IAM refused the user or password: "{said}". It is not tried again, since IAM locks the user: check '
            "username, password, domain_name and the project. A HUAWEI ID or a federated user gets no token this "
            "way: make an IAM user, or use access_key and secret_key",
            error.answer,
        ) from None
    value = answer.headers.get("X-Subject-Token", "")
    if not _answer.is_word(value):
        raise errors.Unreadable("IAM's answer has no token in its header X-Subject-Token: check iam_endpoint")
    transport.secrets.add(value)
    parsed = answer.document().get("token")
    token = parsed if isinstance(parsed, dict) else {}
    scoped = token.get("project")
    project_id = scoped.get("id") if isinstance(scoped, dict) else None
    return Token(value, _answer.lifetime(token, answer.headers), project_id if _answer.is_word(project_id) else None)


@errors.starting_no_job()
def find_project(transport: Transport, endpoint: str, name: str, auth: Auth) -> str:
    """The id of the project *name* ("Querying Project Information"; the vendor's SDK asks the same).

    :raises BadInput: there is none, or more than one.
    :raises IamRefused: IAM does not tell.
    """
    url = f"{endpoint}/v3/projects?{canonical_query([('name', name)])}"
    try:
        answer = transport.ask(f"the id of project {name} at IAM", "GET", url, auth)
    except errors.Refused as error:
        raise errors.IamRefused(error.marked, error.answer) from None
    projects = answer.document().get("projects")
    if not isinstance(projects, list):
        raise errors.Unreadable("IAM's answer holds no list of projects: check iam_endpoint")
    ids: list[str] = [item["id"] for item in projects if isinstance(item, dict) and _answer.is_word(item.get("id"))]
    if len(ids) != 1:
        count = "no project" if not ids else f"{len(ids)} projects"
        raise errors.BadInput(f"IAM knows {count} named {name} for these credentials: set project_id or project_name")
    return ids[0]


class Keys(t.NamedTuple):
    """Temporary keys; ``lifetime`` in seconds from when they were asked for."""

    access_key: str
    secret_key: str
    security_token: str
    lifetime: float

    def __repr__(self) -> str:
        return f"Keys(access_key={self.access_key!r}, lifetime={self.lifetime})"  # not the secrets


@errors.starting_no_job()
def new_keys(transport: Transport, address: str) -> Keys:
    """New temporary keys from the metadata service of this machine, as the vendor's SDK gets them.

    :arg transport: one that uses no proxy. Each secret that is got is told to its secrets.
    :raises NoAgency: this machine has no agency.
    :raises RomaError: the service cannot be asked; it starts no job.
    """
    address = address.rstrip("/")
    try:
        headers = _token(transport, address)
        url = f"{address}/openstack/latest/securitykey"
        answer = transport.ask("keys of the agency", "GET", url, None, headers=headers)
    except errors.Refused as error:
        raise errors.NoAgency(
            f"The metadata service of this machine gives no keys (HTTP {(error.answer or {}).get('http_status')}): "
            "give the ECS machine an agency, or use another way of authenticating",
            error.answer,
        ) from None
    found = answer.document().get("credential")
    names = ("access", "secret", "securitytoken")
    if not isinstance(found, dict) or not all(_answer.is_word(found.get(name)) for name in names):
        raise errors.Unreadable("The metadata service's answer holds no keys: check the machine's agency")
    access_key, secret_key, security_token = (found[name] for name in names)
    transport.secrets.add(secret_key, security_token)
    return Keys(access_key, secret_key, security_token, _answer.lifetime(found, answer.headers))


def _token(transport: Transport, address: str) -> dict[str, str]:
    """The header for the metadata service; older machines know none and go on without."""
    url = f"{address}/meta-data/latest/api/token"
    wanted = {"X-Metadata-Token-Ttl-Seconds": "21600"}
    try:
        answer = transport.ask("a metadata token", "PUT", url, None, headers=wanted)
    except errors.RomaError as error:
        if (error.answer or {}).get("http_status") in (404, 405, 503):
            return {}
        raise
    token = answer.body.decode("ascii", "replace").strip()
    if not _answer.is_word(token):
        raise errors.Unreadable("The metadata service's answer is no token: check the machine's agency")
    transport.secrets.add(token)
    return {"X-Metadata-Token": token}
