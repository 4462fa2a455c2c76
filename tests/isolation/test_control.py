"""The connection to the fork server, when the user interrupts at the worst moment."""

import time
from collections import deque
from pathlib import Path

import pytest

from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls import kernel
from grader.isolation.walls.limits import Limits
from tests.isolation.conftest import SECONDS


class Interrupted(deque):
    """A queue in which Ctrl-C comes just before an answer is expected, or just after it has come."""

    def append(self, *_answer):
        raise KeyboardInterrupt

    popleft = append


@pytest.mark.parametrize("moment", ["command", "answer"])
def test_ctrl_c_between_a_command_and_its_answer_has_nobody_wait_for_one_that_never_comes(moment):
    with Sandbox().start() as sandbox:
        worker = sandbox.spawn(Limits(SECONDS))
        control = sandbox._control
        unread, control._unread = control._unread, Interrupted(control._unread)
        moments = {"command": lambda: sandbox.spawn(Limits(SECONDS)), "answer": lambda: worker.pid}
        with pytest.raises(KeyboardInterrupt):
            moments[moment]()
        control._unread = unread

        started = time.monotonic()
        worker.end()
        after = sandbox.spawn(Limits(SECONDS))
        after.limit(SECONDS)
        assert after.request("calls", [], {}) == []
        after.end()
        if kernel.ON_LINUX:
            fork_server = sandbox.process.pid
            assert (
                Path(f"/proc/{fork_server}/task/{fork_server}/children").read_text() == ""
            )  # nobody else was taken for it
        assert time.monotonic() - started < SECONDS
