"""The connection to the fork server. A command is sent at once; its answer is read when somebody needs it."""

import contextlib
import select
import socket
from collections import deque
from dataclasses import dataclass
from time import monotonic

from grader.isolation.wire import commands, frames


@dataclass(eq=False)
class Answer:
    """What the fork server answers to a command: a number, or None until it was read."""

    number: int | None = None


class Control:
    """The grader's end of the connection.

    Answers come in the order of the commands. The very first one says that the fork server is ready.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._unread = deque([Answer()])

    def command(self, message: bytes, *descriptors: int) -> Answer:
        """Send a command. Does not wait for its answer.

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
        """Wait for an answer of this connection; at most `seconds` for each answer before it, too.

        Raises:
            OSError, EOFError: if the fork server is gone, or does not answer in time.
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
        """Close the connection, because answers may no longer match commands.

        The grader could wait in vain for an answer.
        """
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    @property
    def has_answered(self) -> bool:
        """Whether an answer has come that was not read yet, or the connection was closed."""
        return has_something(self._sock)

    def close(self) -> None:
        """Close the connection. The fork server then ends its workers and itself."""
        self._sock.close()


def has_something(sock: socket.socket) -> bool:
    """Whether there is something to read, or the other side has closed the connection."""
    ready = select.poll()
    ready.register(sock, select.POLLIN)
    return bool(ready.poll(0))
