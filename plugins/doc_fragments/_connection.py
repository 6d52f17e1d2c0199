# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that every module takes: where the instance is, and the credentials."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
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
      - Use the temporary keys of the agency of the ECS machine where the module runs, if there are no credentials in
        the options, in the environment or in the vendor's credentials file. They are renewed before they expire.
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
requirements:
  - requests >= 2.28
notes:
  - Credentials are never mixed. The module takes those in the options. If there are none, it takes the first complete
    set in the environment, in the order token, access key, password. Then it looks into the section C([basic]) of the
    vendor's credentials file (E(HUAWEICLOUD_SDK_CREDENTIALS_FILE), otherwise C(~/.huaweicloud/credentials)), and last,
    with O(ecs_agency), it asks for the keys of the agency. Two ways in the options, or half of one, are an error.
  - An option beats the environment. O(region) or O(cloud) as an option also beats the endpoints in the environment, and
    O(project_name) a project id there.
  - Environment and files are those of the host where the module runs. Secrets that are found there are masked like
    options.
  - Proxies come from the environment. C(~/.netrc) is never used, and no redirect is followed.
  - An option that is a number of seconds is at most 31536000, which is a year.
"""
