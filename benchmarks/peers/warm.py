"""Grade several submissions one after the other in one process: `grader.grading.grade` in a loop, with one zygote.

    python warm.py COURSE RESULTS SUBMISSION...    writes RESULTS: submission -> check -> passed
"""

import json
import sys
from pathlib import Path

from grader.assignment import Course
from grader.grading import grade, quiet_environment
from grader.isolation.sandbox import Sandbox
from grader.result import Outcome, Report
from grader.submission import read_submission


def main(root: Path, results: Path, folders: list[Path]) -> None:
    quiet_environment()
    with Sandbox().start() as sandbox:
        course = Course.load(root)
        found = {}
        for folder in folders:
            submission = read_submission(folder, course.reference)
            found[folder.name] = verdicts(grade(course, submission, course.assignments, sandbox))
    results.write_text(json.dumps(found))


def verdicts(report: Report) -> dict[str, bool]:
    checked = [result for a in report.assignments for result in a.results if result.outcome is not Outcome.INTERNAL]
    return {r.check.id.rpartition("/test_")[2]: r.outcome is Outcome.PASSED for r in checked}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), list(map(Path, sys.argv[3:])))
