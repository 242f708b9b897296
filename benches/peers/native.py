"""Builds the Rust side and calls it."""

from __future__ import annotations

import ctypes
import json
import pathlib
import subprocess

import numpy as np


def build(rivals: bool, checkout: pathlib.Path = pathlib.Path(__file__).parents[2]) -> pathlib.Path:
    command = ["cargo", "build", "--release", "--message-format", "json-render-diagnostics"]
    if rivals:
        command += ["--features", "rivals"]
    output = subprocess.run(command, cwd=checkout / "benches/peers/kernels", check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in output.splitlines():
        message = json.loads(line)
        if message.get("target", {}).get("name") == "ndstencil_peer_kernels":
            for file in map(pathlib.Path, message["filenames"]):
                if file.suffix in (".so", ".dylib", ".dll"):
                    return file
    raise RuntimeError("cargo built no shared library")


class Call(ctypes.Structure):
    """Mirrors `Call` in kernels/src/lib.rs."""

    _fields_ = [
        ("threads", ctypes.c_size_t),
        ("shape", ctypes.c_size_t * 3),
        ("inputs", ctypes.c_void_p * 2),
        ("output", ctypes.c_void_p),
        ("check", ctypes.c_bool),
    ]


class Library:
    def __init__(self, path: pathlib.Path, threads: int, other: Library | None = None) -> None:
        # The same functions of another checkout: each takes its turns beside its namesake.
        self.other = other
        self.library = ctypes.CDLL(str(path))
        self.library.init.argtypes = [ctypes.c_size_t]
        self.library.init(threads)

    def has(self, name: str) -> bool:
        return hasattr(self.library, name)

    def bind(
        self,
        name: str,
        threads: int,
        inputs: list[np.ndarray],
        output: np.ndarray,
        shape: tuple[int, ...] | None = None,
    ):
        """A function without arguments; the first call of it is the one that is checked.

        `shape` is what the Rust side is told, where that is not the output's.
        """
        function = getattr(self.library, name)
        function.argtypes, function.restype = [ctypes.POINTER(Call)], None
        for array in (*inputs, output):
            assert array.flags.c_contiguous
        call = Call(threads=threads, output=output.ctypes.data, check=True)
        for axis, extent in enumerate(shape or output.shape):
            call.shape[axis] = extent
        for index, array in enumerate(inputs):
            call.inputs[index] = array.ctypes.data
        pointer = ctypes.byref(call)

        def run(_keep=(inputs, output)):
            function(pointer)
            call.check = False

        return run

    def timed(self, name: str, calls: int):
        function = getattr(self.library, name)
        function.argtypes, function.restype = [ctypes.c_size_t], ctypes.c_double
        return lambda: function(calls)
