"""Code of an assignment's author as a module of a package of this process, which the checks reach as `inside`."""

from functools import cache
from types import CodeType, ModuleType

NAME = "inside"


def executed(package: ModuleType, text: str, file: str) -> ModuleType:
    """The module that the text makes, around a package that can be imported from; whatever it raises passes through."""
    module = ModuleType(f"{package.__name__}.{NAME}")
    module.__package__ = package.__name__
    exec(_code(text, file), vars(module))
    return module


def with_inside(package: ModuleType, module: object) -> ModuleType:
    """The package with that module as `inside`. The package itself stays as it is, as other assignments have others."""
    view = ModuleType(package.__name__)
    vars(view).update(vars(package))
    setattr(view, NAME, module)
    return view


@cache
def _code(text: str, file: str) -> CodeType:
    return compile(text, file, "exec", dont_inherit=True)
