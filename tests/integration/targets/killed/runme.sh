#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

export ANSIBLE_FORKS=50

simulators_start moments.py "$OUTPUT"

playbook=(ansible-playbook -i "$OUTPUT/inventory.json" play.yml)

# The plays run until each is at its moment. Where one gets past it, they end.
export ANSIBLE_STRATEGY=free  # a play that is held must not hold the others
"${playbook[@]}" -e phase=held --limit kill >"$OUTPUT/kill.log" 2>&1 &
kill=$!
setsid "${playbook[@]}" -e phase=held --limit term >"$OUTPUT/term.log" 2>&1 &
term=$!
trap 'kill_tree "$kill"; kill_tree "$term"; at_end' EXIT
unset ANSIBLE_STRATEGY
until [ -e "$OUTPUT/all-held" ]; do
    if grep -s 'was not held' "$OUTPUT"/{kill,term}.log || ! kill -0 "$kill" "$term" 2>/dev/null; then
        cat "$OUTPUT"/{kill,term}.log "$OUTPUT/not-held"
        exit 1
    fi
    sleep 0.2
done

# Whoever comes second is told so.
"${playbook[@]}" -e phase=second --limit "kill-*-waiting:kill-export-downloading:!kill-delete-*" "$@"

kill_tree "$kill"
# To the process group, as a terminal and ansible-runner do. With newer cores workers and modules have groups of their
# own, and Ansible hands it on to them.
kill -TERM -- "-$term"
wait "$kill" "$term" || true
kill="" term=""

"${playbook[@]}" -e phase=rerun "$@"

# Once more: those that said why they did not go on, now with force, and one of each kind that is done.
"${playbook[@]}" -e phase=again --limit "*-the-post:kill-*-waiting:kill-migrate-importing" "$@" | tee "$OUTPUT/again.log"

# What was done stays as it is; only what the second run would not start was started, by force.
changed=$(grep -E '^(kill|term)-.* changed=[1-9]' "$OUTPUT/again.log" | grep -vE '^(kill|term)-(export|import)-(before|after)-the-post ' || true)
if [ -n "$changed" ]; then
    echo "CHANGED although it was done: $changed"
    exit 1
fi
