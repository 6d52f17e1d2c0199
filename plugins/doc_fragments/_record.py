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
      - A file on the host where the module runs that makes the start happen once, and lets a play that died go on. It
        is made before the request, and holds what was asked, the job's id and what became of it, but no secret.
      - With a record of a job that is running, or whose package was not downloaded yet, the task resumes it. With
        one whose work is done, the task does nothing. With one of a job that failed, it starts a new job.
      - A record of another request, one that cannot be read, and one that says that a job may have been started
        without its id having arrived, are errors.
    type: path
  force:
    description:
      - Start a new job even where O(record) says that the work is done, or forbids a start. A job that is running, or
        whose package was not downloaded yet, is resumed all the same.
    type: bool
    default: false
"""
