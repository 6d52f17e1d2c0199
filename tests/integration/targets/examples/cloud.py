# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Huawei Cloud for one scene: a simulator for each region, at the addresses that the real one has.

Examples name a region and nothing else, so they ask https://roma.cn-north-4.myhuaweicloud.com. A proxy, which
HTTPS_PROXY names, leads to the simulator of that region, whose certificate is by the authority of REQUESTS_CA_BUNDLE.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import pathlib
import re
import threading

import trustme

from ansible_collections.roma.connect.tests.simulator import Simulator, assets
from ansible_collections.roma.connect.tests.simulator.instances import App, Instance, Task
from ansible_collections.roma.connect.tests.simulator.jobs import Job
from ansible_collections.roma.connect.tests.simulator.literal_jobs import add_job

_HOST = re.compile(rb"CONNECT (?:roma|iam)\.([\w-]+)\.myhuaweicloud\.com:443 ")


class Certificates:
    """One authority for all scenes: making keys takes a while."""

    def __init__(self, folder: pathlib.Path, regions):
        authority = trustme.CA()
        issued = authority.issue_cert(*(f"*.{region}.myhuaweicloud.com" for region in regions))
        self.authority = folder / "authority.pem"
        self.files = (str(folder / "certificate.pem"), str(folder / "key.pem"))
        authority.cert_pem.write_to_path(str(self.authority))
        issued.cert_chain_pems[0].write_to_path(self.files[0])
        issued.private_key_pem.write_to_path(self.files[1])


class Cloud:
    """`regions` is what examples.yml says of them; one access key is that of all."""

    #: Where the metadata service of an ECS machine answers, once it is served.
    metadata: str

    def __init__(self, certificates, regions, job_seconds=0.3, faults=()):
        self.certificates = certificates
        self.regions = {
            name: Simulator(region=name, job_seconds=job_seconds, tls=certificates.files) for name in regions
        }
        first = next(iter(self.regions.values())).world
        self.ecs = Simulator()
        self.ecs.world.credentials = first.credentials
        self.access_key, self.secret_key = first.account.key.access_key, first.account.key.secret_key
        for name, sim in self.regions.items():
            sim.world.credentials.keys.update(first.credentials.keys)
            sim.world.instances = {one: _instance(one, **words) for one, words in regions[name]["instances"].items()}
            for job in regions[name].get("jobs", []):
                add_job(sim.world, job)
        for fault in faults:
            first.faults.add(**fault)

    @contextlib.contextmanager
    def served(self):
        """The proxy's URL."""
        with contextlib.ExitStack() as stack:
            ports = {name: stack.enter_context(sim).endpoint for name, sim in self.regions.items()}
            ports = {name.encode(): int(re.search(r":(\d+)/", url)[1]) for name, url in ports.items()}
            self.metadata = stack.enter_context(self.ecs).metadata_endpoint
            yield stack.enter_context(_proxy(ports))

    def write_package(self, path, apps):
        """One that an earlier export of these applications of the first instance brought."""
        world = next(iter(self.regions.values())).world
        first = world.first_instance
        chosen = [app.id for app in first.apps.values() if app.name in apps]
        job = Job("exportAsset", first.id, world.plans.make({}), world.clock.monotonic(), world.clock.time())
        assets.export_effect(world, first, chosen, [])(job)
        path.write_bytes(b"".join(job.archive.build().chunks()))
        del world.archives[job.archive.id]

    def instance(self, instance_id):
        """As `state` tells it."""
        states = [one for sim in self.regions.values() for one in sim.state()["instances"]]
        return next(one for one in states if one["id"] == instance_id)

    def asked(self):
        """How often each operation was asked for since the last time."""
        counts = collections.Counter()
        for sim in self.regions.values():
            counts.update(entry["operation"] for entry in sim.requests())
            sim.clear_requests()
        return counts


def _instance(instance_id, name, apps=None, tasks=None):
    """`apps` and `tasks` are {name: id}; without an id they get one."""
    instance = Instance(name, id=instance_id)
    for app, given in (apps or {}).items():
        instance.add_app(App(app, **({"id": given} if given else {})))
    for task, given in (tasks or {}).items():
        instance.add_task(Task(task, **({"id": given} if given else {})))
    return instance


@contextlib.contextmanager
def _proxy(ports):
    """Its URL; `ports` by region."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def copy(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def connect(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        host = _HOST.match(head)
        if not host or host[1] not in ports:
            writer.write(b"HTTP/1.1 502 There is no such host in this cloud\r\n\r\n")
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", ports[host[1]])
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))

    def call(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    server = call(asyncio.start_server(connect, "127.0.0.1", 0))
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
