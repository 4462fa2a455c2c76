"""Loads one file of an assignment as a module of its own, for the tools of authors."""

import importlib.util
from pathlib import Path
from types import ModuleType


def module_of(file: Path) -> ModuleType:
    """The module in `recordings/cases.py`, say, made anew. What the file raises is raised here."""
    spec = importlib.util.spec_from_file_location(f"{file.parents[1].name}_{file.stem}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
