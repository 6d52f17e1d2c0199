# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""roma_migration_info: an item of the report, with what to do about it. Pure.

In the sentences stand ``{name}``, ``{app}``, ``{source}`` and ``{target}`` of the item.
"""

from __future__ import annotations

import typing as t

#: An item of the report.
Open = dict[str, t.Any]

#: What to do, by category and state.
SENTENCES = {
    ("apps", "missing"): "Import application {name} with its assets, or create it",
    ("members", "missing"): "Authorize {name} for application {app} with the roles {source}",
    ("members", "differs"): "Give {name} the roles {source} of application {app}",
    ("data_sources", "missing"): "Import application {app} again, or create data source {name} in it",
    ("data_sources", "differs"): (
        "Set in data source {name} what holds here for {source}, and its password with it, and test the connection"
    ),
    ("data_sources", "unverified"): (
        "Make sure that data source {name} has its password or key, which cannot be read: set it, and test the "
        "connection"
    ),
    ("apis", "missing"): (
        "Create API {name}, or export its definition from the source and import it here: a package holds only what is "
        "published in RELEASE"
    ),
    ("apis", "differs"): "Make API {name} as in the source, once its variables are set: {source}",
    ("domains", "missing"): (
        "Let the CNAME of domain {name} lead to the subdomain of its API group in the target, then bind it there, with "
        "its certificate"
    ),
    ("domains", "differs"): (
        "Make domain {name} as in the source, with a CNAME that leads to the subdomain of its API group in the target: "
        "{source}"
    ),
    ("environments", "missing"): "Create environment {name}",
    ("variables", "missing"): "Create variable {name} with the value that holds here, before its APIs are published",
    ("variables", "differs"): (
        "Look whether variable {name} is meant to have another value here; where you change it, publish its APIs again"
    ),
    ("channels", "missing"): "Create channel {name}, with the servers that it has here",
    ("channels", "differs"): "Give channel {name} the servers that it has here, and make the rest equal: {source}",
    ("throttles", "missing"): "Create throttling policy {name} as in the source: {source}",
    ("throttles", "differs"): "Make throttling policy {name} as in the source, once its APIs are published: {source}",
    ("access_controls", "missing"): "Create access control policy {name} as in the source: {source}",
    ("access_controls", "differs"): (
        "Make access control policy {name} as in the source, once its APIs are published: {source}"
    ),
    (
        "signature_keys",
        "missing",
    ): "Create signature key {name} as in the source, and tell its secret to the backend: {source}",
    ("signature_keys", "differs"): "Make signature key {name} as in the source, once its APIs are published: {source}",
    ("signature_keys", "unverified"): (
        "Make sure that the backend knows the secret of signature key {name}, which cannot be read"
    ),
    ("plugins", "missing"): "Create plugin {name} as in the source: {source}",
    ("plugins", "differs"): "Make plugin {name} as in the source, once its APIs are published: {source}",
    ("app_configs", "missing"): "Create configuration {name} of application {app}",
    (
        "app_configs",
        "differs",
    ): "Look whether configuration {name} of application {app} is meant to have another value here",
    ("app_configs", "unverified"): (
        "Make sure that configuration {name} of application {app} has its value, which cannot be read: set it"
    ),
    ("tasks", "missing"): "Import integration task {name}, or create it",
    ("tasks", "stopped"): "Start integration task {name}, once its data sources work",
    ("topics", "missing"): "Create topic {name}, or export the topics of the source and import them",
    ("devices", "missing"): "Bring the {name} over, of which the source has {source}",
    ("devices", "differs"): "Bring the rest of the {name} over: the source has {source}, the target {target}",
}

#: For what has no sentence of its own, by state.
ANY = {
    "differs": "Make {name} as in the source, unless it is meant to differ: {source}",
    "unverified": "Make sure that {name} is as in the source, which cannot be read: set it again",
    "ambiguous": (
        "Look which of those called {name} in the source and here belong together, and compare these by hand"
    ),
}

#: Where in the console (the names of its menus differ from edition to edition; these are its parts), and by which call.
WHERE = {
    "apps": "Integration Applications; POST apps",
    "members": "Integration Applications, Authorize User; PUT apps/APP_ID/users removes whoever is not in its list",
    "data_sources": "Data Sources; PUT fdi datasources/DATASOURCE_ID takes the whole content",
    "apis": "API Connect, API Management; POST apic apis/action publishes it",
    "domains": "API Connect, API groups; POST apic api-groups/GROUP_ID/domains",
    "environments": "API Connect, environments; POST apic envs",
    "variables": "API Connect, API groups; POST apic env-variables",
    "channels": "API Connect, load balance channels; POST apic vpc-channels, vpc-channels/CHANNEL_ID/members",
    "throttles": "API Connect, policies; POST apic throttles, throttle-bindings",
    "access_controls": "API Connect, policies; POST apic acls, acl-bindings",
    "signature_keys": "API Connect, policies; POST apic signs, sign-bindings",
    "plugins": "API Connect, policies; POST apic plugins, apis/API_ID/plugins/attach",
    "app_configs": "API Connect, Custom Backend; POST apic apps/APP_ID/configs",
    "tasks": "Fast Data Integration; POST fdi batch-operation/tasks starts it",
    "topics": "Message Queue Service; POST mqs topics/import",
    "devices": "LINK, by files; POST link devices, rules",
}


#: The same for what is missing, where another call makes it.
WHERE_MISSING = {
    "data_sources": "Data Sources; POST fdi datasources",
    "tasks": "Fast Data Integration",
}


def opened(
    category: str, state: str, name: str, app: str | None, source: str | None = None, target: str | None = None
) -> Open:
    """An item of the report."""
    told = {"category": category, "name": name, "app": app, "state": state, "source": source, "target": target}
    sentence = SENTENCES.get((category, state)) or ANY[state]
    words = {word: "nothing" if value is None else value for word, value in told.items()}
    where = WHERE_MISSING.get(category, WHERE[category]) if state == "missing" else WHERE[category]
    return {**told, "todo": f"{sentence.format(**words)} (console: {where})"}
