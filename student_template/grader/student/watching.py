"""Runs something again whenever one of the student's files was saved."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from grader.package import PACKAGE

SECONDS = 0.5  # between two looks at the files; a look at a hundred files takes about a millisecond
Stamps = dict[Path, tuple[int, int]]


def watch(root: Path, run: Callable[[], object]) -> None:
    """Run once, and again after every change, until Ctrl-C."""
    while True:
        before = stamps(root)
        run()
        print(f"\n[{time.strftime('%H:%M:%S')}] waiting for a change in {PACKAGE}/ (Ctrl-C ends)", flush=True)
        while (now := stamps(root)) == before:
            time.sleep(SECONDS)
        changed = sorted(
            path.relative_to(root).as_posix() for path in {*before, *now} if before.get(path) != now.get(path)
        )
        print(f"\n{'-' * 79}\nchanged: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}\n", flush=True)


def stamps(root: Path) -> Stamps:
    """When each file of the package and of the checks was written, and how large it is."""
    found: Stamps = {}
    for folder in (PACKAGE, "tests"):
        for path in (root / folder).rglob("*.py"):
            with suppress(OSError):  # an editor may have just removed it
                status = path.stat()
                found[path] = status.st_mtime_ns, status.st_size
    return found
