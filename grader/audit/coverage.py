"""Law 7: what is documented is asked for. The checks are run on a reference that notes what is done to it.

The law looks at every class and function that students write and checks use. It lists:

- an option that never differs from its default, and two options that never do so together, in one object or one
  parameter group;
- a case of a documented shape that no input has, and an option that keeps its default whenever the input has one of
  several such shapes;
- an option in which two parameter groups never differ when a step is taken, or a state is loaded;
- every `raise` of the solution that is never executed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations

from grader.assignment import Assignment, Course, Variants
from grader.audit import reached
from grader.audit.bench import at_bench
from grader.audit.finding import Finding
from grader.audit.reasons import UNCOVERED, unjust
from grader.audit.shapes import fits, promised, unreadable
from grader.audit.tasks import Task
from grader.audit.watching import Seen, Watch

WHEN = ("step", "load_state_dict")  # two groups have to differ


@dataclass(frozen=True)
class Coverage:
    """Everything documented, by name, and the part of it that some check asks for."""

    documented: tuple[str, ...]
    asked: tuple[str, ...]


def record_coverage(course: Course, assignment: Assignment) -> dict:
    """Run each check once, with the first seed. Returns plain data of a `Coverage`."""
    watch = Watch(_members(course, assignment))
    trees, errors = reached.noting_trees(course, assignment)
    make = Variants(course).importer(trees)
    reached.forget()
    at_bench(assignment, lambda bench: [bench.run(check, lambda: watch.over(make())) for check in bench.all_checks])
    documented = dict(_documented(assignment, watch.seen)) | {name: name in reached.names_reached() for name in errors}
    return asdict(Coverage(tuple(documented), tuple(name for name, asked in documented.items() if asked)))


def _members(course: Course, assignment: Assignment) -> Iterator[str]:
    """The paths of the classes and functions that students write as a whole.

    If students write only some methods of a class, its subclasses are listed instead.
    """
    for file, names in assignment.holes.items():
        yield from (f"{course.public_module(file, name)}.{name}" for name in names if "." not in name)


def _documented(assignment: Assignment, seen: Seen) -> Iterator[tuple[str, bool]]:
    """What is documented, by name, and whether a check asked for it."""
    for path, options in seen.known.items():
        yield from _of_options(path, options, seen)
        if kind := seen.kinds.get(path):
            names = options if kind == "optimizer" else ("lr",)
            yield from (
                (f"{path}: two groups differ in {name} at {when}", f"{when}: {name}" in seen.grouped[path])
                for name in names
                for when in WHEN
            )
    for path, name, is_one in promised(assignment):
        yield name, any(is_one(shape) for shape, _ in seen.shapes[path])
    for path, texts in assignment.shapes.items():
        if len(texts) > 1:
            yield from _of_shapes(path, texts, seen)


def _of_options(path: str, options: tuple[str, ...], seen: Seen) -> Iterator[tuple[str, bool]]:
    """Each option, and each pair of options. Options that are never used are left out of pairs."""
    used = _used(options, path, seen)
    yield from ((f"{path}: {name}", name in used) for name in options)
    for one, other in combinations(used, 2):
        pair = frozenset((one, other))
        yield (
            f"{path}: {one} and {other}",
            pair in seen.refused[path] or any(pair <= together for together in seen.options[path]),
        )


def _used(options: Iterable[str], path: str, seen: Seen) -> list[str]:
    """Those that any object was made with."""
    return [name for name in options if any(name in together for together in seen.options[path])]


def _of_shapes(path: str, texts: tuple[str, ...], seen: Seen) -> Iterator[tuple[str, bool]]:
    """Each option that is used at all, with each shape that is used at all."""
    used = _used(seen.known.get(path, ()), path, seen)
    for text in texts:
        given = [options for shape, options in seen.shapes[path] if fits(text, shape)]
        yield from (
            (f"{path}: {name} with {text}", any(name in options for options in given)) for name in used if given
        )


def coverage_of(results: Mapping[Task, dict]) -> Coverage:
    """The result of such a task."""
    [data] = results.values()
    return Coverage(tuple(data["documented"]), tuple(data["asked"]))


def documented_is_asked(assignment: Assignment, coverage: Coverage) -> Finding:
    """Law 7, first half: what no check asks for has a reason, and a reason has something that no check asks for."""
    listed = UNCOVERED.read(assignment)
    missing = [name for name in coverage.documented if name not in coverage.asked]
    open_ones = [name for name in missing if name not in listed]
    violations = [*unreadable(assignment), *(f"no check asks for {name}" for name in open_ones)]
    violations += unjust(UNCOVERED, listed, missing, coverage.documented, "what a check asks for")
    evidence = f"{len(coverage.asked)} asked, {len(missing) - len(open_ones)} with reasons, {len(open_ones)} missing"
    return Finding(assignment.number, 7, evidence, tuple(violations))
