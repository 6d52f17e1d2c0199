# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One instance of the API: how it is asked, and how a job goes, which most callers want to know.

Every other operation is a function of a client, in the file of its kind: a line or two where a document is read.
"""

from __future__ import annotations

import copy
import functools
import threading
import typing as t
from urllib.parse import quote

from .. import _errors as errors
from .._account.auth import Auth, PasswordAuth, make_auth
from .._account.connection import Connection
from .._http.deadline import Deadline
from .._http.secrets import Secrets
from .._http.transport import Transport
from .job import Job, parse
from .said import unknown

T = t.TypeVar("T")

#: Writes an id as a part of a path.
quoted = functools.partial(quote, safe="~")


class Client:
    """One instance of ROMA Connect, as one caller sees it. Nothing is sent before it is asked for.

    Several threads may use it at once, but for what starts a job.

    :arg transport: its session, which several clients may share. Each secret that the client has, or gets on the way,
        is told to its secrets.
    """

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self.connection = connection
        self.endpoint = connection.endpoint
        self.instance_id = connection.instance_id
        self.deadline = transport.deadline
        self.transport = transport
        transport.secrets.add(*connection.credentials.secrets())
        self.auth: Auth = make_auth(connection, transport)
        self._project_id = functools.lru_cache(maxsize=None)(self._find_project)
        self._one_asks = threading.Lock()

    def at(self, instance_id: str) -> Client:
        """The same caller at another instance of the same project: session, token and project id are shared."""
        other = copy.copy(self)
        other.instance_id = instance_id
        return other

    def job(self, job_id: str) -> Job:
        """CheckAssetJobStatus: how a job goes.

        :raises UnknownJob: the API does not know it, or no longer.
        """
        try:
            return parse(self.get(f"the status of job {job_id}", f"assets/jobs/{quoted(job_id)}"))
        except errors.Refused as error:
            if not unknown(error.answer or {}, job_id):
                raise
            raise errors.UnknownJob(
                f"The API does not know job {job_id} of instance {self.instance_id}, or no longer: check O(job_id), "
                "instance_id and the region",
                error.answer,
            ) from None

    def get(self, what: str, path: str, service: str = "", **query: str) -> dict[str, t.Any]:
        """The document at a *path*; the arguments as :meth:`request` takes them.

        :arg what: what is asked, for messages.
        """
        request = functools.partial(self.request, path, service, query)
        return self.authorized(lambda: self.transport.ask(what, "GET", **request())).document()

    def request(
        self,
        path: str,
        service: str = "",
        query: t.Mapping[str, str] | None = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> dict[str, t.Any]:
        """What the transport is to be told of a request: where it goes, and who sends it.

        :arg path: below the instance, or below all instances where the client has none.
        :arg service: what has the path, as ``fdi/``; empty: ROMA Connect itself.
        """
        below = f"/{quoted(self.instance_id)}/{path}" if self.instance_id else path
        url = f"{self.endpoint}/v2/{quoted(self.project_id())}/{service}instances{below}"
        if query:
            from .._account.signing import canonical_query  # most calls do without

            url += f"?{canonical_query(query.items())}"
        return {"url": url, "auth": self.auth, "headers": {"X-Project-Id": self.project_id(), **(headers or {})}}

    def authorized(self, ask: t.Callable[[], T]) -> T:
        """*ask*, and once more with a new token where the first was refused and there is another to get."""
        try:
            return ask()
        except errors.CredentialsRefused as refused:
            if not self.auth.renew(refused.token):
                raise
        return ask()

    def project_id(self) -> str:
        """The project's id: as given, as the token tells it, or as IAM finds it by name; asked once.

        :raises RomaError: IAM cannot be asked, or knows no such project.
        """
        with self._one_asks:
            return self._project_id()

    def _find_project(self) -> str:
        if self.connection.project_id:
            return self.connection.project_id
        scoped = self.auth.token().project_id if isinstance(self.auth, PasswordAuth) else None
        if scoped:
            return scoped
        from .._account.iam import find_project  # most calls do without

        # Without an endpoint only where IAM is not needed: the connection was settled so.
        endpoint, name = self.connection.iam_endpoint or "", self.connection.project_name or ""
        return find_project(self.transport, endpoint, name, self.auth)


def make_clients(connections: t.Sequence[Connection], deadline: Deadline, secrets: Secrets) -> list[Client]:
    """A client for each connection. Those of one caller at one site share a session, those of one place token and
    project id, too."""
    sessions: dict[t.Any, Transport] = {}
    callers: dict[t.Any, Client] = {}
    clients = []
    for connection in connections:
        site, place = (connection.caller, connection.site), (connection.caller, connection.place)
        if place not in callers:
            if site not in sessions:
                sessions[site] = Transport(deadline, connection.verify, connection.sources, secrets)
            callers[place] = Client(connection, sessions[site])
        clients.append(callers[place].at(connection.instance_id))
    return clients
