"""What the figures were measured on: nothing that names the machine itself."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "torch", "jax", "autograd", "scikit-learn", "micrograd", "tinygrad")


def processor() -> str:
    """Name the processor, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that are installed."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def product_library() -> str:
    """Name the library that multiplies matrices for NumPy, and the kernel that it has chosen, where that is told."""
    if not find_spec("threadpoolctl"):
        return ""
    import numpy as np  # noqa: PLC0415, F401  loads the library
    from threadpoolctl import threadpool_info  # noqa: PLC0415  it comes with scikit-learn

    found = [each for each in threadpool_info() if each["user_api"] == "blas"]
    return " ".join(str(found[0][key]) for key in ("internal_api", "version", "architecture")) if found else ""


def described() -> dict[str, Any]:
    """Return the machine and the versions."""
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "system": platform.system(),
        "product library": product_library(),
        "versions": versions(),
    }
