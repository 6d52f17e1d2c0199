# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: serves until SIGTERM or SIGINT, and says where in one line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import pathlib
import shlex
import signal
import sys
from collections.abc import Callable
from typing import Any

from .server import Server
from .settings import EDITIONS, RANGES, TOKEN_REFUSALS, Settings
from .world import World

#: What the modules read of it in their environment.
VARIABLES = {
    "ROMA_ENDPOINT": "endpoint",
    "HUAWEICLOUD_SDK_IAM_ENDPOINT": "iam_endpoint",
    "HUAWEICLOUD_SDK_PROJECT_ID": "project_id",
    "ROMA_INSTANCE_ID": "instance_id",
    "HUAWEICLOUD_SDK_AK": "access_key",
    "HUAWEICLOUD_SDK_SK": "secret_key",
}


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 after a signal, 1 where it cannot listen or write."""
    settings, environment = _settings(arguments)
    try:
        asyncio.run(_serve(settings, environment))
    except OSError as error:
        what = f"use {error.filename}" if error.filename else f"listen at {settings.host}:{settings.port}"
        print(f"The simulator cannot {what}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


async def _serve(settings: Settings, environment: pathlib.Path | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(World(settings))
    await server.start()
    line = server.line()
    if environment is not None:
        environment.write_text(_exports(line))
    print(json.dumps(line), flush=True)
    await stop.wait()
    await server.stop()


def _exports(line: dict[str, Any]) -> str:
    """For a shell to source."""
    return "".join(f"export {variable}={shlex.quote(line[name])}\n" for variable, name in VARIABLES.items())


def _number(kind: Callable[[str], float], least: int, most: int = 10**9) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text}: give a number from {least} to {most}")
        return value

    read.__name__ = kind.__name__  # which argparse says where it is none
    return read


def _settings(arguments: list[str] | None) -> tuple[Settings, pathlib.Path | None]:
    default, seconds, count = Settings(), _number(float, 0), _number(int, 0)
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=_number(int, 0, 65535), default=default.port, help="0: any free port (default)")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), help="PEM files; default: plain HTTP")
    parser.add_argument("--edition", choices=EDITIONS, default=default.edition, help="of the vendor's documentation")
    parser.add_argument("--job-seconds", type=seconds, default=default.job_seconds, help="that a job runs")
    parser.add_argument("--token-seconds", type=seconds, default=default.token_seconds, help="that a token lives")
    parser.add_argument("--agency-seconds", type=seconds, default=default.agency_seconds, help="that agency keys live")
    parser.add_argument("--package-bytes", type=count, help="size of each package")
    parser.add_argument("--ranges", choices=RANGES, default=default.ranges, help="for a transfer that was cut")
    parser.add_argument("--unknown-job", type=int, choices=(404, 400), default=default.unknown_job)
    parser.add_argument("--token-refusal", choices=TOKEN_REFUSALS, default=default.token_refusal)
    parser.add_argument("--epoch", choices=("s", "ms"), default=default.epoch, help="unit of times in edition 2022")
    parser.add_argument("--lock-seconds", type=seconds, default=default.lock_seconds, help="that a key stays locked")
    parser.add_argument("--apps", type=count, default=default.apps, help="applications in the first instance")
    parser.add_argument("--tasks", type=count, default=default.tasks, help="integration tasks in the first instance")
    parser.add_argument("--page-items", type=_number(int, 1), help="most items of one page of a listing")
    parser.add_argument("--region", default=default.region, help="region, and name of the project")
    parser.add_argument("--environment", type=pathlib.Path, metavar="FILE", help="to write, for a shell to source")
    words = vars(parser.parse_args(arguments))
    words["tls"] = tuple(words["tls"]) if words["tls"] else None
    environment = words.pop("environment")
    return Settings(**words), environment
