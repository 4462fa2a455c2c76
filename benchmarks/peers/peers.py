"""The checks as each peer wants them, its command, and its results read back."""

import json
import shutil
import sqlite3
import subprocess
import textwrap
from pathlib import Path

from graders import HERE, SECONDS, Grader, Verdicts, fresh, read_json
from submissions import VECTORISED, Submission


def gradescope_verdicts(path: Path) -> Verdicts | None:
    """The verdicts in a Gradescope results.json: check -> whether it has all its points.

    Tests there have names like "linear_forward ..." or "test_linear_forward".
    """
    tests = (read_json(path) or {}).get("tests", [])
    scored = [test for test in tests if "score" in test]
    return {t["name"].split()[0].removeprefix("test_"): t["score"] == t["max_score"] for t in scored} or None


class GradescopeUtils(Grader):
    """unittest in one process; no time limit."""

    name = "gradescope-utils"

    def build(self) -> None:
        methods = "".join(
            f"    @weight(1)\n    def test_{name}(self):\n        {do}\n\n" for name, do in self.checks.items()
        )
        decorators = "from gradescope_utils.autograder_utils.decorators import weight"
        head = f"import unittest\n{decorators}\nimport checks\nimport nn\n\n"
        (fresh(self.folder) / "test_layers.py").write_text(f"{head}class TestLayers(unittest.TestCase):\n{methods}")
        (self.folder / "run_tests.py").write_text(
            textwrap.dedent("""
            import unittest
            from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
            suite = unittest.defaultTestLoader.loadTestsFromName("test_layers")
            with open("results.json", "w") as file:
                JSONTestRunner(stream=file).run(suite)
        """)
        )

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"PYTHONPATH": f"{HERE}:."}

    def command(self, placed: Path) -> list[str | Path]:
        return [self.home / "bin" / "python", self.folder / "run_tests.py"]

    def verdicts(self, placed: Path) -> Verdicts | None:
        return gradescope_verdicts(placed / "results.json")


class PytestGradescope(GradescopeUtils):
    """pytest in one process, with pytest-timeout for a limit by check."""

    name = "pytest-gradescope"

    def build(self) -> None:
        functions = "".join(f"@weight(1)\ndef test_{name}():\n    {do}\n\n" for name, do in self.checks.items())
        head = "from pytest_gradescope.decorators import weight\nimport checks\nimport nn\n\n"
        (fresh(self.folder) / "test_layers.py").write_text(head + functions)
        (self.folder / "pytest.ini").write_text("[pytest]\n")

    def command(self, placed: Path) -> list[str | Path]:
        pytest = [self.home / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--timeout={SECONDS}"]
        return [*pytest, self.folder / "test_layers.py"]


class Check50(Grader):
    """A process pool, one worker; a limit by check."""

    name = "check50"

    def build(self) -> None:
        course = fresh(self.folder / "layers")
        (course / ".cs50.yaml").write_text('check50:\n  files:\n    - !exclude "*"\n    - !require nn.py\n')
        head = textwrap.dedent(f"""
            import sys
            import check50, check50.py
            sys.path.insert(0, {str(HERE)!r})
            import checks

            @check50.check(timeout={SECONDS})
            def importable():
                "nn.py can be imported"
                check50.exists("nn.py")
                check50.py.import_("nn.py")
        """)
        body = textwrap.dedent("""
            @check50.check(importable, timeout={seconds})
            def {name}():
                "{name}"
                nn = check50.py.import_("nn.py")
                try:
                    {do}
                except Exception as error:
                    raise check50.Failure(repr(error))
        """)
        functions = (body.format(name=name, do=do, seconds=SECONDS) for name, do in self.checks.items())
        (course / "__init__.py").write_text(head + "".join(functions))

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"CHECK50_WORKERS": "1"}

    def command(self, placed: Path) -> list[str | Path]:
        check50 = [self.home / "bin" / "check50", "--local", "--dev", "--log-level", "warning"]
        return [*check50, "-o", "json", "--output-file", "results.json", self.folder / "layers"]

    def verdicts(self, placed: Path) -> Verdicts | None:
        results = (read_json(placed / "results.json") or {}).get("results", [])
        return {r["name"]: r["passed"] is True for r in results if r["name"] != "importable"} or None


class Otter(Grader):
    """`otter run`: a notebook kernel, no container; no time limit."""

    name = "otter"
    slow = True

    def build(self) -> None:
        tests = fresh(self.folder / "tests")
        for name, do in self.checks.items():
            (tests / f"{name}.py").write_text(
                "from types import SimpleNamespace\nfrom otter.test_files import test_case\n"
                f"OK_FORMAT = False\nname = {name!r}\npoints = 1\n\n@test_case(points=1, hidden=True)\ndef test(env):\n"
                f"    import checks\n    nn = SimpleNamespace(**env)\n    {do}\n"
            )
        make = ["generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"]
        subprocess.run(
            [self.home / "bin" / "otter", *make], cwd=self.folder, env=self.environment, check=True, capture_output=True
        )

    def command(self, placed: Path) -> list[str | Path]:
        return [
            self.home / "bin" / "otter",
            "run",
            "--no-logo",
            "-a",
            self.folder / "autograder.zip",
            "-o",
            ".",
            "nn.py",
        ]

    def verdicts(self, placed: Path) -> Verdicts | None:
        found = gradescope_verdicts(placed / "results.json") or {}
        return {name: passed for name, passed in found.items() if name in self.checks} or None


class Nbgrader(Grader):
    """A notebook: one cell of the student's, one for each check; a limit by cell."""

    name = "nbgrader"
    slow = True

    def build(self) -> None:
        course = fresh(self.folder)
        (course / "nbgrader_config.py").write_text(
            f'c = get_config()\nc.CourseDirectory.course_id = "layers"\nc.CourseDirectory.root = {str(course)!r}\n'
            f'c.ExecutePreprocessor.timeout = {SECONDS}\nc.IncludeHeaderFooter.header = ""\n'
        )
        source = fresh(course / "source" / "layers")
        given = cell("answer", f"### BEGIN SOLUTION\n{VECTORISED}### END SOLUTION", solution=True)
        use = "from types import SimpleNamespace\nimport checks\nnn = SimpleNamespace(**globals())\n"
        hidden = {name: f"### BEGIN HIDDEN TESTS\n{use}{do}\n### END HIDDEN TESTS" for name, do in self.checks.items()}
        tests = [cell(name, source, grade=True, locked=True, points=1) for name, source in hidden.items()]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = {"cells": [given, *tests], "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
        (source / "layers.ipynb").write_text(json.dumps(book))
        make = [self.home / "bin" / "nbgrader", "generate_assignment", "layers", "--force"]
        subprocess.run(make, cwd=course, env=self.environment, check=True, capture_output=True)

    def place(self, submission: Submission) -> Path:
        student = submission.name.replace(" ", "_")
        shutil.rmtree(self.folder / "autograded" / student, ignore_errors=True)
        shutil.rmtree(self.folder / "submitted" / student, ignore_errors=True)
        book = json.loads((self.folder / "release" / "layers" / "layers.ipynb").read_text())
        book["cells"][0]["source"] = submission.source
        folder = fresh(self.folder / "submitted" / student / "layers")
        (folder / "layers.ipynb").write_text(json.dumps(book))
        return folder

    def command(self, placed: Path) -> list[str | Path]:
        return [*self.command_for_all(), "--student", placed.parent.name]

    def command_for_all(self) -> list[str | Path]:
        grade = [self.home / "bin" / "nbgrader", "autograde", "layers", "--force"]
        return [*grade, f"--CourseDirectory.root={self.folder}", "--config", self.folder / "nbgrader_config.py"]

    def verdicts(self, placed: Path) -> Verdicts | None:
        student = placed.parent.name
        if not (self.folder / "autograded" / student / "layers" / "layers.ipynb").exists():
            return None
        query = (
            "select base_cell.name, grade.auto_score from grade join base_cell on grade.cell_id = base_cell.id"
            " join submitted_notebook on grade.notebook_id = submitted_notebook.id"
            " join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id"
            " where student_id = ?"
        )
        with sqlite3.connect(self.folder / "gradebook.db") as database:
            return {name: score == 1 for name, score in database.execute(query, [student])} or None


def cell(name: str, source: str, **kind: object) -> dict:
    """A cell of a notebook with what nbgrader wants to know of it."""
    known = {"schema_version": 3, "grade_id": name, "locked": False, "solution": False, "grade": False, "task": False}
    shared = {"cell_type": "code", "id": name.replace("_", "-"), "execution_count": None, "outputs": []}
    return {**shared, "metadata": {"nbgrader": known | kind}, "source": source}


PEERS = (GradescopeUtils, PytestGradescope, Check50, Otter, Nbgrader)
