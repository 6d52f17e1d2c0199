#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

for need in ansible-rulebook java; do
    if ! command -v "$need" >/dev/null; then
        echo "SKIPPED: there is no $need. The event source needs ansible-rulebook and Java 17 or later."
        exit 0
    fi
done

source ../setup_simulator/setup.sh

cat >"$OUTPUT/inventory" <<'INVENTORY'
localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"
INVENTORY

# rulebook RULEBOOK WORD...: leaves its output in rulebook.log.
rulebook() {
    local status=0
    ansible-rulebook -i "$OUTPUT/inventory" --rulebook "$@" >"$OUTPUT/rulebook.log" 2>&1 || status=$?
    cat "$OUTPUT/rulebook.log"
    return "$status"
}

# The connection is in the environment, so that rulebooks hold no secret.
simulator_start --job-seconds 60
ROMA_ENDPOINT=$(fact endpoint)
HUAWEICLOUD_SDK_IAM_ENDPOINT=$(fact iam_endpoint)
HUAWEICLOUD_SDK_PROJECT_ID=$(fact project_id)
HW_USER_NAME=$(fact username)
HW_USER_PASSWORD=$(fact password)
HW_DOMAIN_NAME=$(fact domain_name)
export ROMA_ENDPOINT HUAWEICLOUD_SDK_IAM_ENDPOINT HUAWEICLOUD_SDK_PROJECT_ID
export HW_USER_NAME HW_USER_PASSWORD HW_DOMAIN_NAME
python stage.py prepare "$OUTPUT"

# Many jobs: started, progress, succeeded, failed, an API that goes away, a token that expires.
rulebook life.yml --vars "$OUTPUT/life.json" --filter-dir filters -vv
python stage.py check "$OUTPUT"
job=$(python -c 'import json, sys; print(json.load(sys.stdin)["jobs"][0]["job_id"])' <"$OUTPUT/life.json")
must_say "$OUTPUT/rulebook.log" "STARTED $job" "PROGRESS $job 0.5" "SUCCEEDED $job from RUNNING" \
    "It is running." "NOT ASKED unknown 404" "roma.connect.asset_job initiated shutdown"
must_not_say "$OUTPUT/rulebook.log" "$HW_USER_PASSWORD" "X-Auth-Token"

# The example downloads both packages that there are, of one instance.
rulebook roma.connect.download --vars "$OUTPUT/download.json"
python -c 'import sys, zipfile; assert all(zipfile.ZipFile(path).namelist() for path in sys.argv[1:]); assert len(sys.argv) == 3' \
    "$OUTPUT"/packages/*.zip

# Wrong arguments stop the rulebook, and are named.
if rulebook wrong.yml; then
    echo "A rulebook whose source has wrong arguments ended well." >&2
    exit 1
fi
must_say "$OUTPUT/rulebook.log" "job: no such argument" "jobs[1]: job_id is missing" "poll_interval" \
    "instance_id is missing" "ROMA_INSTANCE_ID" "One of the source plugins failed"
must_not_say "$OUTPUT/rulebook.log" EVENT
