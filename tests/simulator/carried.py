# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an application's things a package carries, and what is left to do by hand after its import.

[docs, "Restoring/Migrating Integration Assets"]: not carried are users, addresses, accounts and passwords of data
sources, APIs that are not published in RELEASE, domains, environments and their variables, the servers of channels,
policies, keys, and all of messages and devices; of the configurations of an application passwords and certificates.
"""

from __future__ import annotations

import copy
from typing import Any

from .holdings import KINDS, RELEASE, RELEASE_ID, Thing, add, put, words_of
from .instances import App, Instance, Task


def exported(instance: Instance, app: App) -> dict[str, Any]:
    """An application as it lies in a package: without its key, too, which an import makes anew."""
    things = instance.things
    own = {kind: _of(things[kind], KINDS[kind].refers["app"][1], app.id) for kind in ("datasources", "groups")}
    groups = {group["id"] for group in own["groups"]}
    apis = [api for api in things["apis"].values() if api["group_id"] in groups and RELEASE_ID in api["published"]]
    used = {api["channel_id"] for api in apis}
    channels = [channel for channel in things["channels"].values() if channel["id"] in used]
    configs = [one for one in _of(things["app_configs"], "app_id", app.id) if one["config_type"] == "variable"]
    return {
        "id": app.id,
        "name": app.name,
        "remark": app.remark,
        "calls": list(app.calls),
        "datasources": [
            {"datasource_id": one["datasource_id"], **words_of(instance, "datasources", one), "content": None}
            for one in own["datasources"]
        ],
        "channels": [{**words_of(instance, "channels", one), "members": []} for one in channels],
        "groups": [{**words_of(instance, "groups", one), "domains": []} for one in own["groups"]],
        "apis": [{**words_of(instance, "apis", one), "published": [RELEASE]} for one in apis],
        "app_configs": [words_of(instance, "app_configs", one) for one in configs],
    }


def brought_in(instance: Instance, app: App, item: dict[str, Any], prefix: str, overwrite: bool) -> None:
    """Put into `app` what came with it; data sources that are there stay as they are unless they are overwritten."""
    for words in item["datasources"]:
        if overwrite or words["datasource_id"] not in instance.things["datasources"]:
            add(instance, "datasources", {**words, "app": app.id})
    for words in item["channels"]:
        # A channel that is there keeps its servers.
        put(instance, "channels", {name: value for name, value in words.items() if name != "members"})
    for kind in ("groups", "app_configs"):
        for words in item[kind]:
            put(instance, kind, {**{name: words[name] for name in words if name != "domains"}, "app": app.id})
    for words in item["apis"]:
        put(instance, "apis", {**words, "group": prefix + words["group"]})


def finish(target: Instance, source: Instance, prefix: str = "") -> None:
    """Do in `target` by hand what an import from `source` with this prefix leaves to be done: then it lacks nothing."""
    for app in source.apps.values():
        same = target.app_named(prefix + app.name) or target.add_app(App(prefix + app.name, app.remark))
        same.members = copy.deepcopy(app.members)
    for task in source.tasks.values():
        twin = target.task_named(prefix + task.name) or target.add_task(Task(prefix + task.name))
        twin.status = task.status
    for kind in KINDS:
        for thing in source.things[kind].values():
            put(target, kind, words_of(source, kind, thing, prefix))


def _of(things: dict[Any, Thing], key: str, app_id: str) -> list[Thing]:
    return [thing for thing in things.values() if thing[key] == app_id]
