"""Workers for checks: each is used once, whether many share an import or each imports for itself."""

import os
from dataclasses import replace

import numpy as np
import pytest

from grader.assignment import Course
from grader.isolation.outside.faults import NotYetLoadedError, WorkerDied
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls import seccomp
from grader.isolation.walls.seal import BARE, SEALED
from grader.preparation import prepare
from grader.submission import Submission
from grader.workers import BATCH, MOST_AHEAD, Workers

SECONDS = 20.0  # for each check, where time is not the question: more than any takes on a busy machine

SCALE = """
import os
{at_import}
uses = 0
class Scale:
    def __init__(self, factor):
        global uses
        uses += 1
    def forward(self, x):
        return [uses, mark, os.getpid()]
mark = os.urandom(4).hex()
"""
THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"


def answers(course: Course, sandbox: Sandbox, source: str, checks: int) -> list[list]:
    """What as many checks see: how often the package was used before, when it was imported, and who answers."""
    submission = Submission("made up", {"nn/scale.py": source.encode()})
    assignment = replace(course.assignments[0], seconds=SECONDS)
    packages = {assignment.number: prepare(course, submission, assignment, sandbox)}
    found = []
    with Workers(sandbox, packages) as workers:
        workers.expect([assignment] * checks)
        for _ in range(checks):
            with workers.open(assignment) as student:
                found.append(student.nn.Scale(2.0).forward(1.0))
    return found


@pytest.fixture(params=[SEALED, BARE], ids=["sealed", "bare"])
def any_sandbox(request):
    with Sandbox(request.param).start() as sandbox:
        yield sandbox


@pytest.mark.parametrize("at_import", ["", THREAD], ids=["", "with a thread"])
def test_every_check_has_a_worker_of_its_own_that_nobody_used_before(course, any_sandbox, at_import):
    found = answers(course, any_sandbox, SCALE.format(at_import=at_import), 3 * BATCH)

    assert {uses for uses, _mark, _pid in found} == {1}
    assert len({pid for _uses, _mark, pid in found}) == 3 * BATCH


def imports(course: Course, sandbox: Sandbox, source: str) -> int:
    return len({mark for _uses, mark, _pid in answers(course, sandbox, source, 3 * BATCH)})


def test_several_share_an_import_only_where_that_is_safe(course, any_sandbox):
    """Sealed, as a user of their own, and without threads that would be missing."""
    safe = any_sandbox.layers == SEALED and os.geteuid() == 0 and seccomp.for_this_machine()

    assert imports(course, any_sandbox, SCALE.format(at_import="")) == (3 if safe else 3 * BATCH)
    assert imports(course, any_sandbox, SCALE.format(at_import=THREAD)) == 3 * BATCH


LAZY = SCALE.format(at_import="").replace("uses += 1", "uses += 1; import decimal")


def test_those_that_lack_a_module_are_replaced_by_others_that_share_an_import(course):
    with Sandbox().start() as fresh:
        found = answers_at_second_try(course, fresh, LAZY, 2 * BATCH)

    safe = os.geteuid() == 0 and seccomp.for_this_machine()
    assert len({mark for _uses, mark, _pid in found}) == (2 if safe else 2 * BATCH)


def answers_at_second_try(course: Course, sandbox: Sandbox, source: str, checks: int) -> list[list]:
    submission = Submission("made up", {"nn/scale.py": source.encode()})
    assignment = replace(course.assignments[0], seconds=SECONDS)
    packages = {assignment.number: prepare(course, submission, assignment, sandbox)}
    with Workers(sandbox, packages) as workers:
        workers.expect([assignment] * (checks + 1))
        with pytest.raises(NotYetLoadedError), workers.open(assignment) as student:
            student.nn.Scale(2.0).forward(1.0)
        found = []
        for _ in range(checks):
            with workers.open(assignment) as student:
                found.append(student.nn.Scale(2.0).forward(1.0))
    return found


def test_a_check_that_ends_its_process_costs_no_other_its_worker(course, sandbox):
    source = SCALE.format(at_import="").replace("uses += 1", "uses += 1; os._exit(3) if factor < 0 else None")
    submission = Submission("made up", {"nn/scale.py": source.encode()})
    assignment = course.assignments[0]
    packages = {assignment.number: prepare(course, submission, assignment, sandbox)}

    with Workers(sandbox, packages) as workers:
        workers.expect([assignment] * 2 * BATCH)
        for number in range(2 * BATCH):
            if number % 3 == 0:
                with pytest.raises(WorkerDied, match="exit code 3"), workers.open(assignment) as student:
                    student.nn.Scale(-1.0).forward(1.0)
            else:
                with workers.open(assignment) as student:
                    assert student.nn.Scale(1.0).forward(1.0)[0] == 1


@pytest.mark.parametrize("order", ["1122", "12", "1112211", "2", "121212", "11222"])
def test_checks_that_are_left_out_run_again_or_come_as_nobody_expected_have_workers_too(course, sandbox, order):
    submission = Submission("the reference", {path: text.encode() for path, text in course.reference.items()})
    packages = {a.number: prepare(course, submission, a, sandbox) for a in course.assignments}
    first, second = course.assignments

    with Workers(sandbox, packages) as workers:
        workers.expect([first, first, second, second])
        for number in order:
            with workers.open(first if number == "1" else second) as student:
                layer = student.nn.Scale(2.0)
                layer = layer if number == "1" else student.nn.Chain(layer)
                assert layer.forward(np.ones(2)).tolist() == [2.0, 2.0]


def test_more_workers_get_ready_at_once_where_checks_have_to_wait_for_their_imports(course):
    """Those of a slow import, which may only wait for something, would else come one after another."""
    source = SCALE.format(at_import="import time; time.sleep(0.1)")
    assignment = course.assignments[0]
    with Sandbox(BARE).start() as sandbox:
        packages = {
            assignment.number: prepare(
                course, Submission("made up", {"nn/scale.py": source.encode()}), assignment, sandbox
            )
        }
        with Workers(sandbox, packages) as workers:
            workers.expect([assignment] * 3 * MOST_AHEAD)
            for _ in range(2 * MOST_AHEAD):
                with workers.open(assignment) as student:
                    student.nn.Scale(2.0).forward(1.0)
            assert len(workers._ready) == MOST_AHEAD
