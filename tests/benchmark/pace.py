# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace on a virtual clock: how many questions waiting takes, and how late it tells the end."""

from __future__ import annotations

import functools
import math
import statistics
import typing as t
from dataclasses import dataclass

from ansible_collections.roma.connect.plugins.module_utils._wait.pace import AdaptivePace, FixedPace, Pace

from .results import Figure, Result, Table, number
from .virtual import LONGEST_JOB, PROGRESS, SHORTEST_JOB, Case, Outcome, cases, play

#: Jobs of each kind of progress.
EACH = 500

#: Fixed paces that are in use, in seconds.
FIXED = {
    2.0: "awx.awx.job_wait",
    5.0: "the vendor's command line, azure.azcollection, Ansible's until",
    10.0: "dellemc.openmanage",
}


@dataclass(frozen=True)
class Played:
    """What a pace did with a mix of jobs."""

    outcomes: list[tuple[Case, Outcome]]

    @property
    def requests(self) -> float:
        """Questions a job, on average."""
        return statistics.fmean(outcome.requests for _case, outcome in self.outcomes)

    @property
    def lag(self) -> float:
        """Part of the job's length, on average."""
        return statistics.fmean(outcome.lag / case.length for case, outcome in self.outcomes)

    @property
    def worst(self) -> float:
        """The longest lag, as a part of what is allowed for that job: a tenth of its length, and a second at least."""
        return max(outcome.lag / max(0.1 * case.length, 1.0) for case, outcome in self.outcomes)

    @property
    def longest(self) -> float:
        """The longest lag in seconds."""
        return max(outcome.lag for _case, outcome in self.outcomes)

    def of(self, progress: str) -> Played:
        return Played([(case, outcome) for case, outcome in self.outcomes if case.progress == progress])


def play_mix(mix: t.Sequence[Case], make: t.Callable[[], Pace]) -> Played:
    return Played([(case, play(case, make())) for case in mix])


def measure(each: int = EACH) -> Result:
    mix = cases(each)
    ours = play_mix(mix, AdaptivePace)
    # A fixed pace does not heed the progress: one kind stands for all.
    same = mix[:each]
    fixed = {seconds: play_mix(same, functools.partial(FixedPace, seconds)) for seconds in (1.0, *FIXED, 15.0, 30.0)}
    five = fixed[5.0]
    result = Result(figures=_figures(ours, five))
    rows = [_row(f"every {seconds:g} s: {users}", fixed[seconds], five) for seconds, users in FIXED.items()]
    rows.append(_row("**the pace of roma.connect**", ours, five))
    rows += [_row(f"progress {progress}", ours.of(progress), five) for progress in PROGRESS]
    result.tables.append(
        Table(["pace", "questions a job", "of the 5 s pace's", "mean lag", "of the 5 s pace's", "longest lag"], rows)
    )
    result.pictures["requests-against-lag"] = lambda axes: _draw_against(axes, ours, fixed)
    result.pictures["lag-by-length"] = lambda axes: _draw_by_length(axes, ours, five)
    return result


def _figures(ours: Played, five: Played) -> list[Figure]:
    return [
        Figure("questions, part of the 5 s pace's", ours.requests / five.requests, at_most=1 / 3),
        Figure("mean lag, part of the 5 s pace's", ours.lag / five.lag, at_most=1 / 4),
        Figure("worst lag, part of a tenth of the job's length (or of 1 s)", ours.worst, at_most=1.0),
        Figure("longest lag", ours.longest, "s", at_most=30.0),
        Figure("mean lag with steady progress, part of the job's length", ours.of("steady").lag, "%", at_most=0.02),
    ]


def _row(name: str, played: Played, five: Played) -> list[str]:
    return [
        name,
        number(played.requests),
        number(played.requests / five.requests),
        number(played.lag, "%"),
        number(played.lag / five.lag),
        number(played.longest, "s"),
    ]


def _draw_against(axes: t.Any, ours: Played, fixed: t.Mapping[float, Played]) -> None:
    axes.loglog(
        [played.requests for played in fixed.values()],
        [100 * played.lag for played in fixed.values()],
        "o-",
        color="0.6",
        label="fixed paces",
    )
    for seconds, played in fixed.items():
        axes.annotate(f"{seconds:g} s", (played.requests, 100 * played.lag), (5, 4), textcoords="offset points")
    for progress in PROGRESS:
        part = ours.of(progress)
        axes.plot(part.requests, 100 * part.lag, ".", color="tab:blue", alpha=0.5)
    axes.plot(ours.requests, 100 * ours.lag, "o", color="tab:blue", label="roma.connect (small: each kind of progress)")
    five = fixed[5.0]
    axes.fill_between(
        [15, five.requests / 3], 0.5, 100 * five.lag / 4, color="tab:green", alpha=0.15, lw=0, label="the goal"
    )
    axes.set(xlabel="questions a job, on average", ylabel="mean lag, % of the job's length", ylim=(0.5, None))
    _ticks(axes.xaxis, (20, 50, 100, 200, 500))
    _ticks(axes.yaxis, (1, 2, 5, 10, 20, 50, 100))
    axes.legend(frameon=False)


def _ticks(axis: t.Any, values: t.Sequence[float]) -> None:
    """Plain numbers, instead of powers of ten."""
    axis.set_ticks(values, labels=[f"{value:g}" for value in values])
    axis.set_ticks([], minor=True)


def _draw_by_length(axes: t.Any, ours: Played, five: Played, bins: int = 16) -> None:
    # The longest lag of a bin is that of its longest jobs.
    edges = [SHORTEST_JOB * (LONGEST_JOB / SHORTEST_JOB) ** (index / bins) for index in range(bins + 1)]
    middles = [math.sqrt(low * high) for low, high in zip(edges, edges[1:])]

    def lags(played: Played) -> list[list[float]]:
        return [
            [outcome.lag for case, outcome in played.outcomes if low <= case.length < high]
            for low, high in zip(edges, edges[1:])
        ]

    axes.loglog(edges, [max(min(edge * 0.1, 30.0), 1.0) for edge in edges], ":", color="0.4", label="the bound")
    axes.loglog(middles, [statistics.fmean(found) for found in lags(five)], color="0.6", label="every 5 s, mean")
    axes.loglog(edges[1:], [max(found) for found in lags(ours)], "--", color="tab:blue", label="roma.connect, longest")
    axes.loglog(
        middles, [statistics.fmean(found) for found in lags(ours)], color="tab:blue", label="roma.connect, mean"
    )
    steady = lags(ours.of("steady"))
    axes.loglog(
        middles,
        [statistics.fmean(found) for found in steady],
        color="tab:green",
        label="roma.connect, mean with steady progress",
    )
    axes.set(xlabel="length of the job, s", ylabel="lag, s")
    _ticks(axes.xaxis, (2, 10, 60, 600, 3600, 7200))
    _ticks(axes.yaxis, (0.03, 0.1, 0.3, 1, 3, 10, 30))
    axes.legend(frameon=False, fontsize=8)
