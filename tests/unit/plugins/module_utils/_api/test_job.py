# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job is, in every edition's spelling."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._api import job as _job
from ansible_collections.roma.connect.plugins.module_utils._errors import Unreadable

REASON = {"resource_type": "task", "resource_name": "orders", "error_code": "ROMA.1", "error_msg": "no"}


def parsed(**fields):
    return _job.parse({"status": "RUNNING", **fields})


def test_all_fields_of_2025():
    facts = _job.parse(
        {
            "id": "ff80",
            "type": "exportAsset",
            "status": "SUCCEEDED",
            "reason": [REASON],
            "progress_percent": 0.35,
            "archive_id": "2b0e",
            "begin_time": "2019-12-06T06:49:04Z",
            "end_time": "2019-12-06T06:50:11Z",
            "unknown": 1,
        }
    ).facts()
    assert facts == {
        "id": "ff80",
        "type": "exportAsset",
        "status": "SUCCEEDED",
        "reason": [REASON],
        "progress_percent": 0.35,
        "archive_id": "2b0e",
        "begin_time": "2019-12-06T06:49:04Z",
        "end_time": "2019-12-06T06:50:11Z",
    }


@pytest.mark.parametrize(
    "empty", [{}, dict.fromkeys(("id", "type", "reason", "reasons", "progress_percent", "end_time"))]
)
def test_what_the_api_left_out_is_null_and_reason_is_an_empty_list(empty):
    facts = parsed(**empty).facts()
    assert facts.pop("status") == "RUNNING"
    assert facts.pop("reason") == []
    assert set(facts.values()) == {None}


@pytest.mark.parametrize(
    ("spelling", "status", "over", "known"),
    [
        ("RUNNING", "RUNNING", False, True),
        ("Running", "RUNNING", False, True),
        ("running", "RUNNING", False, True),
        ("SUCCEEDED", "SUCCEEDED", True, True),
        ("Success", "SUCCEEDED", True, True),
        ("Finished", "SUCCEEDED", True, True),
        ("FINISHED", "SUCCEEDED", True, True),
        ("FAILED", "FAILED", True, True),
        ("Failed", "FAILED", True, True),
        (" SUCCEEDED ", "SUCCEEDED", True, True),
        ("Paused", "PAUSED", False, False),
        ("wird bearbeitet", "WIRD BEARBEITET", False, False),
    ],
)
def test_vocabularies_of_status(spelling, status, over, known):
    job = parsed(status=spelling)
    assert (job.status, job.over, job.known) == (status, over, known)


def test_a_finished_export_has_no_package_whatever_the_api_says():
    assert parsed(status="Finished", archive_id="old").archive_id is None
    assert parsed(status="Success", archive_id="new").archive_id == "new"
    assert parsed(status="Success", archive_id="").archive_id is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"reason": [REASON]}, [REASON]),
        ({"reasons": [REASON, REASON]}, [REASON, REASON]),
        ({"reason": [], "reasons": [REASON]}, [REASON]),
        ({"reason": None, "reasons": [REASON]}, [REASON]),
        ({"reason": REASON}, [REASON]),
        ({"reason": [{**REASON, "more": 1}]}, [REASON]),
        ({"reason": [{"error_msg": "no"}]}, [{**dict.fromkeys(REASON), "error_msg": "no"}]),
        ({"reason": [{**REASON, "error_code": 7}]}, [{**REASON, "error_code": "7"}]),
        ({"reason": "disk full"}, [{**dict.fromkeys(REASON), "error_msg": "disk full"}]),
        ({"reason": [None, {}, "text"]}, [{**dict.fromkeys(REASON), "error_msg": "text"}]),
    ],
)
def test_both_spellings_of_reason(fields, reason):
    assert parsed(status="FAILED", **fields).reason == reason


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2019-12-06T06:49:04Z", "2019-12-06T06:49:04Z"),
        ("2019-12-06T06:49:04z", "2019-12-06T06:49:04Z"),
        ("2019-12-06T06:49:04.701000Z", "2019-12-06T06:49:04Z"),
        ("2019-12-06T06:49:04.7Z", "2019-12-06T06:49:04Z"),
        ("2019-12-06T14:49:04+08:00", "2019-12-06T06:49:04Z"),
        ("2019-12-06T14:49:04.123+08:00", "2019-12-06T06:49:04Z"),
        ("2019-12-06T06:49:04", "2019-12-06T06:49:04Z"),
        ("2019-12-06 06:49:04", "2019-12-06T06:49:04Z"),
        ("20191206T064904Z", "2019-12-06T06:49:04Z"),
        ("20191206T144904.5+0800", "2019-12-06T06:49:04Z"),
        ("20191206 064904", "2019-12-06T06:49:04Z"),
        ("2019-12-06T14:49:04+0800", "2019-12-06T06:49:04Z"),
        ("2019-12-06T14:49:04,123456789+08", "2019-12-06T06:49:04Z"),
        ("2019-12-06 14:49:04 +08:00", "2019-12-06T06:49:04Z"),
        (" 2019-12-06t03:19:04.9-03:30 ", "2019-12-06T06:49:04Z"),
        ("2019-12-06T06:49Z", "2019-12-06T06:49:00Z"),
        ("2019-12-06T06+00", "2019-12-06T06:00:00Z"),
        ("2019-12-06", "2019-12-06T00:00:00Z"),
        ("Fri, 06 Dec 2019 06:49:04 GMT", "2019-12-06T06:49:04Z"),
        ("2019-12-06T24:00:00Z", None),
        ("2019-12-06T06:60:00Z", None),
        ("2019-13-06T06:49:04Z", None),
        ("2019-12-06T06:49:04+24:00", None),
        ("2019-12-06T06:49:04+08:60", None),
        ("2019-12-06T06:49:04.Z", None),
        ("2019-12-06T06:49:04Zulu", None),
        ("\u0662019-12-06T06:49:04Z", None),
        (1575614944, "2019-12-06T06:49:04Z"),
        (1575614944.9, "2019-12-06T06:49:04Z"),
        ("1575614944", "2019-12-06T06:49:04Z"),
        (1575614944000, "2019-12-06T06:49:04Z"),
        (1575614944999, "2019-12-06T06:49:04Z"),
        ("1575614944000", "2019-12-06T06:49:04Z"),
        (100000000000, "5138-11-16T09:46:40Z"),
        (100000000001, "1973-03-03T09:46:40Z"),
        (0, "1970-01-01T00:00:00Z"),
        (True, None),
        ("yesterday", None),
        ("", None),
        ({"time": 1}, None),
        ([], None),
        (float("nan"), None),
        (1e300, None),
        ("0001-01-01T00:00:00+10:00", None),
        ("9999-12-31T23:59:59-10:00", None),
    ],
)
def test_both_forms_of_time(value, time):
    job = parsed(begin_time=value, end_time=value)
    assert (job.begin_time, job.end_time) == (time, time)


@given(
    moment=st.datetimes(datetime.datetime(1000, 1, 2), datetime.datetime(9999, 12, 30)),
    minutes=st.integers(1 - 24 * 60, 24 * 60 - 1),
    form=st.sampled_from(["%Y-%m-%d{}%H:%M:%S", "%Y%m%d{}%H%M%S"]),
    separator=st.sampled_from("Tt "),
    fraction=st.sampled_from(["", ".{:06}", ",{:06}", ".{:06}789"]),
    zone=st.sampled_from(["", "Z", "z", "{}{:02}", "{}{:02}{:02}", "{}{:02}:{:02}", " {}{:02}{:02}"]),
)
def test_every_form_of_iso_8601_is_the_moment_that_datetime_makes_of_it(
    moment, minutes, form, separator, fraction, zone
):
    if zone.count("{") < 2:
        minutes = 0
    elif zone.count("{") == 2:
        minutes -= minutes % 60 if minutes > 0 else minutes % -60
    text = moment.strftime(form.format(separator)) + fraction.format(moment.microsecond)
    text += zone.format("-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60)
    own = moment.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=minutes)))
    utc = own.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert parsed(begin_time=text).begin_time == utc


@pytest.mark.parametrize(
    ("value", "progress"),
    [
        (0, 0.0),
        (0.35, 0.35),
        (1, 1.0),
        ("0.5", 0.5),
        (35, None),
        (-0.1, None),
        (1.01, None),
        (True, None),
        ("x", None),
        (float("inf"), None),
        (10**400, None),
        ([0.5], None),
    ],
)
def test_progress_is_a_number_from_0_to_1_or_not_told(value, progress):
    assert parsed(progress_percent=value).progress_percent == progress


@pytest.mark.parametrize("value", [12, 1.5])
def test_an_id_that_is_a_number_becomes_text(value):
    assert (parsed(id=value).id, parsed(archive_id=value).archive_id) == (str(value), str(value))


@pytest.mark.parametrize("status", [None, "", "  ", 5, ["RUNNING"], {"status": "RUNNING"}, True])
def test_a_document_without_a_status_is_no_job(status):
    with pytest.raises(Unreadable):
        parsed(status=status)
    with pytest.raises(Unreadable):
        _job.parse({})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NEAR = st.one_of(
    JSON,
    st.sampled_from(["Finished", "RUNNING", "2019-12-06T06:49:04Z", 1e11, 10**30, -(10**15), "9" * 400, "\ud800"]),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.floats(-1e18, 1e18),
)
FIELDS = ("id", "type", "status", "reason", "reasons", "progress_percent", "archive_id", "begin_time", "end_time")


def test_facts_are_the_callers_own():
    job = _job.parse({"status": "FAILED", "reason": [{"error_msg": "It runs."}]})
    job.facts()["reason"][0]["error_msg"] = "changed"
    assert job.facts()["reason"][0]["error_msg"] == "It runs."


@given(
    st.one_of(
        st.dictionaries(st.text(max_size=8), JSON), st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, NEAR))
    )
)
def test_any_document_is_a_job_or_unreadable(document):
    try:
        job = _job.parse(document)
    except Unreadable:
        assert not isinstance(document.get("status"), str) or not document["status"].strip()
        return
    facts = job.facts()
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert facts["status"] == facts["status"].upper()
    assert facts["progress_percent"] is None or 0 <= facts["progress_percent"] <= 1
