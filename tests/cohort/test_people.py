"""Whose submission it is, in exports of Gradescope, downloads of Moodle and Canvas, and by a class list."""

from pathlib import Path

import click
import pytest

from grader.commands.entries import find_entries
from grader.commands.people import NOBODY, Person, class_list, listed_person, people_of_export, person_of_name
from tests.cohort.test_entries import EXPECTED, put

METADATA = """---
submission_101:
  :submitters:
  - :name: Zoë Müller
    :sid: '0012'
    :email: zoe@example.edu
  :created_at: 2026-03-06 20:00:00.000000000 Z
  :score: 8.0
  :results:
    tests:
    - :name: not a person
      :sid: '666'
  :history:
  - :created_at: 2026-03-05 20:00:00.000000000 Z
    :score: 1.0
submission_102:
  :submitters:
  - :name: 'Ada O''Hara'
    :sid:
    :email: ada@example.edu
  - :name: "B\\u00f6b \\"B\\""
    :sid: ~
    :email: bob@example.edu
  :created_at: 2026-03-06 20:00:00.000000000 Z
"""


@pytest.fixture
def export(tmp_path) -> Path:
    folder = tmp_path / "downloads/assignment_7_export"
    put(folder / "submission_101", folder / "submission_102")
    (folder / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    return folder


def found(folder: Path) -> dict[str, Person]:
    return {entry.name: entry.person for entry in find_entries(folder, EXPECTED, folder / "reports")}


ZOE = Person("Zoë Müller", "0012")
GROUP = Person('Ada O\'Hara; Böb "B"', "ada@example.edu; bob@example.edu")


def test_an_export_is_recognised_in_the_folder_around_it_and_as_the_folder(export, capsys):
    assert found(export) == {"submission_101": ZOE, "submission_102": GROUP}
    assert found(export.parent) == {
        "assignment_7_export/submission_101": ZOE,
        "assignment_7_export/submission_102": GROUP,
    }
    assert capsys.readouterr().err.count("assignment_7_export is an export of Gradescope, with 2 submissions\n") == 2


def test_an_export_of_one_submission_is_no_student_nor_are_those_of_two_assignments(export, capsys):
    put(export.parent / "assignment_8_export/submission_201")  # its list was lost

    assert found(export.parent) == {
        "assignment_7_export/submission_101": ZOE,
        "assignment_7_export/submission_102": GROUP,
        "assignment_8_export/submission_201": NOBODY,
    }


def test_students_beside_an_export_are_students(export):
    put(export.parent / "late")

    assert list(found(export.parent)) == [
        "assignment_7_export/submission_101",
        "assignment_7_export/submission_102",
        "late",
    ]


@pytest.mark.parametrize("text", ["", "%", "submission_1:\n  :submitters:\n  -\n", "\x00\udcff"])
def test_a_list_that_says_nothing_costs_only_the_names(export, text):
    (export / "submission_metadata.yml").write_bytes(text.encode("utf-8", "surrogateescape"))

    assert people_of_export(export) == {}
    assert found(export) == {"submission_101": NOBODY, "submission_102": NOBODY}


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Ada Lovelace_101_assignsubmission_file_", Person("Ada Lovelace", "101")),
        ("section_1/Zoë M_7_assignsubmission_file", Person("Zoë M", "7")),
        ("lovelaceada_2002_31415_framework.zip", Person("lovelaceada", "2002")),
        ("lovelaceada_LATE_2002_31415_framework-1.zip", Person("lovelaceada", "2002")),
        ("ada", NOBODY),
        ("ada_2026", NOBODY),
        ("assignment_7_export", NOBODY),
    ],
)
def test_the_name_that_a_platform_gives_says_who_it_is(name, person):
    assert person_of_name(name) == person


def test_a_class_list_names_students(tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes("\ufeffid,submission,name,mail\n7,ada,Ada L.,x\n8,section_2/bob.zip,Böb\n".encode())

    people = class_list(path)

    assert listed_person("section_1/ada.tar.gz", people) == Person("Ada L.", "7")
    assert listed_person("ada", people) == Person("Ada L.", "7")
    assert listed_person("section_2/bob.zip", people) == Person("Böb", "8")
    assert listed_person("bob.zip", people) == NOBODY


@pytest.mark.parametrize(("text", "said"), [("name,id\n", "has no column submission"), ("\xff", "cannot be read")])
def test_what_is_no_class_list_is_refused(tmp_path, text, said):
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(click.ClickException, match=said):
        class_list(path)


def test_the_table_names_the_student_and_a_spreadsheet_reads_its_accents(cohort, export, tmp_path):
    code, _out, _err, rows = cohort("-a", "02", folder=export)

    assert code == 0
    assert [(row.name, row.id, row.earned) for row in rows.values()] == [
        (ZOE.name, ZOE.id, 4),
        (GROUP.name, GROUP.id, 4),
    ]
    text = (tmp_path / "out/summary.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfsubmission,name,id,earned,")
    assert "Zoë Müller,0012".encode() in text


def test_a_name_that_is_known_later_enters_the_table_without_another_grading(cohort, export, tmp_path):
    (tmp_path / "class.csv").write_text("submission,name,id\nsubmission_101,Zoe,1\n")
    cohort("-a", "02", folder=export)

    _code, out, _err, rows = cohort("-a", "02", "--students", str(tmp_path / "class.csv"), folder=export)

    assert "2 of 2 submissions graded, 2 of them before" in out
    assert [(row.name, row.id) for row in rows.values()] == [("Zoe", "1"), ("", "")]
