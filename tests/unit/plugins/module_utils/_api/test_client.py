# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the API, and what happens when credentials are refused, against the simulator."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._api.download import open_archive
from ansible_collections.roma.connect.plugins.module_utils._api.listing import show_app
from ansible_collections.roma.connect.plugins.module_utils._api.start import authenticate, start_export
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of, make_client

ALL_WAYS = ("token", "keys", "temporary", "password")


def failing(call):
    with pytest.raises(errors.RomaError) as caught:
        call()
    return caught.value


def operations(sim):
    return [entry["operation"] for entry in sim.requests()]


# Operations


@pytest.mark.parametrize("credentials", ALL_WAYS)
def test_an_export_is_started_asked_for_and_fetched(make_sim, credentials):
    sim = make_sim(job_seconds=0)
    client = make_client(sim, credentials)
    job = client.job(start_export(client, sim.apps, sim.tasks))
    assert (job.status, job.type) == ("SUCCEEDED", "exportAsset")
    with open_archive(client, job.archive_id) as response:
        assert response.content.startswith(b"PK")
    assert {entry["user"] for entry in sim.requests()} == {sim.username}


@pytest.mark.parametrize(
    ("apps", "tasks", "body"),
    [
        (["a1", "a2"], ["t1"], {"apps": [{"id": "a1"}, {"id": "a2"}], "tasks": [{"id": "t1"}]}),
        (["a1"], [], {"apps": [{"id": "a1"}], "tasks": []}),
        ([], ["t1"], {"apps": [], "tasks": [{"id": "t1"}]}),
    ],
)
def test_the_body_of_an_export_has_both_keys(sim, apps, tasks, body):
    start_export(make_client(sim), apps, tasks)
    entry = sim.requests("export")[0]
    assert entry["body"] == body
    assert entry["headers"]["content-type"].startswith("application/json")
    assert entry["headers"]["x-project-id"] == sim.project_id


@pytest.mark.parametrize("answer", [{}, {"job_id": None}, {"job_id": ""}, {"job_id": 5}])
def test_an_export_whose_answer_names_no_job_may_have_acted(sim, answer):
    sim.fault("export", {"json": answer})
    error = failing(lambda: start_export(make_client(sim), ["a"], []))
    assert class_of(error) is errors.Unreadable
    assert error.may_have_acted


@pytest.mark.parametrize("edition", ["2025", "2023", "2022"])
def test_every_edition_s_job_is_understood(make_sim, edition):
    sim = make_sim(edition=edition, job_seconds=0)
    client = make_client(sim)
    job = client.job(start_export(client, ["nosuch"], []))
    assert job.status == "FAILED"
    assert [reason["resource_name"] for reason in job.reason] == ["nosuch"]
    assert job.begin_time.endswith("Z")
    assert job.end_time.endswith("Z")


def test_a_job_that_is_not_known_is_named_with_its_instance(sim):
    error = failing(lambda: make_client(sim).job("nosuch"))
    assert class_of(error) is errors.UnknownJob
    assert "nosuch" in str(error)
    assert sim.instance_id in str(error)
    assert error.answer["http_status"] == 404


@pytest.mark.parametrize(
    ("status", "code", "text", "unknown"),
    [
        (404, "ROMA.00000404", "The resource does not exist.", True),
        (410, "ROMA.1", "gone", True),
        (400, "ROMA.1", "The job does not exist", True),
        (400, "ROMA.1", "job not found", True),
        (400, "ROMA.1", "Asset job j is not exist.", True),
        (400, "ROMA.00014002", "The instance does not exist.", False),
        (400, "ROMA.13000", "Invalid parameters.", False),
        (403, "ROMA.00000101", "Forbidden.", False),
        (404, "404", "Not Found", False),
        (410, "410", "Gone", False),
        (404, "APIGW.0101", "The API does not exist or has not been published in the environment", False),
    ],
)
def test_only_what_says_that_the_job_is_not_there_makes_it_unknown(sim, status, code, text, unknown):
    sim.fault("job", {"status": status, "error_code": code, "error_msg": text})
    assert class_of(failing(lambda: make_client(sim).job("j"))) is (errors.UnknownJob if unknown else errors.Refused)


@pytest.mark.parametrize("field", ["error_msg", "error_details"])
@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("job", "The asset task doesn't exist"),
        ("job", "No such job"),
        ("job", "some-id cannot be found"),
        ("job", "Invalid parameters. job_id"),
        ("job", "The record has expired."),
        ("app", "The application has been deleted"),
        ("app", "unknown app"),
        ("archive", "The package was deleted."),
        ("archive", "archive expired"),
    ],
)
def test_what_is_not_there_is_so_however_the_api_says_it(sim, operation, text, field):
    sim.fault(operation, {"status": 400, "json": {"error_code": "ROMA.13000", "error_msg": "Sorry.", field: text}})
    client = make_client(sim)
    if operation == "app":
        assert show_app(client, "some-id") is None
    else:
        archive = (lambda name: open_archive(client, name), errors.Gone)
        call, kind = archive if operation == "archive" else (client.job, errors.UnknownJob)
        error = failing(lambda: call("some-id"))
        assert class_of(error) is kind
        assert error.answer["http_status"] == 400


def test_a_proxy_s_404_does_not_make_a_job_unknown_nor_a_package_gone(sim):
    for operation, call in (("job", lambda c: c.job("j")), ("archive", lambda c: open_archive(c, "p"))):
        sim.fault(operation, {"html": 404})
        client = make_client(sim)
        assert class_of(failing(lambda call=call, client=client: call(client))) is errors.Refused


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 404, "error_code": "ROMA.00000404"}, errors.Gone),
        ({"status": 410, "error_code": "ROMA.1"}, errors.Gone),
        ({"status": 400, "error_code": "ROMA.1", "error_msg": "The archive does not exist"}, errors.Gone),
        ({"json": {"error": {"code": 404, "message": "Not Found"}}, "status": 404}, errors.Refused),
        ({"status": 400, "error_code": "ROMA.00014002"}, errors.Refused),
        ({"status": 403}, errors.Refused),
        ({"status": 503}, errors.ServerFailed),
        ({"redirect": "http://x.example"}, errors.Redirected),
        ({"status": 204, "body": ""}, errors.RomaError),
    ],
)
def test_what_keeps_from_a_package(sim, fault, kind):
    sim.fault("archive", fault)
    error = failing(lambda: open_archive(make_client(sim), "p"))
    assert isinstance(error, kind)
    assert kind is errors.RomaError or class_of(error) is kind


@pytest.mark.parametrize(
    ("start", "etag", "headers"),
    [
        (0, None, {}),
        (0, '"e"', {}),
        (5, None, {"range": "bytes=5-"}),
        (5, '"e"', {"range": "bytes=5-", "if-range": '"e"'}),
        (5, 'W/"e"', {"range": "bytes=5-"}),
    ],
)
def test_the_rest_of_a_package_is_asked_for_by_range(sim, start, etag, headers):
    failing(lambda: open_archive(make_client(sim), "p", start, etag))
    sent = sim.requests("archive")[0]["headers"]
    assert {name: sent[name] for name in ("range", "if-range") if name in sent} == headers


# The project


@pytest.mark.parametrize("credentials", ["token", "keys", "temporary"])
def test_the_project_is_looked_up_once(sim, credentials):
    client = make_client(sim, credentials, project_id=None, project_name=sim.project_name)
    for _number in range(3):
        failing(lambda: client.job("j"))
    assert operations(sim) == ["projects", "job", "job", "job"]
    assert sim.requests("projects")[0]["query"] == {"name": sim.project_name}


def test_several_threads_look_the_project_up_once(sim):
    client = make_client(sim, "keys", project_id=None, project_name=sim.project_name)
    threads = [threading.Thread(target=client.project_id) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert operations(sim) == ["projects"]


def test_with_a_password_the_token_tells_the_project(sim):
    client = make_client(sim, "password", project_id=None, project_name=sim.project_name)
    assert client.project_id() == sim.project_id
    failing(lambda: client.job("j"))
    assert operations(sim) == ["token", "job"]


def test_a_project_that_is_given_is_not_looked_up(sim):
    failing(lambda: make_client(sim).job("j"))
    assert operations(sim) == ["job"]


def test_nothing_is_sent_before_it_is_asked_for(sim):
    for credentials in ALL_WAYS:
        make_client(sim, credentials)
    assert sim.requests() == []


@pytest.mark.parametrize(
    ("credentials", "asked"),
    [("token", ["projects"]), ("keys", ["projects"]), ("password", ["token"])],
)
def test_authenticating_gets_all_that_a_request_needs(sim, credentials, asked):
    client = make_client(sim, credentials, project_id=None, project_name=sim.project_name)
    authenticate(client)
    authenticate(client)
    assert operations(sim) == asked


# Refused credentials


@pytest.mark.parametrize("code", ["APIGW", "ROMA.1000", "ROMA.1002"])
@pytest.mark.parametrize("operation", ["job", "export", "archive"])
def test_a_refused_token_is_renewed_once_and_the_request_sent_again(make_sim, code, operation):
    sim = make_sim(job_seconds=0)
    client = make_client(sim, "password")
    job_id = start_export(client, sim.apps, [])
    archive_id = client.job(job_id).archive_id
    sim.clear_requests()
    sim.fault(operation, {"expire_token": True, "as": code})
    if operation == "job":
        client.job(job_id)
    elif operation == "export":
        start_export(client, sim.apps, [])
    else:
        open_archive(client, archive_id).close()
    assert operations(sim) == [operation, "token", operation]
    first, _token, second = sim.requests()
    assert first["headers"]["x-auth-token"] != second["headers"]["x-auth-token"]


def test_a_token_that_iam_ended_is_renewed(sim):
    client = make_client(sim, "password")
    failing(lambda: client.job("j"))
    sim.expire_tokens()
    assert class_of(failing(lambda: client.job("j"))) is errors.UnknownJob
    assert operations(sim) == ["token", "job", "job", "token", "job"]


def test_a_401_that_renewal_does_not_cure_ends_it(sim):
    sim.fault("job", {"expire_token": True}, times=None)
    assert class_of(failing(lambda: make_client(sim, "password").job("j"))) is errors.CredentialsRefused
    assert operations(sim) == ["token", "job", "token", "job"]


def test_each_refusal_in_a_long_wait_is_renewed(sim):
    client = make_client(sim, "password")
    for _number in range(3):
        sim.fault("job", {"expire_token": True})
        assert class_of(failing(lambda: client.job("j"))) is errors.UnknownJob
    assert operations(sim).count("token") == 4


def test_trouble_at_iam_while_a_token_is_renewed_passes_and_started_no_job(sim):
    client = make_client(sim, "password")
    authenticate(client)
    sim.fault("export", {"expire_token": True})
    sim.fault("token", {"status": 503})
    error = failing(lambda: start_export(client, sim.apps, []))
    assert (type(error), error.passes, error.may_have_acted) == (errors.ServerFailed, True, False)


@pytest.mark.parametrize("as_", ["APIGW", "ROMA.1002"])
def test_a_ready_token_that_is_refused_is_asked_once_and_explained(sim, as_):
    sim.fault("job", {"expire_token": True, "as": as_})
    error = failing(lambda: make_client(sim).job("j"))
    assert class_of(error) is errors.CredentialsRefused
    assert operations(sim) == ["job"]


@pytest.mark.parametrize(
    ("credentials", "changes", "words"),
    [
        ("keys", {"secret_key": "wrong"}, "secret_key does not belong"),
        ("keys", {"access_key": "NOKEY"}, "does not exist"),
        ("temporary", {"security_token": None}, "security_token is missing"),
        ("token", {"auth_token": "wrong"}, "damaged"),
    ],
)
@pytest.mark.parametrize("project", ["given", "looked up"])
def test_refused_keys_and_tokens_are_asked_exactly_once_and_explained(sim, credentials, changes, words, project):
    if project == "looked up":
        changes = {**changes, "project_id": None, "project_name": sim.project_name}
    client = make_client(sim, credentials, **changes)
    error = failing(lambda: client.job("j"))
    assert (type(error), error.passes) == (errors.CredentialsRefused, False)
    assert words in str(error)
    assert len(sim.requests()) == 1


def test_a_refused_signature_shows_no_secret(sim):
    keys = sim.temporary
    error = failing(lambda: make_client(sim, "temporary", secret_key="wrong").job("j"))
    shown = f"{error} {error.answer}"
    assert keys["security_token"] not in shown
    assert "canonicalRequest" not in shown
    assert keys["security_token"] in sim.requests("job")[0]["headers"]["x-security-token"]


def test_a_locked_key_is_explained(sim):
    sim.fault("job", {"refuse": "locked"})
    assert "locked the key for 5 minutes" in str(failing(lambda: make_client(sim, "keys").job("j")))


@pytest.mark.parametrize(("skew", "words"), [(1200, "20 min behind"), (-1200, "20 min ahead of")])
def test_a_clock_that_is_off_is_named(sim, skew, words):
    sim.fault("job", {"skew": skew})
    assert words in str(failing(lambda: make_client(sim, "keys").job("j")))


def test_a_password_that_is_refused_is_asked_exactly_once(sim):
    client = make_client(sim, "password", password="another")
    error = failing(lambda: client.job("j"))
    assert (type(error), error.passes) == (errors.PasswordRefused, False)
    assert "The username or password is wrong." in str(error)
    assert operations(sim) == ["token"]


def test_every_secret_that_is_got_on_the_way_is_told(sim):
    secrets = Secrets()
    client = make_client(sim, "password", secrets=secrets)
    failing(lambda: client.job("j"))
    assert {sim.password, sim.requests("job")[0]["headers"]["x-auth-token"]} <= secrets.known


def test_the_agency_s_keys_sign_and_are_renewed_when_they_are_refused(sim, monkeypatch):
    monkeypatch.setenv("ROMA_ECS_METADATA_ENDPOINT", sim.endpoint[: -len("/roma")])
    client = make_client(sim, auth_token=None, ecs_agency=True)
    failing(lambda: client.job("j"))
    sim.fault("job", {"refuse": "ak"})
    assert class_of(failing(lambda: client.job("j"))) is errors.UnknownJob
    assert operations(sim) == ["agency", "agency", "job", "job", "agency", "agency", "job"]
    assert sim.requests("job")[-1]["user"] == "agency"
    first, refused, second = [entry["headers"]["x-security-token"] for entry in sim.requests("job")]
    assert first == refused != second


@pytest.mark.parametrize("call", [lambda client: client.job("j"), lambda client: show_app(client, "a")])
def test_what_iam_does_not_know_is_not_the_thing_that_is_asked_for(sim, call):
    sim.fault("projects", {"status": 404})
    sim.fault("token", {"status": 404})
    for credentials in ("keys", "password"):
        with pytest.raises(errors.IamRefused, match="at IAM"):
            call(make_client(sim, credentials, project_id=None, project_name="nosuch"))
