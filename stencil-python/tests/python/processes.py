"""Pickling by name, processes that are forked and spawned, threads at once."""
import concurrent.futures
import multiprocessing
import pickle
import time

import numpy as np

import filters


def smooth_in_a_process(x):
    """The result of a worker."""
    return filters.smooth(x)


if __name__ == "__main__":
    kernels = [kernel for kernel in vars(filters).values() if isinstance(kernel, np.ufunc)]
    for kernel in [*kernels, filters.smooth__wrap, filters.masked__mirror]:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(kernel, protocol)) is kernel
    assert len(pickle.dumps(filters.smooth)) < 60

    x = np.random.default_rng(1).random((40, 50))
    y = filters.smooth(x)
    for method in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert (pool.map(filters.smooth__wrap, [x])[0] == filters.smooth_wrap(x)).all()
            for found in pool.map(filters.smooth, [x, x, x]) + pool.map(smooth_in_a_process, [x]):
                assert (found == y).all(), method

    stacks = [np.random.default_rng(seed).random((20, 64, 64)) for seed in range(8)]
    expected = [filters.smooth(stack) for stack in stacks]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            for found, right in zip(pool.map(filters.smooth, stacks), expected):
                assert (found == right).all()

    # Python goes on while a kernel computes.
    large = np.random.default_rng(1).random((4, 1500, 1500))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        done, steps = pool.submit(filters.smooth, large), 0
        while not done.done():
            steps += 1
            time.sleep(0)
    assert steps > 5, steps
    print("ok")
