#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

# play_export: the playbook as a user starts it, in a process group of its own
play_export() {
    setsid ansible-playbook roma.connect.export -e "@$OUTPUT/connection.json" -e asset_export_dest="$OUTPUT/kill.zip" \
        -e asset_export_apps="$(python -c 'import json, sys; print(json.load(sys.stdin)["apps"][0])' \
            <"$OUTPUT/simulator.json")"
}

# control METHOD PATH [JSON]: the simulator's control interface
control() {
    python - "$(fact control)" "$@" <<'PYTHON'
import sys, urllib.request
base, method, path, *body = sys.argv[1:]
request = urllib.request.Request(f"{base}/{path}", data=body[0].encode() if body else None, method=method)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(request, timeout=10).read().decode())
PYTHON
}

# asked OPERATION: how many such requests the simulator saw
asked() { control GET requests | python -c 'import json, sys
print(sum(entry["operation"] == sys.argv[1] for entry in json.load(sys.stdin)))' "$1"; }

# killed_when WORD...: kill -9 to the play, as a whole, as soon as the command succeeds
killed_when() {
    local pid tick
    play_export >"$OUTPUT/killed.log" 2>&1 &
    pid=$!
    for ((tick = 0; tick < 400; tick++)); do
        ! "$@" || break
        kill -0 "$pid" 2>/dev/null || { cat "$OUTPUT/killed.log" && echo "It ended before it was killed." && return 1; }
        sleep 0.05
    done
    kill -KILL -- "-$pid"
    wait "$pid" 2>/dev/null || true
}

post_seen() { [ "$(asked export)" -ge 1 ] && grep -q '"job_id": "' "$OUTPUT/kill.zip.json" 2>/dev/null; }
part_seen() { compgen -G "$OUTPUT/kill.zip.*.part" >/dev/null && [ -s "$(compgen -G "$OUTPUT/kill.zip.*.part")" ]; }

simulator_start --job-seconds 0.2
play cases.yml "$@"

# The result is there for the next node of a workflow.
ANSIBLE_SHOW_CUSTOM_STATS=true play stats.yml "$@" >"$OUTPUT/stats.log"
must_say "$OUTPUT/stats.log" "CUSTOM STATS" '"asset_export_result"' '"checksum"'

# Killed while it waits, then while it downloads: the next play goes on, and nothing is started twice.
simulator_start --job-seconds 4
python -c 'import json, sys
simulator = json.load(sys.stdin)
names = ("endpoint", "project_id", "instance_id", "auth_token")
print(json.dumps({"asset_export_connection": {name: simulator[name] for name in names}}))' \
    <"$OUTPUT/simulator.json" >"$OUTPUT/connection.json"
control POST plan '{"seconds": 4, "package_bytes": 400000}' >/dev/null
control POST faults '{"operation": "archive", "fault": {"drip": 40000}}' >/dev/null
killed_when post_seen
killed_when part_seen
play_export | tee "$OUTPUT/last.log"
must_say "$OUTPUT/last.log" "failed=0"
[ "$(asked export)" = 1 ] || { echo "It was started twice." && exit 1; }
python -m zipfile -t "$OUTPUT/kill.zip"
if compgen -G "$OUTPUT/kill.zip.*.part" >/dev/null; then echo "A partial file is left." && exit 1; fi
play_export | tee "$OUTPUT/again.log"
must_say "$OUTPUT/again.log" "changed=0"
