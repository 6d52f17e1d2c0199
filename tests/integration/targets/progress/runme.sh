#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

export ANSIBLE_BECOME_PLUGINS=$PWD/become_plugins ANSIBLE_CONNECTION_PLUGINS=$PWD/connection_plugins
simulator_start --job-seconds 2
python cases.py "$OUTPUT" "$@"
