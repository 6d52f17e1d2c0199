#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What ansible-builder makes of the collection as it is installed. No image is built: that needs a container engine.
source ../setup_simulator/setup.sh

if ! command -v ansible-builder >/dev/null; then
    echo "ansible-builder is not on PATH: install requirements/automation.txt, and put its bin folder at the end of PATH." >&2
    exit 1
fi

root=$(collection_root)
ansible-galaxy collection build --output-path "$OUTPUT" "$root" >/dev/null
ansible-galaxy collection install --offline --force --collections-path "$OUTPUT/installed" \
    "$OUTPUT"/roma-connect-*.tar.gz >"$OUTPUT/install.log" 2>&1

ansible-builder introspect "$OUTPUT/installed" --write-pip "$OUTPUT/pip" --write-bindep "$OUTPUT/bindep"
must_say "$OUTPUT/pip" 'requests>=2.28' 'from collection roma.connect'
must_say "$OUTPUT/bindep" 'ca-certificates [platform:rpm' 'ca-certificates [platform:dpkg'

ansible-builder create --file "$root/extensions/awx/execution-environment.yml" --context "$OUTPUT/context" \
    --output-filename Containerfile
must_say "$OUTPUT/context/Containerfile" 'python3.12' 'ubi9'
must_say "$OUTPUT/context/_build/requirements.yml" 'name: roma.connect'
