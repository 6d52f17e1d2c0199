# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that every module takes: where the instance is, and as whom to go there."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  region:
    description:
      - The region, for example V(cn-north-4). It gives O(endpoint) and O(iam_endpoint) where they are left out.
      - Left out, it is taken from the environment variable E(HW_REGION_NAME).
    type: str
  cloud:
    description:
      - The domain of the default endpoints. The European site is V(myhuaweicloud.eu).
      - Left out, it is taken from the environment variable E(HW_CLOUD), else it is V(myhuaweicloud.com).
    type: str
  endpoint:
    description:
      - The base URL of ROMA Connect, a path prefix included.
      - Left out, it is taken from the environment variable E(ROMA_ENDPOINT), unless O(region) or O(cloud) is an option;
        else it is V(https://roma.{region}.{cloud}).
    type: str
  iam_endpoint:
    description:
      - The base URL of IAM, which is asked only for a token with O(password) and for a O(project_id) that is left out.
      - Left out, it is taken from the environment variable E(HUAWEICLOUD_SDK_IAM_ENDPOINT), unless O(region) or
        O(cloud) is an option; else it is V(https://iam.{region}.{cloud}).
    type: str
  project_id:
    description:
      - The id of the project in that region.
      - Left out, it is taken from the environment variables E(HUAWEICLOUD_SDK_PROJECT_ID) and E(HW_PROJECT_ID), or from
        the vendor's credentials file, unless O(project_name) is an option; else it is looked up at IAM by
        O(project_name).
    type: str
  project_name:
    description:
      - The name of the project, where O(project_id) is left out. As an option it also beats a project id of the
        environment or of the vendor's credentials file.
      - Left out, it is taken from the environment variable E(HW_PROJECT_NAME), else it is the region's name.
    type: str
  instance_id:
    description:
      - The id of the ROMA Connect instance. Required.
      - Left out, it is taken from the environment variable E(ROMA_INSTANCE_ID).
    type: str
  auth_token:
    description:
      - A token that is there already. It cannot be renewed, so that a job that lasts longer than the token needs
        another way of authenticating.
      - Left out, it is taken from the environment variable E(ROMA_AUTH_TOKEN).
    type: str
  access_key:
    description:
      - An access key (AK), with O(secret_key). Each request is signed with it.
      - Left out, it is taken from the environment variables E(HUAWEICLOUD_SDK_AK) and E(HW_ACCESS_KEY).
    type: str
  secret_key:
    description:
      - The secret of O(access_key) (SK).
      - Left out, it is taken from the environment variables E(HUAWEICLOUD_SDK_SK) and E(HW_SECRET_KEY).
    type: str
  security_token:
    description:
      - The security token of a temporary access key.
      - Left out, it is taken from the environment variables E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and E(HW_SECURITY_TOKEN).
    type: str
  username:
    description:
      - An IAM user, with O(password) and O(domain_name). A token is got from IAM, and renewed when it expires.
      - Left out, it is taken from the environment variable E(HW_USER_NAME).
    type: str
  password:
    description:
      - The password of O(username).
      - Left out, it is taken from the environment variable E(HW_USER_PASSWORD).
    type: str
  domain_name:
    description:
      - The account that O(username) belongs to.
      - Left out, it is taken from the environment variable E(HW_DOMAIN_NAME).
    type: str
  ecs_agency:
    description:
      - Use the temporary keys of the agency of the ECS machine where the module runs, renewed before they expire,
        where there are no credentials in the options, the environment or the vendor's credentials file.
      - Left out, it is taken from the environment variable E(ROMA_ECS_AGENCY), else it is V(false). The machine's
        metadata service is asked only where it is V(true), and never through a proxy.
    type: bool
  validate_certs:
    description:
      - Whether the certificates of the servers are verified. V(false) brings a warning.
    type: bool
    default: true
  ca_path:
    description:
      - A file of CA certificates in PEM to verify with, or a folder of them with the names that C(openssl rehash)
        makes, instead of those that requests brings.
      - Left out, it is taken from the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE).
    type: path
  request_timeout:
    description:
      - Seconds that one request may stay without an answer or a byte.
    type: float
    default: 30
requirements:
  - requests >= 2.28
notes:
  - Credentials come whole from the options, or, where none of theirs is given, whole from the environment, from its
    first complete set in the order token, access key, password; then from the section C([basic]) of the vendor's
    credentials file, which E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) names, else C(~/.huaweicloud/credentials); then from
    the agency, where O(ecs_agency). Two ways in the options, or half of one, are an error.
  - An option beats the environment; O(region) or O(cloud) as an option also beats the endpoints in the environment,
    and O(project_name) a project id that is there.
  - Environment and files are those of the host where the module runs. What is found there is masked like an option.
  - Proxies come from the environment. C(~/.netrc) is never used, and no redirect is followed.
  - An option that is a number of seconds is at most 31536000, a year.
"""

    #: Of a module that asks at several places.
    JOBS = r"""
options:
  jobs:
    description:
      - Several jobs, instead of O(job_id). All are asked at once, under one O(timeout); at most 64 questions are on
        their way, and at most 16 of them at one endpoint.
      - An item says where its job differs from the task. One with a O(jobs[].region) or an O(jobs[].endpoint) of its
        own is at another place as a whole. It takes nothing of the task's place, neither from the options nor from the
        environment, and says itself what it needs, its O(jobs[].instance_id) among it.
      - Credentials are the task's, for all items. Where they are refused for one job, the others at the same endpoint
        are not asked any more, since that would lock them.
      - Of an empty list nothing is asked, and the task succeeds.
    type: list
    elements: dict
    suboptions:
      job_id:
        description:
          - The id of the job. Required.
        type: str
      region:
        description:
          - The region, as O(region).
        type: str
      cloud:
        description:
          - The domain of the default endpoints, as O(cloud). The endpoints of the task then do not count.
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
          - The name of the project, as O(project_name). The O(project_id) of the task then does not count.
        type: str
      instance_id:
        description:
          - The id of the ROMA Connect instance, as O(instance_id).
        type: str
"""
