"""The house rules that a machine can check: who imports whom, how large things grow, nothing generated is stale."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

import grader
from grader.assignment import Course
from grader.release.readme import with_table
from grader.release.template import template_files
from grader.release.whole_folder import as_bytes

ROOT = Path(__file__).resolve().parents[1]
# A room may import only from rooms before it.
ROOMS = [
    "package",
    "result",
    "portable",
    "documents",
    "policy",
    "compare",
    "patterns",
    "picture",
    "gradcheck",
    "calls",
    "operators",
    "callbacks",
    "authored",
    "ahead",
    "isolation",
    "assignment",
    "recordings",
    "submission",
    "provenance",
    "checks",
    "student",
    "preparation",
    "workers",
    "diagnosis",
    "grading",
    "formats",
    "gradescope",
    "cohort",
    "suite",
    "figures",
    "release",
    "audit",
    "commands",
    "cli",
    "__main__",
]
# Likewise inside isolation/; and `outside` may not import from `inside`, which runs with student code.
ISOLATION = ["wire", "walls", "inside", "outside", "probing"]
CODE = sorted(p for folder in ("grader", "reference") for p in (ROOT / folder).rglob("*.py"))
MAX_LINES = 400
# Longer files, each with its reason.
LONG_FILES: dict[str, str] = {}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "grader").parts[0].removesuffix(".py")


def imported_names(path: Path) -> set[str]:
    """What a file imports, as dotted names; those of strings that are source text are not seen."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return set(names)


def imported_rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported_names(path) if name.startswith("grader.")}


@pytest.mark.parametrize("path", sorted((ROOT / "grader").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_from_rooms_below_it(path):
    """Imports inside grader/ run one way."""
    room = room_of(path)
    if room == "__init__":
        assert not imported_rooms(path)
        return

    allowed = set(ROOMS[: ROOMS.index(room) + 1])

    assert imported_rooms(path) <= allowed


def test_the_package_lists_its_rooms_in_their_order():
    listed = " ".join(grader.__doc__.split("list:")[1].split()).rstrip(".").split(", ")

    assert listed == [room for room in ROOMS if room != "__main__"]


def test_every_room_is_in_the_list():
    rooms = {room_of(p) for p in (ROOT / "grader").rglob("*.py")} - {"__init__"}

    assert rooms == set(ROOMS)


@pytest.mark.parametrize("room", ISOLATION)
def test_the_two_sides_of_the_boundary_meet_in_wire_alone(room):
    """Nothing in `inside` imports from `outside`, nor the reverse; the other rooms of isolation/ are stacked."""
    allowed = set(ISOLATION[: ISOLATION.index(room) + 1]) - ({"inside"} if room == "outside" else set())
    names = set().union(*map(imported_names, (ROOT / "grader" / "isolation" / room).glob("*.py")))

    assert {name.split(".")[2] for name in names if name.startswith("grader.isolation.")} <= allowed


def test_every_file_of_the_boundary_lies_in_a_room_that_says_its_side():
    folder = ROOT / "grader" / "isolation"

    assert {path.name for path in folder.glob("*.py")} == {"__init__.py"}
    assert {path.parent.name for path in folder.glob("*/*.py")} == set(ISOLATION)


def test_the_files_of_a_room_of_the_boundary_import_each_other_one_way():
    """Each room lists its files from the ground up; a file imports only from those before it."""
    for room in ISOLATION:
        folder = ROOT / "grader" / "isolation" / room
        listed = re.findall(r"^(\w+)  ", ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or "", re.M)

        assert sorted(listed) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
        for place, name in enumerate(listed):
            start = f"grader.isolation.{room}."
            ours = {n.split(".")[3] for n in imported_names(folder / f"{name}.py") if n.startswith(start)}

            assert ours <= set(listed[:place]), f"{room}/{name}.py"


def test_the_worker_imports_nothing_that_knows_a_secret():
    """What the student's process loads of the grader is the boundary itself and the vocabulary of calls."""
    rooms = [path for room in ("wire", "walls", "inside") for path in (ROOT / "grader/isolation" / room).glob("*.py")]

    assert len(rooms) > 15
    assert set().union(*map(imported_rooms, rooms)) == {"calls", "isolation", "package"}
    assert imported_rooms(ROOT / "grader" / "calls.py") == set()


def test_the_reference_imports_only_numpy_the_standard_library_and_itself():
    for path in (ROOT / "reference").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            absolute = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and node.level == 0
                else []
            )

            assert not any(name.split(".")[0] in ("grader", "reference", "scipy", "torch") for name in absolute), path


def test_private_names_that_a_students_subclass_inherits_have_the_class_in_them():
    """A subclass of Module with a method `_own` would replace that of Module without knowing it."""
    classes: list[tuple[Path, ast.ClassDef]] = []
    for path in (ROOT / "reference").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes += [(path, node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    private: dict[str, list[str]] = {}
    for path, node in classes:
        is_inherited = any(node.name in map(ast.unparse, other.bases) for file, other in classes if file != path)
        names = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
        if is_inherited:
            private[node.name] = [name for name in names if name.startswith("_") and not name.startswith("__")]

    assert {"Module", "Optimizer", "BatchNorm1d"} <= set(private)
    for name, methods in private.items():
        stem = name.removesuffix("1d").lower()
        assert all(method.replace("_", "").startswith(stem) for method in methods), (name, methods)


def test_files_stay_small():
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in CODE}
    long = {name for name, length in lengths.items() if length > MAX_LINES}

    assert long == set(LONG_FILES)
    assert statistics.median(lengths.values()) <= 150


def test_functions_stay_small():
    sizes = {}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                sizes[f"{path.relative_to(ROOT)}:{node.name}"] = (node.end_lineno or 0) - first.lineno + 1

    assert statistics.median(sizes.values()) < 10
    assert not {name: size for name, size in sizes.items() if size > 40}


def test_every_public_function_class_and_module_of_the_grader_is_documented():
    missing = []
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kinds = ast.ClassDef | ast.FunctionDef
        public = [n for n in tree.body if isinstance(n, kinds) and not n.name.startswith(("_", "pytest_"))]
        missing += [f"{path.relative_to(ROOT)}:{n.name}" for n in public if not ast.get_docstring(n)]
        if not ast.get_docstring(tree):
            missing.append(str(path.relative_to(ROOT)))

    assert not missing


def test_no_file_has_a_name_that_says_nothing():
    empty = {"utils.py", "helpers.py", "common.py", "manager.py", "misc.py"}

    assert not [p for p in tracked() if p.name in empty]


def test_no_text_speaks_of_a_machine_or_leaves_work_undone():
    """Paths of a workplace and forgotten notes have no place in what is published."""
    pattern = re.compile(r"(?<![\w.])/(work|root|home)/\w|\b(TODO|FIXME|XXX)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in (".py", ".md", ".toml", ".json", ".ini", "") and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]

    assert not found


def test_lines_of_pages_stay_short():
    """As lines of code do; rows of tables and addresses cannot be broken."""
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix == ".md"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 120 and not line.lstrip().startswith(("|", "["))
    ]

    assert long == []


def test_the_table_in_the_readme_is_fresh():
    """`make template` writes it anew."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert with_table(Course.load(ROOT), readme) == readme


def test_the_student_template_is_fresh():
    """`make template` writes it anew."""
    expected = template_files(Course.load(ROOT))
    folder = ROOT / "student_template"
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in tracked() if folder in p.parents}

    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != as_bytes(expected[name])] == []
