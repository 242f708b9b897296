"""The programs of the package's README, one after the other."""
import pathlib
import re
import sys

try:
    import dask.array  # noqa: F401
    import xarray  # noqa: F401
except ImportError as error:
    print(f"left out: {error}")
    raise SystemExit from None

programs = re.findall(r"^```python\n(.*?)^```", pathlib.Path(sys.argv[1]).read_text(), re.DOTALL | re.MULTILINE)
assert len(programs) == 2
names: dict = {}
for program in programs:
    exec(program, names)
print(f"{len(programs)} programs ran")
