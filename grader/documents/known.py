"""Remembers which documents were valid.

A course is read at every start, and validating it again takes longer than ten checks. What is remembered is a digest of
all that the answer depends on: the document, its schema, and the validating code. So a change in any of them means that
the document is validated again. The digests are in a file that only this user can write. Where there can be no such
file, nothing is remembered.
"""

import hashlib
import json
import os
import secrets
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from grader.documents.schemas import first_breach

KEPT = 200  # digests, the latest; a course has one for each assignment


def first_breach_unless_known(data: Any, schema: Path) -> tuple[str, str] | None:
    """As `first_breach`, but it does not validate if the same data was valid under the same schema before."""
    key = _digest(data, schema)
    if key in _remembered():
        return None
    breach = first_breach(data, schema)
    if breach is None:
        _remember(key)
    return breach


def _digest(data: Any, schema: Path) -> str:
    texts = [json.dumps(data).encode(), schema.read_bytes(), *_code()]
    return hashlib.sha256(b"".join(b"%d:%s" % (len(text), text) for text in texts)).hexdigest()


@cache
def _code() -> list[bytes]:
    return [Path(__file__).with_name(name).read_bytes() for name in ("plain.py", "schemas.py")]


def _file() -> Path:
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "grader" / "valid_documents.txt"


def _remembered() -> list[str]:
    """The digests, the latest last; none if others could have written them."""
    with suppress(OSError, ValueError, RuntimeError):  # RuntimeError: this user has no home directory
        file = _file()
        if _is_mine(file.parent) and _is_mine(file):
            return file.read_text(encoding="ascii").split()[-KEPT:]
    return []


def _is_mine(path: Path) -> bool:
    """Whether only this user can write there."""
    found = path.lstat()
    kind = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return kind and found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _remember(key: str) -> None:
    """Add a digest. If that fails, the document is validated again the next time."""
    with suppress(OSError, RuntimeError):
        file = _file()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_mine(file.parent):
            return
        part = file.with_name(f".{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as writer:
                writer.writelines(f"{line}\n" for line in [*_remembered(), key][-KEPT:])
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
