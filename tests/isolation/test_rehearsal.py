"""What the fork server rehearses goes well and leaves nothing open: it would fail in silence, and be of no use."""

import os

from grader.isolation.inside import rehearsal
from grader.isolation.inside.worker import Worker


def test_every_request_is_answered_and_every_descriptor_closed(monkeypatch):
    answers = []

    class Heard(Worker):
        def _send(self, buffers, done, **said):
            answers.append((len(done), said.get("error")))
            super()._send(buffers, done, **said)

    monkeypatch.setattr(rehearsal, "Worker", Heard)
    lowest = os.dup(0)
    os.close(lowest)
    rehearsal.rehearse()

    assert answers == [(5, None)] * rehearsal.TIMES
    after = os.dup(0)
    os.close(after)
    assert after == lowest
