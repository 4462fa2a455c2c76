"""The program that fetches a class on a CI system and tells students, with real repositories and a server."""

import csv
import importlib.util
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "grader/release/ci_files/class_list.py"
SPEC = importlib.util.spec_from_file_location("class_list", FILE)
class_list = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(class_list)

HEAD = "submission,repository,ref,name,id\n"
PATH = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def server(tmp_path) -> dict[str, str]:
    """A server with the repository of Ada, in which a link leads out."""
    work = tmp_path / "work"
    (work / "framework").mkdir(parents=True)
    (work / "framework/linear.py").write_text("x = 1\n")
    (work / "framework/link.py").symlink_to("/etc/passwd")
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["-c", "user.name=ada", "-c", "user.email=a@example.edu", "commit", "--quiet", "--message=work"],
        ["tag", "final"],
        ["clone", "--quiet", "--bare", ".", str(tmp_path / "server/ada/nn.git")],
    ):
        subprocess.run(["git", "-C", str(work), *command], check=True)
    return {**PATH, "CI_SERVER_URL": f"file://{tmp_path}/server", "SUBMISSIONS_TOKEN": "secret"}


def commits(folder: Path) -> list[list[str]]:
    with folder.with_suffix(".csv").open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("ref", ["main", "final"])
def test_each_student_has_a_folder_and_who_cannot_be_fetched_has_an_empty_one(tmp_path, server, capfd, ref):
    (tmp_path / "class.csv").write_text(f"{HEAD}ada,ada/nn,{ref},Ada,1\nbob,bob/nn,main,Bob,2\n")

    assert class_list.fetch(tmp_path / "class.csv", tmp_path / "class", server) == 1

    assert (tmp_path / "class/ada/framework/linear.py").read_text() == "x = 1\n"
    assert (tmp_path / "class/ada/framework/link.py").is_symlink()  # grading leaves it out
    assert not list((tmp_path / "class/bob").iterdir())
    head = subprocess.run(["git", "-C", tmp_path / "work", "rev-parse", "HEAD"], capture_output=True, text=True)
    assert commits(tmp_path / "class") == [
        ["submission", "repository", "commit"],
        ["ada", "ada/nn", head.stdout.strip()],
    ]
    said = capfd.readouterr()
    assert "bob: main of bob/nn could not be fetched" in said.out
    assert "secret" not in said.out + said.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("../x,ada/nn,main", "line 2: submission is '../x'"),
        ("-x,ada/nn,main", "line 2: submission is '-x'"),
        ("ada,ada,main", "line 2: repository is 'ada'"),
        ("ada,../nn,main", "line 2: repository is '../nn'"),
        ("ada,ada/nn,--upload-pack=x", "line 2: ref is '--upload-pack=x'"),
        ("ada,ada/nn,", "line 2: ref is ''"),
        ("ada,ada/nn,main,,\nADA,bob/nn,main", "ada is there more than once"),
    ],
)
def test_a_line_that_is_none_is_named_before_anything_is_fetched(tmp_path, line, said):
    (tmp_path / "class.csv").write_text(f"{HEAD}{line},x,1\n")

    with pytest.raises(SystemExit, match=said):
        class_list.fetch(tmp_path / "class.csv", tmp_path / "class", PATH)
    assert not (tmp_path / "class").exists()


@pytest.fixture
def web():
    """A server that takes comments, but none on what is of Eve: (its address, what came in)."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            token = self.headers.get("Authorization") or self.headers.get("Private-Token")
            heard.append((self.path, token, body))
            self.send_response(403 if "eve" in self.path else 201)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(tmp_path) -> tuple[Path, Path]:
    rows = [f"{name},{name}/nn,{commit * 40}\n" for name, commit in (("ada", "a"), ("bob", "b"), ("eve", "e"))]
    (tmp_path / "commits.csv").write_text("submission,repository,commit\n" + "".join(rows))
    (tmp_path / "reports").mkdir()
    for name in ("ada", "eve"):
        (tmp_path / f"reports/{name}.md").write_text(f"# Größe of {name}\n", encoding="utf-8")
    return tmp_path / "commits.csv", tmp_path / "reports"


def test_on_github_each_student_with_a_report_has_a_comment_on_the_commit(web, told, capsys):
    address, heard = web

    assert class_list.tell(*told, {"GITHUB_API_URL": address, "FEEDBACK_TOKEN": "secret"}) == 1

    assert heard[0] == (f"/repos/ada/nn/commits/{'a' * 40}/comments", "Bearer secret", {"body": "# Größe of ada\n"})
    assert len(heard) == 2
    said = capsys.readouterr().out
    assert "ada: told\nbob: no report\neve: could not be told: " in said
    assert "secret" not in said


def test_on_gitlab_too(web, told):
    address, heard = web

    class_list.tell(*told, {"CI_API_V4_URL": f"{address}/api/v4", "FEEDBACK_TOKEN": "secret"})

    path = f"/api/v4/projects/ada%2Fnn/repository/commits/{'a' * 40}/comments"
    assert heard[0] == (path, "secret", {"note": "# Größe of ada\n"})


def test_without_a_token_nobody_is_told_and_nothing_fails(told, capsys):
    assert class_list.tell(*told, {}) == 0
    assert capsys.readouterr().out == "There is no FEEDBACK_TOKEN, so nobody is told.\n"
