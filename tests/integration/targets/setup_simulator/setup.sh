# shellcheck shell=bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What the targets share. To be sourced by a target's runme.sh, in the target's folder:
#
#   source ../setup_simulator/setup.sh
#   simulator_start --job-seconds 0.5       # what it says is the variable "simulator" of a play
#   play cases.yml "$@"                     # ansible-playbook, with variables "simulator" and "output" (a folder)
#
# The simulator stops when the script ends, whatever the end. ROMA_SIMULATOR_PYTHON names a Python that has aiohttp;
# otherwise the one that runs ansible is taken. By hand: ANSIBLE_COLLECTIONS_PATH=… ./runme.sh

set -euo pipefail

OUTPUT=$(mktemp -d "${OUTPUT_DIR:-${TMPDIR:-/tmp}}/${PWD##*/}.XXXXXX")
mkdir "$OUTPUT/home"
export OUTPUT HOME=$OUTPUT/home
SIMULATOR_PID=""

at_end() {
    simulator_stop
    rm -rf "$OUTPUT"
}
trap at_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Only what a case sets itself may count.
while read -r name; do
    case $name in
        ROMA_SIMULATOR_PYTHON) ;;
        HUAWEICLOUD_* | HW_* | ROMA_* | REQUESTS_CA_BUNDLE | CURL_CA_BUNDLE) unset "$name" ;;
    esac
done < <(compgen -e)

export ANSIBLE_LOOKUP_PLUGINS=$PWD/../setup_simulator/lookup_plugins
export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_INJECT_FACT_VARS=false
# Without a folder and three processes more for each module.
export ANSIBLE_PIPELINING=true
export ANSIBLE_NOCOLOR=true NO_PROXY=127.0.0.1,localhost,::1

# collection_root: where the collection lies that the plays use.
collection_root() {
    local folder
    while read -r -d : folder; do
        if [ -x "$folder/ansible_collections/roma/connect/scripts/simulator" ]; then
            printf '%s\n' "$folder/ansible_collections/roma/connect"
            return
        fi
    done <<<"${ANSIBLE_COLLECTIONS_PATH:-}:"
    echo "ANSIBLE_COLLECTIONS_PATH does not lead to roma.connect." >&2
    return 1
}

SIMULATOR_PYTHON=${ROMA_SIMULATOR_PYTHON:-python}

# simulator_start OPTION...: one at a time; an earlier one is stopped.
simulator_start() {
    local root line=$OUTPUT/simulator.json tick
    simulator_stop
    root=$(collection_root)
    rm -f "$line"
    PYTHON=$SIMULATOR_PYTHON "$root/scripts/simulator" --port 0 "$@" >"$line" 2>"$OUTPUT/simulator.log" &
    SIMULATOR_PID=$!
    for ((tick = 0; tick < 1200; tick++)); do
        [ ! -s "$line" ] || break
        kill -0 "$SIMULATOR_PID" 2>/dev/null || break
        sleep 0.05
    done
    if [ ! -s "$line" ]; then
        echo "The simulator did not start:" >&2
        cat "$OUTPUT/simulator.log" >&2
        return 1
    fi
    python -c 'import json, sys; print(json.dumps({"simulator": json.load(sys.stdin), "output": sys.argv[1]}))' \
        "$OUTPUT" <"$line" >"$OUTPUT/variables.json"
}

# simulators_start PROGRAM FOLDER WORD...: a program of the target's own, with simulators in it, which makes FOLDER/ready.
simulators_start() {
    PYTHONPATH=$(collection_root)/tests "$SIMULATOR_PYTHON" "$@" &
    SIMULATOR_PID=$!
    wait_until [ -e "$2/ready" ]
}

simulator_stop() {
    [ -n "$SIMULATOR_PID" ] || return 0
    kill -TERM "$SIMULATOR_PID" 2>/dev/null || true
    wait "$SIMULATOR_PID" 2>/dev/null || true
    SIMULATOR_PID=""
}

# fact NAME: something that the simulator said when it started, such as endpoint or temporary.access_key.
fact() {
    python -c '
import functools, json, sys
print(functools.reduce(lambda facts, name: facts[name], sys.argv[1].split("."), json.load(sys.stdin)))
' "$1" <"$OUTPUT/simulator.json"
}

# play PLAYBOOK WORD...: with the simulator's variables.
play() {
    ansible-playbook -e "@$OUTPUT/variables.json" "$@"
}

# must_say FILE TEXT..., must_not_say FILE TEXT...
must_say() {
    local file=$1 text
    shift
    for text in "$@"; do
        grep -qF -- "$text" "$file" || { cat "$file" && echo "MISSING in the output above: $text" && return 1; }
    done
}

must_not_say() {
    local file=$1 text
    shift
    for text in "$@"; do
        ! grep -qF -- "$text" "$file" || { cat "$file" && echo "MUST NOT STAND in the output above: $text" && return 1; }
    done
}

# wait_until COMMAND...: a minute at most; false where it does not come true.
wait_until() {
    local tick
    for ((tick = 0; tick < 1200; tick++)); do
        ! "$@" || return 0
        sleep 0.05
    done
    echo "Not within a minute: $*" >&2
    return 1
}

# kill_tree PID: as a machine that goes down would; Ansible's workers are in sessions of their own.
kill_tree() {
    local child
    kill -STOP "$1" 2>/dev/null || return 0
    for child in $(children "$1"); do
        kill_tree "$child"
    done
    kill -KILL "$1" 2>/dev/null || true
}

# Without a process for each one that runs: there may be hundreds.
children() {
    local process fields
    for process in /proc/[0-9]*; do
        { read -r fields <"$process/stat"; } 2>/dev/null || continue
        fields=${fields##*) }
        fields=${fields#* }
        [ "${fields%% *}" != "$1" ] || echo "${process#/proc/}"
    done
}
