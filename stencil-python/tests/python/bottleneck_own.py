"""Bottleneck's own tests, with the functions of `ndstencil_kernels` in the place of bottleneck's."""
import sys

try:
    import bottleneck
except ImportError:
    print("left out: bottleneck is not there")
    raise SystemExit

import numpy as np
import pytest
from bottleneck.tests import util

import ndstencil_kernels

FUNCTIONS = [function.__name__ for function in bottleneck.get_functions("all")]

DO_NOT_APPLY = {
    "nonreduce_test.py::test_replace_bad_args": "the words of Python's errors about missing arguments; numbers are tried in kernels.py",
    "test_template.py::test_make_c_files": "how bottleneck's C is written",
}

# Arrays that a function is not asked of.
NOT_ASKED = {
    ("move_argmin", "move_argmax"): (
        lambda a: np.isnan(a).any() and np.isinf(a).any(),
        "bottleneck takes a NaN for an infinity, and gives its place where an infinity is the extreme",
    ),
    ("rankdata",): (lambda a: np.isnan(a).sum() > 1, "which NaN comes first is left open; here it is the one that stands first"),
}


def asked(name, arrays):
    """The arrays that a function is asked of."""
    left_out = [left_out for names, (left_out, _) in NOT_ASKED.items() if name in names]
    for a in arrays:
        if not any(one(a) for one in left_out):
            yield a


class Selection:
    """Leaves out what does not apply, and counts the rest."""

    def __init__(self):
        self.left_out, self.passed = set(), 0

    def pytest_collection_modifyitems(self, config, items):
        out = [item for item in items if any(item.nodeid.endswith(name) for name in DO_NOT_APPLY)]
        self.left_out = {next(name for name in DO_NOT_APPLY if item.nodeid.endswith(name)) for item in out}
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]

    def pytest_runtest_logreport(self, report):
        self.passed += report.when == "call" and report.passed


all_arrays = util.arrays
util.arrays = lambda name, *more: asked(name, all_arrays(name, *more))
for name in FUNCTIONS:
    setattr(bottleneck, name, getattr(ndstencil_kernels, name))
assert all(function.__module__.startswith("ndstencil_kernels") for function in bottleneck.get_functions("all"))

selection = Selection()
failed = pytest.main(["--pyargs", "bottleneck.tests", "-q", "-p", "no:cacheprovider"], plugins=[selection])
assert not failed, "tests of bottleneck fail"
assert selection.left_out == set(DO_NOT_APPLY), f"there is no such test: {set(DO_NOT_APPLY) - selection.left_out}"
assert selection.passed > 100, selection.passed
for name, reason in DO_NOT_APPLY.items():
    print(f"left out: {name}: {reason}")
for names, (_, reason) in NOT_ASKED.items():
    print(f"left out: arrays in {', '.join(names)}: {reason}")
print(f"{selection.passed} tests of bottleneck's, of {len(FUNCTIONS)} functions")
