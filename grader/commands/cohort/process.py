"""One grading process: how it is started, and how it is given a task. Whoever starts it, here or on another machine."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from grader.commands.cohort.share import Share, Task

Answer = dict[str, Any]
STOPPED = (130, -signal.SIGINT, -signal.SIGTERM)
OUR_FAULT = "the grader itself failed on this submission; it costs no points, but has to be looked at"


def started(root: Path, share: Share) -> subprocess.Popen[str]:
    """A process that grades submissions to the course at `root`. It ends with the thread that started it.

    Raises:
        click.ClickException: if it cannot be started.
    """
    command = [sys.executable, "-P", "-m", "grader", "--course", str(root), "share", str(os.getpid())]
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(
            f"a process that grades cannot be started: {error.strerror}; with a smaller --jobs fewer are needed"
        ) from error
    with contextlib.suppress(BrokenPipeError):  # it has ended; the first task tells why
        _say(process, asdict(share))
    return process


def answer_of(process: subprocess.Popen[str], task: Task) -> Answer | None:
    """What a process answers to a task, see `share`; None if somebody stopped it, as Ctrl-C does."""
    with contextlib.suppress(BrokenPipeError):  # it has ended, and said why
        _say(process, asdict(task))
    line = process.stdout.readline()
    if not line and process.wait() in STOPPED:
        return None
    return json.loads(line) if line.endswith("\n") else {"problem": OUR_FAULT}


def _say(process: subprocess.Popen[str], what: object) -> None:
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()
