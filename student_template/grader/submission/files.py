"""Reads the files of the package, under their expected names. It notes what it leaves out or puts right."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from grader.package import PACKAGE
from grader.submission import limits
from grader.submission.entries import Entry, UnreadableError
from grader.submission.words import listed, printable


def package_files(entries: dict[str, Entry], expected: Iterable[str], notices: list[str]) -> dict[str, bytes]:
    """Read the files: path in the package -> bytes."""
    expected = tuple(expected)
    files = _with_expected_case(_read(_few(entries, expected, notices), notices), expected, notices)
    return _in_their_places(files, expected, notices)


def _few(entries: dict[str, Entry], expected: tuple[str, ...], notices: list[str]) -> dict[str, Entry]:
    """At most `MAX_FILES` entries, the expected ones first."""
    wanted = {file.lower() for file in expected}
    kept = sorted(entries, key=lambda path: path.lower() not in wanted)[: limits.MAX_FILES]
    if len(kept) < len(entries):
        notices.append(
            f"The package has {len(entries)} Python files; {len(entries) - len(kept)} of them were left out."
        )
    return {path: entries[path] for path in kept}


def _read(entries: dict[str, Entry], notices: list[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left_out: dict[str, list[str]] = {}
    for path, entry in entries.items():
        problem = _problem(path, entry)
        if not problem and sum(map(len, files.values())) + entry.size > limits.MAX_TOTAL:
            problem = f"the package is larger than {limits.MAX_TOTAL >> 20} MiB"
        if not problem:
            try:
                files[path] = entry.read(limits.MAX_BYTES)
            except UnreadableError as error:
                problem = f"it cannot be read: {printable(str(error))}"  # the error may contain the file's name
        if problem:
            left_out.setdefault(problem, []).append(f"{PACKAGE}/{path}")
    notices += [f"Left out ({problem}): {listed(paths)}." for problem, paths in left_out.items()]
    return files


def _problem(path: str, entry: Entry) -> str:
    if not all(part.isidentifier() for part in PurePosixPath(path).with_suffix("").parts):
        return "its name cannot be imported"
    if len(path) > limits.MAX_NAME:
        return f"its name is longer than {limits.MAX_NAME} characters"
    if not entry.plain:
        return "a link or another special file"
    if entry.size >= limits.MAX_BYTES:
        return f"larger than {limits.MAX_BYTES >> 20} MiB"
    return ""


def _with_expected_case(files: dict[str, bytes], expected: Iterable[str], notices: list[str]) -> dict[str, bytes]:
    """Give a file that differs from an expected one only in case the expected name."""
    renamed = dict(files)
    for wanted in expected:
        same = [path for path in files if path.lower() == wanted.lower()]
        if wanted not in files and len(same) == 1:
            renamed[wanted] = renamed.pop(same[0])
            notices.append(
                f"{PACKAGE}/{same[0]} was taken for {PACKAGE}/{wanted}: upper and lower case differ on most machines."
            )
    return renamed


def _in_their_places(files: dict[str, bytes], expected: Iterable[str], notices: list[str]) -> dict[str, bytes]:
    """Put a copy of each file where it is looked for, if its name leaves no choice. Where it lay, it stays.

    Students drag files flat into an upload, as "module.py" and "linear.py", or into another folder of the package.
    """
    wanted, own = by_name(expected), by_name(path for path in files if path not in set(expected))
    placed, moved = dict(files), []
    for name in sorted(wanted.keys() & own.keys()):
        missing = [path for path in wanted[name] if path not in files]
        if not missing:
            continue
        lies = [f"{PACKAGE}/{printable(path)}" for path in own[name]]
        belongs = [f"{PACKAGE}/{path}" for path in wanted[name]]
        if len(lies) == len(belongs) == 1:
            placed[missing[0]] = files[own[name][0]]
            moved.append(f"{own[name][0]} as {belongs[0]}")
        else:
            notices.append(
                f"{' and '.join(lies)} could be {' or '.join(belongs)}, so nothing was taken for it."
                f" Submit the folder {PACKAGE}/ with each file in its place."
            )
    if moved:
        notices.append(f"Taken in the places where they belong: {listed(moved)}.")
    return placed


def by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    """The paths by the file's name in lower case, without packages' `__init__.py`, of which each has one."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        if (name := path.rpartition("/")[2].lower()) != "__init__.py":
            found.setdefault(name, []).append(path)
    return found
