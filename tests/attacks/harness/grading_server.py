"""The grader under attack. Takes one job (a JSON line) after the other: read a submission, grade it, render the report.

    python -m harness.grading_server CONFIGURATION COURSE

It is a process of its own, as an attack may end it, and as it may have to be another user. All it says is one JSON line
for each job; what it cannot say because it is dead, the gauntlet sees.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

from harness import configurations
from harness.waiting import Waiting


def main() -> None:
    """Be the server."""
    configuration, course, secret = configurations.parse(sys.argv[1]), Path(sys.argv[2]), os.environ["COURSE_TOKEN"]
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    configuration.confine()
    Grader(configuration, course, secret, answers).serve()


class Grader:
    """One sandbox, many gradings. A second worker is there all the time, as that of another student would be."""

    def __init__(self, configuration, course: Path, secret: str, answers) -> None:
        from grader.assignment import Course
        from grader.grading import quiet_environment
        from grader.isolation.outside.sandbox import Sandbox
        from grader.submission import limits

        limits.SECONDS = 4  # of reading an archive: short, as all limits of the attacked course
        quiet_environment()
        sys.path.insert(0, str(course))
        self.course = Course.load(course)
        self.answers = answers
        self.secret = secret
        self.listener = Listener(secret)
        self.crowd = [os.open(os.devnull, os.O_RDONLY) for _ in range(300)]  # a long-lived grader has many descriptors
        self.sandbox = Sandbox(layers=configuration.layers()).start()
        self.waiting = Waiting(lambda: self.sandbox.process.pid)
        self.sibling = subprocess.Popen(["sleep", "100000"], stdin=subprocess.DEVNULL)
        self.start_neighbour()

    def start_neighbour(self) -> None:
        from grader.isolation.walls.limits import Limits

        self.neighbour = self.sandbox.spawn(Limits())
        self.neighbour.limit(3600)
        self.neighbour.request("calls", [], {})

    def pids(self) -> dict[str, int]:
        fork_server = self.sandbox.process.pid
        return {
            "GRADER": os.getpid(),
            "SIBLING": self.sibling.pid,
            "FORKSERVER": fork_server,
            "WORKER": self.neighbour.pid,
        }

    def serve(self) -> None:
        print(json.dumps(self.pids()), file=self.answers)
        for line in sys.stdin:
            print(json.dumps(self.grade(Path(json.loads(line)))), file=self.answers)

    def grade(self, path: Path) -> dict:
        from grader.grading import grade
        from grader.submission import SubmissionError, read_submission

        descriptors = os.listdir("/proc/self/fd")
        self.listener.clear()
        self.waiting.restart()
        started = time.monotonic()
        said: dict = {}
        try:
            submission = read_submission(path, self.course.reference)
            report = grade(self.course, submission, self.course.assignments, self.sandbox)
            said = self.render(report)
        except SubmissionError as error:
            said["refused"] = str(error)
        except BaseException:
            said["crash"] = traceback.format_exc()[-3000:]
        said["waited"] = self.waiting.seconds
        said["seconds"] = time.monotonic() - started - said["waited"]
        said["heard secret"] = self.listener.heard
        said["descriptors"] = len(os.listdir("/proc/self/fd")) - len(descriptors)
        said["neighbour"] = self.is_well()
        said["pids"] = self.pids()
        return said

    def is_well(self) -> bool:
        """Whether the other student's worker still answers; if not, there is a new one."""
        from grader.isolation.outside.faults import StudentFault

        with contextlib.suppress(StudentFault):
            return self.neighbour.request("calls", [], {}) == []
        self.start_neighbour()
        return False

    def render(self, report) -> dict:
        from rich.console import Console

        from grader.formats.gradescope import to_gradescope
        from grader.formats.json_report import to_json
        from grader.formats.text import to_text

        results = [r for a in report.assignments for r in a.results]
        limits = {a.number: a.seconds for a in self.course.assignments}
        return {
            "outcomes": {r.check.id.rpartition("/")[2]: (str(r.outcome), r.earned) for r in results},
            "taken": {r.check.id.rpartition("/")[2]: (r.seconds, limits[r.check.assignment]) for r in results},
            "texts": {
                "text": to_text(report, Console(width=120, file=io.StringIO())),
                "json": to_json(report),
                "gradescope": to_gradescope(report),
            },
            "report": repr(report),
        }


class Listener:
    """Hears every byte that comes back from a worker that has run student code; one that compiles has not."""

    def __init__(self, secret: str) -> None:
        from grader.isolation.outside.process import WorkerProcess
        from grader.isolation.wire import frames

        self.secret = secret.encode()
        receive, request = frames.receive_some, WorkerProcess.request

        def hearing(*arguments):
            data = receive(*arguments)
            if self.listens:
                self.tail = self.tail[-len(self.secret) :] + bytes(data)  # it could span two messages
                self.heard = self.heard or self.secret in self.tail
            return data

        def requesting(worker, do, *arguments):
            self.listens = do != "compile"
            return request(worker, do, *arguments)

        frames.receive_some, WorkerProcess.request = hearing, requesting
        self.clear()

    def clear(self) -> None:
        self.heard = self.listens = False
        self.tail = b""


if __name__ == "__main__":
    main()
