# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that a test makes directly, without a request to the API."""

from __future__ import annotations

from typing import Any

from . import assets, plans
from .jobs import Job
from .world import World


def add_job(world: World, words: dict[str, Any]) -> str:
    """Put a job in and return its id; it belongs to nobody, so it keeps nobody from starting one.

    With a `status` the job's fields are served as given, one by one, until the next reset. Without it the job is an
    export of everything in its instance that runs by the clock, as the words of a plan say. `instance_id` is the
    first instance where it is left out.
    """
    words = dict(words)
    instance = world.instances[words.pop("instance_id", world.first_instance.id)]
    clock = world.clock
    kind = words.pop("type", "exportAsset")
    given = {"id": words.pop("id")} if "id" in words else {}
    literal = words if "status" in words else None
    plan = world.plans.make({} if literal is not None else {k: v for k, v in words.items() if k in plans.FIELDS})
    if literal is None and set(words) - set(plans.FIELDS):
        raise ValueError(f"a job without a status has {', '.join(plans.FIELDS)}; not {', '.join(sorted(words))}")
    job = Job(kind, instance.id, plan, clock.monotonic(), clock.time(), literal=literal, **given)
    if literal is None:
        job.effect = assets.export_effect(world, instance, list(instance.apps), list(instance.tasks))
    world.jobs[job.id] = job
    return job.id
