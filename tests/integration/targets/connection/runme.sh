#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

printf 'machine 127.0.0.1 login someone password else\n' >"$HOME/.netrc"
chmod 0600 "$HOME/.netrc"

simulator_start
play cases.yml "$@"

"$SIMULATOR_PYTHON" -m trustme --quiet --dir "$OUTPUT" --identities 127.0.0.1
simulator_start --tls "$OUTPUT/server.pem" "$OUTPUT/server.key"
play tls.yml "$@"
