#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Variables of a role that are misspelled are refused with both names, others are left alone.

source ../setup_simulator/setup.sh

# fails TEXT... -- WORD...: a play with these words fails, says the texts, and starts nothing.
fails() {
    local texts=()
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    shift
    echo "Fails: $*"
    ! play "$@" "${verbose[@]}" >"$OUTPUT/said" 2>&1 || { cat "$OUTPUT/said" && return 1; }
    must_say "$OUTPUT/said" "${texts[@]}"
    play started.yml -e wanted=0
}

verbose=("$@")
simulator_start --job-seconds 0.1

fails "asset_export_time_out is no variable of role asset_export: correct it to asset_export_timeout" \
    -- export.yml -e asset_export_time_out=5
fails "asset_export_app is no variable of role asset_export: correct it to asset_export_apps" \
    "asset_export_dst is no variable of role asset_export: correct it to asset_export_dest" \
    -- export.yml -e asset_export_app=x -e asset_export_dst=/x
fails "asset_import_prefx is no variable of role asset_import: correct it to asset_import_prefix" \
    -- import.yml -e asset_import_prefx=dev_

# The role's own, those of other roles, and those that only begin as the role's do. A task of no role has none.
play export.yml -e asset_export_timeout=50 -e asset_import_time_out=5 -e asset_export_date=today -e _asset_export_app=x "$@"
play started.yml -e wanted=2
