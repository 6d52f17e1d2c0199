#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

# loud NAME PLAYBOOK WORD...: as much output as there can be, then a search for every secret in it, and in all files
# that were written.
loud() {
    local name=$1
    shift
    echo "Looking for secrets in the output of $name"
    if ! play "$@" -vvvvv >"$OUTPUT/$name.log" 2>&1; then
        grep -A 20 -E '^(fatal|ERROR|\[ERROR)' "$OUTPUT/$name.log"
        return 1
    fi
    python search.py "$OUTPUT/simulator.json" "$OUTPUT"
}

simulator_start --job-seconds 0.1
ANSIBLE_PIPELINING=false loud options options.yml
ANSIBLE_PIPELINING=false loud role role.yml

export ROMA_ENDPOINT HUAWEICLOUD_SDK_IAM_ENDPOINT HW_PROJECT_ID ROMA_INSTANCE_ID
ROMA_ENDPOINT=$(fact endpoint) HUAWEICLOUD_SDK_IAM_ENDPOINT=$(fact iam_endpoint)
HW_PROJECT_ID=$(fact project_id) ROMA_INSTANCE_ID=$(fact instance_id)
ROMA_AUTH_TOKEN=$(fact auth_token) loud environment-token environment.yml
HW_USER_NAME=$(fact username) HW_USER_PASSWORD=$(fact password) HW_DOMAIN_NAME=$(fact domain_name) \
    loud environment-password environment.yml
HUAWEICLOUD_SDK_AK=$(fact temporary.access_key) HUAWEICLOUD_SDK_SK=$(fact temporary.secret_key) \
    HUAWEICLOUD_SDK_SECURITY_TOKEN=$(fact temporary.security_token) loud environment-keys environment.yml
