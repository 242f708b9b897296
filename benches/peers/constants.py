"""The numbers of the workloads: the same as in kernels/src/ours.rs."""

import numpy as np

WEIGHTS = np.array([[0.05, 0.10, 0.06], [0.11, 0.30, 0.13], [0.07, 0.15, 0.03]], np.float32)
SECOND = np.array([-205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560], np.float32)
WAVE_SPEED = np.float32(0.1)
SIGMA = 5.0
GAUSS = np.exp(-np.arange(-15, 16) ** 2 / (2 * SIGMA**2))
GAUSS = (GAUSS / GAUSS.sum()).astype(np.float32)
