# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the jobs of one task are: what an item has of its own, and what it takes from the task."""

from __future__ import annotations

import pytest

from ansible_collections.roma.connect.plugins.module_utils._account.connection import resolve_jobs
from ansible_collections.roma.connect.plugins.module_utils._errors import BadInput

TASK = {
    "region": "cn-north-4",
    "instance_id": "inst",
    "auth_token": "tok",
    "cloud": "example.eu",
    "endpoint": "https://roma.task",
    "iam_endpoint": "https://iam.task",
    "project_id": "task-project",
    "project_name": "task-name",
}
ENVIRON = {
    "HW_REGION_NAME": "env-region",
    "HW_CLOUD": "env.cloud",
    "ROMA_ENDPOINT": "https://roma.env",
    "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://iam.env",
    "HUAWEICLOUD_SDK_PROJECT_ID": "env-project",
    "HW_PROJECT_NAME": "env-name",
    "ROMA_INSTANCE_ID": "env-instance",
    "ROMA_AUTH_TOKEN": "tok",
}


def place_of(item, options, environ=None):
    [connection] = resolve_jobs(options, [item], environ or {})
    return (
        connection.endpoint,
        connection.iam_endpoint,
        connection.project_id,
        connection.project_name,
        connection.instance_id,
    )


#: What the environment alone says counts like what the options say.
SURROUNDINGS = [(TASK, {}, "task", "inst"), ({}, ENVIRON, "env", "env-instance")]


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
@pytest.mark.parametrize("empty", [{}, {"region": "", "endpoint": " ", "project_id": None}])
def test_an_item_is_where_its_task_is(options, environ, there, instance, empty):
    home = (f"https://roma.{there}", f"https://iam.{there}", f"{there}-project", f"{there}-name", instance)
    assert place_of(empty, options, environ) == home
    assert place_of({"instance_id": "mine"}, options, environ) == (*home[:4], "mine")
    assert place_of({"project_id": "mine"}, options, environ) == (*home[:2], "mine", *home[3:])
    assert place_of({"iam_endpoint": "https://iam"}, options, environ) == (home[0], "https://iam", *home[2:])


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_a_project_s_name_of_its_own_is_not_beaten_by_the_task_s_project_id(options, environ, there, instance):
    assert place_of({"project_name": "mine"}, options, environ)[2:4] == (None, "mine")


@pytest.mark.parametrize("item", [{}, {"instance_id": "i2"}, {"cloud": "other.cloud"}])
def test_the_task_s_project_name_is_not_beaten_by_the_environment_s_project_id(item):
    environ = {name: value for name, value in ENVIRON.items() if name != "HW_PROJECT_NAME"}
    assert place_of(item, {"project_name": "task-name"}, environ)[2:4] == (None, "task-name")
    assert place_of({**item, "project_id": "mine"}, {"project_name": "task-name"}, environ)[2:4] == (
        "mine",
        "task-name",
    )


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_a_cloud_of_its_own_is_not_beaten_by_the_task_s_endpoints(options, environ, there, instance):
    region = {"task": "cn-north-4", "env": "env-region"}[there]
    assert place_of({"cloud": "other.cloud"}, options, environ)[:2] == (
        f"https://roma.{region}.other.cloud",
        f"https://iam.{region}.other.cloud",
    )


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_an_item_with_a_region_of_its_own_takes_nothing_of_the_task_s_place(options, environ, there, instance):
    options = {**options, "auth_token": "tok"}
    assert place_of({"region": "r-2", "instance_id": "i2"}, options, environ) == (
        "https://roma.r-2.myhuaweicloud.com",
        "https://iam.r-2.myhuaweicloud.com",
        None,
        "r-2",
        "i2",
    )
    with pytest.raises(BadInput, match=r"^jobs\[0\]: instance_id is missing: set it beside the job_id$"):
        place_of({"region": "r-2"}, options, environ)


@pytest.mark.parametrize(("options", "environ", "there", "instance"), SURROUNDINGS)
def test_an_item_with_an_endpoint_of_its_own_takes_nothing_of_the_task_s_place(options, environ, there, instance):
    item = {"endpoint": "https://e", "instance_id": "i2"}
    assert place_of({**item, "project_id": "p2"}, options, environ) == ("https://e", None, "p2", None, "i2")
    with pytest.raises(BadInput, match=r"^jobs\[0\]: project_id or project_name or region is missing: set it beside"):
        place_of(item, options, environ)
    with pytest.raises(
        BadInput, match=r"^jobs\[0\]: region or iam_endpoint is missing .project_id is looked up at IAM"
    ):
        place_of({**item, "project_name": "p"}, options, environ)


def test_the_vendor_s_file_says_nothing_of_another_place(tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[basic]\nak = a\nsk = s\nproject_id = of-file\niam_endpoint = https://iam.file\n")
    environ = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}
    options = {"endpoint": "https://e", "instance_id": "i"}
    assert place_of({}, options, environ)[1:3] == ("https://iam.file", "of-file")
    assert place_of({"region": "r-2", "instance_id": "i"}, options, environ)[2] is None
