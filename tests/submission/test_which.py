"""Which folder is graded, where several could be: never the one that the alphabet or the depth of a folder happens to
prefer.
"""

import random
from itertools import product
from pathlib import Path

import pytest

from grader.submission import SubmissionError, read_submission
from grader.submission.home import Candidate, home

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py", "nn/loss.py")
STUB = b"class Linear: ...\n"


def of(*folders: str, name: str = "nn/linear.py") -> dict[str, bytes]:
    return {f"{folder}/{name}".removeprefix("./"): STUB for folder in folders}


@pytest.mark.parametrize(
    "folders",
    [
        ("attempt_1/framework", "attempt_2/framework"),
        ("attempt_1", "attempt_2"),
        ("section_1/ada/framework", "section_1/bob/framework"),
        ("deep/er/framework", "z/framework"),
        ("attempt_1/again", "attempt_2"),
        ("FRAMEWORK", "Framework"),
    ],
)
def test_a_tie_is_no_grade_and_the_candidates_are_listed(make, folders):
    with pytest.raises(SubmissionError) as caught:
        read_submission(make(of(*folders)), EXPECTED)

    assert caught.value.reason.startswith(f"it holds {len(folders)} folders that could be the package: ")
    assert all(f"{folder}/" in caught.value.reason for folder in folders)
    assert caught.value.reason.endswith("Nothing says which is to be graded; leave only that one.")


def test_more_expected_files_do_not_decide_between_neighbours(make):
    """A template has all files, as stubs; who has written one has one."""
    files = of("mine/framework") | of("template/framework") | of("template/framework", name="nn/loss.py")

    with pytest.raises(SubmissionError, match="could be the package: mine/framework/, template/framework/"):
        read_submission(make(files), EXPECTED)


def test_a_less_complete_package_does_not_stand_above_a_more_complete_one(make):
    files = of("framework") | of("final/framework") | of("final/framework", name="nn/loss.py")

    with pytest.raises(SubmissionError, match="could be the package: final/framework/, framework/"):
        read_submission(make(files), EXPECTED)


def test_many_candidates_are_counted_and_some_are_named(make):
    with pytest.raises(SubmissionError) as caught:
        read_submission(make(of(*(f"s{i}/framework" for i in range(30)))), EXPECTED)

    assert "it holds 30 folders" in caught.value.reason
    assert "and 25 more" in caught.value.reason
    assert len(caught.value.reason) < 500


def test_a_folder_of_another_name_with_expected_files_is_graded_where_framework_has_none(make):
    found = read_submission(make({"framework/notes.py": b""} | of("project")), EXPECTED)

    assert found.files == {"nn/linear.py": STUB}
    assert found.notices == ("project/ was taken for framework/.",)


def test_the_text_has_the_path_before_the_reason(tmp_path):
    with pytest.raises(SubmissionError) as caught:
        read_submission(tmp_path, EXPECTED)

    assert str(caught.value) == f"{tmp_path}: {caught.value.reason}"
    assert str(tmp_path) not in caught.value.reason


def test_names_cannot_command_a_terminal(tmp_path, pack):
    pack("folder", of("\x1b[31m1/framework", "\x1b[31m2/framework"), tmp_path)

    with pytest.raises(SubmissionError) as caught:
        read_submission(Path(tmp_path), EXPECTED)

    assert caught.value.reason.isprintable()


def test_the_one_that_is_graded_stands_above_all_others_whatever_there_is():
    """Compared with the definition, on folders drawn at random."""
    chance, graded = random.Random(5), 0
    for _ in range(3000):
        parts = [
            chance.choices(["a", "framework", "Framework"], k=chance.randrange(4))
            for _ in range(chance.randrange(1, 6))
        ]
        found = [Candidate(folder, chance.randrange(1, 3)) for folder in sorted({tuple(part) for part in parts})]
        above = [c for c in found if all(c is other or c.stands_above(other) for other in found)]
        if above:
            assert home(found) == above[0]
            graded += 1
        else:
            with pytest.raises(SubmissionError, match="could be the package"):
                home(found)
    assert graded > 1000


def test_folders_made_to_be_compared_with_each_other_are_looked_at_twice(monkeypatch):
    """All of the name in other letters stand above all that lie deeper, and none above all others."""
    looks, really = [], Candidate.stands_above
    monkeypatch.setattr(Candidate, "stands_above", lambda one, other: looks.append(1) or really(one, other))
    letters = ["".join(pair) for pair in product(*zip("framework", "FRAMEWORK", strict=True))][1:]
    found = [Candidate(("A", "A", str(number), "framework"), 1) for number in range(500)]
    found += [Candidate((name,), 1) for name in letters]

    with pytest.raises(SubmissionError, match="it holds 1011 folders"):
        home(found)

    assert len(looks) <= 3 * len(found)
