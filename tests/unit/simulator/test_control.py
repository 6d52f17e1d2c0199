# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface, and the log."""

from __future__ import annotations

import pytest


def test_requests(api, clock):
    api.started()
    api.control("DELETE", "requests")
    before = clock.time()
    api.post(api.assets + "/export?a=1&b=%20x", json={"apps": []})
    api.get(api.sim.endpoint + "/nothing")
    first, second = api.control("GET", "requests").json()
    assert (first["number"], second["number"]) == (2, 3)
    assert before - 1 < first["time"] < clock.time() + 1
    assert {
        name: first[name] for name in ("operation", "method", "query", "body_bytes", "body", "status", "fault")
    } == {
        "operation": "export",
        "method": "POST",
        "query": {"a": "1", "b": " x"},
        "body_bytes": 12,
        "body": {"apps": []},
        "status": 400,
        "fault": None,
    }
    assert first["path"].startswith("/roma/v2/")
    assert first["headers"]["x-auth-token"] == api.sim.auth_token
    assert first["user"] == api.sim.username
    assert (second["operation"], second["status"]) == (None, 404)


def test_faults_and_plans_over_http(api, clock):
    faults = [{"operation": "job", "fault": {"status": 500}}, {"operation": "job", "fault": {"busy": True}, "after": 1}]
    assert api.control("POST", "faults", json=faults).status_code == 200
    job_id = api.started()
    url = f"{api.assets}/jobs/{job_id}"
    assert [api.get(url).status_code for _number in range(3)] == [500, 400, 200]
    assert api.sim.requests("job")[0]["fault"] == {"status": 500}
    api.control("POST", "faults", json=faults[0])
    api.control("DELETE", "faults")
    assert api.get(url).status_code == 200
    clock.move(60)
    api.control("POST", "plan", json={"seconds": 0, "ranges": True, "for": "all"})
    assert api.job(api.started())["status"] == "SUCCEEDED"


def test_state_and_reset(api, clock):
    url = api.archive(clock)
    api.get(url)
    api.control("POST", "expire_tokens")
    state = api.control("GET", "state").json()
    assert [instance["id"] for instance in state["instances"]] == [item["id"] for item in api.sim.instances]
    assert state["jobs"][0]["status"] == "SUCCEEDED"
    assert state["archives"][0]["completed"] is True
    assert api.export().status_code == 401
    api.control("POST", "reset")
    state = api.control("GET", "state").json()
    assert (state["jobs"], state["archives"], api.sim.requests()) == ([], [], [])
    assert [app["id"] for app in state["instances"][0]["apps"]] == api.sim.apps
    assert api.export().status_code == 200


@pytest.mark.parametrize(
    ("method", "name", "data", "status"),
    [
        ("GET", "nothing", None, 404),
        ("PUT", "faults", None, 404),
        ("POST", "faults", "{", 400),
        ("POST", "faults", "{}", 400),
        ("POST", "plan", '{"colour": 1}', 400),
        ("POST", "plan", '{"damage": "all"}', 400),
        ("POST", "plan", '{"outcome": "DONE"}', 400),
        ("POST", "plan", '{"ranges": "some"}', 400),
    ],
)
def test_what_it_does_not_understand(api, method, name, data, status):
    answer = api.control(method, name, data=data)
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize("kind", ["token", "keys", "temporary", "password"])
def test_connection_options(sim, kind):
    options = sim.options(kind)
    assert {"endpoint", "iam_endpoint", "project_id", "instance_id"} < set(options)
    assert all(options.values())
