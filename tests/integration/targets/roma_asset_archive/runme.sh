#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

simulator_start
play cases.yml "$@"

# A second play at the same dest, then a kill, then a third that goes on.
mkdir "$OUTPUT/busy"
prepare() { play prepare.yml >/dev/null; }
arrived() { compgen -G "$OUTPUT/busy/*.part" >/dev/null && [ -s "$(compgen -G "$OUTPUT/busy/*.part")" ]; }

prepare
play download.yml >"$OUTPUT/first.log" 2>&1 &
first=$!
wait_until arrived
if play download.yml >"$OUTPUT/second.log" 2>&1; then
    cat "$OUTPUT/second.log" && echo "The second play at the same dest did not fail." && exit 1
fi
must_say "$OUTPUT/second.log" "is being written by another play"
kill_tree "$first"
wait "$first" || true
[ ! -e "$OUTPUT/busy/package.zip" ]
play download.yml -e resumed=true "$@"
