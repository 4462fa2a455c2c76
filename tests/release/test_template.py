"""The student template: it has all that public checks need and no answer, and it never overwrites anything else."""

import ast
import json
import subprocess
import sys

import pytest

from grader.assignment import AssignmentError, Course
from grader.checks.local import HIDDEN
from grader.release.template import FILES, GRADER, PUBLIC_GRADER, template_files, write_template


@pytest.fixture
def template(course, tmp_path):
    """The tiny course's template, written."""
    write_template(course, tmp_path / "template")
    return tmp_path / "template"


def pytest_in(folder, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


def test_what_is_in_it(course, template):
    files = {p.relative_to(template).as_posix() for p in template.rglob("*") if p.is_file()}

    assert files >= {"README.md", "check.py", "pytest.ini", "requirements.txt", ".gitignore", "grader/__init__.py"}
    assert files >= {
        "tests/test_01_scaling.py",
        "tests/test_02_chain.py",
        "handouts/01_scaling.md",
        "handouts/02_chain.md",
    }
    assert {f"framework/{path}" for path in course.reference} <= files
    assert not [name for name in files if "hidden" in name or "reference" in name or "misconceptions" in name]


def test_the_same_course_gives_the_same_template(course, template):
    before = {p: p.read_bytes() for p in template.rglob("*") if p.is_file()}

    write_template(course, template)

    assert {p: p.read_bytes() for p in template.rglob("*") if p.is_file()} == before


def test_the_readme_names_every_assignment(template):
    readme = (template / "README.md").read_text()

    assert "| 01 | [Scaling](handouts/01_scaling.md) | 10 | `python check.py 01` |" in readme
    assert "yours; `__init__.py` files and `nn/given.py` are given, and" in readme
    assert "{{" not in readme


def test_the_grader_in_it_imports_only_itself_and_numpy_and_pytest():
    own = {
        f"grader.{path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}" for path in PUBLIC_GRADER
    } | {"grader", "grader.submission"}  # the template has an empty __init__.py for each
    for path in PUBLIC_GRADER:
        for node in ast.walk(ast.parse((GRADER / path).read_text())):
            names = (
                [a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""]
            )
            if isinstance(node, ast.Import | ast.ImportFrom) and names[0].startswith("grader"):
                assert set(names) <= own, path


def test_the_public_checks_run_there_and_say_what_is_not_written(template):
    *table, last = pytest_in(template).splitlines()[2:]

    assert table == [
        "01 scaling         0 of 2 public checks pass; not written yet:",
        "    nn/scale.py  Scale",
        "    nn/shift.py  Shift, shifted",
        "02 chain           0 of 1 public checks pass; not written yet:",
        "    nn/chain.py  Chain",
        *HIDDEN.splitlines(),
    ]
    assert last.startswith("3 not written in ")


def test_several_files_of_public_checks_are_named_together_and_counted_as_one_assignment(course_root, tmp_path):
    folder = course_root / "assignments/01_scaling"
    head, scale, shift = (folder / "test_public.py").read_text().split("\n\n\n")
    (folder / "test_public.py").unlink()
    (folder / "test_public_scale.py").write_text(f"{head}\n\n\n{scale}\n")
    (folder / "test_public_shift.py").write_text(f"{head}\n\n\n{shift}")
    template = tmp_path / "template"

    write_template(Course.load(course_root), template)

    files = "tests/test_01_scaling_scale.py tests/test_01_scaling_shift.py"
    listed = json.loads((template / "grader/course.json").read_text())
    assert listed[0]["tests"] == files.split()
    assert "01 scaling         0 of 2 public checks pass; not written yet:" in pytest_in(template, *files.split())


def test_the_public_checks_pass_there_on_the_solution(course, template):
    for path, text in course.reference.items():
        (template / "framework" / path).write_text(text)

    out = pytest_in(template, "-W", "error")

    assert "3 passed" in out
    assert "2 of 2 public checks pass" in out


@pytest.mark.parametrize("values", ["np.ones(2) / np.zeros(2)", "np.exp(np.full(2, 1e4))", "np.log(-np.ones(2))"])
def test_what_numpy_only_warns_of_fails_there_as_in_checks_of_range(course, template, values):
    for path, text in course.reference.items():
        (template / "framework" / path).write_text(text)
    body = f"        {values}\n        return self.factor * x\n"
    init = "    def __init__(self, factor):\n        self.factor = factor\n"
    (template / "framework/nn/scale.py").write_text(
        f"import numpy as np\nclass Scale:\n{init}    def forward(self, x):\n{body}"
    )

    out = pytest_in(template)

    assert "RuntimeWarning: " in out
    assert "1 failed, 2 passed" in out


def test_a_leak_is_refused_and_nothing_written(course_root, tmp_path):
    handout = course_root / "assignments/02_chain/README.md"
    handout.write_text("Write this:\n\n    for layer in self.layers:\n")
    (tmp_path / "template").mkdir()

    with pytest.raises(AssignmentError, match=r"handouts/02_chain\.md:3: for layer in self\.layers:"):
        write_template(Course.load(course_root), tmp_path / "template")

    assert list((tmp_path / "template").iterdir()) == []


def test_an_older_template_is_replaced_as_a_whole(course, template):
    (template / "framework/nn/gone.py").write_text("")
    (template / ".pytest_cache").mkdir()

    write_template(course, template)

    assert not (template / "framework/nn/gone.py").exists()
    assert not (template / ".pytest_cache").exists()


@pytest.mark.parametrize("precious", ["thesis.tex", ".ssh", ".git"])
def test_a_folder_that_holds_anything_else_is_left_alone(course, template, precious):
    (template / precious).write_text("precious")
    (template / "README.md").write_text("mine")

    with pytest.raises(AssignmentError, match=f"{precious}"):
        write_template(course, template)

    assert (template / precious).read_text() == "precious"
    assert (template / "README.md").read_text() == "mine"


def test_every_file_of_the_template_itself_is_taken(course):
    names = {path.name.replace("dot_", ".") for path in FILES.iterdir()}

    assert names <= template_files(course).keys()
