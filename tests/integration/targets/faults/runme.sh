#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The fault matrix: what the modules do, whatever goes wrong. Nothing of Ansible runs in it.

source ../setup_simulator/setup.sh

root=$(collection_root)
PYTHONPATH=${root%/ansible_collections/*} "$SIMULATOR_PYTHON" -m \
    ansible_collections.roma.connect.tests.integration.targets.faults.matrix
