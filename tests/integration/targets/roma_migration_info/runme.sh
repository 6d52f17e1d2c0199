#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

simulator_start --job-seconds 0.2

# A migration by the role, then the report, with as much output as there can be: what is planted stands in none of it.
export ANSIBLE_LOG_PATH=$OUTPUT/ansible.log
if ! play migration.yml -vvvvv >"$OUTPUT/migration.log" 2>&1; then
    grep -A 20 -E '^(fatal|ERROR|\[ERROR)' "$OUTPUT/migration.log"
    exit 1
fi
unset ANSIBLE_LOG_PATH
for log in "$OUTPUT/migration.log" "$OUTPUT/ansible.log"; do
    must_say "$log" 'Make sure that data source orders-db has its password or key'
    must_not_say "$log" Pl4nted-
    for secret in auth_token password secret_key; do
        must_not_say "$log" "$(fact "$secret")"
    done
done
must_say "$OUTPUT/migration.log" '[localhost] migration: 0 of 2 lists read' ' lists read, 6 open after '
grep 'requests of a report' "$OUTPUT/migration.log"

play cases.yml "$@"
