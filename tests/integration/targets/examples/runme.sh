#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Every example of the documents, run as it stands. See run.py, and examples.yml, which says how.

source ../setup_simulator/setup.sh

COLLECTION=$(collection_root)
export COLLECTION SIMULATOR_PYTHON
export PYTHONPATH=${COLLECTION%/ansible_collections/*}
"$SIMULATOR_PYTHON" run.py "$COLLECTION" "$OUTPUT" "${EXAMPLES:-}"
