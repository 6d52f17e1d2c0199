# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two instances with which the simulator begins."""

from __future__ import annotations

from typing import Any

from . import ids
from .holdings import RELEASE, RELEASE_ID, add
from .instances import App, Instance, Task

_APPS = ("orders", "invoices", "warehouse")
_TASKS = ("orders to invoices", "stock to warehouse")

#: Begins each secret of the things in the first instance, so that it can be looked for wherever it must not stand.
PLANTED = "Pl4nted-"


def first_instances(apps: int, tasks: int, now: float) -> list[Instance]:
    """Two instances: one with `apps` applications and `tasks` tasks, and one to import into, which holds nothing."""
    source, target = (Instance(name, created=now) for name in ("sim-source", "sim-target"))
    for instance in (source, target):
        add(instance, "environments", {"id": RELEASE_ID, "name": RELEASE, "remark": "the default environment"})
    for number in range(apps):
        app = App(_name(_APPS, "app", number), f"application {number + 1}", created=now, updated=now)
        source.add_app(app)
    for number in range(tasks):
        owner = next(iter(source.apps), None)
        task = Task(_name(_TASKS, "task", number), created=now, source_app=owner, target_app=owner)
        # The first one runs.
        task.status = 0 if number else 1
        source.add_task(task)
    if apps >= len(_APPS):
        _furnish(source)
    return [source, target]


def _furnish(instance: Instance) -> None:
    """One of each kind at least. A secret is told as the vendor's examples show it, masked or not, else as it is."""
    orders = next(iter(instance.apps.values()))
    orders.members = [
        {"id": ids.project_id(), "name": "anna", "roles": ["read", "modify"]},
        {"id": ids.project_id(), "name": "bernd", "roles": ["read"]},
    ]
    for kind, words in _THINGS:
        add(instance, kind, words)


def _secret(name: str) -> str:
    return f"{PLANTED}{name}-{ids.secret_key()[:8]}"


_BOUND = [["orders-api/get order", RELEASE]]
_THINGS: list[tuple[str, dict[str, Any]]] = [
    ("environments", {"name": "test", "remark": "before RELEASE"}),
    (
        "datasources",
        {
            "app": "orders",
            "datasource_name": "orders-db",
            "description": "MySQL",
            "content": {
                "host": "db.source.example",
                "port": "3306",
                "database_name": "orders",
                "mode": "default",
                "user_name": "orders",
                "password": _secret("password"),
            },
        },
    ),
    (
        "datasources",
        {
            "app": "orders",
            "datasource_name": "orders-events",
            "datasource_type": "KAFKA",
            "content": {"broker": "10.0.0.5:9093", "ssl": True, "ssl_username": "key", "ssl_password": "******"},
        },
    ),
    (
        "datasources",
        {
            "app": "orders",
            "datasource_name": "orders-partner",
            "datasource_type": "API",
            "content": {
                "url": f"https://partner:{_secret('url')}@partner.example/orders",
                "api_method": "GET",
                "auth_method": "basicauth",
                "api_auth_detail": {"auth_method": "basicauth", "user_name": "shop", "password": _secret("auth")},
            },
        },
    ),
    (
        "datasources",
        {
            "app": "orders",
            "datasource_name": "orders-crm",
            "datasource_type": "CUSTOMIZED",
            "content": {"connector_params": {"address": "crm.example", "token": _secret("connector")}},
        },
    ),
    ("channels", {"name": "order-servers", "members": [{"host": "10.0.1.7", "port": 8080, "weight": 10}]}),
    (
        "groups",
        {"app": "orders", "name": "orders-api", "domains": [{"domain": "orders.example.com", "cname_status": 3}]},
    ),
    ("groups", {"app": "invoices", "name": "invoices-api"}),
    (
        "apis",
        {
            "group": "orders-api",
            "name": "get order",
            "req_uri": "/orders/{id}",
            "channel": "order-servers",
            "published": [RELEASE, "test"],
        },
    ),
    ("apis", {"group": "orders-api", "name": "new order", "req_method": "POST", "req_uri": "/orders"}),
    ("apis", {"group": "invoices-api", "name": "get invoice", "req_uri": "/invoices", "published": [RELEASE]}),
    (
        "variables",
        {
            "group": "orders-api",
            "environment": RELEASE,
            "variable_name": "backend",
            "variable_value": _secret("variable"),
        },
    ),
    ("throttles", {"name": "at most 100", "bound": _BOUND}),
    ("throttles", {"name": "for nobody", "api_call_limits": 5}),
    ("acls", {"acl_name": "office", "acl_value": "192.0.2.0/24", "bound": _BOUND}),
    (
        "signs",
        {
            "name": "backend-key",
            "sign_key": _secret("sign-key"),
            "sign_secret": "sig**********ret",
            "bound": _BOUND,
        },
    ),
    (
        "plugins",
        {
            "plugin_name": "log-to-kafka",
            "plugin_type": "kafka_log",
            "plugin_content": f'{{"broker_list": ["10.0.0.5:9092"], "sasl_password": "{_secret("plugin")}"}}',
            "bound": _BOUND,
        },
    ),
    ("app_configs", {"app": "orders", "config_name": "currency", "config_value": _secret("config")}),
    (
        "app_configs",
        {"app": "orders", "config_name": "erp", "config_type": "password", "config_value": "******"},
    ),
    ("topics", {"app": "orders", "name": "new-orders"}),
    ("products", {"app": "warehouse", "name": "scanner"}),
    ("devices", {"app": "warehouse", "name": "scanner-1"}),
    ("rules", {"app": "warehouse", "name": "scans"}),
]


def _name(names: tuple[str, ...], kind: str, number: int) -> str:
    return names[number] if number < len(names) else f"{kind}-{number + 1}"
