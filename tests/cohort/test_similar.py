"""What goes to Dolos and JPlag: what students wrote, and nothing that they were given."""

import csv

import pytest

from grader.assignment import Course
from grader.cohort.similarity import as_one, own_files, without_template
from tests.cohort.conftest import TINY
from tests.conftest import write_folder, write_zip


def test_lines_of_the_template_are_left_out_wherever_they_stand():
    template = (
        'import numpy as np\n\nclass A:\n    def f(self):\n        """Says it."""\n        raise NotImplementedError\n'
    )
    text = 'import numpy as np\nclass A:\n\n    def f(self):\n        """Says it."""\n        y = 1\n        return y\n'

    assert without_template(text, template) == "        y = 1\n        return y"


def test_only_what_was_written_or_is_new_counts():
    template = {"nn/a.py": "def a(): ...\n", "nn/given.py": "x = 1\n", "nn/b.py": "def b(): ...\n"}
    files = {
        "nn/a.py": b"def a(): ...\r\nmine = 1\r\n",
        "nn/given.py": b"x = 2\n",
        "nn/b.py": b"def  b(): ...",  # as it was given, but for a space
        "nn/new.py": b"\xff = 3\n",
        "nn/empty.py": b" \n",
    }
    own = own_files(files, template, {"nn/a.py", "nn/b.py"})

    assert own == {"nn/a.py": "def a(): ...\nmine = 1\n", "nn/new.py": "\ufffd = 3\n"}
    assert as_one(own, template) == "mine = 1\n\ufffd = 3\n"


@pytest.fixture
def week(tmp_path):
    course = Course.load(TINY)
    right = {f"framework/{path}": text.encode() for path, text in course.reference.items()}
    stubs = {f"framework/{path}": text.encode() for path, text in course.stubs.items()}
    own = stubs | {"framework/nn/scale.py": right["framework/nn/scale.py"], "framework/nn/mine.py": b"secret = 42\n"}
    write_folder(tmp_path / "week/section 1/ada", own)
    write_zip(tmp_path / "week/section 1/bob.zip", own)
    write_folder(tmp_path / "week/section 1/eve", stubs)
    (tmp_path / "week/section 1/mal.zip").write_bytes(b"PK\3\4")
    return tmp_path / "week"


def test_folders_for_both_tools(run, week, tmp_path):
    out = tmp_path / "similar"
    code, said, err = run("cohort", "similar", week, "-a", "01", "-o", out)

    assert (code, "what 2 of 4 wrote is in" in said) == (0, True)
    assert "eve is left out: nothing in it was written by the student" in err
    assert "mal.zip is left out: it is neither" in err
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    names = ("section 1__ada", "section 1__bob.zip")
    assert files == {
        "dolos/info.csv",
        "jplag_template/nn/scale.py",
        "jplag_template/nn/shift.py",
        *(f"dolos/{name}.py" for name in names),
        *(f"jplag/{name}/nn/{file}.py" for name in names for file in ("scale", "mine")),
    }
    text = (out / "dolos/section 1__ada.py").read_text()
    assert "secret = 42" in text
    assert "return np.multiply(factor, x)" in text
    assert '"""' not in text
    with (out / "dolos/info.csv").open(newline="") as file:
        assert [line["filename"] for line in csv.DictReader(file)] == [f"{name}.py" for name in names]
    assert "is not empty" in run("cohort", "similar", week, "-o", out)[2]
