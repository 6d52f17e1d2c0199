# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service of an ECS machine, played by the simulator."""

from __future__ import annotations

import functools

import pytest

from ansible_collections.roma.connect.plugins.module_utils import _errors as errors
from ansible_collections.roma.connect.plugins.module_utils._account.iam import new_keys
from ansible_collections.roma.connect.plugins.module_utils._http.deadline import Deadline
from ansible_collections.roma.connect.plugins.module_utils._http.secrets import Secrets, spellings
from ansible_collections.roma.connect.plugins.module_utils._http.transport import Transport
from ansible_collections.roma.connect.tests.unit.plugins.support import class_of


@pytest.fixture
def kept():
    return Secrets()


@pytest.fixture
def agency(sim, kept):
    transport = Transport(Deadline(5), proxies=False, secrets=kept)
    return functools.partial(new_keys, transport, sim.endpoint[: -len("/roma")] + "/")


def failing(agency):
    with pytest.raises(errors.RomaError) as caught:
        agency()
    return caught.value


def test_keys_are_got_as_the_vendor_s_sdk_gets_them(sim, agency, kept):
    keys = agency()
    assert keys.lifetime == pytest.approx(21600, abs=2)
    token, security = sim.requests("agency")
    assert (token["method"], token["path"]) == ("PUT", "/meta-data/latest/api/token")
    assert token["headers"]["x-metadata-token-ttl-seconds"] == "21600"
    assert (security["method"], security["path"]) == ("GET", "/openstack/latest/securitykey")
    got = (security["headers"]["x-metadata-token"], keys.secret_key, keys.security_token)
    assert kept.known == set().union(*map(spellings, got))
    assert "" not in kept.known


@pytest.mark.parametrize("status", [404, 405, 503])
def test_an_older_machine_knows_no_metadata_token_and_goes_on_without(sim, agency, status):
    sim.fault("agency", {"status": status}, path="api/token")
    assert agency().access_key
    assert "x-metadata-token" not in sim.requests("agency")[1]["headers"]


@pytest.mark.parametrize("fault", [{"status": 404}, {"status": 403}, {"status": 400}])
def test_a_machine_without_an_agency_is_told_so(sim, agency, fault):
    sim.fault("agency", fault, path="securitykey")
    error = failing(agency)
    assert class_of(error) is errors.NoAgency
    assert not error.passes
    assert "give the ECS machine an agency" in str(error)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 500}, errors.ServerFailed),
        ({"reset": "after"}, errors.NoAnswer),
        ({"html": 200}, errors.Unreadable),
        ({"json": {}}, errors.Unreadable),
        ({"json": {"credential": None}}, errors.Unreadable),
        ({"json": {"credential": {"access": "a", "secret": "s"}}}, errors.Unreadable),
        ({"json": {"credential": {"access": 1, "secret": 2, "securitytoken": 3}}}, errors.Unreadable),
    ],
)
def test_trouble_that_passes_started_no_job(sim, agency, kept, fault, kind):
    sim.fault("agency", fault, path="securitykey")
    error = failing(agency)
    assert (type(error), error.passes) == (kind, True)
    assert not error.may_have_acted


@pytest.mark.parametrize("status", [500, 401])
def test_trouble_with_the_metadata_token_is_no_older_machine(sim, agency, status):
    sim.fault("agency", {"status": status}, path="api/token")
    assert failing(agency).answer["http_status"] == status
    assert len(sim.requests()) == 1


def test_keys_whose_end_is_not_told_are_renewed_soon(sim, agency):
    sim.fault(
        "agency", {"json": {"credential": {"access": "a", "secret": "s", "securitytoken": "t"}}}, path="securitykey"
    )
    assert agency() == ("a", "s", "t", 60)
