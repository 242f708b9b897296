"""Writes arrays with NumPy for the test `numpy` of npy.rs, and checks those that it wrote.

python npy.py write FOLDER
python npy.py check FOLDER
"""

import sys
from pathlib import Path

import numpy as np

mode, folder = sys.argv[1], Path(sys.argv[2])
i, j, k = np.ogrid[:7, :5, :5]
x = (i * 1000 + j * 10 + k).astype("<f8")
if mode == "write":
    np.save(folder / "c_little.npy", x)
    np.save(folder / "c_big.npy", x.astype(">f8"))
    np.save(folder / "f_little.npy", np.asfortranarray(x))
    np.save(folder / "f_big.npy", np.asfortranarray(x.astype(">f8")))
    mask = np.arange(6) % 3 == 0
    np.savez(folder / "stored.npz", a=x[0], b=x, mask=mask)
    np.savez_compressed(folder / "packed.npz", a=x[0], b=np.asfortranarray(x), mask=mask)
else:
    y = np.load(folder / "thrice.npy")
    assert y.dtype == "<f8" and y.flags.c_contiguous, y.dtype
    np.testing.assert_array_equal(y, 3 * x)
    mask = np.load(folder / "mask.npy", mmap_mode="r")
    assert mask.dtype == bool and mask.tolist() == [True, False, True], mask
    assert mask.offset % 64 == 0, mask.offset
