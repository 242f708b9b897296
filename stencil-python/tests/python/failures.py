"""Panics and refusals are exceptions, one for a call, and what comes after them is as if nothing had been."""
import threading
import warnings

import numpy as np

import filters

warnings.simplefilter("error")


def message(kind, call):
    """The text of what a call raises."""
    try:
        call()
    except kind as error:
        assert error.__cause__ is None and error.__context__ is None, error
        return str(error)
    raise AssertionError("nothing was raised")


good, bad = np.ones((6, 8, 4)), -np.ones((6, 8, 4))
for _ in range(3):
    text = message(RuntimeError, lambda: filters.root_of_sum(bad))
    assert text.startswith("`root_of_sum` panicked at ") and text.endswith(": the sum -4 is negative"), text
    # Loop dimensions that cannot be taken together: many inner loops, of which the first one fails.
    message(RuntimeError, lambda: filters.root_of_sum(bad[::2, ::2]))
    assert (filters.root_of_sum(good[::2, ::2]) == 2).all()
    mixed = good.copy()
    mixed[3, 3] = -1
    message(RuntimeError, lambda: filters.root_of_sum(mixed, out=np.zeros((6, 8))))
    assert (filters.root_of_sum(good) == 2).all()

# What the processor noted until then is not the caller's affair: neither a warning nor another exception.
nothing = np.array([[np.inf, -np.inf]])
for settings in ("ignore", "warn", "raise"):
    with np.errstate(all=settings):
        assert "the sum NaN is negative" in message(RuntimeError, lambda: filters.root_of_sum(nothing))

# The methods of ufuncs fail as calls do. Sums are checked in debug builds.
most = np.full((3, 3), 2**63 - 1)
try:
    checked = filters.plus(most, most) is None
except RuntimeError:
    checked = True
if checked:
    for call in (
        lambda: filters.plus.reduce(most),
        lambda: filters.plus.reduce(most, axis=None, where=most > 0),
        lambda: filters.plus.accumulate(most, axis=1),
        lambda: filters.plus.reduceat(most, [0, 1], axis=1),
        lambda: filters.plus.outer(most, most),
        lambda: filters.plus.at(most.copy(), [0, 0, 1], 1),
    ):
        assert message(RuntimeError, call).startswith("`plus` panicked at ")
    assert filters.plus.reduce([1, 2]) == 3

text = message(ValueError, lambda: filters.nanmedian(np.ones((3, 0))))
assert text == "kernel `nanmedian` requires n > 0, found n = 0 (signature (n)->())", text
assert filters.nanmedian(np.ones((0, 3))).shape == (0,) and filters.nanmedian(np.ones((0, 0))).shape == (0,)

failed = []


def work(number):
    """Threads fail apart from each other."""
    for turn in range(200):
        x = bad if (number + turn) % 2 else good
        try:
            assert (filters.root_of_sum(x[::2, ::2]) == 2).all() and x is good
        except RuntimeError:
            if x is good:
                failed.append(number)


threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not failed
print("ok")
