"""The two runs of pytest that open the debugger, see `debugging`."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.student import Refused
from grader.student.printing import paint, wrapped
from grader.student.running import pytest, run_checks

_PLUGIN = ("-p", "grader.student.debugging")
_HELP = "n next line, s into a call, p NAME print, w where am I, c go on, q quit, h help"


def debug(root: Path, arguments: Sequence[str]) -> int:
    """Debug the first of these checks that fails. The status is 0 if none does.

    Raises:
        Refused: if nobody can type, or if the package cannot be imported.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise Refused("--debug needs somebody who types, but the input is closed.")
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder, "entry.json")
        run = run_checks(root, [*_PLUGIN, f"--find-entry={note}", *arguments], quiet=True)
        if run.failed_import:
            raise Refused(run.failed_import)
        if not note.exists():
            print("None of these checks fails (what is not written yet does not count).")
            return 0
        facts = json.loads(note.read_text(encoding="utf-8"))
        print(paint(wrapped("", facts["sentence"]), "bold"))
        print(f"\n    {facts['said']}\n")
        print(f"{_where(root, facts['entry'])}\n{_HELP}\n", flush=True)
        pytest(root, [*_PLUGIN, f"--debug-entry={note}", "-s", "-q", "-p", "no:terminalreporter", facts["node"]])
    return 1


def _where(root: Path, entry: Sequence[object] | None) -> str:
    if entry is None:
        return "It stops where your code raised this."
    file, line, name, _count = entry
    shown = Path(str(file)).relative_to(root).as_posix()
    return wrapped("", f"It stops in {name} ({shown}, line {line}), the last of yours that the check called.")
