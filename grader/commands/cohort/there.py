"""Grading on a worker of a cluster: what the scheduler has it run. Each of its threads keeps one grading process."""

import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import click
from distributed import Reschedule, get_worker

from grader.commands.cohort.process import Answer, answer_of, started
from grader.commands.cohort.share import Share, Task
from grader.commands.course import found_course
from grader.commands.running import chosen, instructor_errors
from grader.provenance import Provenance, provenance


@dataclass(frozen=True)
class Job:
    """What is the same for all submissions of a run. `root` is where the client has the course."""

    root: str
    share: Share
    made_from: Provenance


class _Mine(threading.local):
    """The grading process of this thread, and the job that it was started for."""

    job: Job | None = None
    process: subprocess.Popen[str] | None = None


_mine = _Mine()


def grade_there(job: Job, task: Task) -> Answer:
    """Grade a submission, and return the answer of the grading process, see `share`.

    If this worker cannot grade it as the client would, {"refused": why, "worker": address} is returned.

    Raises:
        Reschedule: if somebody stopped the process; the scheduler gives the submission to a worker again.
    """
    try:
        answer = answer_of(_process(job), task)
    except click.ClickException as error:
        answer = {"refused": error.message}
    if answer is None:
        raise Reschedule
    return answer | {"worker": get_worker().address} if "refused" in answer else answer


def _process(job: Job) -> subprocess.Popen[str]:
    """This thread's process for a job. If it has ended, or was started for another job, there is a new one."""
    if _mine.job == job and _mine.process.poll() is None:
        return _mine.process
    _end()
    with instructor_errors():
        root = _same_course(job)
    _mine.process, _mine.job = started(root, job.share), job
    return _mine.process


def _end() -> None:
    if _mine.process is not None:
        _mine.process.terminate()
        _mine.process.communicate()
        _mine.process = None


def _same_course(job: Job) -> Path:
    """The course at the place where the client has it, or else the one that the grader here is part of.

    Raises:
        click.ClickException: if a result from here could be another one than on the client's machine.
    """
    root = Path(job.root) if Path(job.root, "assignments").is_dir() else found_course()
    course, assignments = chosen(root, job.share.numbers)
    here = provenance(course, assignments, seed=job.share.seed, unconfined=job.share.allow_unconfined)
    if differ := here.differences(job.made_from):
        each = "; ".join(_told(name, getattr(here, name), getattr(job.made_from, name)) for name in differ)
        raise click.ClickException(f"in {root}, {each}. Install there what this machine has")
    return root


def _told(name: str, there: str, here: str) -> str:
    short = 12 if name in ("checks", "reference", "grader") else None  # of a digest
    return f"{name}: {there[:short]} instead of {here[:short]}"
