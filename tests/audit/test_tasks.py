"""What is run again, what is kept, and what is shown."""

import os
import shutil
import time

import pytest

from grader.audit import right_answers
from grader.audit.table import to_markdown
from grader.audit.tasks import DAYS_KEPT, Cache

BANK = "assignments/01_scaling/misconceptions/layers.py"


def test_nothing_is_run_twice(examine, here, tmp_path):
    kept = Cache(tmp_path / "kept")

    first = examine(1, 3, 5, kept=kept)
    done = here.done
    again = examine(1, 3, 5, kept=kept)

    assert here.done == done > 5
    assert again == first


def test_only_what_changed_is_run_again(examine, here, change, tmp_path):
    kept = Cache(tmp_path / "kept")
    examine(3, kept=kept)
    done = here.done

    change(BANK, "return dy", "return dy / 2")
    examine(3, kept=kept)

    assert here.done == done + 1


def test_everything_is_run_again_after_a_change_of_the_checks(examine, here, change, tmp_path):
    kept = Cache(tmp_path / "kept")
    examine(3, 5, kept=kept)
    done = here.done

    change("assignments/01_scaling/test_hidden.py", "7.25", "7.5")
    examine(3, 5, kept=kept)

    assert here.done == 2 * done


FOLDERS = ["assignments/01_scaling", "assignments/01_scaling/data", "assignments", "reference/nn"]


@pytest.mark.parametrize("place", FOLDERS)
def test_everything_is_run_again_after_a_change_of_data_that_checks_may_read(examine, here, sound_root, place):
    kept = Cache(sound_root / ".kept")
    folder = sound_root / place
    folder.mkdir(exist_ok=True)
    (folder / "numbers.csv").write_text("1,2")
    examine(1, 3, kept=kept)
    done = here.done

    (folder / "numbers.csv").write_text("1,3")
    examine(1, 3, kept=kept)

    assert here.done == 2 * done


def test_data_beside_the_entries_of_the_bank_counts_for_them_alone(examine, here, sound_root, tmp_path):
    kept = Cache(tmp_path / "kept")
    data = sound_root / "assignments/01_scaling/misconceptions/numbers.csv"
    data.write_text("1,2")
    examine(1, 3, kept=kept)
    done = here.done

    data.write_text("1,3")
    examine(1, 3, kept=kept)

    assert here.done == done + 3


def test_words_for_people_change_no_result(examine, here, sound_root, tmp_path):
    kept = Cache(tmp_path / "kept")
    examine(1, 3, kept=kept)
    done = here.done

    for name in ("README.md", "survivors.toml"):
        path = sound_root / "assignments/01_scaling" / name
        path.write_text(path.read_text() + "\n")
    examine(1, 3, kept=kept)

    assert here.done == done


MISTAKES = {  # of an author, found at collection: what is in place of what, and what is said
    "a fixture": (
        ("(self, twin, rng)", "(self, twim, rng)"),
        "test_hidden.py: TestScale::test_forward: there is no fixture 'twim'; is 'twin' meant?",
    ),
    "an import": (("from grader.checks import", "from grader.lamps import"), "No module named 'grader.lamps'"),
    "an end": (("class TestShift", "raise SystemExit(3)\n\n\nclass TestShift"), "it ends the process: SystemExit(3)"),
    "no title": (
        ('"""Scale.forward works in two dimensions."""', '"""  """'),
        "it has no docstring; that is the sentence",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_authors_mistake_that_a_process_finds_is_told_as_one(run, sound_root, change, mistake):
    (old, new), said = MISTAKES[mistake]
    change("assignments/01_scaling/test_hidden.py", old, new)

    call = ["audit", "-a", "01", "--laws", "1", "--seeds", "1", "--jobs", "1", "--no-cache"]
    code, output, errors = run(*call, course=sound_root)

    assert code == 1
    assert said in output + errors
    assert "test_hidden.py: " in output + errors
    assert "BrokenProcessPool" not in output + errors


def test_a_result_that_cannot_be_read_is_run_again(examine, here, tmp_path):
    examine(3, kept=Cache(tmp_path))
    done = here.done
    for file in tmp_path.glob("*.json"):
        file.write_text("[")

    examine(3, kept=Cache(tmp_path))

    assert here.done == 2 * done


def test_a_variant_is_run_again_after_an_installation(sound_root, examine, here, monkeypatch, tmp_path):
    (tmp_path / "variants/loops/nn").mkdir(parents=True)
    shutil.copy(sound_root / "reference/nn/shift.py", tmp_path / "variants/loops/nn")
    kept = Cache(tmp_path / "kept")
    examine(6, variants=tmp_path / "variants", kept=kept)
    done = here.done

    monkeypatch.setattr(right_answers, "_installed", lambda: "lamps 1.0")
    examine(6, variants=tmp_path / "variants", kept=kept)

    assert here.done == done + 1


def test_what_was_not_used_for_long_is_removed(tmp_path):
    kept = Cache(tmp_path)
    long_ago = time.time() - (DAYS_KEPT + 1) * 24 * 3600
    for key in ("used", "forgotten"):
        kept.put(key, key)
        os.utime(tmp_path / f"{key}.json", (long_ago, long_ago))
    kept.put("new", "new")

    assert kept.get("used") == "used"
    kept.prune()

    assert sorted(file.name for file in tmp_path.iterdir()) == ["new.json", "used.json"]


def test_a_cache_of_nothing_has_nothing_to_remove(tmp_path):
    Cache(None).prune()
    Cache(tmp_path / "missing").prune()

    assert not list(tmp_path.iterdir())


def test_the_table_shows_what_fails_each_check(examine, course):
    table = to_markdown(course.assignments[:1], examine(3, 5))

    row = next(line for line in table.splitlines() if line.startswith("| Scale/test_backward"))
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    distance, _, name = cells[1].partition(" ")
    assert float(distance) > 1e10
    assert name == "(layers.the_gradient_passes)"
    assert cells[2:] == ["2", "**layers.the_gradient_passes**"]


def test_the_command_sums_up_and_exits_with_1_if_a_law_is_broken(run, sound_root, change, tmp_path):
    call = ["audit", "-a", "01", "--laws", "3,4", "--jobs", "1"]
    old = sound_root / ".grader_cache/old.json"
    old.parent.mkdir()
    old.write_text("{}")
    os.utime(old, (0, 0))

    code, output, _ = run(*call, "--table", tmp_path / "table.md", course=sound_root)

    assert code == 0
    assert "3 of 3 rejected" in output
    assert (tmp_path / "table.md").read_text().startswith("## 01_scaling")
    assert any((sound_root / ".grader_cache").iterdir())
    assert not old.exists()

    change(BANK, 'fails=("Scale/test_backward",)', 'fails=("Scale/test_forward",)')
    code, output, _ = run(*call, "--no-cache", course=sound_root)

    assert code == 1
    assert "01  law 3 is broken" in output
    assert "layers.the_gradient_passes: Scale/test_forward should fail, but passes" in output


def test_a_law_that_there_is_not_is_refused(run):
    code, _, errors = run("audit", "--laws", "3,9")

    assert code == 1
    assert "some of 1 to 8" in errors
