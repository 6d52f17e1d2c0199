#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

mkdir "$OUTPUT/given"
simulators_start ways.py "$OUTPUT/given" "$(command -v python)"

# As much output as there can be, and everywhere.
export ANSIBLE_LOG_PATH=$OUTPUT/ansible.log RESULTS=$OUTPUT/results.json
export ANSIBLE_CALLBACK_PLUGINS=$PWD/callback_plugins ANSIBLE_CALLBACKS_ENABLED=results
if ! ansible-playbook -i "$OUTPUT/given/inventory.json" -e "output=$OUTPUT" --forks 4 play.yml -vvvvv >"$OUTPUT/play.log" 2>&1; then
    grep -A 20 -E '^(fatal|ERROR|\[ERROR)' "$OUTPUT/play.log"
    exit 1
fi
must_say "$OUTPUT/options-token.syslog" 'auth_token=NOT_LOGGING_PARAMETER'
python search.py "$OUTPUT/given/inventory.json" "$OUTPUT"
