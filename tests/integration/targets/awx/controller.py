# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in of AWX's API: as much of it as load.yml needs, through the modules of awx.awx.

Its rules were read in AWX 24 (awx/api): names are unique within an organization, a field that a kind of object does not
have is ignored, a search by one is refused, and a template is refused whose playbook the project does not have.
"""

from __future__ import annotations

import contextlib
import http.server
import itertools
import json
import threading
from urllib.parse import parse_qsl, urlsplit

TOKEN = "letmein"
NAMED = {"name": "", "description": ""}
UNIFIED = {**NAMED, "organization": None}
ASKED = dict.fromkeys(("ask_credential_on_launch", "ask_inventory_on_launch", "ask_limit_on_launch"), False)
#: The fields of each kind of object, with the values of those that nobody gives.
FIELDS = {
    "organizations": NAMED,
    "credential_types": {**NAMED, "kind": "", "inputs": {}, "injectors": {}, "managed": False},
    "credentials": {**UNIFIED, "credential_type": None},
    "execution_environments": {**UNIFIED, "image": "", "pull": ""},
    "inventories": {**UNIFIED, "kind": "", "host_filter": None, "variables": ""},
    "hosts": {**NAMED, "inventory": None, "enabled": True, "variables": ""},
    "projects": {**UNIFIED, "scm_type": "", "scm_url": "", "scm_branch": "", "credential": None, "scm_revision": ""},
    "job_templates": {
        **UNIFIED, **ASKED, "job_type": "run", "inventory": None, "project": None, "playbook": "", "extra_vars": "",
        "execution_environment": None, "survey_enabled": False,
    },
    "workflow_job_templates": {**UNIFIED, "survey_enabled": False},
    "workflow_job_template_nodes": {"identifier": "", "workflow_job_template": None, "unified_job_template": None},
    "workflow_approval_templates": {**NAMED, "timeout": 0},
    "schedules": {**NAMED, "unified_job_template": None, "rrule": "", "enabled": True},
    "project_updates": {"project": None, "status": "pending", "finished": None, "failed": False, "scm_revision": ""},
}  # fmt: skip
#: What cannot be there twice.
UNIQUE = {
    "hosts": ("name", "inventory"),
    "workflow_job_template_nodes": ("identifier", "workflow_job_template"),
    "schedules": ("name", "unified_job_template"),
    "workflow_approval_templates": ("id",),
}
UNIFIED_KINDS = ("job_templates", "workflow_job_templates", "projects")


class Refusal(Exception):
    """A 400, with what is said."""


class Controller:
    """AWX, with the organizations Default and Other, and a credential in each."""

    def __init__(self, playbooks):
        self.objects = {kind: {} for kind in FIELDS}
        self.related = {}  # (kind, id, name): ids of what belongs to it, or a survey
        self.numbers = itertools.count(1)
        self.writes = []  # (method, path)
        self.playbooks = list(playbooks)
        self.revision = "1f6a2c3"
        #: Why a repository cannot be had, where it cannot.
        self.unreachable = ""
        for name in ("Default", "Other"):
            organization = self.add("organizations", {"name": name})["id"]
            self.add("credentials", {"name": f"one of {name}", "organization": organization})

    def all(self, kind, organization=None, **fields):
        """What the organization of that name has."""
        if organization:
            fields["organization"] = self.only("organizations", name=organization)["id"]
        return self.search(kind, [(name, str(value)) for name, value in fields.items()])

    def only(self, kind, organization=None, **fields):
        (one,) = self.all(kind, organization, **fields)
        return one

    def add(self, kind, given):
        number = next(self.numbers)
        made = {**FIELDS[kind], "id": number, "type": kind[:-1], "url": f"/api/v2/{kind}/{number}/"}
        links = ("survey_spec", "update", "success_nodes")
        made["related"] = {name: f"{made['url']}{name}/" for name in links}
        self.objects[kind][number] = made
        try:
            return self.change(kind, number, given)
        except Refusal:
            del self.objects[kind][number]
            raise

    def change(self, kind, number, given):
        old = self.objects[kind][number]
        # a text that is null is empty
        given = {name: "" if value is None and FIELDS[kind].get(name) == "" else value for name, value in given.items()}
        new = {**old, **{field: value for field, value in given.items() if field in FIELDS[kind]}}
        if kind == "job_templates":  # it has its project's
            project = self.objects["projects"][new["project"]]
            new["organization"] = project["organization"]
            if new["playbook"] not in project.get("playbooks", []):
                raise Refusal({"playbook": ["Playbook not found for project."]})
        unique = UNIQUE.get(kind, ("name", "organization"))
        for other in self.objects[kind].values():
            alike = unique[0] in new and all(other.get(field) == new.get(field) for field in unique)
            if other is not old and alike:
                raise Refusal({"__all__": [f"{kind} with this {' and '.join(unique)} already exists."]})
        self.objects[kind][number] = new
        if kind == "projects" and any(new[field] != old[field] for field in ("scm_url", "scm_branch")):
            self.sync(number)
        return new

    def sync(self, number):
        """A project's update, which has ended by the time that somebody asks for it."""
        project = self.objects["projects"][number]
        update = self.add("project_updates", {"project": number})
        answered = dict(update)
        update.update(
            finished="2026-01-01T02:00:00Z",
            failed=bool(self.unreachable),
            status="failed" if self.unreachable else "successful",
        )
        if not self.unreachable:
            project.update(scm_revision=self.revision, playbooks=self.playbooks)
        update["scm_revision"] = project["scm_revision"]
        self.related["project_updates", update["id"], "events"] = self.unreachable
        return answered

    def search(self, kind, asked):
        kinds = UNIFIED_KINDS if kind == "unified_job_templates" else (kind,)
        found = []
        for one in (item for kind in kinds for item in self.objects[kind].values()):
            if any(name.removeprefix("or__") not in one for name, _text in asked):
                raise Refusal({"detail": f"{kinds[0]} have no such field: {asked}"})
            holds = {name: str(one[name.removeprefix("or__")]) == text for name, text in asked}
            either = [held for name, held in holds.items() if name.startswith("or__")]
            if all(held for name, held in holds.items() if not name.startswith("or__")) and (not either or any(either)):
                found.append(one)
        return found

    def answer(self, method, path, asked, given):
        """(status, document)"""
        kind, *rest = path.removeprefix("/api/v2/").strip("/").split("/")
        if method != "GET":
            self.writes.append((method, path))
        if not rest:
            if method == "POST":
                return 201, self.add(kind, given)
            return 200, page(self.search(kind, asked))
        number = int(rest[0])
        if len(rest) == 1:
            return 200, self.objects[kind][number] if method == "GET" else self.change(kind, number, given)
        key = (kind, number, rest[1])
        if rest[1] == "update":
            return 202, self.sync(number)
        if rest[1] == "events":
            said = {"event": "runner_on_failed", "event_data": {"res": {"msg": self.related[key]}}}
            return 200, page([said] if self.related[key] and asked == [("event", "runner_on_failed")] else [])
        if rest[1] == "create_approval_template":
            made = self.add("workflow_approval_templates", given)
            node = self.objects[kind][number]
            node["unified_job_template"], node["related"]["unified_job_template"] = made["id"], made["url"]
            return 201, made
        if rest[1] == "survey_spec":
            if method == "POST":
                self.related[key] = given
            return 200, self.related.get(key, {}) if method == "GET" else {}
        linked = self.related.setdefault(key, [])
        if method == "POST":
            (linked.remove if given.get("disassociate") else linked.append)(given["id"])
            return 204, None
        return 200, page([{"id": one} for one in linked])


def page(found):
    return {"count": len(found), "next": None, "previous": None, "results": found}


@contextlib.contextmanager
def served(controller):
    """Its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            try:
                if self.headers["Authorization"] != f"Bearer {TOKEN}":
                    status, document = 401, {"detail": "Authentication credentials were not provided."}
                else:
                    given = json.loads(body) if body else {}
                    status, document = controller.answer(self.command, parts.path, parse_qsl(parts.query), given)
            except Refusal as refusal:
                status, document = 400, refusal.args[0]
            except KeyError:
                status, document = 404, {"detail": "Not found."}
            answer = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = handle_one

        def log_message(self, *words):
            """Nothing on the console."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
