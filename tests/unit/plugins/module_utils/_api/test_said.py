# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which an API says that a thing is not there, and what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from ansible_collections.roma.connect.plugins.module_utils._api.said import unknown

ID = "ff8080814dbd65d7014dbe0d84db0013"

ABSENT = """
The job does not exist.
The job doesn't exist
The app doesn\u2019t exist
JOB DOES NOT EXIST
job not exist
Job not existed
Asset job {id} is not exist.
asset job id {id} not exist in instance
The asset task does not exist.
The import or export task does not exist.
Task ID {id} does not exist
Job information does not exist.
The record does not exist
job with id={id} doesn't exist
{id} does not exist
The job no longer exists
The ID does not exist
job not found
Query job failed, job not found
The requested job was not found
{id} not found
not found: {id}
Not found: job {id}
The job cannot be found.
The job can not be found
job could not be found
The job can't be found
Cannot find job {id}
Could not find the task
Couldn't find job
unable to find job {id}
Failed to find the asset job
No such job
No such job: {id}
no such asset task
There is no such task
No record found for job {id}
No job with id {id}
unknown job
Unknown job id: {id}
job {id} unknown
Invalid job id
invalid job_id
Invalid jobId.
Invalid id
The job id is invalid
job_id is not valid
Invalid parameters. job_id
The parameter job_id is invalid.
Illegal job id
The job has been deleted.
Job {id} was deleted
Job has already been removed
The job has expired
The task record has expired.
The application does not exist
The archive does not exist
The asset archive cannot be found
Archive {id} is no longer available
The package has been deleted
The file does not exist
archive expired
The resource does not exist.
The job does not exist in the instance.
The job of this instance does not exist
The job does not exist in project p1
Job {id} of instance 5c0f7f6a does not exist
Instance 5c0f7f6a: job {id} does not exist
The instance has no such job
""".strip().splitlines()

SOMETHING_ELSE = """
The instance does not exist.
Instance not found
No such instance
unknown instance
Instance has been deleted, job {id}
The instance of the job does not exist
Instance 5c0f not found for job {id}
Job query failed: instance does not exist
The instance does not exist. job {id}
instance_id is invalid
Invalid instanceId
Invalid parameters. instance_id
The project does not exist
project not found for this job
Invalid project_id
The tenant has expired
The user does not exist
The domain of the user was deleted
The account of the job's owner was deleted
No permission
No permission for the job
The job does not exist or you have no permission
You do not have the permission to query the job
The user has no permission on this application
Unauthorized: job
Forbidden.
The token has expired
The token of job {id} has expired
ak AK1 not exist
The credential of the application was not found
Invalid parameters.
The job is running
Another job is running
The job failed
The job could not be created.
The job exists already
The job id is missing
The application cannot be deleted
An unknown error occurred in job {id}
unknown exception: job {id}
Job {id} failed. The page was not found
The API does not exist or has not been published in the environment
Service not found
Not Found
The file could not be decompressed.
The file format is incorrect. Only .zip is supported
Internal error while reading the job
""".strip().splitlines()


def told(text, status=400, code="ROMA.1", details=None):
    return {"http_status": status, "error_code": code, "error_msg": text, "error_details": details}


@pytest.mark.parametrize("text", ABSENT)
def test_a_thing_that_is_not_there(text):
    said = text.format(id=ID)
    assert unknown(told(said), ID)
    assert unknown(told("Bad request", details=said), ID), "in the details"
    assert unknown(told(said, status=422), ID)
    assert unknown(told(said, code=None), ID), "older editions leave codes out"


@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_something_else_is_the_reason(text):
    said = text.format(id=ID)
    assert not unknown(told(said), ID)
    assert not unknown(told("Bad request", details=said), ID)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (told("The resource is away.", 404, "ROMA.00000404"), True),
        (told("gone", 410), True),
        (told(None, 404), True),
        (told("Not Found", 404, "404"), False),
        (told("Gone", 410, "410"), False),
        (told("The job does not exist", 404, None), False),
        (told("The job does not exist", 404, "APIGW.0101"), False),
        (told("The job does not exist", 400, "APIG.0101"), False),
        (told("The job does not exist", 403), False),
        (told("The job does not exist", 400, "ROMA.1006"), False),
        (told("The job does not exist", 400, "ROMA.12001"), False),
        (told("The job does not exist", 400, "ROMA.00014002"), False),
        (told("The instance does not exist.", 404, "ROMA.00014002"), False),
        (told("The instance does not exist.", 404), False),
        (told("No permission for this job.", 404), False),
        ({}, False),
        ({"error_msg": "The job does not exist"}, True),
    ],
)
def test_status_and_code_count_beside_the_text(answer, counts):
    assert unknown(answer, ID) is counts


def test_what_was_asked_for_is_a_thing_by_any_name():
    for name in ("crm", "5c0f7f6a-1f2b", "a.b", "instance", "a+(b"):
        assert unknown(told(f"{name} does not exist"), "other", None, name)
        assert not unknown(told(f"{name}x does not exist"), name)


@given(st.text(), st.text(), st.sampled_from([400, 403, 404, None]))
def test_any_text_can_be_read(text, name, status):
    assert unknown(told(text, status), name) in (True, False)


@pytest.mark.parametrize("word", ["job ", "no ", "not ", "instance ", "a", "of the job ", "invalid ", "job id "])
def test_a_text_made_to_be_slow_is_read_at_once(word):
    began = time.process_time()
    unknown(told(word * (500 // len(word)), details=word * (500 // len(word))), ID)
    assert time.process_time() - began < 0.5
