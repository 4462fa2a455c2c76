"""The packages that the grader needs to run. The lock also has those that its development needs."""

import re
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path


def locked_requirements(project: Path) -> str:
    """The part of `project/requirements.lock` that the dependencies in pyproject.toml need, with versions and hashes.

    Raises:
        ValueError: if one of them is not in the lock.
    """
    wanted = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    blocks = _blocks((project / "requirements.lock").read_text(encoding="utf-8"))
    missing = set(map(_name, wanted)) - blocks.keys()
    if missing:
        raise ValueError(f"requirements.lock lacks {', '.join(sorted(missing))}; `make lock` writes it anew")
    return "".join(blocks[name] for name in sorted(_closure(wanted) & blocks.keys()))


def _blocks(lock: str) -> dict[str, str]:
    """Name -> its lines in the lock. There may be several versions, each for some Pythons."""
    blocks: dict[str, str] = {}
    for block in re.findall(r"^[a-zA-Z0-9].*(?:\n[ \t].*)*\n", lock, re.M):
        blocks[_name(block)] = blocks.get(_name(block), "") + block
    return blocks


def _closure(wanted: Iterable[str]) -> set[str]:
    """The names of these requirements and of all that they need, on any system and Python.

    The lock itself says which is needed where.
    """
    waiting = list(wanted)
    found: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = _name(requirement)
        if name in found or re.search(r"\bextra\s*==", requirement):
            continue
        found.add(name)
        try:
            waiting += metadata.requires(name) or ()
        except metadata.PackageNotFoundError:  # it is not needed on this system
            continue
    return found


def _name(requirement: str) -> str:
    """The normalized name that a requirement begins with."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()
