"""What an assignment's author provides besides checks: code that runs beside the student's package, and files of data.

The code is a module of a package in this process. Checks reach it as `inside`.
"""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

NAME = "inside"


def _arrays(content: bytes) -> dict[str, Any]:
    import numpy as np  # who only reads what an assignment is needs none

    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return dict(archive)


# What the checks get of a file, by the end of its name.
KINDS: dict[str, Callable[[bytes], Any]] = {
    ".npz": _arrays,
    ".txt": bytes.decode,
    ".csv": bytes.decode,
    ".safetensors": bytes,
}


def executed(package: ModuleType, text: str, file: str) -> ModuleType:
    """The module that a source text makes. It can import from the package. Whatever it raises is not caught."""
    module = ModuleType(f"{package.__name__}.{NAME}")
    module.__package__ = package.__name__
    exec(_code(text, file), vars(module))
    return module


def with_inside(package: ModuleType, module: object) -> ModuleType:
    """A view of the package that has this module as `inside`.

    The package itself does not change, as other assignments use it.
    """
    view = ModuleType(package.__name__)
    vars(view).update(vars(package))
    setattr(view, NAME, module)
    return view


@cache
def _code(text: str, file: str) -> CodeType:
    return compile(text, file, "exec", dont_inherit=True)


class Data:
    """The word `data` of a check.

    `data("digits.npz")` gives the content of a file in the first folder that has one, read anew at every call.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def __call__(self, name: str) -> Any:
        """The arrays of an .npz by name, the text of a .txt or .csv, the bytes of a .safetensors.

        Raises:
            LookupError: if there is no such file.
        """
        files = [path for folder in self._folders if folder.is_dir() for path in sorted(folder.iterdir())]
        file = next((path for path in files if path.name == name), None)
        if file is None:
            raise LookupError(f"there is no data {name!r}; there is {', '.join(p.name for p in files) or 'none'}")
        return KINDS[file.suffix](file.read_bytes())
