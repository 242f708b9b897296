"""The files of expected values: what the scripts make_*.py write.

Each family is a pair of files: `<family>.json`, a list of cases, one a line, and `<family>.npz`, the arrays that the
cases name. The files are the same bytes at each run: seeds and time stamps are fixed and nothing is compressed (another
zlib would compress to other bytes).
"""

import io
import json
import pathlib
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).parent
DTYPES = {
    "i8": np.int8, "u8": np.uint8, "i16": np.int16, "u16": np.uint16, "i32": np.int32,
    "u32": np.uint32, "i64": np.int64, "u64": np.uint64, "f32": np.float32, "f64": np.float64, "bool": np.bool_,
}
RUST_NAMES = {np.dtype(v): k for k, v in DTYPES.items()}


def text(shape):
    return "x".join(map(str, shape))


class Family:
    """The arrays and cases of one pair of files."""

    def __init__(self, name):
        self.name = name
        self.arrays = {}
        self.cases = []

    def array(self, name, value):
        value = np.asarray(value, order="C")
        if name in self.arrays:
            assert np.array_equal(self.arrays[name], value, equal_nan=value.dtype.kind == "f"), name
        self.arrays[name] = value
        return name

    def add(self, name, **fields):
        """A case; fields that are None are left out."""
        self.cases.append({"name": name, **{key: value for key, value in fields.items() if value is not None}})

    def write(self):
        names = [case["name"] for case in self.cases]
        assert len(names) == len(set(names)), [n for n in names if names.count(n) > 1][:3]
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in self.cases)
        (HERE / f"{self.name}.json").write_text(f"[\n{lines}\n]\n")
        size = (HERE / f"{self.name}.json").stat().st_size
        if self.arrays:
            with zipfile.ZipFile(HERE / f"{self.name}.npz", "w", zipfile.ZIP_STORED) as archive:
                for name, value in self.arrays.items():
                    buffer = io.BytesIO()
                    np.lib.format.write_array(buffer, value, version=(1, 0))
                    archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue())
            size += (HERE / f"{self.name}.npz").stat().st_size
        print(f"{self.name:10} {len(self.cases):5} cases {len(self.arrays):5} arrays {size / 1024:7.0f} KiB")
