"""Says whether this Python is whole: check-python.py VERSION. Silent if so; else names what is wrong, status 1.

Every extension that was built has to load: what it is linked with may have gone with the compiler.
"""

import importlib
import platform
import sys
import sysconfig
from pathlib import Path

MODULES = [
    "_curses",
    "_gdbm",
    "_uuid",
    "bz2",
    "ctypes",
    "curses",
    "dbm",
    "ensurepip",
    "lzma",
    "pip",
    "readline",
    "sqlite3",
    "ssl",
    "uuid",
    "venv",
    "zlib",
]
if sys.version_info >= (3, 14):
    MODULES.append("compression.zstd")


def problems(version):
    """What is wrong, as sentences."""
    if platform.python_version() != version:
        yield f"this is Python {platform.python_version()}, not {version}"
    extensions = Path(sysconfig.get_path("platstdlib"), "lib-dynload").glob("*.so")
    for name in sorted({*MODULES, *(file.name.split(".")[0] for file in extensions)}):
        try:
            importlib.import_module(name)
        except ImportError as error:
            yield f"{name} can't be imported: {error}"


found = list(problems(sys.argv[1]))
for problem in found:
    print(f"{sys.executable}: {problem}", file=sys.stderr)
sys.exit(1 if found else 0)
