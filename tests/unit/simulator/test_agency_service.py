# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service of an ECS machine."""

from __future__ import annotations

import requests

from ansible_collections.roma.connect.tests.unit.simulator.test_authentication import job_url, signed

TTL = {"X-Metadata-Token-Ttl-Seconds": "21600"}


def token(sim, headers=None):
    url = sim.metadata_endpoint + "/meta-data/latest/api/token"
    return requests.put(url, headers=TTL if headers is None else headers, timeout=10)


def security_key(sim, value=None):
    headers = {"X-Metadata-Token": value} if value else {}
    return requests.get(sim.metadata_endpoint + "/openstack/latest/securitykey", headers=headers, timeout=10)


def ask(sim, clock, credential):
    more = {"x-security-token": credential["securitytoken"]}
    headers = signed(sim, clock, credential["access"], credential["secret"], **more)
    return requests.get(job_url(sim), headers=headers, timeout=10).status_code


def test_keys_of_the_agency(make, clock):
    sim = make(agency_seconds=3600)
    answer = security_key(sim, token(sim).text)
    credential = answer.json()["credential"]
    assert set(credential) == {"access", "secret", "securitytoken", "expires_at"}
    assert ask(sim, clock, credential) == 404
    assert sim.requests("job")[0]["user"] == "agency"
    assert security_key(sim).status_code == 200
    clock.move(3601)
    assert ask(sim, clock, credential) == 401, "they end"


def test_metadata_tokens(sim, clock):
    assert token(sim, {}).status_code == 400
    assert token(sim, {"X-Metadata-Token-Ttl-Seconds": "21601"}).status_code == 400
    assert security_key(sim, "no").status_code == 401
    value = token(sim).text
    assert security_key(sim, value).status_code == 200
    clock.move(21601)
    assert security_key(sim, value).status_code == 401


def test_a_machine_without_metadata_tokens(sim):
    sim.fault("agency", {"status": 404})
    assert token(sim).status_code == 404
    assert security_key(sim).status_code == 200
    assert [entry["operation"] for entry in sim.requests()] == ["agency", "agency"]


def test_another_user_has_another_slot(sim, clock, api):
    api.started()
    credential = security_key(sim).json()["credential"]
    url = api.assets + "/export"
    body = b'{"apps": [{"id": "x"}], "tasks": []}'
    more = {"x-security-token": credential["securitytoken"], "content-type": "application/json"}
    headers = signed(sim, clock, credential["access"], credential["secret"], url=url, body=body, **more)
    assert requests.post(url, data=body, headers=headers, timeout=10).status_code == 200
