"""A folder that is generated as a whole, in place of an older version of it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from grader.assignment import AssignmentError
from grader.release.leaks import Content

TOOLS_LEAVE = {"__pycache__", ".pytest_cache", ".ruff_cache", ".check.json"}


def replace_folder(target: Path, files: Mapping[str, Content]) -> None:
    """Write these files, and no others, into a folder.

    Raises:
        AssignmentError: if the folder holds anything else. Nothing is written or removed then.
        OSError: if it cannot be written.
    """
    _require_older_version(target, {path.partition("/")[0] for path in files})
    if not target.parent.exists():
        target.parent.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:  # on the same disk
        new, old = Path(folder, "new"), Path(folder, "old")
        new.mkdir()
        for path, content in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(as_bytes(content))
        if target.exists():
            target.rename(old)
        new.rename(target)


def as_bytes(content: Content) -> bytes:
    """What is written to the disk."""
    return content if isinstance(content, bytes) else content.encode()


def _require_older_version(target: Path, known: set[str]) -> None:
    """Raise `AssignmentError` if the folder may be anything but an older version.

    Its content would be removed, and naming it may have been a mistake.
    """
    if not target.exists():
        return
    strange = sorted({path.name for path in target.iterdir()} - known - TOOLS_LEAVE)
    if strange:
        listing = ", ".join(strange[:5])
        raise AssignmentError(target, f"it holds what is not generated ({listing}), and would be replaced as a whole")
