# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The asset API: one method an operation, from its arguments to a parsed answer or a typed error."""

from __future__ import annotations

import copy
import functools
import io
import os
import re
import threading
import typing as t
from urllib.parse import quote

from .. import _errors as errors
from .._account.auth import Auth, PasswordAuth, make_auth
from .._account.connection import Connection
from .._http import answer
from .._http.deadline import Deadline
from .._http.requests import requests
from .._http.secrets import Secrets
from .._http.transport import Transport
from .job import Job, parse
from .said import unknown

if t.TYPE_CHECKING:
    from .._account.iam import Keys, Token

T = t.TypeVar("T")

#: Writes one part of a path.
_part = functools.partial(quote, safe="~")

#: At most so many apps and tasks in one export or deletion, together.
MOST_ITEMS = 100


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
        self._transport = transport
        transport.secrets.add(*connection.credentials.secrets())
        self._auth: Auth = make_auth(connection, self._new_token, self._new_keys)
        self._project_id = functools.lru_cache(maxsize=None)(self._find_project)
        self._one_asks = threading.Lock()

    def at(self, instance_id: str) -> Client:
        """The same caller at another instance of the same project: session, token and project id are shared."""
        other = copy.copy(self)
        other.instance_id = instance_id
        return other

    def job_item(self, job_id: str) -> dict[str, str | None]:
        """Where to ask for a job of this instance, as an item of ``jobs`` takes it."""
        return {
            "job_id": job_id,
            "endpoint": self.endpoint,
            "iam_endpoint": self.connection.iam_endpoint,
            "project_id": self.project_id(),
            "instance_id": self.instance_id,
        }

    def project_id(self) -> str:
        """The project's id: as given, as the token tells it, or as IAM finds it by name; asked once.

        :raises RomaError: IAM cannot be asked, or knows no such project.
        """
        with self._one_asks:
            return self._project_id()

    def authenticate(self) -> None:
        """Get what a request needs before it can be made: a token, the project's id.

        :raises RomaError: as :meth:`project_id`.
        """
        self._auth.prepare()
        self.project_id()

    def job(self, job_id: str) -> Job:
        """CheckAssetJobStatus: how a job goes.

        :raises UnknownJob: the API does not know it, or no longer.
        """
        what = f"the status of job {job_id}"
        try:
            return parse(self._document(what, "GET", f"assets/jobs/{_part(job_id)}"))
        except errors.Refused as error:
            if not unknown(error.answer or {}, job_id):
                raise
            raise errors.UnknownJob(
                f"The API does not know job {job_id} of instance {self.instance_id}, or no longer: check O(job_id), "
                "instance_id and the region",
                error.answer,
            ) from None

    def export(self, apps: t.Sequence[str], tasks: t.Sequence[str]) -> str:
        """ExportAsset: start to pack applications and integration tasks; returns the job's id.

        :raises Busy: another asset job of this user is running.
        :raises RomaError: where ``may_have_acted``, a job may have been started.
        """
        return self._start("the export", "assets/export", json=_items(apps, tasks))

    def delete(self, apps: t.Sequence[str], tasks: t.Sequence[str]) -> str:
        """DeleteAsset: start to delete applications and integration tasks; as :meth:`export`."""
        return self._start("the deletion", "assets/delete", json=_items(apps, tasks))

    def import_package(
        self, file: t.BinaryIO, arguments: t.Mapping[str, str], moved: t.Callable[[], None] = lambda: None
    ) -> str:
        """ImportAsset: start to import the package in *file*; as :meth:`export`.

        :arg arguments: type, prefix and datasource_overwrite. They go into the query, where the vendor's SDK has none.
        :arg moved: called while it is sent; the file's position tells how far that is.
        """

        def alive() -> None:
            self.deadline.touch()
            moved()

        return self._start("the import", "assets/import", query=arguments, upload=lambda: Upload(file, alive))

    def apps(self, name: str | None = None) -> list[dict[str, t.Any]]:
        """ListApps: all applications that the caller sees; with a *name*, only those called exactly so.

        They come without their ``key``, which is half of a credential.
        """
        query = {"name": name} if name else {}  # fuzzy there
        return [app for app in self.listed("apps", query=query) if not name or app.get("name") == name]

    def app(self, app_id: str) -> dict[str, t.Any] | None:
        """ShowDetailsOfApp: one application; None where the instance has none with that id."""
        try:
            return _without_key(self._document(f"application {app_id}", "GET", f"apps/{_part(app_id)}"))
        except errors.Refused as error:
            if unknown(error.answer or {}, app_id):
                return None
            raise

    def tasks(self) -> list[dict[str, t.Any]]:
        """ListTasks of FDI: all integration tasks, each with ``id`` and ``name`` beside the API's fields."""
        found = self.listed("tasks")
        return [{**task, "id": task.get("task_id"), "name": task.get("task_name")} for task in found]

    def check_access(self) -> None:
        """Ask for one application, which shows whether place and credentials are right."""
        self._document("the list of applications", "GET", "apps", query={"offset": "0", "limit": "1"})

    def instances(self) -> list[dict[str, t.Any]]:
        """ListInstances: all instances of the project."""
        return self.listed("instances")

    def listed(self, name: str, of: str = "", query: t.Mapping[str, str] | None = None) -> list[dict[str, t.Any]]:
        """All items of a list that ``listings`` names, all pages; nothing in them that is a secret can be read.

        :arg of: the id of what it is the list of.
        """
        from .listings import LISTINGS, read  # most calls do without

        return read(self._document, LISTINGS[name], self.instance_id, of, query)

    def device_counts(self) -> dict[str, int]:
        """CountDevices, and how many rules there are."""
        from .listings import device_counts  # most calls do without

        return device_counts(self._document)

    def open_archive(self, archive_id: str, start: int = 0, etag: str | None = None) -> requests.Response:
        """DownloadAssetArchive: the package, which can be downloaded only once; its body is still to be read.

        :arg start: bytes that are there already, to be left out (Range).
        :arg etag: what the first answer called the package; another one is then sent whole. A weak one is no use.
        :raises Gone: it was downloaded before, or is no longer kept.
        """
        headers = {"Range": f"bytes={start}-"} if start else {}
        if start and etag and re.fullmatch(r'"[\x21\x23-\x7e]*"', etag):  # a strong one [RFC 9110, 8.8.3]
            headers["If-Range"] = etag
        return self._authorized(lambda: self._open(archive_id, headers))

    def _find_project(self) -> str:
        if self.connection.project_id:
            return self.connection.project_id
        scoped = self._auth.token().project_id if isinstance(self._auth, PasswordAuth) else None
        if scoped:
            return scoped
        from .._account.iam import find_project  # most calls do without

        # Without an endpoint only where IAM is not needed: the connection was settled so.
        endpoint, name = self.connection.iam_endpoint or "", self.connection.project_name or ""
        return find_project(self._transport, endpoint, name, self._auth)

    def _new_token(self, *wanted: t.Any) -> Token:
        from .._account.iam import new_token  # most calls do without

        return new_token(self._transport, self.connection.iam_endpoint or "", *wanted)

    def _new_keys(self) -> Keys:
        from .._account.iam import new_keys  # most calls do without

        direct = Transport(self.deadline, True, self.connection.sources, self._transport.secrets, proxies=False)
        return new_keys(direct, self.connection.metadata_endpoint)

    def _start(self, what: str, path: str, **request: t.Any) -> str:
        """Send a POST that starts a job, once; a refused token is no start, so then it is sent again with a new one."""
        job_id: str = self._document(what, "POST", path, fresh=True, **request).get("job_id", "")
        if not answer.is_word(job_id) or "/" in job_id or ".." in job_id:
            raise errors.Unreadable(f"The answer to {what} names no job")
        return job_id

    def _document(
        self,
        what: str,
        method: str,
        path: str,
        service: str = "",
        query: t.Mapping[str, str] | None = None,
        upload: t.Callable[[], Upload] | None = None,
        **request: t.Any,
    ) -> dict[str, t.Any]:
        """:arg upload: makes the body, which can be read only once."""

        def ask() -> answer.Answer:
            headers = {"X-Project-Id": self.project_id()}
            if upload is not None:
                request["data"] = upload()
                headers["Content-Type"] = request["data"].content_type
            url = self._url(path, service, query)
            return self._transport.ask(what, method, url, self._auth, headers=headers, **request)

        return self._authorized(ask).document()

    def _open(self, archive_id: str, headers: t.Mapping[str, str]) -> requests.Response:
        url = self._url(f"assets/archives/{_part(archive_id)}")
        headers = {"X-Project-Id": self.project_id(), **headers}
        response = self._transport.send("GET", url, self._auth, headers=headers)
        if response.status_code in (200, 206):
            return response
        error = self._transport.failure(f"package {archive_id}", response, self._transport.read(response))
        if isinstance(error, errors.Refused) and unknown(error.answer or {}, archive_id):
            raise errors.Gone(
                f"The API has no package {archive_id}: it was downloaded already, and can be downloaded only once",
                error.answer,
            )
        raise error

    def _authorized(self, ask: t.Callable[[], T]) -> T:
        """*ask*, and once more with a new token where the first was refused and another can be had."""
        try:
            return ask()
        except errors.CredentialsRefused as refused:
            if not self._auth.renew(refused.token):
                raise
        return ask()

    def _url(self, path: str, service: str = "", query: t.Mapping[str, str] | None = None) -> str:
        """:arg path: below the instance, or below all instances where there is none."""
        below = f"/{_part(self.instance_id)}/{path}" if self.instance_id else path
        url = f"{self.endpoint}/v2/{_part(self.project_id())}/{service}instances{below}"
        if query:
            from .._account.signing import canonical_query  # most calls do without

            url += f"?{canonical_query(query.items())}"
        return url


class Upload:
    """The body of an import: a multipart file part. requests takes its length, and reads it piece by piece.

    The part has a name (API reference, "Importing Assets") and no Content-Type line, as the vendor's SDK sends it. What
    the API is told the file is called takes letters, digits, +, -, _ and .zip only, whatever it is called here.

    :arg file: the package; it is sent from its beginning, and left open.
    :arg alive: called for each piece that is sent.
    """

    def __init__(self, file: t.BinaryIO, alive: t.Callable[[], None]) -> None:
        boundary = os.urandom(16).hex()
        part = 'Content-Disposition: form-data; name="ImportAssetRequestBody"; filename="package.zip"'
        head = f"--{boundary}\r\n{part}\r\n\r\n"
        self.content_type = f"multipart/form-data; boundary={boundary}"
        file.seek(0)
        self._parts = [io.BytesIO(head.encode()), file, io.BytesIO(f"\r\n--{boundary}--\r\n".encode())]
        self._length = len(head) + os.fstat(file.fileno()).st_size + len(boundary) + 8
        self._alive = alive

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most *size*; empty at the end."""
        self._alive()
        while self._parts:
            data = self._parts[0].read(size)
            if data:
                return data
            del self._parts[0]
        return b""


def make_clients(connections: t.Sequence[Connection], deadline: Deadline, secrets: Secrets) -> list[Client]:
    """A client for each connection. Those of one caller at one site share a session, those of one place token and
    project id, too."""
    sessions: dict[t.Any, Transport] = {}
    callers: dict[t.Any, Client] = {}
    for connection in connections:
        site, place = (connection.caller, connection.site), (connection.caller, connection.place)
        if place not in callers:
            if site not in sessions:
                sessions[site] = Transport(deadline, connection.verify, connection.sources, secrets)
            callers[place] = Client(connection, sessions[site])
    clients = [(callers[connection.caller, connection.place], connection) for connection in connections]
    return [client.at(connection.instance_id) for client, connection in clients]


def _items(apps: t.Sequence[str], tasks: t.Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """The body of an export or deletion, in the form of 2025: both keys are there, and either may be empty."""
    return {"apps": [{"id": item} for item in apps], "tasks": [{"id": item} for item in tasks]}


def _without_key(app: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in app.items() if name != "key"}
