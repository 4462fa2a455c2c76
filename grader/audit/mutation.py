"""Law 5: every mutant is failed by a check, or listed with the reason why no check should fail it.

Mutants are also made of the variants, which are right answers with another structure. What the reference computes once,
in one place, another answer may store, or compute in ten places. A variant has several times as many mutants, and most
resemble a mutant of the reference. So functions that others have, too, are left out, and of the commonest kinds of
edits only a share is taken.
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from zlib import crc32

from grader.assignment import Assignment, Course, Variants
from grader.assignment.habits import HABITS
from grader.assignment.mutants import Mutant, mutants, solution
from grader.audit.bench import Bench, at_bench, failed
from grader.audit.finding import Finding
from grader.audit.reasons import SURVIVORS, unjust
from grader.audit.right_answers import files_of, folders
from grader.audit.solution import blocks_of
from grader.audit.tasks import Task
from grader.result import Check

MUTANTS_OF_A_TASK = 60
# Of these mutants of a variant only one in so many is tried, chosen by its name. With all of them, this law would take
# longer than all laws together.
ONE_IN = {**dict.fromkeys(HABITS, 1), "another variable": 16, "option ignored": 4}
ONE_SLIP_IN = 16


@dataclass(frozen=True)
class Fate:
    """What became of a mutant. `killer` is the check that failed first, or "" if the mutant survived."""

    mutant: str
    description: str
    killer: str


def mutant_tasks(course: Course, assignment: Assignment, variants: Path | None) -> list[Task]:
    """The tasks for law 5: mutants of every file with holes, in blocks, and of the same files of each variant."""
    counts = {file: len(_mutants_of(course, assignment, file)) for file in assignment.holes}
    tasks = [
        Task(assignment.number, run_mutants, (file, block.start, block.stop))
        for file, count in counts.items()
        for block in blocks_of(range(count), MUTANTS_OF_A_TASK)
    ]
    texts = {
        folder: files for folder in folders(assignment, variants) if _stands_alone(files := files_of(course, folder))
    }
    return tasks + [
        Task(assignment.number, run_variants_mutants, (file, str(folder.resolve())), repr(texts))
        for folder, files in texts.items()
        for file in assignment.holes
        if file in files
    ]


def _mutants_of(course: Course, assignment: Assignment, file: str) -> list[Mutant]:
    return list(mutants(file, ast.parse(course.reference[file]), assignment.holes[file], with_habits=True))


def run_mutants(course: Course, assignment: Assignment, file: str, start: int, stop: int) -> list[dict]:
    """Fates of some mutants of a file, as plain data."""
    return _fates(course, assignment, _mutants_of(course, assignment, file)[start:stop], {})


def run_variants_mutants(course: Course, assignment: Assignment, file: str, folder: str) -> list[dict]:
    """Fates of the mutants of a file of a variant, as plain data."""
    variant = Path(folder)
    trees = {name: ast.parse(text) for name, text in files_of(course, variant).items() if name in assignment.holes}
    earlier = [files_of(course, other) for other in folders(assignment, variant.parent) if other.name < variant.name]
    known = _functions(ast.parse(text) for files in (course.reference, *earlier) if (text := files.get(file)))
    given = _given(ast.parse(course.reference[file]), assignment.holes[file])
    own = {name for name, node in solution(trees[file], None) if ast.unparse(node) not in known and name not in given}
    chosen = [m for m in mutants(file, trees[file], None, with_habits=True) if m.function in own and _is_chosen(m)]
    fates = _fates(course, assignment, chosen, trees)
    return [
        {**fate, "mutant": f"{variant.name}/{fate['mutant']}", "description": f"{variant.name}/{fate['description']}"}
        for fate in fates
    ]


def _stands_alone(files: Mapping[str, str]) -> bool:
    """Whether a variant imports nothing but NumPy.

    What else is installed depends on the machine, and so would the survivors.
    """
    nodes = [node for text in files.values() for node in ast.walk(ast.parse(text))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in names} <= {"numpy", *sys.stdlib_module_names}


def _given(tree: ast.Module, holes: Iterable[str]) -> set[str]:
    """The functions of the reference that students do not write. A variant may have them in another form, too."""
    return {name for name, _ in solution(tree, None)} - {name for name, _ in solution(tree, holes)}


def _functions(trees: Iterable[ast.Module]) -> set[str]:
    return {ast.unparse(node) for tree in trees for _, node in solution(tree, None)}


def _is_chosen(mutant: Mutant) -> bool:
    return crc32(mutant.name.encode()) % ONE_IN.get(mutant.kind, ONE_SLIP_IN) == 0


def _fates(course: Course, assignment: Assignment, chosen: list[Mutant], trees: Mapping[str, ast.Module]) -> list[dict]:
    """What becomes of mutants in packages that are the reference except for some files."""
    variants = Variants(course)
    kills: Counter[str] = Counter()

    def fate(bench: Bench, sound: list[Check], mutant: Mutant) -> Fate:
        checks = _in_order(sound, mutant, kills)
        killer = _killer(bench, checks, variants.importer({**trees, mutant.file: mutant.tree}, sharing=True))
        kills[killer] += 1
        return Fate(mutant.name, mutant.description, killer)

    def work(bench: Bench) -> list[dict]:
        unedited = variants.importer(trees)
        # A check that fails without the edit has not seen it; that it fails is for laws 1 and 6 to tell.
        sound = [check for check in bench.all_checks if chosen and not failed(bench.run(check, unedited))]
        return [asdict(fate(bench, sound, mutant)) for mutant in chosen]

    return at_bench(assignment, work)


def _in_order(checks: list[Check], mutant: Mutant, kills: Counter[str]) -> list[Check]:
    """The checks in the order in which they are run for a mutant, as the first failure ends its trial.

    The mutant's own component comes first, then checks that killed most. Checks that train come last.
    """
    component = mutant.function.partition(".")[0]
    return sorted(checks, key=lambda c: (c.time_limit is not None, c.component != component, -kills[c.short_name]))


def _killer(bench: Bench, checks: list[Check], make: Callable[[], ModuleType]) -> str:
    return next((check.short_name for check in checks if failed(bench.run(check, make))), "")


def fates_of(results: Mapping[Task, list[dict]]) -> list[Fate]:
    """The results of such tasks."""
    return [Fate(**data) for fates in results.values() for data in fates]


def mutants_are_killed(assignment: Assignment, fates: list[Fate]) -> Finding:
    """Law 5: a mutant that no check fails has a reason, and no reason is left without such a mutant."""
    listed = SURVIVORS.read(assignment)
    killed = {fate.mutant for fate in fates if fate.killer}
    survivors = {fate.mutant: fate for fate in fates if not fate.killer}
    violations = [
        f"no check fails {fate.description}\n    {name}" for name, fate in survivors.items() if name not in listed
    ]
    violations += unjust(SURVIVORS, listed, survivors, killed, "a mutant that a check fails")
    kinds = Counter(listed[name] for name in survivors if name in listed)
    known = ", ".join(f"{kinds[kind]} {kind}" for kind in SURVIVORS.kinds)
    evidence = f"{len(killed)} killed, {known}, {len(survivors) - kinds.total()} surviving"
    return Finding(assignment.number, 5, evidence, tuple(violations))
