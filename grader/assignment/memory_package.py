"""The import of a package whose files are in memory."""

import importlib
import itertools
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, MappingProxyType, ModuleType

from grader.assignment.inside import Inside, attach

_numbers = itertools.count()
NO_INSIDE = MappingProxyType[str, Inside]({})
NO_MODULES = MappingProxyType[str, ModuleType]({})


def import_package(
    codes: Mapping[str, CodeType],
    inside: Mapping[str, Inside] = NO_INSIDE,
    shared: Mapping[str, ModuleType] = NO_MODULES,
) -> ModuleType:
    """Import the files of a package ("nn/linear.py" -> code) from memory, under a name that nothing else has.

    Those in `shared` are not executed, as these modules take their place. Whatever the code raises passes through,
    unless it is that of `inside`.
    """
    name = f"variant{next(_numbers)}"
    modules = {f"{name}.{module_of(file)}": module for file, module in shared.items()}
    with _findable(_Package(name, codes)):
        sys.modules.update(modules)
        package = importlib.import_module(name)
        for path, module in modules.items():
            parent, _, last = path.rpartition(".")
            if parent in sys.modules:
                setattr(sys.modules[parent], last, module)  # as the import system does with what it has executed
        attach(package, inside)
        return package


def module_of(file: str) -> str:
    """The path of a file as a module in its package: "nn.linear" for "nn/linear.py", "nn" for "nn/__init__.py"."""
    return file.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")


@contextmanager
def _findable(package: "_Package") -> Iterator[None]:
    sys.meta_path.insert(0, package)
    try:
        yield
    finally:
        sys.meta_path.remove(package)
        for name in [name for name in sys.modules if name.partition(".")[0] == package.name]:
            del sys.modules[name]


class _Package(MetaPathFinder, InspectLoader):
    def __init__(self, name: str, codes: Mapping[str, CodeType]) -> None:
        self.name = name
        self._codes = codes

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self.name or self._file(fullname) not in self._codes:
            return None
        return spec_from_loader(fullname, self)

    def get_code(self, fullname: str) -> CodeType:
        return self._codes[self._file(fullname)]

    def is_package(self, fullname: str) -> bool:
        return self._file(fullname).endswith("__init__.py")

    def get_source(self, fullname: str) -> None:
        return None

    def _file(self, fullname: str) -> str:
        inside = "/".join(fullname.split(".")[1:])
        package = f"{inside}/__init__.py".lstrip("/")
        return package if package in self._codes else f"{inside}.py"
