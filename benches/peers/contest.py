"""Contenders, workloads, and the interleaved measurement."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

# A turn is one unmeasured call, which brings the contender's own code and threads back, and then measured calls for
# this long: long enough to be a sample, short enough that a noisy moment hits all contenders alike.
TURN_SECONDS = 0.010
# Contenders get about this long in all: those that are far behind have fewer rounds, down to one, so that a run stays
# short. Their ratio does not hinge on 1 %.
SLOW_SECONDS = 1.2


@dataclass
class Contender:
    name: str
    threads: int
    # Writes the workload's output. With `timed`, it measures itself and returns seconds per call instead.
    call: Callable[[], object]
    timed: bool = False
    # Cells along each edge that it does not compute, in the output's axes. They count as computed: in its favour.
    skips: tuple[int, ...] | None = None
    # Returns its result in an array of its own instead of writing the workload's output.
    fresh: bool = False
    # Computes only this share of the output's rows, the first ones, because the rest would take too long: its times
    # are scaled up. The name says so.
    share: float = 1.0
    # Compares with another result than the workload's: other rounding.
    expected: str = "exact"
    # Instead of the workload's.
    tolerance: float | None = None
    samples: list[float] = field(default_factory=list)

    @property
    def minimum(self) -> float:
        return min(self.samples) / self.share

    @property
    def median(self) -> float:
        return statistics.median(self.samples) / self.share


@dataclass
class Goal:
    """`ndstencil` at `threads` is at least `factor` times as fast as `rival` at `rival_threads`."""

    rival: str
    factor: float
    threads: int
    rival_threads: int | None = None


@dataclass
class Workload:
    name: str
    title: str
    points: int
    contenders: list[Contender]
    output: np.ndarray | None = None
    # "exact" and, where a contender needs it, others: computed once, by something that takes part in no contest.
    expected: dict[str, Callable[[], np.ndarray]] = field(default_factory=dict)
    tolerance: float = 0.0
    # Bytes that must move at least: the inputs once and the output once. None: no ceiling is shown.
    bytes: int | None = None
    # The contender that shows how fast bytes can move at best, one of `CEILINGS`, and the bytes that each of them
    # moves in this contest.
    ceiling: str = "copy"
    copied: int | None = None
    goals: list[Goal] = field(default_factory=list)

    def release(self) -> None:
        """Gives the arrays back; the figures stay."""
        self.output = None
        self.expected = {}
        for contender in self.contenders:
            contender.call = None

    def summary(self) -> dict:
        return {
            "title": self.title,
            "points": self.points,
            "bytes": self.bytes,
            "ceiling": self.ceiling,
            "bytes copied": self.copied,
            "contenders": [
                {
                    "name": c.name,
                    "threads": c.threads,
                    "min s": c.minimum,
                    "median s": c.median,
                    "samples": len(c.samples),
                    "computes the interior only": c.skips is not None,
                    "share of the rows computed": c.share,
                }
                for c in self.contenders
            ],
        }

    def find(self, name: str, threads: int) -> Contender | None:
        return next((c for c in self.contenders if c.threads == threads and c.name == name), None)


OURS = "ndstencil"
# The same kernel of another checkout.
OTHER = "ndstencil, other checkout"
# No rivals: the bytes of a workload copied, added up (`triad`: a + s b), or only read.
CEILINGS = ("np.copyto", "copy", "copy, streaming stores", "triad", "triad, streaming stores", "read")


def check(workload: Workload, use_threads: Callable[[int], None]) -> list[str]:
    """Each contender computes the same. Those that do not are reported and leave the contest."""
    problems = []
    results: dict[str, np.ndarray] = {}
    for contender in list(workload.contenders):
        use_threads(contender.threads)
        workload.output.fill(0)
        returned = contender.call()
        output = returned if contender.fresh else workload.output
        if contender.expected not in results:
            results[contender.expected] = workload.expected[contender.expected]()
        skips = contender.skips or (0,) * output.ndim
        inside = [slice(skip, extent - skip) for skip, extent in zip(skips, workload.output.shape)]
        if contender.share < 1:
            inside[0] = slice(round(contender.share * len(workload.output)))
        got, want = output[tuple(inside)], results[contender.expected][tuple(inside)]
        if np.array_equal(got, want):
            continue
        # Wider than the elements: differences of unsigned integers keep their sign. NaN equals NaN and nothing else.
        difference = np.abs(got.astype(np.float64) - want)
        difference[np.isnan(got) & np.isnan(want)] = 0
        limit = contender.tolerance
        if limit is None:
            limit = workload.tolerance * max(1.0, np.nanmax(np.abs(want)))
        worst = difference.max()
        if not worst <= limit:
            where = tuple(map(int, np.unravel_index(np.argmax(difference), got.shape)))
            problems.append(
                f"{workload.name}: {contender.name} with {contender.threads} threads differs by {worst:g} at {where} "
                f"of {got.shape}; {limit:g} is allowed; {np.count_nonzero(~(difference <= limit))} points differ"
            )
            workload.contenders.remove(contender)
    return problems


def measure(workload: Workload, rounds: int, use_threads: Callable[[int], None]) -> None:
    """A round-robin: every contender has its turn in each round."""
    shares = []
    for contender in workload.contenders:
        use_threads(contender.threads)
        took = one_call(contender)
        if took > SLOW_SECONDS / 4:
            contender.samples.append(took)
        shares.append(min(rounds, max(1, int(SLOW_SECONDS / took))))
    gc.collect()
    gc.disable()
    order = list(zip(workload.contenders, shares))
    for index in range(rounds):
        # Each round starts with another contender, so that nobody always follows the same neighbour.
        shift = index % len(order)
        for contender, share in order[shift:] + order[:shift]:
            # The rounds of a slow contender are spread over the whole contest.
            if index * share // rounds < (index + 1) * share // rounds:
                use_threads(contender.threads)
                turn(contender)
    gc.enable()


def turn(contender: Contender) -> None:
    slow = contender.samples and min(contender.samples) > SLOW_SECONDS / 4
    if not contender.timed and not slow:
        one_call(contender)
    end = time.perf_counter() + TURN_SECONDS
    while True:
        contender.samples.append(one_call(contender))
        if contender.timed or time.perf_counter() >= end:
            return


def one_call(contender: Contender) -> float:
    if contender.timed:
        return contender.call()
    start = time.perf_counter()
    contender.call()
    return time.perf_counter() - start
