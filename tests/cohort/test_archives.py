"""An archive of many submissions is a cohort, as a folder of them is."""

import io
import zipfile

import click
import pytest

from grader.commands.cohort.unpacking import opened
from tests.cohort.test_entries import EXPECTED, RIGHT
from tests.conftest import write_tar, write_zip


def several(*places: str) -> dict[str, bytes]:
    return {f"{place}/{path}": data for place in places for path, data in RIGHT.items()}


@pytest.mark.parametrize(("name", "write"), [("class.zip", write_zip), ("class.tar.gz", write_tar)])
@pytest.mark.parametrize("wrapped", ["", "week_1/"])
def test_an_archive_of_submissions_is_graded_as_a_folder_of_them(cohort, tmp_path, name, write, wrapped):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        for path, data in RIGHT.items():
            file.writestr(path, data)
    archive = write(tmp_path / name, several(f"{wrapped}ada") | {f"{wrapped}bob.zip": inner.getvalue()})

    code, out, _err, rows = cohort("-a", "02", folder=archive)
    again = cohort("-a", "02", folder=archive)

    assert (code, {key: row.earned for key, row in rows.items()}) == (0, {"ada": 4, "bob.zip": 4})
    assert "2 of 2 submissions graded, 2 of them before" in again[1]
    assert "cohort-" not in out


def test_the_zip_of_an_export_of_gradescope_is_an_export(cohort, tmp_path):
    listed = {"assignment_7_export/submission_metadata.yml": b"submission_1:\n  :submitters:\n  - :name: Ada\n"}
    archive = write_zip(tmp_path / "export.zip", several("assignment_7_export/submission_1") | listed)

    _code, _out, err, rows = cohort("-a", "02", folder=archive)

    assert [(row.name, row.person.name) for row in rows.values()] == [("assignment_7_export/submission_1", "Ada")]
    assert "is an export of Gradescope" in err


def test_an_archive_of_one_submission_is_a_submission(cohort, tmp_path):
    archive = write_zip(tmp_path / "ada.zip", RIGHT)

    code, _out, err, _rows = cohort(folder=archive)

    assert code == 1
    assert f"grader grade {archive}" in err


def test_a_file_that_is_no_archive_is_refused_by_a_sentence(tmp_path):
    (tmp_path / "notes.md").write_text("notes")

    said = r"notes\.md is no folder of submissions, and no archive of one"
    with pytest.raises(click.ClickException, match=said), opened(tmp_path / "notes.md"):
        pass


def test_the_only_student_in_an_archive_is_no_folder_of_students(tmp_path):
    layout = {f"ada/src/{path}": data for path, data in RIGHT.items()}
    archive = write_zip(tmp_path / "class.zip", layout | {"ada/README.md": b""})

    with opened(archive, EXPECTED) as folder:
        assert [path.name for path in folder.iterdir()] == ["ada"]


def test_nothing_is_written_outside_and_nothing_is_left(tmp_path):
    archive = write_zip(tmp_path / "class.zip", {"../out.py": b"", "/abs.py": b"", "ada/x.py": b"1", "bob/x.py": b"2"})

    with opened(archive) as folder:
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py")) == ["ada/x.py", "bob/x.py"]
    assert not folder.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class.zip"]
