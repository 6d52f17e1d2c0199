#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

source ../setup_simulator/setup.sh

simulator_start --job-seconds 60
play cases.yml "$@"

for edition in 2025 2023 2022; do
    simulator_start --edition "$edition" --job-seconds 0.3
    play edition.yml -e "edition=$edition" "$@"
done

simulator_start --job-seconds 60
play jobs.yml "$@" 2>&1 | tee "$OUTPUT/jobs.log"
must_say "$OUTPUT/jobs.log" "[localhost] asset jobs: 4 of 4 done after " "[localhost] asset jobs: 3 of 5 done, 2 failed after "
