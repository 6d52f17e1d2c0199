#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

if ! command -v ansible-runner >/dev/null; then
    echo "ansible-runner is not on PATH: nox -s automation puts it into build/nox/automation/bin, which goes to the end of PATH." >&2
    exit 1
fi
PROJECT=$(collection_root)/extensions/awx/project
export PROJECT
simulator_start --job-seconds 3
python cases.py
