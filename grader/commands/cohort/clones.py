"""Repositories of git: clones of a whole class, and addresses in a list that are cloned here.

A clone may come from a student, with a configuration that would have git run programs. So git never looks into one. The
commit's name is read from its files; the commit itself is read from its objects by a repository of our own.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

SECONDS = 300  # of one clone
BATCH = 50  # repositories whose objects are read at once
ADDRESS = re.compile(r"(https|ssh|git|file)://.+|[\w.-]+@[\w.-]+:.+")
_HASH = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_TIME = re.compile(rb"^committer .*> (\d+) ([+-]\d{4})$", re.MULTILINE)
# Git asks nobody, runs no program of a configuration, and fetches nothing that is missing.
QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
}


def commit_of(folder: Path) -> str:
    """The name of the commit that is checked out, or ""."""
    git = folder / ".git"
    head = _text(git / "HEAD")
    if not head.startswith("ref: "):
        return head if _HASH.fullmatch(head) else ""
    ref = head.removeprefix("ref: ")
    if ".." in ref or not ref.startswith("refs/"):
        return ""
    found = _text(git / ref)
    packed = [line.partition(" ") for line in _text(git / "packed-refs").splitlines()]
    name = found or next((name for name, _, of in packed if of == ref), "")
    return name if _HASH.fullmatch(name) else ""


def times_of(folders: Iterable[Path]) -> dict[Path, datetime]:
    """When the commits were made that are checked out in these folders, as far as that can be read."""
    commits = {folder: name for folder in folders if (name := commit_of(folder))}
    found: dict[Path, datetime] = {}
    waiting = list(commits)
    for start in range(0, len(waiting), BATCH):
        some = waiting[start : start + BATCH]
        for folder, commit in zip(some, _commits([(f, commits[f]) for f in some])):
            if said := _TIME.search(commit):
                zone = datetime.strptime(said[2].decode(), "%z").tzinfo
                found[folder] = datetime.fromtimestamp(int(said[1]), zone)
    return found


def clone(address: str, folder: Path) -> str:
    """Clone a repository, or bring a clone up to date. Returns why that did not work, or ""."""
    if not ADDRESS.fullmatch(address):
        return f"{address} is neither a path that exists nor an address that git can clone"
    if (folder / ".git").is_dir():
        there = ("git", "-C", str(folder))
        fetched = _git(*there, "fetch", "--depth=1", "--", "origin", "HEAD")
        return fetched or _git(*there, "reset", "--hard", "FETCH_HEAD")
    folder.parent.mkdir(parents=True, exist_ok=True)
    return _git("git", "clone", "--quiet", "--depth=1", "--no-tags", "--", address, str(folder))


def _git(*command: str) -> str:
    """What went wrong, or ""."""
    safe = ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "core.symlinks=false"]
    try:
        done = subprocess.run(
            [command[0], *safe, *command[1:]],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            env=os.environ | QUIET,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        return "git is not installed"
    except subprocess.TimeoutExpired:
        return f"git took longer than {SECONDS} s"
    said = [line for line in done.stderr.splitlines() if line.strip()]
    return "" if done.returncode == 0 else f"git could not clone it: {said[-1] if said else done.returncode}"


def _commits(wanted: list[tuple[Path, str]]) -> Iterator[bytes]:
    """The text of each commit, b"" if it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="commits-") as name:
        own = Path(name)
        if _git("git", "init", "--quiet", "--bare", str(own)):
            yield from (b"" for _ in wanted)
            return
        objects = "".join(f"{os.path.abspath(folder / '.git/objects')}\n" for folder, _ in wanted)
        (own / "objects/info").mkdir(exist_ok=True)
        (own / "objects/info/alternates").write_text(objects, encoding="utf-8", errors="surrogateescape")
        environment: Mapping[str, str] = {**os.environ, **QUIET, "GIT_DIR": str(own)}
        asked = "".join(f"{commit}\n" for _folder, commit in wanted).encode()
        done = subprocess.run(
            ["git", "cat-file", "--batch"], input=asked, capture_output=True, env=environment, timeout=SECONDS
        )
        yield from _answers(done.stdout, len(wanted))


def _answers(out: bytes, count: int) -> Iterator[bytes]:
    """The objects that `git cat-file --batch` wrote: a line with name, kind and size before each, or "NAME missing"."""
    for _ in range(count):
        head, _, out = out.partition(b"\n")
        words = head.split()
        size = int(words[2]) if len(words) == 3 else -1
        yield out[:size] if words[1:2] == [b"commit"] else b""
        out = out[size + 1 :]


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20).strip()
    except OSError:
        return ""


def logins(names: Iterable[str]) -> dict[str, str]:
    """The name of each clone -> the login in it: what follows what all have in common, up to a hyphen.

    GitHub Classroom and Classroom 50 name a clone "homework-1-ada".
    """
    names = list(names)
    shared = os.path.commonprefix(names)  # noqa: RUF071  # of the letters, as these are no paths
    start = max(shared.rfind("-"), shared.rfind("_")) + 1
    return {name: name[start:] for name in names} if len(names) > 1 and start else {}
