"""A document that was valid is not validated again while nothing has changed on which the answer depends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.documents import known

TINY = Path(__file__).parent / "tiny_course"
GOOD = {"title": "Scaling"}


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """The file of a user who has remembered nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/grader/valid_documents.txt"


@pytest.fixture
def schema(tmp_path) -> Path:
    (tmp_path / "schema.json").write_text(json.dumps({"properties": {"title": {"type": "string"}}}))
    return tmp_path / "schema.json"


@pytest.fixture
def looked(monkeypatch) -> list[object]:
    """What was looked at."""
    found = []
    monkeypatch.setattr(known, "first_breach", lambda data, schema: found.append(data))
    return found


def test_what_was_found_valid_is_not_looked_at_again(cache, schema, looked):
    assert [known.first_breach_unless_known(GOOD, schema) for _ in range(3)] == [None] * 3

    assert looked == [GOOD]
    assert cache.stat().st_mode & 0o777 == 0o600
    assert list(cache.parent.iterdir()) == [cache]


def test_what_was_found_wrong_is_looked_at_every_time(cache, schema):
    breaches = [known.first_breach_unless_known({"title": 3}, schema) for _ in range(2)]

    assert breaches == [("title", "3 is not of type 'string'")] * 2
    assert not cache.exists()


def test_another_document_is_looked_at(cache, schema, looked):
    for data in (GOOD, {"title": "Shifting"}, {"title": "Scaling", "points": 1}):
        known.first_breach_unless_known(data, schema)

    assert len(looked) == 3


def test_another_schema_means_to_look_again(cache, schema, looked):
    known.first_breach_unless_known(GOOD, schema)
    schema.write_text(schema.read_text().replace("string", "number"))
    known.first_breach_unless_known(GOOD, schema)

    assert len(looked) == 2


def test_other_code_that_looks_means_to_look_again(cache, schema, looked, monkeypatch):
    known.first_breach_unless_known(GOOD, schema)
    monkeypatch.setattr(known, "_code", lambda: [b"another version"])
    known.first_breach_unless_known(GOOD, schema)

    assert len(looked) == 2


@pytest.mark.parametrize(
    "damage", ["the file is for all", "the folder is for all", "another owner", "a link", "no text"]
)
def test_what_others_could_have_written_is_not_believed(cache, schema, looked, damage, tmp_path):
    known.first_breach_unless_known(GOOD, schema)
    match damage:
        case "the file is for all":
            cache.chmod(0o666)
        case "the folder is for all":
            cache.parent.chmod(0o777)
        case "another owner":
            if os.geteuid() != 0:
                pytest.skip("only root can give a file away")
            os.chown(cache, 12345, -1)
        case "a link":
            cache.rename(tmp_path / "elsewhere")
            cache.symlink_to(tmp_path / "elsewhere")
        case "no text":
            cache.write_bytes(b"\xff\0\xfe")
    known.first_breach_unless_known(GOOD, schema)

    assert len(looked) == 2


@pytest.mark.parametrize("home", ["/dev/null", "/proc/none", "relative"])
def test_where_nothing_can_be_remembered_it_is_looked_at_every_time(schema, looked, monkeypatch, tmp_path, home):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", "/dev/null")

    assert [known.first_breach_unless_known(GOOD, schema) for _ in range(2)] == [None, None]
    assert len(looked) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]


def test_only_the_latest_are_kept(cache, schema, looked, monkeypatch):
    monkeypatch.setattr(known, "KEPT", 3)
    for number in (1, 2, 3, 4, 3, 1):
        known.first_breach_unless_known({"title": str(number)}, schema)

    assert [data["title"] for data in looked] == ["1", "2", "3", "4", "1"]
    assert len(cache.read_text().split()) == 3


@pytest.mark.parametrize("arguments", [["-a", "2"], ["-a", "2", "--format", "json"]], ids=["text", "json"])
def test_a_grading_imports_the_package_only_when_there_is_something_to_look_at(cache, arguments):
    """The second time the course is known; what a text says is held to no schema."""
    code = f"""if True:
        import sys
        from grader.cli import main
        try:
            main(["--course", {str(TINY)!r}, "grade", {str(TINY / "reference")!r}, *{arguments!r}])
        finally:
            print("jsonschema" in sys.modules, file=sys.stderr)
    """
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr.strip() for _ in range(2)
    ]

    assert said == ["True", "False" if len(arguments) == 2 else "True"]
