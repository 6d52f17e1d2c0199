# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source: asset jobs of ROMA Connect, an event for each change.

Asking and waiting are the modules' own, in the collection's plugins folder; here is what asyncio and ansible-rulebook
want.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from typing import Any

DOCUMENTATION = r"""
---
short_description: Make an event of each change of an asset job of ROMA Connect
version_added: "0.9.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - An ansible-rulebook event source that watches jobs which export, import or delete assets of ROMA Connect instances.
    One process watches all of them, and no play has to wait.
  - There is an event when a job is first seen, one for each change of its status or progress, and one at its end.
  - Each event is C(asset_job), with the fields of the job as M(roma.connect.roma_asset_job_info) returns them (C(id),
    C(type), C(status), C(reason), C(progress_percent), C(archive_id), C(begin_time), C(end_time)), and with
    C(instance_id) and C(changed_from), the status in the job's event before, null in its first one.
  - The last event of a job that cannot be asked (unknown, no permission, credentials refused) also has C(error),
    with C(http_status), C(error_code), C(error_msg), C(error_details) and C(request_id). The last event
    of a job that was not over within O(timeout) has C(timed_out).
  - The source survives trouble that is temporary, as the module does while it waits. It makes no event of it.
  - When all jobs are over, the source ends, and with it the rulebook, as soon as the actions that still run are done.
    ansible-rulebook gives them 60 seconds; C(--shutdown-delay) gives them more.
  - A wrong argument stops the rulebook with a message that names it. The rulebook also stops if no job at all could be
    asked.
options:
  job_id:
    description:
      - The id of the job. You need this or O(jobs).
    type: str
  jobs:
    description:
      - Several jobs, instead of O(job_id). At most 64 questions are on their way at once, and at most 16 at one
        endpoint.
      - An item says what differs from the source. An item with a region or an endpoint of its own is at another place
        as a whole, so give everything that it needs, its instance_id included.
    type: list
    elements: dict
    suboptions:
      job_id:
        description: The id of the job. Required.
        type: str
      region:
        description: As O(region).
        type: str
      cloud:
        description: As O(cloud).
        type: str
      endpoint:
        description: As O(endpoint).
        type: str
      iam_endpoint:
        description: As O(iam_endpoint).
        type: str
      project_id:
        description: As O(project_id).
        type: str
      project_name:
        description: As O(project_name).
        type: str
      instance_id:
        description: As O(instance_id).
        type: str
  timeout:
    description:
      - Seconds after which the source ends, even if not all jobs are over. With V(0) it waits as long as it takes.
    type: float
    default: 0
  poll_interval:
    description:
      - Seconds between two questions about a job. If you leave it out, the pace adapts to the job.
    type: float
  region:
    description:
      - The region, for example V(cn-north-4). O(endpoint) and O(iam_endpoint) follow from it if you leave them out.
      - If you leave it out, it comes from the environment variable E(HW_REGION_NAME).
    type: str
  cloud:
    description:
      - The domain of the default endpoints. The European site is V(myhuaweicloud.eu).
      - If you leave it out, it comes from the environment variable E(HW_CLOUD), otherwise it is V(myhuaweicloud.com).
    type: str
  endpoint:
    description:
      - The base URL of ROMA Connect. It may have a path.
      - If you leave it out, it comes from the environment variable E(ROMA_ENDPOINT), unless you give O(region) or
        O(cloud) as an option. Otherwise it is V(https://roma.{region}.{cloud}).
    type: str
  iam_endpoint:
    description:
      - The base URL of IAM. IAM is needed for a token with O(password), and to look up a O(project_id) that you leave
        out.
      - If you leave it out, it comes from the environment variable E(HUAWEICLOUD_SDK_IAM_ENDPOINT), unless you give
        O(region) or O(cloud) as an option. Otherwise it is V(https://iam.{region}.{cloud}).
    type: str
  project_id:
    description:
      - The id of the project in that region.
      - If you leave it out, it comes from the environment variables E(HUAWEICLOUD_SDK_PROJECT_ID) and E(HW_PROJECT_ID),
        or from the vendor's credentials file, unless you give O(project_name) as an option. Otherwise IAM is asked for
        the id of O(project_name).
    type: str
  project_name:
    description:
      - The name of the project, instead of O(project_id). As an option it also beats a project id in the environment or
        in the vendor's credentials file.
      - If you leave it out, it comes from the environment variable E(HW_PROJECT_NAME), otherwise it is the name of the
        region.
    type: str
  instance_id:
    description:
      - The id of the ROMA Connect instance. Required.
      - If you leave it out, it comes from the environment variable E(ROMA_INSTANCE_ID).
    type: str
  auth_token:
    description:
      - A token that you have already. It cannot be renewed. For a job that lasts longer than the token, use another way
        of authenticating.
      - If you leave it out, it comes from the environment variable E(ROMA_AUTH_TOKEN).
    type: str
  access_key:
    description:
      - An access key (AK), with O(secret_key). Each request is signed with it.
      - If you leave it out, it comes from the environment variables E(HUAWEICLOUD_SDK_AK) and E(HW_ACCESS_KEY).
    type: str
  secret_key:
    description:
      - The secret of O(access_key) (SK).
      - If you leave it out, it comes from the environment variables E(HUAWEICLOUD_SDK_SK) and E(HW_SECRET_KEY).
    type: str
  security_token:
    description:
      - The security token of a temporary access key.
      - If you leave it out, it comes from the environment variables E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and
        E(HW_SECURITY_TOKEN).
    type: str
  username:
    description:
      - An IAM user, with O(password) and O(domain_name). The module gets a token from IAM, and a new one when it
        expires.
      - If you leave it out, it comes from the environment variable E(HW_USER_NAME).
    type: str
  password:
    description:
      - The password of O(username).
      - If you leave it out, it comes from the environment variable E(HW_USER_PASSWORD).
    type: str
  domain_name:
    description:
      - The account that O(username) belongs to.
      - If you leave it out, it comes from the environment variable E(HW_DOMAIN_NAME).
    type: str
  ecs_agency:
    description:
      - Use the temporary keys of the agency of the ECS machine where ansible-rulebook runs, if there are no credentials
        in the options, in the environment or in the vendor's credentials file. They are renewed before they expire.
      - If you leave it out, it comes from the environment variable E(ROMA_ECS_AGENCY), otherwise it is V(false). The
        machine's metadata service is asked only if this is V(true), and never through a proxy.
    type: bool
  validate_certs:
    description:
      - Whether to verify the certificates of the servers. With V(false) there is a warning.
    type: bool
    default: true
  ca_path:
    description:
      - A file of CA certificates in PEM to verify with, or a folder of them with the names that C(openssl rehash)
        makes, instead of those that come with requests.
      - If you leave it out, it comes from the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE).
    type: path
  request_timeout:
    description:
      - Seconds that a single request may go without an answer or a byte.
    type: float
    default: 30
"""

EXAMPLES = r"""
- roma.connect.asset_job:
    region: cn-north-4
    instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    job_id: ff8080814dbd65d7014dbe0d84db0013

- roma.connect.asset_job:
    region: cn-north-4
    jobs:
      - job_id: ff8080814dbd65d7014dbe0d84db0013
        instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
      - job_id: ff8080814dbd65d7014dbe0d84db0031
        region: ap-southeast-1
        instance_id: 0e9f8d7c-5b4a-4c3d-a2b1-908f7e6d5c4b
    timeout: 7200
"""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put an event into *queue* for each change, until all jobs are over.

    The jobs are followed in a thread. Their events go over a queue without bounds, so that slow rules do not delay
    the questions.
    """
    watch = _watch_class()(args, os.environ)
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    following = loop.run_in_executor(None, watch.run, lambda event: loop.call_soon_threadsafe(events.put_nowait, event))
    following.add_done_callback(lambda _done: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            await queue.put(event)
        await following
    finally:
        watch.stop()


def _watch_class() -> Any:
    """The collection's own code, which ansible-rulebook does not make importable.

    Ansible's own loader is not used for it: runpy, by which ansible-rulebook starts a source, then takes the file of
    each later source for a package, and fails.
    """
    name = "ansible_collections.roma.connect.plugins.plugin_utils._watch"
    try:
        return importlib.import_module(name).Watch
    except ImportError:
        folder = os.path.abspath(__file__).rpartition(f"{os.sep}roma{os.sep}connect{os.sep}")[0]
        sys.path.append(os.path.dirname(folder))
        # It may be there already without this folder: another source's, or that of the package "ansible".
        path = importlib.import_module("ansible_collections").__path__
        if folder not in path:
            path.append(folder)
        return importlib.import_module(name).Watch


if __name__ == "__main__":
    # By hand: asset_job.py '{"job_id": "...", ...}' prints the events.
    import json

    class Printing(asyncio.Queue[Any]):
        async def put(self, event: Any) -> None:
            sys.stdout.write(json.dumps(event) + "\n")

    asyncio.run(main(Printing(), json.loads(sys.argv[1])))
