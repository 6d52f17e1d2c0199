# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user does about each error: the last column of its table in docs/reliability.md."""

from __future__ import annotations

REMEDIES = {
    "BadInput": "Correct what the message names.",
    "NotSent": "Check the endpoint, the network and the proxies.",
    "NoAnswer": "Run it again; where the API is just slow, set request_timeout higher.",
    "NotVerified": "Set ca_path to the CA that signed it, or correct the endpoint.",
    "Redirected": "Correct endpoint and iam_endpoint.",
    "Unreadable": "Check endpoint and proxies: something else than the API answers.",
    "Throttled": "Ask less often: a larger poll_interval, fewer plays at a time.",
    "ServerFailed": "Run it again later.",
    "CredentialsRefused": "Do what the message says of the credentials, or of the clock.",
    "PasswordRefused": "Check username, password and domain_name before you run it again.",
    "IamRefused": "Check iam_endpoint, project_name and the user's permissions at IAM.",
    "NoAgency": "Give the ECS machine an agency, or use another way of authenticating.",
    "Busy": "Set busy_timeout, or run it again when the other job is over.",
    "Refused": "Do what the message says: permissions, ids, the size of the package.",
    "UnknownJob": "Check job_id, instance_id and the region.",
    "Gone": "Export again.",
    "JobFailed": "Correct what the reasons name, and start a new job.",
    "JobsFailed": "Do for each job what its line says; the facts of all are in jobs.",
    "TimedOut": "Wait again: by the job's id, or by the record; or give a larger timeout.",
    "BadRecord": "Do what the message says of the record; force starts a new job.",
    "BadPackage": "Look at the partial file that is named; export again.",
    "NotWritten": "Make room, or correct the permissions; then run it again.",
}
