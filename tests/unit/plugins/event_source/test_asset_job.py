# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source as ansible-rulebook runs it: a file, a queue that holds one event, arguments."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import re
import threading
import time

import pytest
import yaml

from ansible_collections.roma.connect.plugins.doc_fragments._connection import ModuleDocFragment
from ansible_collections.roma.connect.plugins.module_utils._api.job import Job
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput, RomaError
from ansible_collections.roma.connect.plugins.module_utils._wait.fleet import Fleet
from ansible_collections.roma.connect.plugins.module_utils._wait.pace import AdaptivePace
from ansible_collections.roma.connect.plugins.module_utils._wait.waiting import Seen
from ansible_collections.roma.connect.plugins.plugin_utils import _watch
from ansible_collections.roma.connect.plugins.plugin_utils._watch import ARGUMENTS, Changes, Watch
from ansible_collections.roma.connect.tests.unit.plugins.support import ROOT, make_client, stacks

FILE = os.path.join(
    ROOT, "ansible_collections", "roma", "connect", "extensions", "eda", "plugins", "event_source", "asset_job.py"
)
REASON = {"resource_type": "task", "resource_name": "orders", "error_code": "ROMA.2", "error_msg": "no"}

#: Seconds; and how many of them in all may bring no event. They are counted one by one, so that a machine which stands
#: still for a minute is not taken for a source that does.
TURN = 0.1
MOST_QUIET_TURNS = 600


@pytest.fixture(scope="module")
def source():
    # not by runpy, which ansible-rulebook takes: it fails where Ansible's own loader is at work, as in ansible-test
    spec = importlib.util.spec_from_file_location("asset_job", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


@pytest.fixture
def watch(source, sim):
    """Runs the source; returns the events, in the order in which they came."""

    async def gather(args, act):
        queue, events = asyncio.Queue(1), []
        running = asyncio.create_task(source["main"](queue, args))
        quiet = 0
        while not (running.done() and queue.empty()):
            try:
                event = await asyncio.wait_for(queue.get(), TURN)
            except asyncio.TimeoutError:
                quiet += not running.done()
                assert quiet < MOST_QUIET_TURNS, f"{len(events)} events, then none; the threads are at\n{stacks()}"
            else:
                events.append(event["asset_job"])
                act(events)
        watch.events = events
        await running
        return events

    def watch(*jobs, credentials="token", act=lambda events: None, **args):
        given = {**sim.options(credentials), "poll_interval": 0.05, **args}
        if jobs:
            given["jobs"] = [job if isinstance(job, dict) else {"job_id": job} for job in jobs]
        return asyncio.run(gather(given, act))

    return watch


def of(events, job_id):
    return [event for event in events if event["id"] == job_id]


def steps(events):
    return [(event["changed_from"], event["status"]) for event in events]


# What is worth an event


def job(status="RUNNING", progress=None):
    return Job("j", "exportAsset", status, progress_percent=progress)


def test_there_is_an_event_for_each_change_and_for_nothing_else(sim):
    changes = Changes()
    client = make_client(sim)
    members = Fleet([("j", client), ("k", client)], AdaptivePace, 0.0).members
    trouble = RomaError("away")
    trouble.passes = True

    def told_of(member, job, trouble):
        member.seen = Seen(job, 0.0, 1, trouble)
        return changes.seen(member)

    told = [
        told_of(members[0], seen, error)
        for seen, error in [
            (None, trouble),
            (job(), None),
            (job(), None),
            (job(progress=0.3), None),
            (job(progress=0.3), trouble),
            (job(progress=0.3), None),
            (job("PAUSED", 0.3), None),
            (job("SUCCEEDED", 1.0), None),
        ]
    ]
    told = [event and event["asset_job"] for event in told]
    assert [event and (event["changed_from"], event["status"], event["progress_percent"]) for event in told] == [
        None,
        (None, "RUNNING", None),
        None,
        ("RUNNING", "RUNNING", 0.3),
        None,
        None,
        ("RUNNING", "PAUSED", 0.3),
        ("PAUSED", "SUCCEEDED", 1.0),
    ]
    assert told_of(members[1], job(), None)["asset_job"]["changed_from"] is None, "each job by itself"


def test_an_event_has_the_fields_of_the_job(sim, watch):
    job_id = sim.add_job(seconds=0)
    [event] = watch(job_id)
    facts = make_client(sim).job(job_id).facts()
    assert facts["archive_id"]
    assert event == {**facts, "instance_id": sim.instance_id, "changed_from": None}


# A job's life


def test_a_job_starts_moves_and_ends(sim, watch):
    events = watch(job_id=sim.add_job(seconds=1))
    assert events[0]["changed_from"] is None
    assert steps(events)[-1] == ("RUNNING", "SUCCEEDED")
    seen = [(event["progress_percent"], event["status"]) for event in events]
    assert seen == sorted(seen) and len(seen) > 2, "it only ever goes on"


def test_a_job_that_failed_tells_why(sim, watch):
    events = watch(sim.add_job(seconds=0.3, outcome="FAILED", reasons=[REASON]))
    assert (events[-1]["status"], events[-1]["reason"]) == ("FAILED", [REASON])


def test_fifty_jobs_at_once(sim, watch):
    jobs = [sim.add_job(seconds=0.02 * number) for number in range(50)]
    events = watch(*jobs)
    for job_id in jobs:
        assert steps(of(events, job_id))[-1][1] == "SUCCEEDED"
        assert [event["status"] for event in of(events, job_id)].count("SUCCEEDED") == 1


def test_a_job_that_is_named_twice_makes_each_event_once(sim, watch):
    job_id = sim.add_job(seconds=0)
    assert len(watch(job_id, job_id)) == 1


def test_an_api_that_goes_away_comes_back(sim, watch):
    jobs = [sim.add_job(seconds=1) for _number in range(5)]
    for fault in ({"reset": "before"}, {"status": 503}, {"html": 502}):
        sim.fault("job", fault, times=5, after=5)
    events = watch(*jobs)
    assert [of(events, job_id)[-1]["status"] for job_id in jobs] == ["SUCCEEDED"] * 5
    assert not [event for event in events if "error" in event]


def test_a_token_that_expires_is_renewed(sim, watch):
    jobs = [sim.add_job(seconds=1) for _number in range(10)]
    events = watch(*jobs, credentials="password", act=lambda events: len(events) == 15 and sim.expire_tokens())
    assert [of(events, job_id)[-1]["status"] for job_id in jobs] == ["SUCCEEDED"] * 10
    assert len(sim.requests("token")) == 2


def test_a_job_that_cannot_be_asked_has_a_last_event_and_the_others_go_on(sim, watch):
    job_id = sim.add_job(seconds=0.2)
    events = watch("unknown", job_id)
    [event] = of(events, "unknown")
    assert (event["status"], event["changed_from"], event["error"]["http_status"]) == (None, None, 404)
    assert of(events, job_id)[-1]["status"] == "SUCCEEDED"


def test_where_no_job_can_be_asked_the_source_fails(sim, watch):
    with pytest.raises(RomaError, match=r"^No job could be asked: .*secret_key"):
        watch(*(sim.add_job(seconds=0) for _number in range(9)), credentials="keys", secret_key="wrong")
    assert len(sim.requests("job")) == 1, "more refusals would lock the key"
    assert len(watch.events) == 9


def test_when_the_time_is_over_each_job_that_is_not_has_a_last_event(sim, watch):
    jobs = [sim.add_job(status="RUNNING"), sim.add_job(seconds=0)]
    events = watch(*jobs, timeout=1)
    first, last = of(events, jobs[0])
    assert (first["changed_from"], "timed_out" in first) == (None, False)
    assert (last["changed_from"], last["status"], last["timed_out"]) == ("RUNNING", "RUNNING", True)
    assert "timed_out" not in of(events, jobs[1])[-1]


def test_slow_rules_do_not_hold_up_the_questions(sim, watch):
    jobs = [sim.add_job(seconds=0.5, progress="none") for _number in range(20)]
    asked = []

    def act(events):
        time.sleep(0.1)
        asked.append(len(sim.requests("job")))

    watch(*jobs, act=act)
    assert asked[20] > 60, "while rules work at 20 events for two seconds"


def test_a_rulebook_that_ends_takes_the_source_with_it(sim, source):
    job_id = sim.add_job(seconds=3600)
    sim.fault("job", {"hang": 60}, times=None, after=1)

    async def play():
        queue = asyncio.Queue(1)
        args = {**sim.options(), "job_id": job_id, "poll_interval": 0.05, "timeout": 30}
        running = asyncio.create_task(source["main"](queue, args))
        await queue.get()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    began = time.monotonic()
    asyncio.run(play())
    assert time.monotonic() - began < 10, "nothing waits for an answer that does not come"
    assert all(thread.daemon for thread in threading.enumerate() if "roma" in thread.name)


@pytest.mark.parametrize("value", ["Fri, 31 Dec 9999 23:59:59 GMT", "999999999999", "9" * 400])
def test_an_api_that_wants_to_be_left_alone_for_ever_ends_nothing(sim, source, value):
    sim.fault("job", {"status": 429, "retry_after": value}, times=None)

    async def play():
        args = {**sim.options(), "job_id": sim.add_job(seconds=3600), "poll_interval": 0.05}
        running = asyncio.create_task(source["main"](asyncio.Queue(1), args))
        while not sim.requests("job"):
            await asyncio.sleep(0.01)
        done, _pending = await asyncio.wait([running], timeout=0.5)
        assert not done, running.exception()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(play())
    assert len(sim.requests("job")) == 1


def test_a_secret_may_be_got_while_events_and_lines_are_masked(sim, monkeypatch):
    """Each thread that asks may get one."""

    def masking(value, known):
        walk = iter(known)
        next(walk)
        watch._secrets.add(f"secret-{len(known)}")
        list(walk)
        return value

    watch = Watch({**sim.options(), "job_id": "j"}, {})
    monkeypatch.setattr(_watch, "remove_values", masking)
    assert watch._hide("value") == "value"


# What a user does wrong


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, ["job_id is missing", "jobs"]),
        ({"job_id": "a", "jobs": [{"job_id": "b"}]}, ["job_id and jobs are both given"]),
        ({"job": "a"}, ["job: no such argument", "jobs"]),
        ({"jobs": [{"job_id": "a", "instance": "b"}]}, ["jobs.instance: no such argument"]),
        # not that there is a password: there is, but beside jobs
        (
            {"jobs": [{"job_id": "a", "password": "b"}]},
            ["jobs.password: no such argument; an item has cloud, endpoint"],
        ),
        ({"jobs": [{"job_id": "a"}, {"instance_id": "b"}]}, ["jobs[1]: job_id is missing"]),
        ({"jobs": ["a"]}, ["jobs"]),
        ({"job_id": "a", "poll_interval": "soon"}, ["poll_interval is not a number: give seconds, such as 600 for 10"]),
        ({"job_id": "a", "timeout": "10m"}, ["timeout is not a number: give seconds"]),
        ({"job_id": "a", "request_timeout": ["hidden"]}, ["request_timeout is not a number: give seconds"]),
        ({"job_id": "a/b"}, ["job_id 'a/b' is not an id"]),
        ({"job_id": {"job_id": "a/b"}}, ["job_id is a whole result and not a text: give its job_id alone"]),
        ({"jobs": [{"job_id": "a"}, {"job_id": ["b"]}]}, ["jobs[1]: job_id is a whole result and not a text"]),
        ({"job_id": "a", "poll_interval": 0}, ["poll_interval is 0"]),
        ({"job_id": "a", "timeout": -1}, ["timeout is -1"]),
        ({"job_id": "a", "request_timeout": 0}, ["request_timeout is 0"]),
        ({"job_id": "a", "timeout": 9_999_999_999}, ["timeout is 9999999999", "at most 31536000"]),
        ({"job_id": "a", "poll_interval": 1e10}, ["poll_interval is 1e+10", "at most 31536000"]),
        ({"job_id": "a", "request_timeout": 1e10}, ["request_timeout is 1e+10", "at most 31536000"]),
        ({"job_id": "a", "ca_path": "/nowhere"}, ["ca_path /nowhere cannot be read"]),
        ({"job_id": "a", "validate_certs": "perhaps"}, ["validate_certs"]),
        ({"job_id": "a", "endpoint": "here"}, ["endpoint 'here' is not a URL"]),
        ({"job_id": "a", "instance_id": ""}, ["instance_id is missing", "ROMA_INSTANCE_ID"]),
        ({"job_id": "a", "auth_token": ""}, ["No credentials"]),
        ({"job_id": "a", "access_key": "b"}, ["auth_token", "access_key", "different ways"]),
    ],
)
def test_a_wrong_argument_is_named(sim, source, args, words):
    given = {**sim.options(), **args}
    with pytest.raises(BadInput) as caught:
        asyncio.run(source["main"](asyncio.Queue(), given))
    for word in words:
        assert word in str(caught.value)
    assert sim.auth_token not in str(caught.value)
    assert sim.requests() == []


def test_arguments_may_be_text_as_templates_make_them(sim, watch):
    [event] = watch(sim.add_job(seconds=0), poll_interval="0.5", timeout="30", validate_certs="false")
    assert event["status"] == "SUCCEEDED"


def test_connection_and_credentials_may_come_from_the_environment(sim, watch, monkeypatch):
    monkeypatch.setenv("ROMA_ENDPOINT", sim.endpoint)
    monkeypatch.setenv("ROMA_AUTH_TOKEN", sim.auth_token)
    [event] = watch(sim.add_job(seconds=0), endpoint=None, auth_token=None)
    assert event["status"] == "SUCCEEDED"


def test_secrets_stand_in_no_event_and_no_log(sim, watch, caplog):
    caplog.set_level(logging.DEBUG)
    tokens = []

    def act(events):
        if not tokens:
            [request] = sim.requests("job")
            tokens.append(request["headers"]["x-auth-token"])
            sim.fault("job", {"status": 503, "error_msg": f"too much: {sim.password} and {tokens[0]}"})
            sim.fault("job", {"status": 403, "error_msg": f"no good: {sim.password} and {tokens[0]}"})

    job_id = sim.add_job(seconds=3600)
    events = watch(job_id, credentials="password", act=act, validate_certs=False)
    output = json.dumps(events) + caplog.text
    assert "too much" in caplog.text and "no good" in json.dumps(events)
    assert tokens[0][:20] not in output
    assert sim.password not in output
    assert "validate_certs is false" in caplog.text


def test_a_status_that_repeats_a_secret_is_masked_in_the_log(sim, watch, caplog):
    token = "TOKEN-0123456789"  # as it is where it is written upper-cased, too
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HW_SECRET_KEY", token)
        watch(sim.add_job(status=f"x {token}"), timeout=0.5)
    assert "no edition of the API knows" in caplog.text
    assert token not in caplog.text


def test_a_status_that_no_edition_knows_is_warned_of_once(sim, watch, caplog):
    job_id = sim.add_job(status="Paused")
    events = watch(job_id, timeout=1)
    assert [event["status"] for event in events] == ["PAUSED", "PAUSED"]
    assert [record.getMessage() for record in caplog.records if "PAUSED" in record.getMessage()] == [
        f"Job {job_id} has the status PAUSED, which no edition of the API knows: it counts as running"
    ]


def test_no_line_of_the_log_repeats_a_secret(sim, watch, caplog, monkeypatch):
    """… not even a status, which is the API's own word and so may be anything."""
    caplog.set_level(logging.DEBUG)
    secret = "LIKE-A-STATUS-0001"
    monkeypatch.setenv("HW_USER_PASSWORD", secret)
    events = watch(sim.add_job(status=f"paused {secret}"), timeout=0.5)
    assert "which no edition of the API knows" in caplog.text
    assert secret not in caplog.text + json.dumps(events)


# What the documentation says is what it does


def schema(options):
    return {
        name: (option["type"], option.get("default"), option.get("elements"), schema(option.get(nested) or {}))
        for name, option in options.items()
        for nested in ["suboptions" if "suboptions" in option else "options"]
    }


def test_the_documented_options_are_those_that_it_takes(source):
    documented = yaml.safe_load(source["DOCUMENTATION"])["options"]
    assert schema(documented) == schema(ARGUMENTS)
    shared = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    for name, option in shared.items():
        told = [text.replace("where the module runs", "where ansible-rulebook runs") for text in option["description"]]
        assert documented[name]["description"] == told


def test_the_examples_are_sources_that_it_takes(source):
    environ = {"ROMA_AUTH_TOKEN": "t"}
    for example in yaml.safe_load(source["EXAMPLES"]):
        Watch(example["roma.connect.asset_job"], environ)


def test_the_guide_shows_the_rulebook_that_is_there():
    collection = os.path.join(ROOT, "ansible_collections", "roma", "connect")
    with open(os.path.join(collection, "extensions", "eda", "rulebooks", "download.yml"), encoding="utf-8") as file:
        rulebook = yaml.safe_load(file)
    assert rulebook in shown_in_the_guide(collection)


def shown_in_the_guide(collection):
    """What the YAML blocks of the guide hold."""
    guide = os.path.join(collection, "docs", "docsite", "rst", "guide_event_driven.rst")
    with open(guide, encoding="utf-8") as file:
        blocks = re.findall(r"^\.\. code-block:: yaml\n(?:  :.*\n)*\n((?:(?:  .*)?\n)+)", file.read(), re.MULTILINE)
    return [yaml.safe_load(block) for block in blocks]


def test_the_guide_names_each_argument(source):
    collection = os.path.join(ROOT, "ansible_collections", "roma", "connect")
    with open(os.path.join(collection, "docs", "docsite", "rst", "guide_event_driven.rst"), encoding="utf-8") as file:
        table = file.read().partition("Arguments of the source\n")[2].partition("What an event holds\n")[0]
    assert [name for name in yaml.safe_load(source["DOCUMENTATION"])["options"] if f"``{name}``" not in table] == []
