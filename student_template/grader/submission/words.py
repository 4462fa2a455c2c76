"""How names and numbers of things are put into a sentence."""

from collections.abc import Iterable, Sequence

MOST = 5  # names in one sentence


def printable(path: str) -> str:
    """A path without characters that could control a terminal, cut to a moderate length."""
    return "".join(c if c.isprintable() else "?" for c in path)[:120]


def listed(names: Iterable[object]) -> str:
    """Names with commas between them: "a.zip, b.zip and 3 more"."""
    known = [printable(str(name)) for name in names]
    return ", ".join(known[:MOST]) + (f" and {len(known) - MOST} more" if len(known) > MOST else "")


def counted(things: Sequence[object], one: str, several: str) -> str:
    """ "a.zip, an archive" or "2 archives: a.zip, b.zip"."""
    return f"{listed(things)}, {one}" if len(things) == 1 else f"{len(things)} {several}: {listed(things)}"
