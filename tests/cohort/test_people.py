"""Whose submission it is and when it was made: exports of Gradescope, downloads of other platforms, class lists."""

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from grader.cohort.rows import NOBODY, Person, Row, State
from grader.commands.cohort.entries import find_entries
from grader.commands.cohort.export import said_by_export
from grader.commands.cohort.platforms import NOTHING, said_by_name
from grader.commands.cohort.roster import NOTHING_HANDED_IN, read_roster, with_roster
from grader.commands.cohort.sources import Source, rows_of
from tests.cohort.test_entries import EXPECTED, RIGHT, put
from tests.conftest import write_zip

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
    :results:
      tests:
      - :score: 3.0
  - :score: 8.0
    :created_at: 2026-03-06 20:00:00.000000000 Z
submission_102:
  :submitters:
  - :name: 'Ada O''Hara'
    :sid:
    :email: ada@example.edu
  - :name: "B\\u00f6b \\"B\\""
    :sid: ~
    :email: bob@example.edu
  :created_at: 2026-03-06 20:00:00.000000000 -08:00
"""
ZOE = Person("Zoë Müller", "0012", "zoe@example.edu")
EMAILS = "ada@example.edu; bob@example.edu"
GROUP = Person('Ada O\'Hara; Böb "B"', EMAILS, EMAILS)


@pytest.fixture
def export(tmp_path) -> Path:
    folder = tmp_path / "downloads/assignment_7_export"
    put(folder / "submission_101", folder / "submission_102")
    (folder / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    return folder


def found(folder: Path) -> dict[str, Person]:
    return {entry.name: entry.said.person for entry in find_entries(folder, EXPECTED, folder / "reports")}


def rows(path: Path, tmp_path: Path, **facts) -> dict[str, Row]:
    with rows_of(Source(path, tmp_path / "out", EXPECTED, **facts)) as found:
        return {row.name: row for row in found}


def test_an_export_is_recognised_in_the_folder_around_it_and_as_the_folder(export, capsys):
    assert found(export) == {"submission_101": ZOE, "submission_102": GROUP}
    assert found(export.parent) == {
        "assignment_7_export/submission_101": ZOE,
        "assignment_7_export/submission_102": GROUP,
    }
    assert capsys.readouterr().err.count("assignment_7_export is an export of Gradescope, with 2 submissions\n") == 2


def test_an_export_tells_times_and_earlier_attempts(export, tmp_path):
    zoe, group = rows(export, tmp_path).values()

    assert zoe.submitted == datetime(2026, 3, 6, 20, tzinfo=UTC)
    assert zoe.history == ((datetime(2026, 3, 5, 20, tzinfo=UTC), 1.0),)  # without itself
    assert group.submitted == datetime(2026, 3, 7, 4, tzinfo=UTC)


def test_an_export_of_one_submission_is_no_student_nor_are_those_of_two_assignments(export):
    put(export.parent / "assignment_8_export/submission_201")  # its list was lost

    assert found(export.parent) == {
        "assignment_7_export/submission_101": ZOE,
        "assignment_7_export/submission_102": GROUP,
        "assignment_8_export/submission_201": NOBODY,
    }


def test_students_beside_an_export_are_students(export):
    put(export.parent / "late")

    assert list(found(export.parent))[-1] == "late"


@pytest.mark.parametrize("text", ["", "%", "submission_1:\n  :submitters:\n  -\n", "\x00\udcff"])
def test_a_list_that_says_nothing_costs_only_the_names(export, text):
    (export / "submission_metadata.yml").write_bytes(text.encode("utf-8", "surrogateescape"))

    assert said_by_export(export) == {}
    assert found(export) == {"submission_101": NOBODY, "submission_102": NOBODY}


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Ada Lovelace_101_assignsubmission_file_", Person("Ada Lovelace", "101")),
        ("section_1/Zoë M_7_assignsubmission_file", Person("Zoë M", "7")),
        ("lovelaceada_2002_31415_framework.zip", Person("lovelaceada", "2002")),
        ("lovelaceada_LATE_2002_31415_framework-1.zip", Person("lovelaceada", "2002")),
        ("Home work_1_ada_attempt_2026-03-06-20-00-00_framework.zip", Person(login="ada")),
        ("ada", NOBODY),
        ("ada_2026", NOBODY),
        ("assignment_7_export", NOBODY),
    ],
)
def test_the_name_that_a_platform_gives_says_who_it_is(name, person):
    assert said_by_name(name).person == person


def test_the_name_that_a_platform_gives_says_when_it_was_and_that_it_was_late():
    assert said_by_name("a_LATE_2_3_framework-1.tar.gz").late
    assert said_by_name("a_LATE_2_3_framework-1.tar.gz").file == "framework.tar.gz"
    assert not said_by_name("a_2_3_x.zip").late
    time = datetime(2026, 3, 6, 20, 0, 5).astimezone()
    assert said_by_name("HW_ada_attempt_2026-03-06-20-00-05_x.zip").submitted == time
    assert said_by_name("x.zip") == NOTHING


def test_blackboards_texts_name_students_and_are_no_submissions_of_their_own(tmp_path):
    folder = tmp_path / "gradebook"
    write_zip(folder.mkdir() or folder / "HW_ada_attempt_2026-03-06-20-00-00_framework.zip", RIGHT)
    write_zip(folder / "HW_ada_attempt_2026-03-07-20-00-00_framework.zip", RIGHT)
    for name, who in (("ada_attempt_2026-03-06-20-00-00", "Ada L"), ("bob_attempt_2026-03-06-21-00-00", "Bob")):
        (folder / f"HW_{name}.txt").write_text(f"Name: {who} (x)\nAssignment: HW\n")
    found = rows(folder, tmp_path)

    assert [(row.person.name, row.person.login) for row in found.values()] == [
        ("Ada L", "ada"),
        ("", "ada"),
        ("Bob", "bob"),  # who typed a text, and handed in no file
    ]


def test_files_that_were_handed_in_one_by_one_are_one_submission(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    for number, (path, data) in enumerate(RIGHT.items()):
        if not path.endswith("__init__.py"):
            (folder / f"lovelaceada_7_{number}_{Path(path).stem}-1.py").write_bytes(data)
    write_zip(folder / "bobb_8_99_framework.zip", RIGHT)
    found = rows(folder, tmp_path)

    assert [row.person.id for row in found.values()] == ["8", "7"]
    assert {"chain.py", "scale.py", "shift.py"} <= {path.name for path in Path(list(found.values())[1].path).iterdir()}


def listed(tmp_path: Path, text: str):
    (tmp_path / "class.csv").write_bytes(text.encode())
    return read_roster(tmp_path / "class.csv")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("submission,name,id\nada,Ada L.,7\n", Row("section_1/ada.tar.gz")),
        ("SID,Name\n7,Ada L.\n", Row("submission_1", person=Person("A", "7"))),
        ('Student,ID,SIS Login ID\n    Points Possible,,\n"L., Ada",7,al\n', Row("x", person=Person("l.ada"))),
        ("First name,Last name,ID number\nAda,L.,7\n", Row("x", person=Person("Ada L.", "101"))),
        ("identifier,github_username,name\n7,ada,Ada L.\n", Row("hw-ada", person=Person(login="ADA"))),
        ("email,name,id\nada@x.edu,Ada L.,7\n", Row("x", person=Person(email="b@x.edu; Ada@x.edu"))),
        ("id,name\n7,Ada L.\n", Row("7.zip")),
    ],
)
def test_a_class_list_of_any_platform_names_students(tmp_path, text, row):
    named = with_roster([row], listed(tmp_path, f"\ufeff{text}"))

    assert [(each.name, each.person.id, each.state) for each in named] == [(row.name, "7", State.WAITING)]
    assert named[0].person.name in ("Ada L.", "L., Ada")


def test_whoever_handed_in_nothing_has_a_row(tmp_path):
    roster = listed(tmp_path, "id,name,role,due\n7,Ada,Student,\n8,Bob,Student,2026-03-06T20:00+01:00\n9,Prof,TA,\n")
    named = with_roster([Row("7.zip")], roster)

    assert [(row.name, row.person.name, row.state, row.note) for row in named] == [
        ("7.zip", "Ada", "waiting", ""),
        ("8", "Bob", "absent", NOTHING_HANDED_IN),
    ]
    assert named[1].due == datetime.fromisoformat("2026-03-06T20:00+01:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mark\n1\n", "it needs a column"),
        ("\xff", "it needs a column"),
        ("id,due\n7,tomorrow\n", "'tomorrow' is no time"),
    ],
)
def test_what_is_no_class_list_is_refused(tmp_path, text, said):
    with pytest.raises(click.ClickException, match=said):
        listed(tmp_path, text)


def test_the_table_names_the_student_and_a_spreadsheet_reads_its_accents(cohort, export, tmp_path):
    code, _out, _err, rows = cohort("-a", "02", folder=export)

    assert code == 0
    assert [(row.person.name, row.person.id, row.earned) for row in rows.values()] == [
        (ZOE.name, ZOE.id, 4),
        (GROUP.name, GROUP.id, 4),
    ]
    text = (tmp_path / "out/summary.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfsubmission,name,id,email,")
    assert "Zoë Müller,0012".encode() in text


def test_a_name_that_is_known_later_enters_the_table_without_another_grading(cohort, export, tmp_path):
    (tmp_path / "class.csv").write_text("submission,name,id\nsubmission_101,Zoe,1\n,Eve,2\n")
    cohort("-a", "02", folder=export)

    _code, out, _err, rows = cohort("-a", "02", "--roster", str(tmp_path / "class.csv"), folder=export)

    assert "2 of 2 submissions graded, 2 of them before" in out
    assert "1 absent" in out
    assert [(row.person.name, row.person.id) for row in rows.values()][::2] == [("Eve", "2"), (GROUP.name, EMAILS)]
