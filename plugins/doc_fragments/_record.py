# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of modules whose start happens once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  record:
    description:
      - A file on the host where the module runs. With it the job is started only once, and a play that died can be run
        again. It is written before the request, and holds what you asked for, the job's id and what became of it, but
        no secret.
      - If its job is still running, or its package was not downloaded yet, the task resumes it. If all is done, the
        task does nothing. If the job failed, the task starts a new one.
      - It is an error if the record is of another request, if it cannot be read, or if it says that a job may be
        running whose id never arrived.
    type: path
  force:
    description:
      - Start a new job even if O(record) says that all is done, or forbids a start. A job that is running, or whose
        package was not downloaded yet, is still resumed.
    type: bool
    default: false
"""
