# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on assets: export, deletion, the job's status, and the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import editions
from .answers import Answer, json_answer
from .archives import Archive, download
from .carried import exported
from .clock import utc
from .errors import ApiError, invalid, not_found
from .incoming import Incoming
from .instances import Instance
from .jobs import Job, Reason, reason
from .package import Package, build
from .transfer import run_delete
from .world import World

#: Applications and tasks together in one request [docs].
MOST_ITEMS = 100


def export(world: World, request: Incoming) -> Answer:
    """ExportAsset: starts a job whose package has the applications and tasks asked for."""
    instance = instance_of(world, request)
    apps, tasks = _items(world, request)
    return start(world, request, "exportAsset", export_effect(world, instance, apps, tasks))


def delete(world: World, request: Incoming) -> Answer:
    """DeleteAsset: starts a job that deletes the applications and tasks asked for, all of them or none."""
    instance = instance_of(world, request)
    apps, tasks = _items(world, request)

    def effect(job: Job) -> list[Reason]:
        reasons = missing(instance, apps, tasks)
        if not reasons:
            run_delete(instance, apps, tasks)
        return reasons

    # What the API calls a deletion is not documented.
    return start(world, request, "deleteAsset", effect)


def start(world: World, request: Incoming, kind: str, effect: Callable[[Job], list[Reason]]) -> Answer:
    """Start a job of the user, who may have one asset job at a time; answers its id."""
    if world.running_job(request.user):
        raise ApiError(400, "ROMA.10012")
    clock = world.clock
    plan = world.plans.take()
    job = Job(kind, request.ids["instance_id"], plan, clock.monotonic(), clock.time(), request.user, effect=effect)
    world.jobs[job.id] = job
    return json_answer({"job_id": job.id})


def job_status(world: World, request: Incoming) -> Answer:
    """CheckAssetJobStatus."""
    instance_of(world, request)
    job = world.jobs.get(request.ids["job_id"])
    if job is None or job.instance_id != request.ids["instance_id"]:
        if world.settings.unknown_job == 400:
            raise invalid("job_id")
        raise not_found("job")
    return json_answer(editions.told(job, world.clock.monotonic(), world.settings))


async def archive(world: World, request: Incoming) -> Answer:
    """DownloadAssetArchive."""
    instance_of(world, request)
    found = world.archives.get(request.ids["archive_id"])
    if found is None or found.instance_id != request.ids["instance_id"]:
        raise not_found("archive")
    return await download(found, request)


def instance_of(world: World, request: Incoming) -> Instance:
    """The instance in the path."""
    instance = world.instances.get(request.ids["instance_id"])
    if instance is None:
        raise ApiError(400, "ROMA.00014002")
    return instance


def _items(world: World, request: Incoming) -> tuple[list[str], list[str]]:
    """The ids of the applications and tasks in the body; both lists must be there, each may be empty [docs]."""
    body = request.body.parsed()
    if not isinstance(body, dict):
        raise invalid("The body is no JSON object.")
    apps = editions.items(body.get("apps"), world.settings.edition)
    tasks = editions.items(body.get("tasks"), world.settings.edition)
    if apps is None or tasks is None:
        raise invalid("apps and tasks are lists of ids.")
    if not 0 < len(apps) + len(tasks) <= MOST_ITEMS:
        raise invalid(f"1 to {MOST_ITEMS} applications and tasks.")
    return apps, tasks


def missing(instance: Instance, apps: list[str], tasks: list[str]) -> list[Reason]:
    """A reason for each item that the instance does not have; it is named by its id, having no other name."""
    text = "The resource does not exist."
    reasons = [reason("application", item, "ROMA.00000404", text) for item in apps if item not in instance.apps]
    return reasons + [reason("task", item, "ROMA.00000404", text) for item in tasks if item not in instance.tasks]


def export_effect(world: World, instance: Instance, apps: list[str], tasks: list[str]) -> Callable[[Job], list[Reason]]:
    """What an export does when it ends: an archive with the assets as they are then."""

    def effect(job: Job) -> list[Reason]:
        reasons = missing(instance, apps, tasks)
        if reasons:
            return reasons
        chosen = {
            "apps": [exported(instance, instance.apps[item]) for item in apps],
            "tasks": [instance.tasks[item].exported() for item in tasks],
        }
        job.archive = Archive(job.id, instance.id, job.plan, lambda: _package(world, job, chosen))
        world.archives[job.archive.id] = job.archive
        return []

    return effect


def _package(world: World, job: Job, chosen: dict[str, list[dict[str, Any]]]) -> Package:
    files: dict[str, dict[str, Any]] = {}
    contents: dict[str, Any] = {
        "version": "1.0",
        "project_id": world.account.project_id,
        "instance_id": job.instance_id,
        "created": utc(job.begun).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    for kind, assets in chosen.items():
        contents[kind] = []
        for asset in assets:
            name = f"{kind}/{asset['id']}.json"
            files[name] = asset
            contents[kind].append({"id": asset["id"], "name": asset["name"], "file": name})
    return build(contents, files, job.begun, job.plan.package_bytes)
