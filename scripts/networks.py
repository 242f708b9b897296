#!/usr/bin/env python3
"""Writes exchange networks: stencil-abi/src/network/tables.rs, a macro that hands all of them to another one.

The runtime makes straight-line code of them, because a loop over a table of exchanges is not unrolled by the compiler once it is
long, and then nothing around it vectorises. Exchanges whose results nobody reads are removed by the
compiler, so that the median needs no pruned table of its own except where a shorter one is known.

Sources: D. E. Knuth, The Art of Computer Programming 3, algorithm 5.2.2M (merge exchange); medians of
9 and 25: N. Devillard, Fast median search: an ANSI C implementation (1998), after J. L. Smith and
J. Graphics Gems I.
"""

import itertools
import pathlib
import random

MEDIAN = {
    9: "1 2 4 5 7 8 0 1 3 4 6 7 1 2 4 5 7 8 0 3 5 8 4 7 3 6 1 4 2 5 4 7 4 2 6 4 4 2",
    25: "0 1 3 4 2 4 2 3 6 7 5 7 5 6 9 10 8 10 8 9 12 13 11 13 11 12 15 16 14 16 14 15 18 19 17 19 17 18 21 22 20 22 "
    "20 21 23 24 2 5 3 6 0 6 0 3 4 7 1 7 1 4 11 14 8 14 8 11 12 15 9 15 9 12 13 16 10 16 10 13 20 23 17 23 17 20 21 "
    "24 18 24 18 21 19 22 8 17 9 18 0 18 0 9 10 19 1 19 1 10 11 20 2 20 2 11 12 21 3 21 3 12 13 22 4 22 4 13 14 23 5 "
    "23 5 14 15 24 6 24 6 15 7 16 7 19 13 21 15 23 7 13 7 15 1 9 3 11 5 17 11 17 9 17 4 10 6 12 7 14 4 6 4 7 12 14 10 "
    "14 6 7 10 12 6 10 6 17 12 17 7 17 7 10 12 18 7 12 10 18 12 20 10 20 10 12",
}
SORT = [*range(2, 17), 18, 19, 20, 21, 25, 27, 49]


def merge_exchange(n):
    """Knuth's algorithm M: sorts any number of values."""
    t = (n - 1).bit_length()
    p = 1 << (t - 1)
    while p > 0:
        q, r, d = 1 << (t - 1), 0, p
        while True:
            yield from ((i, i + d) for i in range(n - d) if i & p == r)
            if q == p:
                break
            d, q, r = q - p, q >> 1, p
        p >>= 1


def pairs(text):
    numbers = list(map(int, text.split()))
    return list(zip(numbers[::2], numbers[1::2]))


def check(n, network, median):
    """The zero-one principle: exhaustively for short networks, on random inputs for long ones."""
    inputs = itertools.product((0, 1), repeat=n) if n <= 12 else ([random.random() for _ in range(n)] for _ in range(20000))
    for values in inputs:
        v = list(values)
        for i, j in network:
            if v[j] < v[i]:
                v[i], v[j] = v[j], v[i]
        assert (v[n // 2] == sorted(values)[n // 2]) if median else (v == sorted(values)), (n, values)


def row(kind, n, network):
    check(n, network, kind == "median")
    return f"                {kind}_{n} {n}: {', '.join(f'{i} {j}' for i, j in network)};"


def main():
    sorting = [row("sort", n, list(merge_exchange(n))) for n in SORT]
    medians = [row("median", n, pairs(text)) for n, text in MEDIAN.items()]
    lines = [
        "//! Exchange networks, written by `scripts/networks.py`; do not edit.",
        "#![cfg_attr(rustfmt, rustfmt_skip)]",
        "",
        "/// Calls the macro `$with` with all networks, those that sort and those for medians: a name, the number of values,",
        "/// and the pairs of places.",
        "#[macro_export]",
        "macro_rules! networks {",
        "    ($with:ident) => {",
        "        $with! {",
        "            sort {",
        *sorting,
        "            }",
        "            median {",
        *medians,
        "            }",
        "        }",
        "    };",
        "}",
        "",
    ]
    root = pathlib.Path(__file__).parent.parent
    (root / "stencil-abi/src/network/tables.rs").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
