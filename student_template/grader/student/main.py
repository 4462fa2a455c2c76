"""The command line of `check.py`."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from grader.student import Refused
from grader.student.arguments import CHECKS, EXPLAIN, GRADCHECK, HINT, PLOT, STATUS, SUBMIT, usage
from grader.student.course import read_course, select
from grader.student.glance import glance
from grader.student.last_run import changes, recall, remember
from grader.student.printing import paint, prepare, wrapped
from grader.student.running import Run, run_checks

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
NO_CHECKS = 5  # pytest's status if no check has the name after -k


def main(root: Path, arguments: Sequence[str]) -> int:
    """Do what the command line asks for, in the folder of the template, and return the exit status."""
    prepare(sys.stdout)
    prepare(sys.stderr)
    try:
        status = _begin(root, arguments)
        _flush()
        return status
    except Refused as error:
        _flush()
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes what is left when it ends
        return 0


def _flush() -> None:
    if sys.stdout is not None:  # it is None if the output was closed
        sys.stdout.flush()


def _begin(root: Path, arguments: Sequence[str]) -> int:
    verbs: dict[str, Callable[[Path, Sequence[str]], int]]
    verbs = {
        "explain": _explain,
        "hint": _hint,
        "plot": _plot,
        "gradcheck": _gradcheck,
        "status": _status,
        "submit": _submit,
    }
    if arguments and arguments[0] in verbs:
        return verbs[arguments[0]](root, arguments[1:])
    if arguments and arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    return _check(root, arguments)


def _check(root: Path, arguments: Sequence[str]) -> int:
    """The glance, or some checks; once, again and again, or in the debugger."""
    asked = CHECKS.parse(arguments)
    course = read_course(root)
    selected = list(select(course, asked.assignment).tests) if asked.assignment else []
    selected += ["-k", asked.k] if asked.k else []
    if asked.debug:
        from grader.student.debug import debug

        return debug(root, selected)
    once = (lambda: _some(root, selected)) if selected else (lambda: _glance(root))
    if asked.watch:
        from grader.student.watching import watch

        watch(root, once)
    return once()


def _some(root: Path, selected: Sequence[str]) -> int:
    """Some checks with the usual report, and what has changed."""
    run = run_checks(root, selected, quiet=False)
    before = recall(root)
    remember(root, before, run.checks)
    if changed := changes(before, run.checks):
        print("\n".join(["", paint("Since the last run", "bold"), *(wrapped("  ", line) for line in changed)]))
    return BAD_INPUT if run.status in (NO_CHECKS, 4) else run.status


def _run_quietly(root: Path, selected: Sequence[str]) -> Run:
    waits = sys.stdout is not None and sys.stdout.isatty()
    if waits:
        print("Running the public checks ...", end="\r", flush=True)
    run = run_checks(root, ["--continue-on-collection-errors", *selected], quiet=True)
    if waits:
        print(" " * 40, end="\r")
    return run


def _glance(root: Path) -> int:
    course = read_course(root)
    run = _run_quietly(root, [])
    before = recall(root)
    for line in glance(root, course, run, changes(before, run.checks)):
        print(line)
    remember(root, before, run.checks)
    return FAILED if run.failed_import else 0


def _explain(root: Path, arguments: Sequence[str]) -> int:
    from grader.student.explain import explain

    asked = EXPLAIN.parse(arguments)
    for line in explain(root, read_course(root), asked.name):
        print(line)
    return 0


def _hint(root: Path, arguments: Sequence[str]) -> int:
    from grader.student.hint import next_hint

    asked, course = HINT.parse(arguments), read_course(root)
    run = _run_quietly(root, ["-k", asked.name.rpartition(".")[2]] if asked.name else [])
    if run.failed_import:
        raise Refused(f"{run.failed_import} All checks wait for that file.")
    print("\n".join(next_hint(root, course, run.checks, asked.name)))
    return 0


def _status(root: Path, arguments: Sequence[str]) -> int:
    """What the program says that trains from the first day on: which of its parts are the student's."""
    STATUS.parse(arguments)
    program = root / "topdown/parts.py"
    if not program.is_file():
        raise Refused("topdown/parts.py is missing, which knows the parts. Get it anew from the template.")
    return subprocess.run([sys.executable, str(program)], check=False).returncode


def _submit(root: Path, arguments: Sequence[str]) -> int:
    from grader.student.sending import submit

    asked, course = SUBMIT.parse(arguments), read_course(root)
    one = select(course, asked.assignment) if asked.assignment not in (None, "all") else None
    name = f"submission_{one.number}.zip" if one else "submission.zip"
    lines, is_flawed = submit(root, course, [one] if one else course, name)
    print("\n".join(lines))
    return FAILED if is_flawed else 0


def _gradcheck(root: Path, arguments: Sequence[str]) -> int:
    from grader.student.own_gradients import Inputs, check_layer

    asked = GRADCHECK.parse(arguments)
    inputs = Inputs(asked.shape, asked.pair, asked.between, asked.target, asked.classes)
    return _on_own_code(root, lambda: [wrapped("", check_layer(root, asked.path, asked.arguments, inputs))])


def _plot(root: Path, arguments: Sequence[str]) -> int:
    from grader.student.plotting import curves, drawn, save_picture

    asked = PLOT.parse(arguments)

    def lines() -> Iterator[str]:
        found = curves(root, asked.path, asked.arguments, asked.between, asked.target, asked.steps)
        for curve in found:
            yield from (*drawn(curve), "")
        file = root / f"plot_{asked.path.rpartition('.')[2]}.png"
        if save_picture(file, found):
            yield f"A picture of it: {file.name}"

    return _on_own_code(root, lines)


def _on_own_code(root: Path, lines: Callable[[], Iterable[str]]) -> int:
    """Print lines that come from running the student's code, which may raise anything."""
    from grader.student.making import told

    try:
        text = "\n".join(lines())
    except Refused:
        raise
    except Exception as error:
        print(told(root, error))
        return FAILED
    print(text)
    return 0
