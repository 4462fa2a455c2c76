"""Makes the archive that is handed in: validated by the grader's own rules, and with the same bytes each time."""

import ast
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.checks.unwritten import find_unwritten
from grader.isolation.inside.absent import refused_part
from grader.package import PACKAGE
from grader.student import Refused
from grader.student.course import Assignment
from grader.student.printing import paint, wrapped
from grader.submission.entries import folder_entries
from grader.submission.files import package_files

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive knows; the date of a file would change its bytes


def submit(root: Path, course: Sequence[Assignment], asked: Sequence[Assignment], name: str) -> tuple[list[str], bool]:
    """Write the archive.

    Args:
        course: all assignments.
        asked: those that are handed in. The archive has the whole package in any case, as the grader takes what it
            needs; only of these it is said what is missing or not written.
        name: of the archive, which is written beside `check.py`.

    Returns:
        What to print, and whether something in it may cost points.

    Raises:
        Refused: if there is nothing to hand in, or if the archive cannot be written.
    """
    expected = [file for assignment in asked for file in assignment.files]
    files, notices = _files(root, [file for assignment in course for file in assignment.files])
    written = [file for file in expected if file in files]
    unwritten = {file: find_unwritten(root / PACKAGE / file).names for file in written}
    if not written:
        raise Refused(f"There is nothing to hand in: {PACKAGE}/ has no {', '.join(expected[:3])}.")
    problems = [*notices, *_missing(expected, files), *_problems({f: files[f] for f in files if f.endswith(".py")})]
    content = archived(files)
    try:
        (root / name).write_bytes(content)
    except OSError as error:
        raise Refused(f"{name} cannot be written: {error.strerror or error}.") from error
    return list(_told(files, unwritten, problems, name, len(content))), bool(problems)


def archived(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of the package. The same files give the same bytes, on every machine.

    So nothing is compressed, as different versions of a library compress differently.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{PACKAGE}/{path}", _DATE)
            entry.create_system = 3  # as on Unix, also where it is made on Windows
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return content.getvalue()


def _files(root: Path, expected: Sequence[str]) -> tuple[dict[str, bytes], list[str]]:
    """The files of the package that the grader would take, and what it would say of the others."""
    entries = {
        "/".join(entry.path.parts[1:]): entry
        for entry in folder_entries(root / PACKAGE)
        if entry.searched and not entry.folder and entry.path.suffix.lower() == ".py"
    }
    notices: list[str] = []
    return package_files(entries, expected, notices), notices


def _missing(expected: Sequence[str], files: Mapping[str, bytes]) -> Iterator[str]:
    for file in expected:
        if file not in files:
            yield f"{PACKAGE}/{file} is missing."


def _problems(files: Mapping[str, bytes]) -> Iterator[str]:
    """What of the files cannot be imported while they are graded."""
    for path, data in files.items():
        place = f"{PACKAGE}/{path}"
        try:
            tree = ast.parse(data)
        except SyntaxError as error:
            yield f"{place}, line {error.lineno}: {error.msg}. Nothing in this file can be graded."
        except (ValueError, RecursionError) as error:
            yield f"{place} is no Python: {error}. Nothing in this file can be graded."
        else:
            for line, name in _refused_imports(tree):
                yield f"{place}, line {line}: it imports {name}, which your code cannot use while it is graded."


def _refused_imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines and names of imports that are refused; one in a `try` is the author's own affair."""
    if isinstance(node, ast.Try):
        return
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        names = [node.module]
    for name in names:
        if refused_part(name) is not None:
            yield node.lineno, name
    for child in ast.iter_child_nodes(node):
        yield from _refused_imports(child)


def _told(
    files: Mapping[str, bytes], unwritten: Mapping[str, Sequence[str]], problems: Sequence[str], name: str, size: int
) -> Iterator[str]:
    width = max(map(len, unwritten)) + len(PACKAGE) + 1
    for file, names in unwritten.items():
        start = f"   {f'{PACKAGE}/{file}':<{width}} {len(files[file]):>8,} bytes"
        yield start
        if names:
            yield paint(wrapped("      not written yet: ", ", ".join(names)), "yellow")
    rest = sorted(files.keys() - unwritten.keys())
    if rest:
        yield wrapped("   and ", f"{len(rest)} other files of {PACKAGE}/")
    if problems:
        yield from ("", paint("This may cost points:", "red"))
        yield from (wrapped("   - ", problem) for problem in problems)
    yield from ("", f"{name} is written: {len(files)} files, {size:,} bytes. Hand it in as it is.")
