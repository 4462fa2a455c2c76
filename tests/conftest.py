"""What tests share: a course of three layers (tiny_course/), submissions in every form, and one sandbox."""

import io
import shutil
import signal
import tarfile
import zipfile
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from grader.assignment import Course
from grader.cli import main
from grader.formats.json_report import to_json
from grader.gradcheck import Evaluation, GradientError, check_gradients, cotangent_like
from grader.grading import grade
from grader.isolation.outside.sandbox import Sandbox
from grader.result import AssignmentReport, Outcome, Report
from grader.submission import Submission

TINY = Path(__file__).parent / "tiny_course"

settings.register_profile("fixed", derandomize=True, deadline=None)  # the same examples in every run
settings.load_profile("fixed")

# A shell has jobs in the background ignore Ctrl-C, and what they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore = ["tiny_course"]  # its checks are run by the grader, not by pytest


@pytest.fixture
def course_root(tmp_path) -> Path:
    """A copy of the tiny course, to be changed."""
    return Path(shutil.copytree(TINY, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture(scope="session")
def course() -> Course:
    """The tiny course as it is."""
    return Course.load(TINY)


@pytest.fixture(scope="session")
def sandbox():
    """A fork server for all tests; every check still gets a worker of its own."""
    with Sandbox().start() as running:
        yield running


@pytest.fixture
def run(capsys, monkeypatch, sandbox):
    """Run the command line in this process, with the tests' sandbox: (exit code, output, errors)."""

    class Shared:
        def start(self, _launched=None):
            return self

        def __enter__(self):
            return sandbox

        def __exit__(self, *_exception):
            pass

    monkeypatch.setattr("grader.commands.running.Sandbox", Shared)
    monkeypatch.setattr("grader.isolation.outside.launch.launched", nullcontext)
    monkeypatch.setattr(
        "grader.isolation.probing.probe.begin_to_examine", lambda _sandbox: None
    )  # it was examined long ago
    for name in ("PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        monkeypatch.setenv(name, "")

    def call(*arguments: object, course: Path = TINY) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--course", str(course), *map(str, arguments)])
        return (ended.value.code or 0, *capsys.readouterr())

    return call


@pytest.fixture
def unfinished(tmp_path) -> Path:
    """A submission with one mistake and one file that was not begun."""
    course = Course.load(TINY)
    texts = {**course.reference, "nn/chain.py": course.stubs["nn/chain.py"]}
    texts["nn/shift.py"] = texts["nn/shift.py"].replace("np.add", "np.subtract")
    for path, text in texts.items():
        (tmp_path / "alice/framework" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "alice/framework" / path).write_text(text)
    return tmp_path / "alice"


@pytest.fixture
def graded(course, sandbox):
    """Grade the tiny reference with some files replaced (None: taken away) on one assignment."""

    def run(files: dict[str, str | bytes | None], number: str = "01", course: Course = course) -> AssignmentReport:
        report = grade(course, tiny_submission(course, files), course.select((number,)), sandbox)
        assert_decent(report)
        return report.assignments[0]

    return run


def tiny_submission(course: Course, files: dict[str, str | bytes | None]) -> Submission:
    texts = {**course.reference, **files}
    return Submission("tiny", {p: t.encode() if isinstance(t, str) else t for p, t in texts.items() if t is not None})


def assert_decent(report: Report) -> None:
    """All checks of every assignment have a result, and none tells of the grader's own inside."""
    text = to_json(report)
    for trace in ("Traceback", "site-packages", "/grader/", "pluggy", "Unsendable", "internal"):
        assert trace not in text
    for assignment in report.assignments:
        assert sum(r.check.points for r in assignment.results) == assignment.points
        assert all(r.kind and r.message for r in assignment.results if r.outcome is not Outcome.PASSED)


@pytest.fixture(scope="session")
def alarm():
    """Check gradients of two plain functions: the error raised, or None.

    They are called as forward(**arguments) and backward(cotangent, **arguments).
    """

    def alarm(forward, backward, arguments, seed, log=None):
        def trial(base, cotangent, points):
            if log is not None:
                log.append(len(points))
            outputs = [forward(**(base | point)) for point in points]
            return Evaluation(forward(**base), backward(cotangent, **base), outputs)

        rng = np.random.default_rng([seed, 1])
        try:
            check_gradients(trial, arguments, cotangent_like(forward(**arguments), rng), rng)
        except GradientError as error:
            return error
        return None

    return alarm


@pytest.fixture
def pack(tmp_path):
    """Make a submission of some files: a folder (of the given path) or an archive."""

    def make(form: str, files: dict[str, bytes], folder: Path = tmp_path / "work") -> Path:
        if form == "folder":
            return write_folder(folder, files)
        path = tmp_path / f"work.{form}"
        return write_zip(path, files) if form == "zip" else write_tar(path, files)

    return make


@pytest.fixture(params=["folder", "zip", "tar.gz"])
def make(request, pack):
    """Make a submission of some files, in each of the usual forms."""
    return lambda files: pack(request.param, files)


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, files: dict[str, bytes]) -> Path:
    compression = path.name.partition(".tar.")[2]
    with tarfile.open(path, f"w:{compression}") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path
