# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs in one task, or of one event source, against as many tasks that wait for one each; and how it grows."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import tempfile
import typing as t
from dataclasses import dataclass

from .endpoint import Endpoint
from .processes import Plays, Running, Spent, module_command, source_command
from .results import Figure, Result, Table, number

JOBS = 200
ENDPOINTS = 4
#: Seconds, log-uniform between them.
SHORTEST, LONGEST = 2.0, 40.0

#: Forks that wait for one job each and are measured, to reckon what JOBS of them cost.
SAMPLES = 10

#: Numbers of jobs, and the longest of them, for how it grows.
GROWTH = (1, 10, 50, 200, 500)
GROWTH_LONGEST = 15.0

#: Seconds to the answer of an endpoint that is slow, and until a dead one is given up for the moment.
SLOW, PATIENCE = 3.0, 2.0


#: Who waits: the command for a folder that it may use, and the options without ``wait``.
Waiter = t.Callable[[str, t.Mapping[str, t.Any]], list[str]]


def task(folder: str, options: t.Mapping[str, t.Any]) -> list[str]:
    return module_command(folder, "roma_asset_job_info", {**options, "wait": True})


def source(_folder: str, options: t.Mapping[str, t.Any]) -> list[str]:
    return source_command("asset_job", options)


@dataclass(frozen=True)
class Fleet:
    """What one process that waits for many jobs did."""

    spent: Spent
    endpoints: list[Endpoint]

    @property
    def requests(self) -> int:
        return sum(endpoint.requests for endpoint in self.endpoints)

    def mean_lag(self) -> float:
        """As a part of what the pace allows for each job."""
        return statistics.fmean(lag / allowed for lag, allowed, _length in self._lags())

    def last_lag(self) -> float:
        """The lag of the longest jobs, as a part of what the pace allows for them."""
        longest = max(length for _lag, _allowed, length in self._lags())
        return max(lag / allowed for lag, allowed, length in self._lags() if length == longest)

    def _lags(self) -> t.Iterator[tuple[float, float, float]]:
        """Of each job its lag, what the pace allows, and its length; in seconds."""
        for endpoint in self.endpoints:
            for job_id, lag in endpoint.lags().items():
                length = _length(job_id)
                yield lag, min(max(0.1 * length, 1.0), 30.0), length


def measure(
    jobs: int = JOBS,
    longest: float = LONGEST,
    samples: int = SAMPLES,
    growth: t.Sequence[int] = GROWTH,
    growth_longest: float = GROWTH_LONGEST,
) -> Result:
    with tempfile.TemporaryDirectory(prefix="roma-benchmark-") as folder:
        forks = _forks(folder, samples, longest)
        result = Result()
        for name, waiter in {f"{jobs} jobs in one task": task, f"{jobs} jobs of one event source": source}.items():
            whole = play(folder, jobs, longest, waiter)
            beside = play(folder, jobs, longest, waiter, strangers=[Endpoint(SLOW), Endpoint(dead=True)])
            result.figures += _figures(name, jobs, whole, forks, beside)
        grown = {count: play(folder, count, growth_longest) for count in growth}
    result.figures.append(Figure("one fork that waits for one job: processor time", forks.cpu, "s"))
    header = ["jobs", "questions", "of one job's", "processor time", "time", "memory"]
    result.tables.append(Table(header, [_row(count, fleet, grown[growth[0]]) for count, fleet in grown.items()]))
    result.pictures["growth"] = lambda axes: _draw(axes, grown)
    return result


def play(
    folder: str,
    jobs: int,
    longest: float,
    waiter: Waiter = task,
    strangers: t.Sequence[Endpoint] = (),
    patience: float = 20.0,
) -> Fleet:
    """Wait for *jobs* in one process, at endpoints that are well; *strangers* have a few jobs beside, and do not count.

    :arg patience: seconds after the longest job until it gives up.
    """
    with contextlib.ExitStack() as stack:
        endpoints = [stack.enter_context(Endpoint()) for _endpoint in range(ENDPOINTS)]
        for stranger in strangers:
            stack.enter_context(stranger)
        items = [
            endpoint.add_job(_name(index, length), length)
            for index, (length, endpoint) in enumerate(zip(_lengths(jobs, longest), itertools.cycle(endpoints)))
        ]
        items += [stranger.add_job(_name(index, longest), longest) for stranger in strangers for index in range(16)]
        options = {"jobs": items, "auth_token": "t", "timeout": int(longest + patience)}
        if strangers:
            options["request_timeout"] = min(PATIENCE + SLOW, patience)
        # What is dead ends with the time, and the task as failed.
        spent = Running(waiter(folder, options)).wait(may_fail=bool(strangers))
        return Fleet(spent, endpoints)


@dataclass(frozen=True)
class Forks:
    """What one fork costs that waits for one job."""

    #: Seconds of processor time, the module's included.
    cpu: float
    #: Bytes of a module's process alone.
    memory: int


def _forks(folder: str, samples: int, longest: float) -> Forks:
    """A play whose hosts each wait for a job, less a play that does nothing."""
    plays = Plays(folder)
    hosts = [f"host{index}" for index in range(samples)]
    empty = plays.run().cpu
    with Endpoint() as endpoint:
        items = [
            endpoint.add_job(_name(index, length), length) for index, length in enumerate(_lengths(samples, longest))
        ]
        job_id = f"{{{{ {dict(zip(hosts, (item['job_id'] for item in items)))}[inventory_hostname] }}}}"
        options = {**items[0], "job_id": job_id, "auth_token": "t", "wait": True}
        spent = plays.start({"roma.connect.roma_asset_job_info": options}, hosts=hosts).wait()
        alone = Running(task(folder, {**options, "job_id": items[0]["job_id"]})).wait()
    return Forks((spent.cpu - empty) / samples, alone.memory)


def _lengths(count: int, longest: float) -> list[float]:
    """Log-uniform, evenly, the longest included."""
    return [SHORTEST * (longest / SHORTEST) ** ((index + 1) / count) for index in range(count)]


def _name(index: int, length: float) -> str:
    """A job's id, which tells its length."""
    return f"job{index}-{length:.3f}"


def _length(job_id: str) -> float:
    return float(job_id.partition("-")[2])


def _figures(name: str, jobs: int, whole: Fleet, fork: Forks, beside: Fleet) -> list[Figure]:
    most_at_one = max(endpoint.most_in_flight for endpoint in whole.endpoints)
    connections = max(endpoint.connections for endpoint in whole.endpoints)
    cpu, memory = whole.spent.cpu / (jobs * fork.cpu), whole.spent.memory / (jobs * fork.memory)
    return [
        Figure(f"{name}: processor time, of {jobs} forks that wait for one each", cpu, at_most=0.02),
        Figure(f"{name}: memory, of their modules'", memory, at_most=0.02),
        Figure(f"{name}: lag of the longest job, part of what the pace allows", whole.last_lag(), at_most=1.0),
        Figure(f"{name}: mean lag, part of what the pace allows", whole.mean_lag()),
        Figure(
            f"{name}: mean lag beside a slow and a dead endpoint, of that",
            beside.mean_lag() / whole.mean_lag(),
            at_most=1.1,
        ),
        Figure(f"{name}: questions in flight at one endpoint", most_at_one, at_most=16),
        Figure(f"{name}: connections to one endpoint", connections, at_most=16),
        Figure(f"{name}: questions a job", whole.requests / jobs),
    ]


def _row(count: int, fleet: Fleet, one: Fleet) -> list[str]:
    spent = fleet.spent
    return [
        str(count),
        number(fleet.requests),
        number(fleet.requests / one.requests),
        number(spent.cpu, "s"),
        number(spent.seconds, "s"),
        number(spent.memory / 2**20, "MiB"),
    ]


def _draw(axes: t.Any, grown: t.Mapping[int, Fleet]) -> None:
    counts = list(grown)
    axes.loglog(counts, [fleet.requests for fleet in grown.values()], "o-", color="tab:blue", label="questions")
    axes.loglog(counts, [fleet.spent.seconds for fleet in grown.values()], "o-", color="tab:green", label="time, s")
    axes.loglog(
        counts, [fleet.spent.cpu for fleet in grown.values()], "o-", color="tab:orange", label="processor time, s"
    )
    axes.set(xlabel="jobs in one task")
    axes.legend(frameon=False)
