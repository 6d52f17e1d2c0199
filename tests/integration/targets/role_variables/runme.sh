#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What a role is handed: a misspelled variable is refused with both names, others are left alone, and messages name the
# role's; a connection is a dictionary or a text that is one in JSON, and nothing of any other is shown.

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
    play started.yml -e wanted="${started:-0}"
}

verbose=("$@")
simulator_start --job-seconds 0.1

fails "asset_export_time_out is not a variable of role asset_export: correct it to asset_export_timeout" \
    -- export.yml -e asset_export_time_out=5
fails "asset_export_app is not a variable of role asset_export: correct it to asset_export_apps" \
    "asset_export_dst is not a variable of role asset_export: correct it to asset_export_dest" \
    -- export.yml -e asset_export_app=x -e asset_export_dst=/x
fails "asset_import_prefx is not a variable of role asset_import: correct it to asset_import_prefix" \
    -- import.yml -e asset_import_prefx=dev_

# Messages of a module name the role's variables, whoever the task becomes.
export ANSIBLE_BECOME_PLUGINS=$PWD/../progress/become_plugins
fails "asset_export_apps 'a/b' is not an id" -- export.yml -e '{"asset_export_apps": ["a/b"]}'
fails "asset_export_timeout is -1" -- export.yml -e asset_export_timeout=-1 -e ansible_become=true \
    -e ansible_become_method=nobody

# The role's own, those of other roles, and those that only begin as the role's do. A task of no role has none.
play export.yml -e asset_export_timeout=50 -e asset_import_time_out=5 -e asset_export_date=today -e _asset_export_app=x "$@"
started=2
play started.yml -e wanted=$started

echo of-the-vault >"$OUTPUT/vault"
python - "$OUTPUT" <<'PYTHON'
import json, pathlib, subprocess, sys
output = pathlib.Path(sys.argv[1])
simulator = json.loads((output / "simulator.json").read_text())
options = {name: simulator[name] for name in ("endpoint", "project_id", "instance_id", "auth_token")}
forms = {
    "dict": options,
    "text": json.dumps(options),
    "pairs": " ".join(f"{name}={value}" for name, value in options.items()),
    "list": [options],
    "misspelled": {**options, "authtoken": options["auth_token"]},
    "unspaced": {f"auth_token:{options['auth_token']}": None},
    "empty": None,
    "false": False,
}
for form, connection in forms.items():
    (output / f"{form}.yml").write_text(json.dumps({"asset_export_connection": connection}))
vaulted = subprocess.run(
    ["ansible-vault", "encrypt_string", "--vault-password-file", output / "vault", "--stdin-name", "auth_token"],
    input=options.pop("auth_token"), capture_output=True, check=True, text=True,
).stdout
lines = [f"{name}: {value}" for name, value in options.items()] + vaulted.splitlines()
(output / "vaulted.yml").write_text("\n  ".join(["asset_export_connection:", *lines]) + "\n")
PYTHON
over() { printf '%s\n' connection.yml -e "@$OUTPUT/$1.yml" -e "form=$1" --vault-password-file "$OUTPUT/vault" -vvvvv; }
for form in dict text vaulted; do
    mapfile -t words < <(over "$form")
    play "${words[@]}" >"$OUTPUT/said" 2>&1 || { cat "$OUTPUT/said" && exit 1; }
    must_not_say "$OUTPUT/said" "$(fact auth_token)"
    play started.yml -e wanted=$((++started))
done
for form in pairs list misspelled unspaced empty false; do
    says="asset_export_connection is not a dictionary: give it as one, or as JSON text"
    [ "$form" != misspelled ] || says="asset_export_connection holds authtoken: there is no such connection option"
    [ "$form" != unspaced ] || says="asset_export_connection holds a key that is not a name: there is no such connection option"
    [ "$form" != empty ] || says="asset_export_connection is empty: indent the connection options below it, or leave it out"
    mapfile -t words < <(over "$form")
    fails "$says" -- "${words[@]}"
    must_not_say "$OUTPUT/said" "$(fact auth_token)"
done
