# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two calls to IAM, against the simulator."""

from __future__ import annotations

import json

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._account.auth import KeyAuth
from ansible_collections.roma.connect.plugins.module_utils._account.iam import find_project, new_token
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets, spellings
from ansible_collections.roma.connect.plugins.module_utils._http.transport import Transport
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client, read_request, serving


@pytest.fixture
def kept():
    return Secrets()


@pytest.fixture
def iam(sim, kept):
    return Transport(Deadline(5), secrets=kept), sim.iam_endpoint


def get_token(iam, sim, **changes):
    given = {"username": sim.username, "password": sim.password, "domain_name": sim.domain_name, **changes}
    project = given.pop("project", {"id": sim.project_id})
    return new_token(*iam, project=project, **given)


def failing(call, *arguments, **named):
    with pytest.raises(errors.RomaError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.mark.parametrize("scope", [{"id": "project_id"}, {"name": "project_name"}])
def test_a_token_is_asked_for_as_the_vendor_says(sim, iam, kept, scope):
    project = {key: getattr(sim, name) for key, name in scope.items()}
    token = get_token(iam, sim, project=project)
    assert (token.project_id, token.lifetime) == (sim.project_id, 86400)
    assert kept.known == spellings(token.value)
    entry = sim.requests("token")[0]
    assert (entry["method"], entry["query"]) == ("POST", {"nocatalog": "true"})
    user = {"name": sim.username, "password": sim.password, "domain": {"name": sim.domain_name}}
    assert entry["body"] == {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": project},
        }
    }
    assert "authorization" not in entry["headers"]


def test_a_token_s_life_does_not_depend_on_this_host_s_clock(sim, iam):
    sim.fault("token", {"skew": -7200})
    assert get_token(iam, sim).lifetime == pytest.approx(86400, abs=1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "wrong"}, "The username or password is wrong."),
        ({"username": "wrong"}, "The username or password is wrong."),
        ({"domain_name": "wrong"}, "The username or password is wrong."),
        ({"project": {"id": "nosuch"}}, "The project does not exist."),
    ],
)
def test_a_refusal_is_final_and_explained(sim, iam, kept, changes, words):
    error = failing(get_token, iam, sim, **changes)
    assert class_of(error) is errors.PasswordRefused
    assert (error.passes, error.may_have_acted) == (False, False)
    for word in (words, "locks the user", "HUAWEI ID"):
        assert word in str(error)
    assert error.answer["http_status"] == 401
    assert len(sim.requests()) == 1
    assert not kept.known


@pytest.mark.parametrize("status", [404, 405])
def test_a_server_that_is_no_iam_refused_no_password(sim, iam, status):
    sim.fault("token", {"html": status})
    error = failing(get_token, iam, sim)
    assert class_of(error) is errors.IamRefused
    assert "password" not in str(error)


def test_a_wrong_path_names_the_option(sim, iam):
    sim.fault("token", {"status": 404})
    assert "iam_endpoint" in str(failing(get_token, iam, sim))


@pytest.mark.parametrize("status", [400, 403])
def test_any_other_refusal_of_a_password_is_final_too(sim, iam, status):
    sim.fault("token", {"status": status})
    assert class_of(failing(get_token, iam, sim)) is errors.PasswordRefused


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 500}, errors.ServerFailed),
        ({"status": 429, "retry_after": 7}, errors.Throttled),
        ({"reset": "after"}, errors.NoAnswer),
        ({"html": 200}, errors.Unreadable),
        ({"cut": 5}, errors.NoAnswer),
    ],
)
def test_trouble_that_passes_started_no_job(sim, iam, fault, kind):
    sim.fault("token", fault)
    error = failing(get_token, iam, sim)
    assert (type(error), error.passes) == (kind, True)
    assert not error.may_have_acted


def test_a_redirect_is_not_followed_with_the_password(sim, iam, make_sim):
    target = make_sim()
    sim.fault("token", {"redirect": target.iam_endpoint + "/v3/auth/tokens", "status": 307})
    assert class_of(failing(get_token, iam, sim)) is errors.Redirected
    assert target.requests() == []


def answering(document, headers=b"X-Subject-Token: tok\r\n"):
    text = document if isinstance(document, bytes) else json.dumps(document).encode()

    def handle(connection):
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 201 Created\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s" % (headers, len(text), text)
        )

    return serving(handle)


@pytest.mark.parametrize(
    ("document", "project_id", "lifetime"),
    [
        ({"token": {"expires_at": "2026-01-01T01:00:00Z", "issued_at": "2026-01-01T00:00:00Z"}}, None, 3600),
        ({"token": {"project": {"id": "p"}}}, "p", 60),
        ({"token": {"project": {"id": 5}}}, None, 60),
        ({"token": {"project": "p"}}, None, 60),
        ({"token": None}, None, 60),
        ({}, None, 60),
    ],
)
def test_a_token_whose_body_tells_less_is_a_token(sim, document, project_id, lifetime):
    with answering(document) as port:
        iam = Transport(Deadline(5)), f"http://127.0.0.1:{port}"
        token = get_token(iam, sim)
    assert (token.value, token.project_id, token.lifetime) == ("tok", project_id, lifetime)


def test_an_answer_without_a_token_is_none_of_iam_s(sim):
    with answering({"token": {}}, b"") as port:
        iam = Transport(Deadline(5)), f"http://127.0.0.1:{port}"
        error = failing(get_token, iam, sim)
    assert class_of(error) is errors.Unreadable
    assert not error.may_have_acted
    assert "iam_endpoint" in str(error)


def test_a_token_that_tells_no_project_leaves_it_to_be_looked_up(sim):
    with answering({"token": {}}, f"X-Subject-Token: {sim.auth_token}\r\n".encode()) as port:
        client = make_client(
            sim, "password", project_id=None, project_name="p1", iam_endpoint=f"http://127.0.0.1:{port}"
        )
        # The same server answers the second question, with no projects.
        error = failing(client.project_id)
    assert class_of(error) is errors.Unreadable
    assert "projects" in str(error)


# The project's id


def ask_project(sim, name=None, auth=None):
    auth = auth or KeyAuth(sim.access_key, sim.secret_key)
    return find_project(Transport(Deadline(5)), sim.iam_endpoint, name or sim.project_name, auth)


def test_the_project_is_found_by_its_name(sim):
    assert ask_project(sim) == sim.project_id


@pytest.mark.parametrize("name", ["nosuch", "a b&c=d/ü"])
def test_a_project_that_iam_does_not_know_is_named_with_what_to_set(sim, name):
    error = failing(ask_project, sim, name)
    assert class_of(error) is errors.BadInput
    for word in ("no project", name, "project_id", "project_name"):
        assert word in str(error)
    assert sim.requests("projects")[0]["query"] == {"name": name}


def test_two_projects_of_the_name_are_not_guessed_at(sim):
    sim.fault("projects", {"json": {"projects": [{"id": "a"}, {"id": "b"}]}})
    assert "2 projects" in str(failing(ask_project, sim))


@pytest.mark.parametrize("document", [{}, {"projects": None}, {"projects": {"id": "a"}}, []])
def test_an_answer_without_projects_is_none_of_iam_s(sim, document):
    sim.fault("projects", {"json": document})
    error = failing(ask_project, sim)
    assert class_of(error) is errors.Unreadable
    assert not error.may_have_acted


def test_items_that_are_no_projects_are_passed_over(sim):
    sim.fault("projects", {"json": {"projects": [None, {}, {"id": 5}, {"id": "right"}]}})
    assert ask_project(sim) == "right"
