#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

simulator_start --job-seconds 0.2 --apps 101 --tasks 0
play cases.yml "$@"

# The result is there for the next node of a workflow; and a role in a loop leaves the loop's variable alone.
ANSIBLE_SHOW_CUSTOM_STATS=true play stats.yml "$@" >"$OUTPUT/stats.log" 2>&1
must_not_say "$OUTPUT/stats.log" WARNING
must_say "$OUTPUT/stats.log" "CUSTOM STATS" '"asset_export_result"' '"checksum"'
