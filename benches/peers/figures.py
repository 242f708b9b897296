#!/usr/bin/env python3
"""Writes RESULTS.md, and the table and chart of the README, from results of run.py: `figures.py results/*.json`."""

from __future__ import annotations

import json
import math
import pathlib
import sys

from contest import CEILINGS, OURS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BEGIN, END = "<!-- figures: benches/peers -->", "<!-- end of figures -->"

# The README's lines, and the tools that most readers know.
SHOWN = ("mean_u8", "weights_f32", "gauss_f32", "median_u8", "mean_first", "nanmedian_first")
TOOLS = {
    "OpenCV": ("OpenCV blur", "OpenCV filter2D", "OpenCV GaussianBlur", "OpenCV medianBlur"),
    "Halide": ("Halide",),
    "Numba": ("Numba loops",),
    "NumPy, SciPy": ("SciPy uniform_filter", "SciPy correlate", "NumPy"),
    "bottleneck": ("bottleneck nanmedian", "bottleneck nanmean"),
}
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")


class Machine:
    """All results of one machine, those of several files together."""

    def __init__(self, reports: list[dict]) -> None:
        self.about = reports[-1]["machine"]
        self.threads = reports[-1]["options"]["threads"]
        self.versions = {k: v for report in reports for k, v in report["machine"]["versions"].items()}
        self.commits = sorted({report["machine"]["commit"] for report in reports})
        self.workloads = {name: workload for report in reports for name, workload in report["workloads"].items()}

    def title(self) -> str:
        vectors = "AVX-512" if "avx512f" in self.about["vectors"] else "AVX2" if "avx2" in self.about["vectors"] else "128 bits"
        family = f" (family and model {self.about['family and model']})" if self.about["family and model"] else ""
        return f"{self.about['cpu']}{family}, {self.about['cores']} cores, {vectors}"

    def tools(self) -> str:
        return f"{self.about['rustc']}; {', '.join(f'{k} {v}' for k, v in sorted(self.versions.items()))}"


def contender(workload: dict, name: str, threads: int) -> dict | None:
    return next((c for c in workload["contenders"] if (c["name"], c["threads"]) == (name, threads)), None)


def ratio(workload: dict, name: str, threads: int) -> float | None:
    """The contender's time over ours; for a ceiling byte for byte, the part of its speed that we reach."""
    ours, other = contender(workload, OURS, threads), contender(workload, name, threads)
    if not ours or not other:
        return None
    factor = other["min s"] / ours["min s"]
    if name in CEILINGS:
        return factor * workload["bytes"] / workload["bytes copied"] if workload.get("bytes") else None
    return factor


def best(workload: dict, names: tuple[str, ...], counts: list[int]) -> float | None:
    """The best time of a tool over our best: each with the threads that suit it."""
    known = [c["min s"] for c in workload["contenders"] if c["name"] in names and c["threads"] in counts]
    ours = [c["min s"] for c in workload["contenders"] if c["name"] == OURS and c["threads"] in counts]
    return min(known) / min(ours) if known and ours else None


def number(factor: float | None) -> str:
    if factor is None:
        return ""
    return f"{factor:.2f}" if factor < 10 else f"{factor:.0f}"


def ceiling(workload: dict) -> str:
    """The ceiling that stores past the cache, where the contest has one."""
    names = {c["name"] for c in workload["contenders"]}
    return next((n for n in ("copy, streaming stores", "triad, streaming stores", "read") if n in names), "")


def percent(workload: dict, threads: int) -> str:
    share = ratio(workload, ceiling(workload), threads)
    return f"{100 * share:.0f} %" if share else ""


def results(machines: list[Machine]) -> str:
    lines = [
        "# Results",
        "",
        "Written by `figures.py` from the files in `results/`. Whole calls, borders included, into preallocated outputs: the least",
        "time of all rounds, interleaved. *others* is the time of a tool divided by ours: above 1, ndstencil is faster. *ceiling*",
        "is the part that we reach of the speed of a copy with streaming stores, of a triad `a + s b` with them where two",
        "inputs are read, of a loop that only reads for reductions: bytes that must move over bytes moved.",
    ]
    for machine in machines:
        lines += ["", f"## {machine.title()}", "", f"A shared virtual machine. {machine.tools()}. Commit {', '.join(machine.commits)}.", ""]
        counts = " / ".join(map(str, machine.threads))
        lines += [f"| workload | ms, {counts} threads | ceiling | others, {counts} threads |", "|---|--:|--:|---|"]
        for workload in machine.workloads.values():
            times = [contender(workload, OURS, n) for n in machine.threads]
            shown = " / ".join(f"{c['min s'] * 1e3:.3g}" for c in times if c)
            reached = " / ".join(filter(None, (percent(workload, n) for n in machine.threads)))
            names = sorted({c["name"] for c in workload["contenders"]} - {OURS} - set(CEILINGS))
            others = ", ".join(f"{name}{interior(workload, name)} {both(workload, name, machine)}" for name in names)
            lines.append(f"| {workload['title']} | {shown} | {reached} | {others} |")
    return "\n".join(lines) + "\n"


def both(workload: dict, name: str, machine: Machine) -> str:
    return " / ".join(filter(None, (number(ratio(workload, name, n)) for n in machine.threads)))


def interior(workload: dict, name: str) -> str:
    """Says so where a contender leaves the borders out."""
    skips = any(c["computes the interior only"] for c in workload["contenders"] if c["name"] == name)
    return " (interior only)" if skips and "interior" not in name else ""


def summary(machine: Machine) -> str:
    """The README's table: the best time of each tool over our best."""
    most = max(machine.threads)
    lines = [
        "The best time of each tool divided by ours, borders included, each with the number of threads that suits it (above 1,",
        "ndstencil is faster), and the part that we reach of the speed at which a copy with streaming stores moves the same bytes.",
        "",
        "![The same figures as points on a logarithmic axis](docs/img/peers.svg)",
        "",
        f"| | {' | '.join(TOOLS)} | of a copy |",
        f"|---|{'--:|' * (len(TOOLS) + 1)}",
    ]
    for name in SHOWN:
        workload = machine.workloads[name]
        cells = [number(best(workload, names, machine.threads)) for names in TOOLS.values()]
        lines.append(f"| {workload['title']} | {' | '.join(cells)} | {percent(workload, most)} |")
    lines += [
        "",
        f"{machine.title()}, a shared virtual machine. All workloads, tools and versions:",
        "[results](benches/peers/RESULTS.md); the script: [benches/peers](benches/peers/README.md).",
    ]
    return "\n".join(lines)


def chart(machine: Machine) -> str:
    """One row a workload, one point a tool: its time over ours, on a logarithmic axis."""
    left, top, width, step = 430, 58, 450, 30
    rows = [machine.workloads[name] for name in SHOWN]
    points = [(row, tool, best(w, names, machine.threads)) for row, w in enumerate(rows) for tool, names in enumerate(TOOLS.values())]
    points = [(row, tool, factor) for row, tool, factor in points if factor]
    low, high = math.log10(0.5), math.log10(max(factor for *_, factor in points) * 1.3)
    x = lambda factor: left + width * (math.log10(factor) - low) / (high - low)  # noqa: E731
    bottom = top + step * len(rows)
    # Grey text and rules are readable on white and on black pages alike.
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 20} {bottom + 42}" font-family="sans-serif" font-size="13" fill="#808080">',
        "<title>The time of other tools divided by the time of ndstencil</title>",
    ]
    for tool, name in enumerate(TOOLS):
        at = 20 + tool * 150
        out.append(f'<circle cx="{at}" cy="20" r="5" fill="{COLOURS[tool]}"/><text x="{at + 10}" y="25">{name}</text>')
    for factor in (0.5, 1, 2, 5, 10, 20, 50, 100, 200):
        if math.log10(factor) <= high:
            stroke = 'stroke="#808080" stroke-width="2"' if factor == 1 else 'stroke="#808080" stroke-opacity="0.35"'
            out.append(f'<line x1="{x(factor):.1f}" x2="{x(factor):.1f}" y1="{top - 12}" y2="{bottom}" {stroke}/>')
            out.append(f'<text x="{x(factor):.1f}" y="{bottom + 16}" text-anchor="middle">{factor:g}</text>')
    for row, workload in enumerate(rows):
        out.append(f'<text x="{left - 12}" y="{top + step * row + 9}" text-anchor="end">{workload["title"]}</text>')
    for row, tool, factor in points:
        out.append(f'<circle cx="{x(factor):.1f}" cy="{top + step * row + 4}" r="6" fill="{COLOURS[tool]}"/>')
    out.append(f'<text x="{left + width / 2}" y="{bottom + 34}" text-anchor="middle">time of the tool / time of ndstencil</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def main() -> None:
    by_machine: dict[str, list[dict]] = {}
    for path in sys.argv[1:]:
        report = json.loads(pathlib.Path(path).read_text())
        about = report["machine"]
        by_machine.setdefault(f"{about['cpu']} {about['family and model']}", []).append(report)
    machines = [Machine(reports) for reports in by_machine.values()]
    if not machines:
        sys.exit("figures.py results/*.json")
    (HERE / "RESULTS.md").write_text(results(machines))
    (ROOT / "docs/img/peers.svg").write_text(chart(machines[0]))
    readme = ROOT / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{summary(machines[0])}\n{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()
