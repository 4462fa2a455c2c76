"""Law 6, second half: right answers that are written in another way lose no point.

Each is a folder with files that take the place of the reference's: assignments/01_module/variants/loops/nn/linear.py,
assignments/01_module/variants/einsum/nn/linear.py.
"""

import ast
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from grader.assignment import Assignment, AssignmentError, Course, Variants
from grader.assignment.fingerprints import fingerprint_of
from grader.audit.bench import Bench, at_bench, described, failed
from grader.audit.finding import Finding
from grader.audit.solution import SEEDS_OF_A_TASK, blocks_of
from grader.audit.tasks import Task

NOT_INSTALLED = "not installed: "


def variant_tasks(course: Course, assignment: Assignment, folder: Path | None, seeds: int) -> list[Task]:
    """The tasks for this half: every variant that has a file of this assignment, over all seeds.

    Raises:
        AssignmentError: if a variant has a file that the reference does not have, or one that is not Python.
    """
    texts = {variant: files_of(course, variant) for variant in folders(assignment, folder)}
    return [
        Task(assignment.number, run_variant, (str(variant.resolve()), *block), fingerprint_of(variant) + _installed())
        for variant, files in texts.items()
        if files.keys() & assignment.holes.keys()
        for block in blocks_of(range(seeds), SEEDS_OF_A_TASK)
    ]


def folders(assignment: Assignment, variants: Path | None = None) -> list[Path]:
    """One folder for each variant: the assignment's own, or those in the folder `variants`."""
    home = variants or assignment.folder / "variants"
    return sorted(p for p in home.iterdir() if p.is_dir() and p.name[0] not in "._") if home.is_dir() else []


@cache
def _installed() -> str:
    """The packages that a variant may import, with versions.

    An installation changes them, and so may change the result.
    """
    return repr(sorted((d.name, d.version) for d in distributions()))


def files_of(course: Course, variant: Path) -> dict[str, str]:
    """The files of a variant, by their path in the package.

    Raises:
        AssignmentError: if one of them is not in the reference.
    """
    files = {p.relative_to(variant).as_posix(): p for p in sorted(variant.rglob("*.py"))}
    for name, path in files.items():
        if name not in course.reference:
            raise AssignmentError(path, f"there is no reference/{name} whose place it could take")
    return {name: path.read_text(encoding="utf-8") for name, path in files.items()}


def run_variant(course: Course, assignment: Assignment, folder: str, *seeds: int) -> list[str]:
    """Where a variant lost points; or which package it needs that is not installed here."""
    variants = Variants(course)
    try:
        files = files_of(course, Path(folder))
        # As when a submission is graded, files of earlier assignments are the reference's.
        trees = {name: ast.parse(text) for name, text in files.items() if name in assignment.holes}
        make = variants.importer(trees)
        make()
    except ModuleNotFoundError as error:
        return [f"{NOT_INSTALLED}{error.name}"]
    except Exception as error:
        raise AssignmentError(folder, f"it cannot be imported: {type(error).__name__}: {error}") from error

    def work(bench: Bench) -> list[str]:
        # Imported once for each seed, and not for each check, which took almost half of the time. Our own variants keep
        # nothing between checks.
        packages = ((seed, make()) for seed in seeds)
        results = [
            (seed, bench.run(check, lambda p=package: p, seed))
            for seed, package in packages
            for check in bench.all_checks
        ]
        return [f"seed {seed}: {described(r)}" for seed, r in results if failed(r)]

    return at_bench(assignment, work)


def right_answers_pass(assignment: Assignment, results: Mapping[Task, list[str]], seeds: int) -> Finding:
    """Every variant passes every check, whatever the seed.

    A variant that needs a package which is not installed is noted.
    """
    found: dict[str, list[str]] = {}
    for task, lines in results.items():
        found.setdefault(Path(task.arguments[0]).name, []).extend(lines)
    absent = {name: lines[0] for name, lines in found.items() if any(line.startswith(NOT_INSTALLED) for line in lines)}
    tried = {name: lines for name, lines in found.items() if name not in absent}
    evidence = (
        f"{sum(not lines for lines in tried.values())} of {len(tried)} variants, {seeds} seeds"
        if found
        else "no variants"
    )
    violations = tuple(f"{name}: {line}" for name, lines in tried.items() for line in lines)
    notes = tuple(f"{name} was not run; {line}" for name, line in absent.items())
    return Finding(assignment.number, 6, evidence, violations, notes)
