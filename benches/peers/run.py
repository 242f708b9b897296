#!/usr/bin/env python3
"""Compares ndstencil with other tools: interleaved, in one process, on the same arrays. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="workloads or groups (stencil, gufunc), comma-separated")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contender (default 15)")
    parser.add_argument("--size", type=int, default=4096, help="extent of the large images (default 4096)")
    parser.add_argument("--threads", default="1,2", help="thread counts, comma-separated (default 1,2)")
    parser.add_argument("--no-rivals", action="store_true", help="without the other Rust crates: a quicker build")
    parser.add_argument("--versus", type=pathlib.Path, help="another checkout: its kernels instead of other tools")
    parser.add_argument("--output", type=pathlib.Path, help="JSON file (default results/<cpu-model>[-<only>].json)")
    return parser.parse_args()


def configure(threads: list[int]) -> None:
    """Before the libraries are loaded: how many threads, and that idle ones sleep.

    Threads that spin after a parallel loop would take the processor from the next contender.
    """
    os.environ["HL_NUM_THREADS"] = str(max(threads))
    os.environ["NUMBA_NUM_THREADS"] = str(max(threads))
    os.environ["NUMEXPR_MAX_THREADS"] = str(max(threads))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["OMP_WAIT_POLICY"] = "passive"
    os.environ["KMP_BLOCKTIME"] = "0"


def read(path: str) -> str | None:
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return None


def output_of(*command: str) -> str | None:
    try:
        return subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def machine() -> dict:
    from importlib.metadata import version

    info = read("/proc/cpuinfo") or ""
    model = re.search(r"model name\s*:\s*(.+)", info)
    family = re.search(r"cpu family\s*:\s*(\d+)\s+model\s*:\s*(\d+)", info)
    flags = set((re.search(r"flags\s*:\s*(.+)", info) or [None, ""])[1].split())
    caches = {}
    for index in range(4):
        base = f"/sys/devices/system/cpu/cpu0/cache/index{index}/"
        if level := read(base + "level"):
            caches[f"L{level} {read(base + 'type')}"] = read(base + "size")
    return {
        "cpu": model[1] if model else platform.processor() or platform.machine(),
        "family and model": " ".join(family.groups()) if family else None,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "vectors": [f for f in ("avx2", "fma", "avx512f", "avx512bw", "avx512vl", "avx512dq", "asimd") if f in flags],
        "caches": caches,
        "governor": read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "transparent huge pages": read("/sys/kernel/mm/transparent_hugepage/enabled"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {
            name: version(name)
            for name in ("bottleneck", "halide", "numba", "numexpr", "numpy", "opencv-python-headless", "scipy")
        },
        "rustc": output_of("rustc", "--version"),
        "commit": output_of("git", "describe", "--always", "--dirty"),
        "load before": os.getloadavg()[0],
    }


def table(workload) -> str:
    from contest import CEILINGS, OURS

    lines = [f"### {workload.name}: {workload.title}", ""]
    lines += [
        f"| | threads | min ms | median ms | Gpoints/s | % of {workload.ceiling} | time / ndstencil's |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for contender in sorted(workload.contenders, key=lambda c: (c.threads, c.name in CEILINGS, c.minimum)):
        ours = workload.find(OURS, contender.threads)
        ceiling = workload.find(workload.ceiling, contender.threads)
        ratio = f"{contender.minimum / ours.minimum:.2f}" if ours and contender is not ours else ""
        share = ""
        if workload.bytes and ceiling:
            moved = workload.copied if contender.name in CEILINGS else workload.bytes
            share = f"{100 * (moved / contender.minimum) / (workload.copied / ceiling.minimum):.0f}"
        name = f"**{contender.name}**" if contender is ours else contender.name
        digits = 3 if contender.minimum < 0.1 else 1
        if contender.minimum < 1e-4:
            digits = 6
        lines.append(
            f"| {name} | {contender.threads} | {contender.minimum * 1e3:.{digits}f} | {contender.median * 1e3:.{digits}f} "
            f"| {workload.points / contender.minimum / 1e9:.2f} | {share} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


def verdicts(workloads) -> list[dict]:
    from contest import CEILINGS, OURS
    from workloads import ABSOLUTE

    rows = []
    for workload in workloads:
        for goal in workload.goals:
            ours = workload.find(OURS, goal.threads)
            rival = workload.find(goal.rival, goal.rival_threads or goal.threads)
            if ours and rival:
                factor = rival.minimum / ours.minimum
                if workload.bytes and goal.rival in CEILINGS:
                    # They are compared byte for byte.
                    factor *= workload.bytes / workload.copied
                rows.append(row(workload, f"{goal.rival}, {goal.threads} threads", f"{goal.factor:.2f} x", factor, goal.factor))
        ours = workload.find(OURS, 1)
        if ours and workload.name in ABSOLUTE:
            limit = ABSOLUTE[workload.name]
            rows.append(row(workload, "the clock", f"{limit * 1e6:.2f} us", limit / ours.minimum, 1.0))
    return rows


def row(workload, against: str, goal: str, factor: float, needed: float) -> dict:
    return {"workload": workload.name, "against": against, "goal": goal, "factor": factor, "met": factor >= needed}


def versus(workloads) -> str:
    """The time of this checkout over that of the other."""
    from contest import OTHER, OURS

    lines = ["### This checkout over the other", "", "| workload | threads | minimum | median |", "|---|--:|--:|--:|"]
    for workload in workloads:
        for ours in workload.contenders:
            other = workload.find(OTHER, ours.threads)
            if ours.name == OURS and other:
                ratios = f"{ours.minimum / other.minimum:.3f} | {ours.median / other.median:.3f}"
                lines.append(f"| {workload.name} | {ours.threads} | {ratios} |")
    return "\n".join(lines)


def main() -> int:
    options = arguments()
    threads = [int(count) for count in options.threads.split(",")]
    configure(threads)

    import native

    path = native.build(rivals=not (options.no_rivals or options.versus))
    other = options.versus and native.build(False, options.versus.resolve())
    started = time.monotonic()

    import cv2

    import contest
    import gufunc_peers
    import gufunc_workloads
    import numba_peer
    import workloads

    def use_threads(count: int) -> None:
        cv2.setNumThreads(count)
        numba_peer.use_threads(count)
        gufunc_peers.use_threads(count)

    other = other and native.Library(other, max(threads))
    library = native.Library(path, max(threads), other)
    large = {**workloads.LARGE, **gufunc_workloads.LARGE}
    groups = {"stencil": [*workloads.LARGE, "small"], "gufunc": [*gufunc_workloads.LARGE]}
    wanted = {one for name in options.only.split(",") if name for one in groups.get(name, [name])}
    if unknown := wanted - set(large) - {"small"}:
        sys.exit(f"no such workload: {', '.join(sorted(unknown))}; there are {', '.join([*groups, *large])}, small")

    description = machine()
    print(f"{description['cpu']}, {description['cores']} cores, {' '.join(description['vectors'])}\n")
    done, broken = [], []
    makers = [make for name, make in large.items() if not wanted or name in wanted]
    for make in makers:
        # One workload's arrays at a time.
        workload = make(library, threads, options.size)
        if options.versus:
            workload.contenders = [c for c in workload.contenders if c.name in (contest.OURS, contest.OTHER)]
        broken += contest.check(workload, use_threads)
        contest.measure(workload, options.rounds, use_threads)
        print(table(workload), flush=True)
        workload.release()
        done.append(workload)
    if not wanted or "small" in wanted:
        for workload in workloads.small(library):
            contest.measure(workload, options.rounds, use_threads)
            print(table(workload), flush=True)
            done.append(workload)

    if options.versus:
        print(versus(done))
        return 1 if broken else 0
    goals = verdicts(done)
    print("### Goals\n\n| workload | against | goal | measured | |\n|---|---|--:|--:|---|")
    for goal in goals:
        met = "met" if goal["met"] else "**missed**"
        print(f"| {goal['workload']} | {goal['against']} | {goal['goal']} | {goal['factor']:.2f} | {met} |")

    description["load after"] = os.getloadavg()[0]
    # A part of the workloads does not overwrite the figures of all.
    slug = re.sub(r"[^a-z0-9_]+", "-", f"{description['cpu']} {options.only}".lower()).strip("-")
    output = options.output or HERE / "results" / f"{slug}.json"
    output.parent.mkdir(exist_ok=True)
    report = {
        "machine": description,
        "options": {"size": options.size, "rounds": options.rounds, "threads": threads},
        "workloads": {w.name: w.summary() for w in done},
        "goals": goals,
    }
    output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\n{time.monotonic() - started:.0f} s; written to {output}")
    for problem in broken:
        print(f"WRONG RESULT: {problem}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
