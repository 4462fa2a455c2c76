"""A list of paths or addresses of git, and a folder of clones: who it is by the name, and when by the commit."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

import click
import pytest

from grader.cohort.rows import Row
from grader.commands.cohort.clones import clone, commit_of, logins, times_of
from grader.commands.cohort.sources import Source, rows_of
from tests.cohort.test_entries import EXPECTED, put

WHEN = "2026-03-06T20:00:00+01:00"


def repository(place: Path, when: str = WHEN) -> Path:
    """A repository with one commit."""
    put(place)
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@x", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@x"}
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "work"]):
        subprocess.run(["git", "-C", place, *words], check=True, env=os.environ | who | dates)
    return place


def rows(path: Path, tmp_path: Path) -> dict[str, Row]:
    with rows_of(Source(path, tmp_path / "out", EXPECTED)) as found:
        return {row.name: row for row in found}


def test_a_folder_of_clones_tells_logins_and_times(tmp_path):
    for name in ("hw-1-ada", "hw-1-bob-o"):
        repository(tmp_path / "clones" / name)
    subprocess.run(["git", "-C", tmp_path / "clones/hw-1-ada", "pack-refs", "--all"], check=True)
    subprocess.run(["git", "-C", tmp_path / "clones/hw-1-ada", "gc", "-q"], check=True)
    found = rows(tmp_path / "clones", tmp_path)

    assert {row.person.login: row.submitted for row in found.values()} == dict.fromkeys(
        ("ada", "bob-o"), datetime.fromisoformat(WHEN)
    )


def test_no_program_that_a_clone_names_is_run(tmp_path):
    place = repository(tmp_path / "clones/hw-ada")
    mark = tmp_path / "ran"
    with (place / ".git/config").open("a") as config:
        config.write(
            f"[log]\n showSignature = true\n[gpg]\n program = touch {mark}\n[core]\n fsmonitor = touch {mark}\n"
        )
    (place / ".git/HEAD").write_text("ref: refs/../../../../etc/passwd")

    assert (commit_of(place), times_of([place]), mark.exists()) == ("", {}, False)


@pytest.mark.parametrize("head", ["", "ref: refs/heads/none", "x" * 40, "f" * 40])
def test_a_clone_whose_commit_cannot_be_read_has_no_time(tmp_path, head):
    place = repository(tmp_path / "ada")
    (place / ".git/HEAD").write_text(head)

    assert times_of([place, tmp_path / "nothing"]) == {}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["hw-ada", "hw-bob"], {"hw-ada": "ada", "hw-bob": "bob"}),
        (["hw-anna", "hw-anne"], {"hw-anna": "anna", "hw-anne": "anne"}),
        (["ada", "bob"], {}),
        (["hw-ada"], {}),
    ],
)
def test_a_login_is_what_follows_what_all_names_have_in_common(names, found):
    assert logins(names) == found


def test_a_list_of_paths_and_addresses_has_a_row_for_every_line(tmp_path):
    repository(tmp_path / "remote/ada")
    put(tmp_path / "here/bob")
    (tmp_path / "class.csv").write_text(
        "url,path,login,name,submitted\n"
        f"file://{tmp_path}/remote/ada,,ada,Ada,\n"
        "file:///nowhere/eve.git,,eve,Eve,\n"
        ",here/bob,,Bob,2026-03-06T21:00+01:00\n"
        ",,zoe,Zoe,\n"
        "ext::sh -c id,,mal,Mal,\n"
    )
    found = rows(tmp_path / "class.csv", tmp_path)

    assert {name: row.state.value for name, row in found.items()} == {
        "ada": "waiting",
        "eve": "unreadable",
        "bob": "waiting",
        "zoe": "unreadable",
        "mal": "waiting",  # a path that does not exist; reading it says so
    }
    assert found["ada"].submitted == datetime.fromisoformat(WHEN)
    assert Path(found["ada"].path, "framework/nn/scale.py").is_file()
    assert "git could not clone it" in found["eve"].note
    assert found["zoe"].note == "line 5 has neither a path nor a url"


def test_a_clone_follows_its_repository(tmp_path):
    remote = repository(tmp_path / "remote")
    assert clone(f"file://{remote}", tmp_path / "ada") == ""
    (remote / "framework/nn/new.py").write_text("")
    for words in (["add", "."], ["-c", "user.name=A", "-c", "user.email=a@x", "commit", "-qm", "more"]):
        subprocess.run(["git", "-C", remote, *words], check=True)

    assert clone(f"file://{remote}", tmp_path / "ada") == ""
    assert (tmp_path / "ada/framework/nn/new.py").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [("name\nada\n", "needs a column path or url"), ("path\nx/ada\ny/ada\n", "ada more than once"),
     ("path,submitted\nx,noon\n", "line 2: 'noon' is no time")],
)  # fmt: skip
def test_what_is_no_list_is_refused(tmp_path, text, said):
    (tmp_path / "class.csv").write_text(text)

    with pytest.raises(click.ClickException, match=said):
        rows(tmp_path / "class.csv", tmp_path)
