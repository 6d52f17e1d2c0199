# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules as Ansible runs them: arguments in, one JSON document out."""

from __future__ import annotations

import errno
import importlib
import json
import os
import re
import stat
import time

import pytest
import yaml

from ansible_collections.roma.connect.plugins.module_utils import _module
from ansible_collections.roma.connect.plugins.module_utils._account.options import naming
from ansible_collections.roma.connect.plugins.module_utils._api.start import authenticate
from ansible_collections.roma.connect.plugins.module_utils._errors import VARIABLES, BadInput, RomaError, TimedOut
from ansible_collections.roma.connect.tests.unit.plugins.support import zip_bytes

JOB_INFO, EXPORT, ARCHIVE = "roma_asset_job_info", "roma_asset_export", "roma_asset_archive"
DELETE, IMPORT = "roma_asset_delete", "roma_asset_import"
APPS, TASKS, INSTANCES = "roma_app_info", "roma_task_info", "roma_instance_info"


@pytest.fixture
def sim(make_sim):
    return make_sim(job_seconds=0, package_bytes=5000)


def texts(result):
    """Warnings as text; newer versions of ansible-core print them with more around."""
    return [json.dumps(item) for item in result.get("warnings", [])]


# What comes back


def test_a_job_is_told(play, sim):
    result = play(JOB_INFO, **sim.options(), job_id=sim.add_job(seconds=0))
    assert result["changed"] is True
    assert result["job"]["status"] == "SUCCEEDED"
    assert (result["polls"], result["timed_out"]) == (1, False)
    assert "failed" not in result or result["failed"] is False


def test_a_job_that_failed_fails_with_its_facts(play, sim):
    job_id = sim.add_job(status="FAILED", reasons=[{"resource_name": "crm", "error_msg": "no"}])
    result = play(JOB_INFO, **sim.options(), job_id=job_id, wait=True)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "crm" in result["msg"]
    assert result["job"]["reason"][0]["error_msg"] == "no"


def test_an_error_of_the_api_comes_with_its_facts(play, sim):
    sim.fault("job", {"status": 403, "error_code": "ROMA.9", "error_msg": "not you"})
    result = play(JOB_INFO, **sim.options(), job_id="j1")
    assert result["failed"] is True
    assert "not you" in result["msg"]
    assert {name: result["error"][name] for name in ("http_status", "error_code", "error_msg")} == {
        "http_status": 403,
        "error_code": "ROMA.9",
        "error_msg": "not you",
    }
    assert set(result["error"]) == {"http_status", "error_code", "error_msg", "error_details", "request_id"}
    assert result["job"] is None


def test_an_error_that_is_none_of_the_api_s_has_no_such_facts(play, sim):
    sim.fault("job", {"reset": "after"})
    result = play(JOB_INFO, **sim.options(), job_id="j1")
    assert result["failed"] is True
    assert "error" not in result


@pytest.mark.parametrize("fault", [None, {"drip_headers": 0.05}])
def test_out_of_time_is_told_with_the_last_job(play, sim, fault):
    job_id = sim.add_job(seconds=3600)
    if fault:
        sim.fault("job", fault, times=None, after=1)
    began = time.monotonic()
    result = play(JOB_INFO, **sim.options(), job_id=job_id, wait=True, timeout=1, poll_interval=0.2)
    assert time.monotonic() - began < 2
    assert (result["failed"], result["timed_out"]) == (True, True)
    assert result["job"]["status"] == "RUNNING"
    assert 0 < result["elapsed"] < 2
    for word in (job_id, "roma_asset_job_info", "is still RUNNING"):
        assert word in result["msg"]


def test_a_download_that_is_out_of_time_names_what_has_arrived(play, sim, tmp_path):
    job = play(JOB_INFO, **sim.options(), job_id=sim.add_job(seconds=0, package_bytes=300_000))["job"]
    sim.fault("archive", {"drip": 150_000})
    dest = str(tmp_path / "crm.zip")
    result = play(ARCHIVE, **sim.options(), archive_id=job["archive_id"], dest=dest, timeout=1)
    assert (result["failed"], result["changed"]) == (True, False)
    assert f"{dest}.{job['archive_id']}.part" in result["msg"]
    assert "timed_out" not in result


def test_an_export_in_check_mode_starts_nothing(play, sim):
    result = play(EXPORT, check_mode=True, **sim.options(), apps=sim.apps)
    assert (result["changed"], result["job_id"], result["instance_id"]) == (True, None, sim.instance_id)
    assert {entry["method"] for entry in sim.requests()} == {"GET"}


def test_an_export_and_its_download_with_a_record(play, sim, tmp_path):
    record, dest = str(tmp_path / "crm.zip.json"), str(tmp_path / "crm.zip")
    export = play(EXPORT, **sim.options(), apps=sim.apps, record=record)
    assert (export["changed"], export["package"]) == (True, None)
    place = {**sim.options(), "archive_id": export["job"]["archive_id"], "dest": dest, "record": record}
    archive = play(ARCHIVE, **place)
    assert (archive["changed"], archive["dest"], archive["size"]) == (True, dest, 5000)
    sim.clear_requests()
    again = play(EXPORT, **sim.options(), apps=sim.apps, record=record)
    assert (again["changed"], again["package"]["checksum"]) == (False, archive["checksum"])
    assert play(ARCHIVE, **place)["changed"] is False
    assert sim.requests() == []


@pytest.mark.parametrize("wait", [False, True])
def test_a_year_is_as_good_as_a_minute(play, sim, wait):
    year = 31_536_000
    result = play(
        JOB_INFO, **sim.options(), job_id=sim.add_job(seconds=0), wait=wait, timeout=year, request_timeout=year
    )
    assert result["job"]["status"] == "SUCCEEDED"


def test_the_instance_s_id_can_stand_in_a_record_s_name(play, sim, tmp_path):
    record = str(tmp_path / "{instance_id}.json")
    assert play(EXPORT, **sim.options(), apps=sim.apps, record=record, wait=False)["changed"]
    assert os.listdir(tmp_path) == [f"{sim.instance_id}.json"]


#: What each module takes besides the connection, and what it asks.
ASKS = {
    JOB_INFO: ({"job_id": "j"}, "job"),
    EXPORT: ({"apps": ["a"], "dest": "crm.zip"}, "export"),
    DELETE: ({"apps": ["a"]}, "delete"),
    IMPORT: ({"src": "p.zip"}, "import"),
    ARCHIVE: ({"archive_id": "p", "dest": "crm.zip"}, "archive"),
    APPS: ({}, "apps"),
    TASKS: ({}, "tasks"),
    INSTANCES: ({}, "instances"),
}


@pytest.mark.parametrize("module", ASKS)
def test_the_facts_of_a_failure_are_those_that_are_documented_for_it(play, sim, tmp_path, monkeypatch, module):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.zip").write_bytes(zip_bytes())
    given, operation = ASKS[module]
    path = f"ansible_collections.roma.connect.plugins.modules.{module}"
    documented = yaml.safe_load(importlib.import_module(path).RETURN)

    def facts(when):
        told = {name for name, fact in documented.items() if when in fact["returned"]}
        return {name for name in told if module != JOB_INFO or "with jobs" not in documented[name]["returned"]}

    refused = play(module, **{**sim.options(), **given, "endpoint": "here"})
    assert facts("always") <= set(refused)
    sim.fault(operation, {"status": 403})
    failed = play(module, **sim.options(), **given)
    assert failed["failed"] is True
    assert facts("unless an option is refused") | facts("when the API answered with an error") <= set(failed)
    assert "error" in facts("when the API answered with an error")


# Bad input: one clear sentence, and nothing sent


@pytest.mark.parametrize(
    ("module", "given", "words"),
    [
        (JOB_INFO, {"timeout": -1}, "timeout is -1"),
        (JOB_INFO, {"poll_interval": 0}, "poll_interval is 0"),
        (JOB_INFO, {"poll_interval": -2}, "poll_interval is -2"),
        (JOB_INFO, {"request_timeout": 0}, "request_timeout is 0"),
        (JOB_INFO, {"request_timeout": "inf"}, "request_timeout is inf"),
        (
            JOB_INFO,
            {"timeout": 9_999_999_999},
            "timeout is 9999999999: give a number of seconds, at least 0 and at most",
        ),
        (JOB_INFO, {"request_timeout": 1e10}, "request_timeout is 1e+10"),
        (JOB_INFO, {"poll_interval": 31_536_000.5}, "poll_interval is 31536000.5"),
        (EXPORT, {"busy_timeout": 31_536_001}, "busy_timeout is 31536001"),
        (JOB_INFO, {"job_id": ""}, "job_id is empty"),
        (JOB_INFO, {"job_id": "../x"}, "job_id '../x' is not an id"),
        (JOB_INFO, {"instance_id": None}, "instance_id is missing"),
        (JOB_INFO, {"endpoint": "roma"}, "endpoint 'roma' is not a URL"),
        (JOB_INFO, {"endpoint": None}, "region or endpoint is missing"),
        (JOB_INFO, {"auth_token": None}, "No credentials"),
        (JOB_INFO, {"access_key": "a"}, "different ways"),
        (JOB_INFO, {"auth_token": None, "access_key": "a"}, "without secret_key"),
        (JOB_INFO, {"ca_path": "/nowhere.pem"}, "ca_path /nowhere.pem cannot be read (No such file or directory)"),
        (EXPORT, {"busy_timeout": -1}, "busy_timeout is -1"),
        (EXPORT, {"download_timeout": -1}, "download_timeout is -1"),
        (EXPORT, {"download_timeout": 99_999_999_999}, "download_timeout is 1e+11"),
        (EXPORT, {}, "Nothing to export is named"),
        (EXPORT, {"apps": ["x"] * 101}, None),
        (EXPORT, {"apps": [f"x{number}" for number in range(101)]}, "more than 100 items"),
        (EXPORT, {"apps": ["x"], "record": "/nowhere/r.json"}, "/nowhere"),
        (ARCHIVE, {"archive_id": "p", "dest": "/nowhere/crm.zip"}, "/nowhere"),
        (ARCHIVE, {"archive_id": "p/q", "dest": "/tmp"}, "archive_id 'p/q' is not an id"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_nothing_is_sent(play, sim, module, given, words):
    base = {**sim.options(), **({"job_id": "j1"} if module == JOB_INFO else {})}
    result = play(module, **{**base, **given})
    if words is None:
        assert len(sim.requests("export")) == 1, "an id that is given many times is sent once"
        return
    assert result["failed"] is True
    assert words in result["msg"]
    assert "\n" not in result["msg"]
    assert "exception" not in result
    assert sim.requests() == []


RESULT = {"changed": True, "job_id": "ff80", "job": {"id": "ff80", "reason": [{"error_msg": "a/b"}]}}


@pytest.mark.parametrize(
    ("module", "given", "says"),
    [
        (JOB_INFO, {"job_id": RESULT}, "job_id is a whole result and not a text: give its job_id alone"),
        (JOB_INFO, {"job_id": json.dumps(RESULT)}, "job_id is a whole result and not a text: give its job_id alone"),
        (JOB_INFO, {"job_id": [RESULT]}, "job_id is a whole result and not a text: give its job_id alone"),
        (JOB_INFO, {"instance_id": RESULT}, "instance_id is a whole result and not a text: give its instance_id alone"),
        (JOB_INFO, {"project_id": RESULT}, "project_id is a whole result and not a text: give its project_id alone"),
        (
            JOB_INFO,
            {"job_id": None, "jobs": [{"job_id": "a"}, {"job_id": RESULT}]},
            "jobs[1]: job_id is a whole result and not a text: give its job_id alone",
        ),
        (APPS, {"app_id": RESULT}, "app_id is a whole result and not a text: give its app_id alone"),
        (TASKS, {"task_id": [RESULT]}, "task_id is a whole result and not a text: give its task_id alone"),
        (ARCHIVE, {"archive_id": RESULT}, "archive_id is a whole result and not a text: give its archive_id alone"),
        (EXPORT, {"apps": [RESULT]}, "An item of apps is a dict and not a text: give the id alone, in quotes"),
        (DELETE, {"tasks": ["a", RESULT]}, "An item of tasks is a dict and not a text: give the id alone, in quotes"),
        (JOB_INFO, {"job_id": "None"}, "job_id is empty: give the id that the API or the console shows"),
    ],
)
def test_what_is_no_text_is_said_to_be_none_and_is_not_quoted(play, sim, module, given, says):
    base = {**sim.options(), **({"job_id": "j1"} if module == JOB_INFO else {})}
    result = play(module, **{**base, **({"dest": "/tmp"} if module == ARCHIVE else {}), **given})
    assert result["msg"] == says
    assert sim.requests() == []


@pytest.mark.parametrize("archive_id", ["", " ", "None", "null"])
def test_an_archive_id_that_is_not_there_yet_is_said_to_be_so(play, sim, tmp_path, archive_id):
    result = play(ARCHIVE, **sim.options(), archive_id=archive_id, dest=str(tmp_path))
    for words in ("archive_id is empty", "job is not over", "downloaded already", "wait: true"):
        assert words in result["msg"]
    assert sim.requests() == []


@pytest.mark.parametrize("module", [EXPORT, DELETE])
@pytest.mark.parametrize("text", ["{}, {}", "{},{}", "{}\n{}\n", "- {}\n- {}", "[{}, {}]", '["{}", "{}"]'])
def test_a_list_may_come_as_a_text(play, sim, module, text):
    result = play(module, **sim.options(), apps=text.format(*sim.apps), tasks=sim.tasks[0])
    assert result["job"]["status"] == "SUCCEEDED"
    [request] = [entry for entry in sim.requests() if entry["method"] == "POST"]
    assert request["body"] == {
        "apps": [{"id": app} for app in sim.apps[:2]],
        "tasks": [{"id": sim.tasks[0]}],
    }


def test_a_list_may_hold_numbers(play, sim):
    play(EXPORT, **sim.options(), apps=[12345678901234567890, "a"], wait=False)
    assert sim.requests("export")[0]["body"]["apps"] == [{"id": "12345678901234567890"}, {"id": "a"}]


@pytest.mark.parametrize("jobs", ["j1", ["j1"], [None], [{"job_id": None}], [{}]])
def test_an_item_of_jobs_that_is_an_id_alone_is_told_how_to_be_written(play, sim, jobs):
    result = play(JOB_INFO, **sim.options(), jobs=jobs)
    assert result["msg"] == "jobs[0]: job_id is missing: write each item as a dictionary, such as {job_id: ID}"
    assert sim.requests() == []


SECONDS = [
    (JOB_INFO, "timeout", "whole "),
    (JOB_INFO, "poll_interval", ""),
    (JOB_INFO, "request_timeout", ""),
    (EXPORT, "timeout", "whole "),
    (EXPORT, "busy_timeout", "whole "),
    (EXPORT, "poll_interval", ""),
    (DELETE, "busy_timeout", "whole "),
    (IMPORT, "timeout", "whole "),
    (ARCHIVE, "timeout", "whole "),
    (APPS, "request_timeout", ""),
    (TASKS, "request_timeout", ""),
    (INSTANCES, "request_timeout", ""),
]


@pytest.mark.parametrize(("module", "option", "whole"), SECONDS)
@pytest.mark.parametrize("value", ["10m", "1 h", "hidden", ["hidden"], {"hidden": 1}])
def test_a_time_that_is_no_number_is_said_to_want_seconds(play, sim, module, option, whole, value):
    more = {
        JOB_INFO: {"job_id": "j"},
        ARCHIVE: {"archive_id": "p", "dest": "/tmp"},
        IMPORT: {"src": "/tmp/p.zip"},
    }
    result = play(module, **{**sim.options(), **more.get(module, {}), option: value})
    assert result["msg"] == f"{option} is not a number: give {whole}seconds, such as 600 for 10 minutes"
    assert "hidden" not in result["msg"]
    assert sim.requests() == []


def test_a_time_that_is_no_whole_number_is_said_to_be_none(play, sim):
    result = play(JOB_INFO, **sim.options(), job_id="j", timeout="1.5")
    assert result["msg"].startswith("timeout is not a number: give whole seconds")


@pytest.mark.parametrize("dest", [False, True])
def test_null_counts_as_left_out(play, sim, tmp_path, dest):
    """As it does for options without a default: a key with nothing behind it is null."""
    options = ["tasks", "app_names", "all", "force", "wait", "timeout", "download_timeout", "busy_timeout"]
    nulls = dict.fromkeys([*options, "record", "job_id", "validate_certs", "request_timeout", "mode"])
    place = {"dest": str(tmp_path / "crm.zip")} if dest else {"dest": None}
    result = play(EXPORT, **{**sim.options(), **nulls, **place, "apps": sim.apps[:1]})
    assert (result.get("msg"), result["changed"]) == (None, True)
    assert play(EXPORT, **sim.options(), apps=None)["msg"].startswith("Nothing to export is named")


def test_other_types_are_refused_in_ansible_s_own_words(play, sim):
    result = play(JOB_INFO, **sim.options(), job_id="j", wait="perhaps")
    assert "argument wait is of type" in result["msg"]


# Secrets


def echo(sim, text):
    """Let the API repeat a secret."""
    sim.fault("job", {"status": 403, "error_code": "X", "error_msg": f"you sent {text}!"})


@pytest.mark.parametrize("option", ["auth_token", "secret_key", "security_token", "password"])
@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_secret_is_masked_wherever_it_came_from(play, sim, monkeypatch, option, source):
    variables = {
        "access_key": "HW_ACCESS_KEY",
        "secret_key": "HW_SECRET_KEY",
        "security_token": "HW_SECURITY_TOKEN",
        "username": "HW_USER_NAME",
        "password": "HW_USER_PASSWORD",
        "domain_name": "HW_DOMAIN_NAME",
        "auth_token": "ROMA_AUTH_TOKEN",
    }
    way = {"auth_token": "token", "secret_key": "keys", "security_token": "temporary", "password": "password"}[option]
    given = sim.options(way)
    secret = given[option]
    if source == "environment":
        for name in [name for name in given if name in variables]:
            monkeypatch.setenv(variables[name], given.pop(name))
    echo(sim, secret)
    result = play(JOB_INFO, **given, job_id="j1")
    assert "you sent" in result["msg"]
    assert secret not in play.output


def test_a_secret_of_the_environment_is_masked_even_where_it_is_not_used(play, sim, monkeypatch):
    monkeypatch.setenv("HW_USER_PASSWORD", "unused-password")
    echo(sim, "unused-password")
    play(JOB_INFO, **sim.options(), job_id="j1")
    assert "unused-password" not in play.output


def test_a_secret_of_the_credentials_file_is_masked(play, sim, monkeypatch, tmp_path):
    path = tmp_path / "credentials"
    path.write_text(f"[basic]\nak = {sim.access_key}\nsk = {sim.secret_key}\n")
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(path))
    echo(sim, sim.secret_key)
    play(JOB_INFO, **{**sim.options(), "auth_token": None}, job_id="j1")
    assert sim.access_key in sim.requests("job")[0]["headers"]["authorization"]
    assert sim.secret_key not in play.output


def test_a_token_that_was_got_on_the_way_is_masked(play, sim):
    def repeat(task, client):
        authenticate(client)
        raise RomaError(f"you have {client.auth.token().value}!")

    result = play(repeat, **sim.options("password"))
    assert result["msg"].startswith("you have ")
    token = sim.world.credentials.tokens
    assert not any(value in play.output for value in token)


def test_a_refused_signature_shows_no_security_token(play, sim):
    keys = sim.options("temporary")
    play(JOB_INFO, **{**keys, "secret_key": "wrong"}, job_id="j1")
    assert keys["security_token"] not in play.output
    assert "canonicalRequest" not in play.output


# In a role


@pytest.mark.parametrize(("prefix", "told"), [(None, "dest"), ("asset_export_", "asset_export_dest")])
def test_messages_and_warnings_name_the_role_s_variable(play, sim, monkeypatch, prefix, told):
    if prefix:
        monkeypatch.setenv(VARIABLES, f"{prefix} apps dest")

    def refuse(task, client):
        task.warn("O(dest) is odd, O(wait) too")
        raise RomaError("O(dest) is none, O(region) neither")

    result = play(refuse, **sim.options())
    assert result["msg"] == f"{told} is none, region neither"
    assert f"{told} is odd, wait too" in texts(result)[0]


@pytest.mark.parametrize(
    ("module", "given", "words"),
    [
        (EXPORT, {}, "give x_apps, x_tasks, "),
        (EXPORT, {"apps": ["a/b"]}, "x_apps 'a/b' is not an id"),
        (EXPORT, {"apps": ["a"] * 3, "timeout": -1}, "x_timeout is -1"),
        (EXPORT, {"apps": ["a"], "busy_timeout": -1}, "x_busy_timeout is -1"),
        (EXPORT, {"apps": ["a"], "record": "/nowhere/r.json"}, "x_record /nowhere/r.json"),
        (ARCHIVE, {"archive_id": "p1", "dest": "/nowhere/crm.zip"}, "x_dest /nowhere/crm.zip: the folder"),
        (ARCHIVE, {"archive_id": "a/b", "dest": "/tmp"}, "x_archive_id 'a/b' is not an id"),
        (IMPORT, {"src": "/nowhere/crm.zip"}, "x_src /nowhere/crm.zip cannot be read"),
        (IMPORT, {"src": __file__}, "x_src " + __file__ + " is damaged"),
        (EXPORT, {"apps": {"a": 1}}, "^argument x_apps is of type"),
        # Not the role's: an option that every module has, and one that the role has no variable for.
        (EXPORT, {"apps": ["a"], "instance_id": ""}, "^instance_id is missing"),
        (EXPORT, {"apps": ["a"], "poll_interval": -1}, "^poll_interval is -1"),
    ],
)
def test_bad_input_is_told_by_the_role_s_variable(play, sim, monkeypatch, module, given, words):
    names = "apps tasks timeout busy_timeout record dest archive_id src"
    monkeypatch.setenv(VARIABLES, f"x_ {names}")
    assert re.search(words, play(module, **{**sim.options(), **given})["msg"])


def test_a_job_that_still_runs_is_told_with_the_role_s_variables(play, sim, monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLES, "x_ apps record timeout job_id")
    sim.plan(seconds=3600)
    record = str(tmp_path / "r.json")
    first = play(EXPORT, **sim.options(), apps=sim.apps, record=record, timeout=1)
    assert f"(x_record {record} resumes the job), or give a larger x_timeout" in first["msg"]
    assert "with roma_asset_job_info, job_id " in first["msg"], "which is not a variable of the role"
    other = play(EXPORT, **sim.options(), apps=sim.apps[:1], record=record)
    assert other["msg"].startswith(f"x_record {record} is of another request: ")
    assert ". Name another x_record, or start a new job with force" in other["msg"]


def test_what_went_wrong_within_something_else_is_told_so_too(play, sim, monkeypatch, tmp_path):
    """The text of an error that becomes part of another's."""
    monkeypatch.setenv(VARIABLES, "x_ record busy_timeout")
    job_id = sim.add_job(seconds=0)
    archive_id = play(JOB_INFO, **sim.options(), job_id=job_id)["job"]["archive_id"]

    def refuse(task, client):
        with naming("jobs[0]"):
            raise BadInput("O(record) is none")

    assert play(refuse, **sim.options())["msg"] == "jobs[0]: x_record is none"
    sim.fault("archive", {"status": 400, "error_code": "ROMA.10012", "error_msg": "busy"})
    failed = play(ARCHIVE, **sim.options(), archive_id=archive_id, dest=str(tmp_path / "crm.zip"), timeout=0)
    assert "or set x_busy_timeout to wait" in failed["msg"]


def test_so_does_what_is_refused_before_anything_begins(play, monkeypatch):
    monkeypatch.setenv(VARIABLES, "asset_export_ dest")

    def connections(options, environ):
        raise RomaError("O(dest) is none")

    monkeypatch.setattr(_module, "resolve", connections)
    assert play(lambda task: None)["msg"] == "asset_export_dest is none"


def test_so_does_what_is_said_when_the_time_is_over(play, sim, monkeypatch):
    monkeypatch.setenv(VARIABLES, "asset_export_ timeout")

    def late(task, client):
        task.unfinished = lambda: "give a larger O(timeout)"
        raise TimedOut("late")

    assert play(late, **sim.options())["msg"] == "give a larger asset_export_timeout"


# Warnings


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, []),
        ({"validate_certs": False}, ["validate_certs is false"]),
        ({"endpoint": "http://roma.invalid"}, ["plain http"]),
    ],
)
def test_dangers_are_warned_of_once(play, sim, given, words):
    told = texts(play(lambda task, client: None, **{**sim.options(), **given}))
    assert len(told) == len(words)
    for warning, word in zip(told, words):
        assert word in warning


def test_a_status_that_no_edition_knows_is_warned_of(play, sim):
    result = play(JOB_INFO, **sim.options(), job_id=sim.add_job(status="Paused"))
    assert len(texts(result)) == 1
    assert "PAUSED" in texts(result)[0]


# A defect of the collection


@pytest.mark.parametrize("error", [ValueError("text"), KeyError("name"), AssertionError(), OSError(5, "disk")])
def test_a_defect_is_said_in_a_sentence_with_the_facts_so_far(play, sim, error):
    def broken(task, client):
        task.facts["job_id"] = "j1"
        task.changed = True
        raise error

    result = play(broken, **sim.options())
    assert result["failed"] is True
    assert "defect of roma.connect" in result["msg"]
    assert type(error).__name__ in result["msg"]
    assert (result["job_id"], result["changed"]) == ("j1", True)


# The file's attributes


@pytest.fixture
def package(sim, tmp_path, play):
    """Arguments for roma_asset_archive."""
    job_id = sim.add_job(seconds=0)
    job = play(JOB_INFO, **sim.options(), job_id=job_id)["job"]
    return {**sim.options(), "archive_id": job["archive_id"], "dest": str(tmp_path / "crm.zip")}


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.mark.parametrize(("given", "set_"), [(None, 0o600), ("0640", 0o640), ("u=rw,g=r,o=r", 0o644)])
def test_a_package_has_the_mode_that_is_asked(play, package, given, set_):
    assert play(ARCHIVE, **package, mode=given)["changed"] is True
    assert mode(package["dest"]) == set_


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_mode_of_a_dest_that_exists_is_set_without_a_request(play, package, sim, check_mode):
    with open(package["dest"], "wb") as file:
        file.write(zip_bytes())
    os.chmod(package["dest"], 0o600)
    sim.clear_requests()
    result = play(ARCHIVE, check_mode=check_mode, **package, mode="0640")
    assert result["changed"] is True
    assert result["entries"] == 1
    assert mode(package["dest"]) == (0o600 if check_mode else 0o640)
    assert play(ARCHIVE, **package, mode="0640")["changed"] is check_mode
    assert play(ARCHIVE, **package)["changed"] is False
    assert sim.requests() == []


def test_in_check_mode_a_dest_that_does_not_exist_yet_has_no_attributes_to_set(play, package):
    result = play(ARCHIVE, check_mode=True, **package, mode="0640")
    assert result["changed"] is True
    assert not os.path.exists(package["dest"])


def test_the_size_is_the_package_s_and_not_that_of_a_file_that_lies_in_its_place(play, sim, tmp_path):
    dest = tmp_path / "crm.zip"
    dest.write_bytes(b"another")
    sim.fault("archive", {"status": 403})
    result = play(EXPORT, **sim.options(), apps=sim.apps[:1], dest=str(dest), force=True)
    assert (result["failed"], result["size"], result["packages"][0]["size"]) == (True, None, None)


def refuse(*_arguments, **_more):
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("option", "value", "word"),
    [("mode", "banana", "octal"), ("owner", "nobody-here", "look up user"), ("group", "nobody-here", "look up group")],
)
@pytest.mark.parametrize("there", [False, True])
def test_attributes_that_cannot_be_are_refused_before_anything_is_sent(
    play, package, sim, tmp_path, check_mode, option, value, word, there
):
    if there:
        (tmp_path / "crm.zip").write_bytes(zip_bytes())
    before = os.listdir(tmp_path)
    sim.clear_requests()
    result = play(ARCHIVE, check_mode=check_mode, **package, **{option: value})
    assert (result["failed"], result.get("changed", False)) == (True, False)
    assert word in result["msg"]
    assert "mode, owner or group" in result["msg"]
    assert sim.requests() == []
    assert os.listdir(tmp_path) == before


@pytest.mark.parametrize(("option", "call"), [("mode", "chmod"), ("owner", "chown"), ("group", "chown")])
@pytest.mark.parametrize("check_mode", [False, True])
def test_so_are_those_that_the_file_system_or_the_user_s_rights_refuse(
    play, package, sim, tmp_path, monkeypatch, option, call, check_mode
):
    monkeypatch.setattr(os, call, refuse)
    monkeypatch.setattr(os, f"l{call}", refuse, raising=False)
    sim.clear_requests()
    value = "0640" if option == "mode" else "12345"
    result = play(ARCHIVE, check_mode=check_mode, **package, **{option: value})
    assert result["failed"] is True
    assert "mode, owner or group (" in result["msg"]
    assert sim.requests() == []
    assert os.listdir(tmp_path) == []


def test_where_they_fail_afterwards_the_package_is_there_and_said_to_be(play, package, sim, monkeypatch):
    rename = os.rename

    def rename_and_refuse(*names):
        rename(*names)
        monkeypatch.setattr(os, "chmod", refuse)
        monkeypatch.setattr(os, "lchmod", refuse, raising=False)

    monkeypatch.setattr(os, "rename", rename_and_refuse)
    result = play(ARCHIVE, **package, mode="0640")
    assert (result["failed"], result["changed"]) == (True, True)
    assert f"The package is there, in {package['dest']}" in result["msg"]
    assert "exception" not in result
    assert (result["size"], result["partial"], result["lost"]) == (os.path.getsize(package["dest"]), None, False)
    assert len(result["checksum"]) == 64
    assert result["entries"]


@pytest.mark.parametrize(
    "raising", [PermissionError(13, "Permission denied", "/x"), IsADirectoryError(21, "Is a directory", "/x")]
)
def test_a_file_that_cannot_be_used_is_no_defect(play, sim, raising):
    def broken(task, client):
        raise raising

    result = play(broken, **sim.options())
    assert "/x cannot be used" in result["msg"]
    assert "defect" not in result["msg"]


# Progress


@pytest.mark.parametrize("hostile", [False, True])
def test_progress_is_reported_to_the_action_plugin_s_file(play, sim, tmp_path, monkeypatch, hostile):
    """… with what is secret masked, whatever the API makes of it."""
    path = tmp_path / "roma-progress-1"
    path.write_text("")
    monkeypatch.setenv("ROMA_PROGRESS_FILE", str(path))
    job_id = sim.add_job(status="RUNNING", type=sim.auth_token if hostile else "exportAsset")
    with path.open() as reports:
        play(JOB_INFO, **sim.options("token"), job_id=job_id, wait=True, timeout=0)
        documents = [json.loads(line) for line in reports]
    assert [document["job_id"] for document in documents] == [job_id]
    assert documents[0]["type"] == ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" if hostile else "exportAsset")
