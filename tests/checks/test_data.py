"""Files of data of an assignment: what `data` gives a check, here and in a grading, and where the files go."""

import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from grader.assignment import AssignmentError, Course
from grader.assignment.fingerprints import fingerprint_of_checks
from grader.assignment.folder import MAX_DATA
from grader.audit.running import run_in_process
from grader.authored import Data
from grader.grading import grade
from grader.release.gradescope import autograder_files, write_zip
from grader.release.template import write_template
from grader.result import Outcome
from grader.submission import Submission

DIGITS = np.arange(12.0).reshape(3, 4)
CHECK = '''

class TestData:
    @weight(1)
    def test_digits(self, student, data):
        """Scale works on digits."""
        digits = data("digits.npz")["images"]
        compare(student.nn.Scale(2.0).forward(digits), 2 * np.arange(12.0).reshape(3, 4), "Scale(2).forward(digits)")
'''


def archive(**arrays) -> bytes:
    made = io.BytesIO()
    np.savez(made, **arrays)
    return made.getvalue()


@pytest.fixture
def root(course_root):
    """The tiny course, with data in its first assignment and a public check that uses them."""
    folder = course_root / "assignments/01_scaling"
    (folder / "data").mkdir()
    (folder / "data/digits.npz").write_bytes(archive(images=DIGITS))
    public = folder / "test_public.py"
    public.write_text(public.read_text() + CHECK)
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 10", "points = 11"))
    return course_root


def test_each_kind_of_file_gives_what_it_holds(tmp_path):
    (tmp_path / "a.npz").write_bytes(archive(x=DIGITS, n=np.array(3)))
    (tmp_path / "b.txt").write_text("Zwölf\nBoxkämpfer\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("1,2\n")
    (tmp_path / "d.safetensors").write_bytes(b"\0\xff")
    data = Data(tmp_path)

    assert {name: value.tolist() for name, value in data("a.npz").items()} == {"x": DIGITS.tolist(), "n": 3}
    assert [data(name) for name in ("b.txt", "c.csv", "d.safetensors")] == ["Zwölf\nBoxkämpfer\n", "1,2\n", b"\0\xff"]


def test_what_a_check_does_to_data_is_nobody_elses_matter(tmp_path):
    (tmp_path / "a.npz").write_bytes(archive(x=np.zeros(2)))
    data = Data(tmp_path)
    data("a.npz")["x"][:] = 1

    assert data("a.npz")["x"].tolist() == [0, 0]


@pytest.mark.parametrize("name", ["other.npz", "../assignment.toml", "", "/etc/hostname"])
def test_a_name_that_is_none_is_refused_with_those_that_are(root, name):
    with pytest.raises(LookupError, match=r"there is no data '.*'; there is digits\.npz"):
        Data(root / "assignments/01_scaling/data")(name)


def test_arrays_of_objects_are_not_loaded(tmp_path):
    (tmp_path / "a.npz").write_bytes(archive(x=np.array([{}], object)))

    with pytest.raises(ValueError, match="allow_pickle"):
        Data(tmp_path)("a.npz")


def test_checks_use_it_in_this_process_and_with_a_sealed_worker(root, sandbox):
    course = Course.load(root)
    submission = Submission("ada", {path: text.encode() for path, text in course.reference.items()})

    here = run_in_process(course.assignments[0], 0)
    report = grade(course, submission, course.select(("01",)), sandbox)

    assert all(result.outcome is Outcome.PASSED for result in here)
    assert report.earned == 11


def test_checks_use_it_on_a_students_machine(root, tmp_path):
    course, template = Course.load(root), tmp_path / "template"
    write_template(course, template)
    for path, text in course.reference.items():
        (template / "framework" / path).write_text(text)

    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_01_scaling.py"]
    out = subprocess.run(command, cwd=template, capture_output=True, text=True).stdout

    assert "3 passed" in out
    assert np.array_equal(np.load(template / "data/01_scaling/digits.npz")["images"], DIGITS)
    assert "your own programs find it as `data/01_scaling/digits.npz`" in (template / "README.md").read_text()


def test_the_zip_for_gradescope_has_the_data_of_what_it_grades_and_no_other(root, tmp_path):
    second = root / "assignments/02_chain/data"
    second.mkdir()
    (second / "text.txt").write_text("text")
    course = Course.load(root)

    write_zip(autograder_files(course, course.select(("01",))), tmp_path / "a.zip")

    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        names = {name for name in made.namelist() if "/data/" in name}
        assert names == {"course/assignments/01_scaling/data/digits.npz"}
        assert made.read(*names) == (root / "assignments/01_scaling/data/digits.npz").read_bytes()


@pytest.mark.parametrize("name", ["digits.pkl", "digits.npy", "digits", "more.npz/"])
def test_a_file_of_another_kind_is_refused_by_name(root, name):
    place = root / "assignments/01_scaling/data" / name
    place.mkdir() if name.endswith("/") else place.write_text("")

    with pytest.raises(AssignmentError) as caught:
        Course.load(root)

    ends = "a file of data ends with one of .npz, .txt, .csv, .safetensors, and there are no folders in data/"
    assert str(caught.value) == f"{place}: {ends}"


def test_data_that_are_too_large_are_refused(root):
    place = root / "assignments/01_scaling/data"
    (place / "large.txt").write_bytes(bytes(MAX_DATA))

    with pytest.raises(AssignmentError) as caught:
        Course.load(root)

    total = "its files have 2.0 MiB together, but an assignment may have 2 MiB of data"
    assert str(caught.value) == f"{place}: {total}"


def test_hidden_files_of_a_system_are_passed_over(root):
    (root / "assignments/01_scaling/data/.DS_Store").write_text("")

    assert [file.name for file in Course.load(root).assignments[0].data_files] == ["digits.npz"]


def test_hidden_checks_read_the_data_of_required_assignments_too(root):
    folder = root / "assignments/02_chain"
    hidden = folder / "test_hidden.py"
    hidden.write_text("import numpy as np\nfrom grader.checks import compare\n" + hidden.read_text() + CHECK)
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 4", "points = 5"))
    course = Course.load(root)
    [scaling, chain] = course.assignments
    before = fingerprint_of_checks((chain,))

    assert {result.outcome for result in run_in_process(chain, 1)} == {Outcome.PASSED}
    (scaling.folder / "data/digits.npz").write_bytes(archive(images=-DIGITS))
    assert fingerprint_of_checks((chain,)) != before
    [failed] = [result for result in run_in_process(chain, 1) if result.outcome != Outcome.PASSED]
    assert failed.check.component == "Data"
