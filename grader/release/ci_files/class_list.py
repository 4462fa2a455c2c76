"""Fetches the submissions of a class on a CI system, and tells students what was found.

    python class_list.py fetch CLASS.csv FOLDER          # with SUBMISSIONS_TOKEN, which reads students' repositories
    python class_list.py tell COMMITS.csv REPORTS        # with FEEDBACK_TOKEN, which comments on their commits

CLASS.csv has a line for each student. `submission` is a short name without spaces, `repository` is OWNER/NAME (or
group/name on GitLab), `ref` a commit, tag or branch. `name` and `id` are for the table of the grades. `fetch` makes
FOLDER/SUBMISSION for each, empty if the repository cannot be had, and FOLDER.csv with the commits. `tell` makes a
comment on each commit from REPORTS/SUBMISSION.md. Nothing of a submission is run, and no link of it followed. It needs
nothing but Python 3.11 and git.
"""

import base64
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

SECONDS = 120  # for one repository, or one comment
_SUBMISSION = re.compile(r"\w[\w.-]*", re.ASCII)
_REPOSITORY = re.compile(r"\w[\w.-]*(/\w[\w.-]*)+", re.ASCII)
_REF = re.compile(r"\w[\w./-]*", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def fetch(class_list: Path, folder: Path, environment: Mapping[str, str]) -> int:
    """Fetch all. Returns how many could not be fetched."""
    rows, commits = _rows(class_list, submission=_SUBMISSION, repository=_REPOSITORY, ref=_REF), []
    for row in rows:
        place = folder / row["submission"]
        place.mkdir(parents=True)
        commits.append([row["submission"], row["repository"], _fetched(row, place, environment)])
    with folder.with_suffix(".csv").open("w", newline="") as file:
        csv.writer(file).writerows([["submission", "repository", "commit"], *(c for c in commits if c[-1])])
    return sum(not commit for *_row, commit in commits)


def _rows(path: Path, **columns: re.Pattern[str]) -> list[dict[str, str]]:
    """The lines of a CSV file, in which these columns look like this."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        for name, pattern in columns.items():
            if not pattern.fullmatch(row.get(name) or ""):
                sys.exit(f"{path}, line {number}: {name} is {row.get(name)!r}; it has to be like {pattern.pattern}")
    names = [row["submission"].lower() for row in rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        sys.exit(f"{path}: {', '.join(twice)} is there more than once")
    return rows


def _fetched(row: dict[str, str], place: Path, environment: Mapping[str, str]) -> str:
    """The commit whose files are in `place` now; "" if it could not be had."""
    server = environment.get("GITHUB_SERVER_URL") or environment["CI_SERVER_URL"]
    user = "x-access-token" if "GITHUB_SERVER_URL" in environment else "oauth2"
    secret = base64.b64encode(f"{user}:{environment['SUBMISSIONS_TOKEN']}".encode()).decode()
    # The token reaches git by its environment: neither the command line nor the repository's settings hold it.
    header = {"GIT_CONFIG_KEY_0": f"http.{server}/.extraHeader", "GIT_CONFIG_VALUE_0": f"Authorization: Basic {secret}"}
    known = {"PATH": environment["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_COUNT": "1", "GIT_TERMINAL_PROMPT": "0"}
    with tempfile.TemporaryDirectory() as repository:

        def git(*words: str) -> bytes:
            command = ["git", "-C", repository, *words]
            return subprocess.run(
                command, env=known | header, check=True, stdout=subprocess.PIPE, timeout=SECONDS
            ).stdout

        try:
            git("init", "--quiet", "--bare")
            git("fetch", "--quiet", "--depth=1", "--end-of-options", f"{server}/{row['repository']}.git", row["ref"])
            commit = git("rev-parse", "FETCH_HEAD^{commit}").decode().strip()
            unpack = ["tar", "--extract", "--no-same-owner", "--directory", str(place)]
            subprocess.run(unpack, input=git("archive", "--format=tar", commit), check=True, timeout=SECONDS)
        except (subprocess.SubprocessError, OSError):
            print(f"{row['submission']}: {row['ref']} of {row['repository']} could not be fetched")
            return ""
    return commit


def tell(commits: Path, reports: Path, environment: Mapping[str, str]) -> int:
    """Comment on each commit that has a report. Returns how many comments failed."""
    if not environment.get("FEEDBACK_TOKEN"):
        print("There is no FEEDBACK_TOKEN, so nobody is told.")
        return 0
    failed = 0
    for row in _rows(commits, submission=_SUBMISSION, repository=_REPOSITORY, commit=_COMMIT):
        report = reports / f"{row['submission']}.md"
        if not report.is_file():
            print(f"{row['submission']}: no report")
            continue
        try:
            request = _comment(row, report.read_text(encoding="utf-8"), environment)
            with urllib.request.urlopen(request, timeout=SECONDS):
                print(f"{row['submission']}: told")
        except OSError as error:
            print(f"{row['submission']}: could not be told: {error}")
            failed += 1
    return failed


def _comment(row: dict[str, str], text: str, environment: Mapping[str, str]) -> urllib.request.Request:
    """The request that makes a comment on a commit. Whoever sees the student's repository sees the comment."""
    token = environment["FEEDBACK_TOKEN"]
    if "GITHUB_API_URL" in environment:
        url = f"{environment['GITHUB_API_URL']}/repos/{row['repository']}/commits/{row['commit']}/comments"
        body, headers = {"body": text}, {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    else:
        project = urllib.parse.quote(row["repository"], safe="")
        url = f"{environment['CI_API_V4_URL']}/projects/{project}/repository/commits/{row['commit']}/comments"
        body, headers = {"note": text}, {"PRIVATE-TOKEN": token}
    return urllib.request.Request(url, json.dumps(body).encode(), {**headers, "Content-Type": "application/json"})


if __name__ == "__main__":
    verb, table, place = sys.argv[1:]
    sys.exit({"fetch": fetch, "tell": tell}[verb](Path(table), Path(place), os.environ) and 1)
