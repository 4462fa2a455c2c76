"""The connection to the fork server: commands go out at once, and an answer is read when somebody wants it."""

import contextlib
import select
import socket
from collections import deque
from dataclasses import dataclass
from time import monotonic

from grader.isolation.wire import commands, frames


@dataclass(eq=False)
class Answer:
    """What the fork server will have said to a command: a number, None until it was read."""

    number: int | None = None


class Control:
    """The grader's end. Answers come in the order of the commands; the first of all says that the fork server is ready."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._unread = deque([Answer()])

    def command(self, message: bytes, *descriptors: int) -> Answer:
        """Send a command, and do not wait for its answer.

        Raises:
            OSError: if the fork server is gone.
        """
        try:
            socket.send_fds(self._sock, [message], descriptors)
            self._unread.append(Answer())
        except KeyboardInterrupt:
            self._hang_up()
            raise
        return self._unread[-1]

    def read(self, answer: Answer, seconds: float) -> int:
        """Wait for an answer of this connection, `seconds` at most for each one before it.

        Raises:
            OSError, EOFError: if the fork server is gone, or says nothing in time.
        """
        while answer.number is None:
            try:
                data = frames.receive_exactly(self._sock, commands.REPLY.size, frames.until(monotonic() + seconds))
                (self._unread.popleft().number,) = commands.REPLY.unpack(data)
            except KeyboardInterrupt:
                self._hang_up()
                raise
        return answer.number

    def _hang_up(self) -> None:
        """Say that the fork server is lost, where it may be that answers and commands no longer fit: one would be waited for in vain."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    @property
    def has_answered(self) -> bool:
        """Whether an answer has come that was not read yet, or the end."""
        return has_something(self._sock)

    def close(self) -> None:
        """Hang up, upon which the fork server ends its workers and itself."""
        self._sock.close()


def has_something(sock: socket.socket) -> bool:
    """Whether there is something to read, or the other side is gone."""
    ready = select.poll()
    ready.register(sock, select.POLLIN)
    return bool(ready.poll(0))
