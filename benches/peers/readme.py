#!/usr/bin/env python3
"""Writes the figures of the README from results of run.py, of one machine: `readme.py results/<cpu-model>.json ..`."""

import json
import pathlib
import sys

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- figures: benches/peers -->", "<!-- end of figures -->"
# As in contest.py; those that store past the cache are a second yardstick, which the table leaves out.
CEILINGS = ("np.copyto", "copy", "copy, streaming stores", "triad", "triad, streaming stores", "read")
OTHERS = {"ndstencil", "np.copyto", "copy, streaming stores", "triad, streaming stores"}


def figures(report: dict) -> list[str]:
    machine, options = report["machine"], report["options"]
    yield "Whole calls, borders included, into preallocated outputs; time of the other tool divided by ours (above 1, we are"
    yield "faster), least of all rounds, interleaved. *copy* compares the bytes read and written with a plain copy of them: 1"
    yield "is the speed of the copy. *triad* (a + s b) and *read* do so where that is the nearer ceiling."
    yield ""
    counts = " and ".join(map(str, options["threads"]))
    yield f"| workload | time of the others / ours, {counts} threads |"
    yield "|---|---|"
    for workload in report["workloads"].values():
        rivals = sorted({c["name"] for c in workload["contenders"]} - OTHERS)
        cells = []
        for rival in rivals:
            found = [ratio(workload, rival, n) for n in options["threads"]]
            cells.append(f"{rival}{interior(workload, rival)} {' / '.join(filter(None, found))}")
        measured = [cell for cell in cells if cell[-1].isdigit()]
        # The smallest arrays have no rival: their time itself.
        measured = measured or [f"{workload['contenders'][0]['min s'] * 1e6:.2f} µs a call"]
        yield f"| {workload['title']} | {', '.join(measured)} |"
    yield ""
    vectors = "AVX-512" if "avx512f" in machine["vectors"] else "AVX2"
    yield f"{machine['cpu']} (family and model {machine['family and model']}), {machine['cores']} cores, {vectors}, a shared virtual"
    yield f"machine; {machine['rustc']}; {', '.join(f'{k} {v}' for k, v in machine['versions'].items())}."
    yield "`benches/peers/run.py` prints all of it, medians and goals included, and `benches/peers/readme.py` wrote this table."


def interior(workload: dict, rival: str) -> str:
    """Says so where a contender leaves the borders out."""
    skips = any(c["computes the interior only"] for c in workload["contenders"] if c["name"] == rival)
    return " (interior only)" if skips and "interior" not in rival else ""


def ratio(workload: dict, rival: str, threads: int) -> str | None:
    found = {c["name"]: c for c in workload["contenders"] if c["threads"] == threads}
    if rival not in found or "ndstencil" not in found:
        return None
    factor = found[rival]["min s"] / found["ndstencil"]["min s"]
    if rival in CEILINGS:
        if not workload.get("bytes"):
            return None
        factor *= workload["bytes"] / workload["bytes copied"]
    return f"{factor:.2f}" if factor < 10 else f"{factor:.0f}"


def main() -> None:
    reports = [json.loads(pathlib.Path(path).read_text()) for path in sys.argv[1:]]
    report = reports[-1]
    if any(other["machine"]["cpu"] != report["machine"]["cpu"] for other in reports):
        sys.exit("results of different machines do not belong in one table")
    report["workloads"] = {name: workload for other in reports for name, workload in other["workloads"].items()}
    text = README.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n" + "\n".join(figures(report)) + f"\n{END}{after}")


if __name__ == "__main__":
    main()
