#!/usr/bin/python
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roma_migration_info
short_description: Tell what a migration between ROMA Connect instances left undone
version_added: "0.10.0"
author:
  - roma.connect contributors (@roma-connect)
description:
  - A package does not carry who may use an application, addresses and passwords of data sources, publications outside
    of RELEASE, domains, variables, servers of channels, policies and keys, whether tasks run, topics and devices. This
    module reads the source and the target of a migration and returns what the target lacks, each with what to do about
    it.
  - It only reads, and returns no secret. What may be one is compared, and the report only says that it differs.
  - What could not be read stands in RV(not_checked). An empty RV(open) says that nothing is open only where
    RV(not_checked) is empty, too.
  - A caller sees only applications that are his own or shared with him. Where other lists show that there are more, or
    he sees none of the source's, RV(not_checked) says so.
  - What the target has beside what the source has is not told.
options:
  source:
    description:
      - The instance that the assets came from, by the connection options of all modules. The target is named by the
        task's own options.
      - Each of the two names its instance, and its region or endpoint; the environment, which is one for both, does not
        count for these. What else is left out, such as credentials and the project, comes from there.
    type: dict
    required: true
    suboptions:
      region:
        description:
          - The region, as O(region).
        type: str
      cloud:
        description:
          - The domain of the default endpoints, as O(cloud).
        type: str
      endpoint:
        description:
          - The base URL of ROMA Connect, as O(endpoint).
        type: str
      iam_endpoint:
        description:
          - The base URL of IAM, as O(iam_endpoint).
        type: str
      project_id:
        description:
          - The id of the project, as O(project_id).
        type: str
      project_name:
        description:
          - The name of the project, as O(project_name).
        type: str
      instance_id:
        description:
          - The id of the instance. Required, and another one than O(instance_id).
        type: str
      auth_token:
        description:
          - A token, as O(auth_token).
        type: str
      access_key:
        description:
          - An access key, as O(access_key).
        type: str
      secret_key:
        description:
          - Its secret, as O(secret_key).
        type: str
      security_token:
        description:
          - The security token of a temporary access key, as O(security_token).
        type: str
      username:
        description:
          - An IAM user, as O(username).
        type: str
      password:
        description:
          - Its password, as O(password).
        type: str
      domain_name:
        description:
          - Its account, as O(domain_name).
        type: str
      ecs_agency:
        description:
          - Whether to use the agency of the ECS machine, as O(ecs_agency).
        type: bool
      validate_certs:
        description:
          - Whether certificates are verified, as O(validate_certs).
        type: bool
        default: true
      ca_path:
        description:
          - CA certificates, as O(ca_path).
        type: path
      request_timeout:
        description:
          - Seconds without an answer, as O(request_timeout). Where both are given, the larger one holds for both.
        type: float
  prefix:
    description:
      - The prefix of the import. Applications and integration tasks of the target are looked for with it first, then
        without; all else without it first.
    type: str
  app_names:
    description:
      - The names of applications of the source, exactly as they are. Only what belongs to these is compared then, and
        of what belongs to no application (environments, channels, policies, keys, plugins) what their APIs use.
      - A text is read as a list, too, one a line or with commas between them.
      - Left out, all applications that the source's caller sees are compared, and all else.
    type: list
    elements: raw
    default: []
  categories:
    description:
      - What is compared. Left out, all of them. For what is not in the list no request is sent.
      - V(apps) are applications; V(members) who may use them; V(data_sources) their addresses and accounts, with one
        item of state V(unverified) for each, since nobody can read whether its secret is set; V(apis) those that are
        missing, or not published where those of the source are; V(domains) the domains of API groups; V(variables)
        those of environments; V(channels) load balance channels with their servers, whether these are available, and
        groups of servers; V(throttles), V(access_controls), V(signature_keys) and V(plugins) with the APIs that they
        are bound to, and how many custom backends a key is bound to; V(app_configs) the configurations of applications
        for custom backends; V(tasks) integration tasks that are missing, or do not run where those of the source do;
        V(topics) those of message integration; V(devices) how many products, devices and rules there are.
    type: list
    elements: str
    choices:
      - apps
      - members
      - data_sources
      - apis
      - domains
      - environments
      - variables
      - channels
      - throttles
      - access_controls
      - signature_keys
      - plugins
      - app_configs
      - tasks
      - topics
      - devices
extends_documentation_fragment:
  - roma.connect._attributes
  - roma.connect._attributes.info
  - roma.connect._connection
  - roma.connect._progress
notes:
  - Requests to each instance are the pages of the lists that the categories need; one for each application (members),
    API group (variables), channel, policy that is bound, and plugin; and two for the number of devices and rules. With
    O(app_names) each channel costs one more at the source, which tells whose APIs use it. At most 16 are on their way
    to one endpoint.
  - Where an endpoint is in trouble that passes, such as throttling, it rests, and the list is asked for up to four
    times more.
seealso:
  - module: roma.connect.roma_asset_import
"""

EXAMPLES = r"""
- name: See what is left to do after the import
  roma.connect.roma_migration_info:
    region: cn-south-1
    instance_id: 9d4f3a60-9c0e-4b52-8f4b-6f1f2ad1b7c3
    access_key: "{{ vault_production_access_key }}"
    secret_key: "{{ vault_production_secret_key }}"
    source:
      region: cn-north-4
      instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
      access_key: "{{ vault_test_access_key }}"
      secret_key: "{{ vault_test_secret_key }}"
    app_names: [crm]
  register: migration

- name: Show it
  ansible.builtin.debug:
    msg: "{{ migration.open | map(attribute='todo') }}"

- name: Only see whether all tasks run, with credentials from the environment
  roma.connect.roma_migration_info:
    region: cn-south-1
    instance_id: 9d4f3a60-9c0e-4b52-8f4b-6f1f2ad1b7c3
    source:
      region: cn-north-4
      instance_id: 5c0f7f6a-1f2b-4d3c-8a9b-0c1d2e3f4a5b
    categories: [tasks]
  register: running
  failed_when: running.open | length > 0
"""

RETURN = r"""
open:
  description: What is open in the target, by category, in the order of the source's lists.
  returned: success
  type: list
  elements: dict
  contains:
    category:
      description: One of O(categories).
      type: str
      returned: always
    name:
      description: What it is called; an API with its group before it, a variable with group and environment.
      type: str
      returned: always
    app:
      description: The application of the source that it belongs to; null where it belongs to none.
      type: str
      returned: always
    state:
      description:
        - V(missing), the target lacks it; V(differs); V(unverified), it cannot be read, as a stored password;
          V(stopped); V(ambiguous), there are more of that name, or of the application that it belongs to, in the
          source or here.
      type: str
      returned: always
    source:
      description: What the source has, as far as it is to be told; null where there is nothing to tell.
      type: str
      returned: always
    target:
      description: What the target has, in the same way.
      type: str
      returned: always
    todo:
      description: What to do about it, and where in the console or by which call.
      type: str
      returned: always
  sample:
    - category: tasks
      name: orders to invoices
      app:
      state: stopped
      source: running
      target: stopped
      todo: >-
        Start integration task orders to invoices, once its data sources work (console: Fast Data Integration; POST
        fdi batch-operation/tasks starts)
counts:
  description: How many are open by category; null for one that could not be compared.
  returned: success
  type: dict
  sample:
    tasks: 1
    topics: 0
    devices:
not_checked:
  description:
    - What the report does not know, and why, such as a list that could not be read, an item without a name, or a number
      of devices that the API does not tell.
    - Also what is there and of which the API tells no more, such as the microservice that a channel leads to.
  returned: success
  type: list
  elements: dict
  contains:
    category:
      description: One of O(categories).
      type: str
      returned: always
    reason:
      description: What could not be read or compared.
      type: str
      returned: always
  sample:
    - category: devices
      reason: "source: The API refused the number of devices (HTTP 403 ROMA.00000101 Forbidden.)"
error:
  description: The API's answer, as M(roma.connect.roma_asset_job_info) returns it.
  returned: when the API answered with an error
  type: dict
"""

from ansible_collections.roma.connect.plugins.module_utils._module import run
from ansible_collections.roma.connect.plugins.module_utils._operations.migration_info import (
    OPTIONS,
    connections,
    migration_info,
)


def main() -> None:
    run(migration_info, OPTIONS, connections=connections)


if __name__ == "__main__":
    main()
