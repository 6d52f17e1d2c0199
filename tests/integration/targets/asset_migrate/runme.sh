#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

simulator_start --job-seconds 0.2 --apps 101 --tasks 1

# The playbook, in check mode and then so that it happens. No secret of either connection is shown.
log=$OUTPUT/play.log
for mode in --check --diff; do
    play roma.connect.migrate -e @migration.yml "$mode" -vvvvv >"$log" 2>&1 || { cat "$log" && exit 1; }
    must_say "$log" 'roma.connect.asset_migrate' 'failed=0'
    for secret in auth_token password secret_key; do
        must_not_say "$log" "$(fact "$secret")"
    done
done
must_say "$log" '[localhost] migration: ' ' open, what to do is in the result' ' members ' \
    '[localhost] migration:   not checked: devices, counts are of a whole instance'
play played.yml "$@"

# What is refused before the export is said once.
! play roma.connect.migrate -e asset_migrate_dest="$OUTPUT/none.zip" >"$log" 2>&1 || { cat "$log" && exit 1; }
must_say "$log" 'Missing: asset_migrate_source, asset_migrate_target'
must_not_say "$log" 'Say what failed'

# Again, so that nothing is started: a report that ends before its module does is no failure of the migration, either.
for timeout in "" 600; do
    ANSIBLE_CONNECTION_PLUGINS=$PWD/connection_plugins ANSIBLE_TASK_TIMEOUT=$timeout \
        play roma.connect.migrate -e @migration.yml -e ansible_connection=lost >"$log" 2>&1 || { cat "$log" && exit 1; }
    must_say "$log" '...ignoring' 'ignored=1' "${timeout:-The host is lost}"
done

play cases.yml "$@" 2>&1 | tee "$log"
must_say "$log" 'There is no report of what is left to do' 'The API refused the list of API groups'
