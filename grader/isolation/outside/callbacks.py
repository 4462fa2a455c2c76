"""The trusted end of functions that student code calls.

All that is known about such a call comes from the student's process.
"""

from collections.abc import Callable
from typing import Any

from grader.callbacks import Callback, UsedUpError
from grader.isolation.outside.faults import StudentError, StudentFault
from grader.isolation.wire import values
from grader.isolation.wire.frames import MAX_BODY

Lend = Callable[[int, bool], Callable[..., Any]]


class TooManyCalls(StudentFault):
    """Student code called a function of the check more often, or for longer, than it may."""

    kind = "Your code called a function that the check gave it far more often than it needs."


class CallbackFailed(Exception):
    """A function of the check raised something that does not cross: `error`. The connection is still fine."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class Callbacks:
    """The functions that one worker may call."""

    def __init__(self) -> None:
        self._functions: list[Callback] = []
        self.is_busy = False  # whether one of them is running

    def offer(self, callback: Callback) -> values.Function:
        """Allow the worker to call a function. Returns the object that names it on the wire."""
        self._functions.append(callback)
        return values.Function(len(self._functions) - 1, callback.functions)

    def at(self, number: Any) -> Callback:
        """The function with this number.

        Raises:
            WireError: if there is none.
        """
        if type(number) is not int or not 0 <= number < len(self._functions):
            raise values.WireError("a call of a function that was not given")
        return self._functions[number]

    def answer(self, number: Any, node: Any, body: memoryview, lend: Lend) -> values.Encoded:
        """Call the function, and return the part of a frame that answers the call.

        `lend` makes what calls a function among the arguments, by its number.

        Raises:
            WireError: if there is no such function, or if it was given what no honest worker sends.
            TooManyCalls: if it may not be called again.
            StudentFault: if the worker died in a function of its own.
            CallbackFailed: if it raised or returned something that does not cross.
        """
        callback = self.at(number)
        decoded = values.Decoder(body, refuse, refuse, refuse, lend if callback.functions else None).decode(node)
        args, kwargs = _arguments(decoded)
        self.is_busy = True
        try:
            return _encoded(callback(*args, **kwargs))
        except UsedUpError as error:
            raise TooManyCalls(str(error)) from None
        except StudentError:
            return values.Encoded('"again":1', [])  # what a function of its own raised there, goes on there
        except StudentFault:
            raise
        except callback.crossing as error:
            kind = next(cls for cls in callback.crossing if isinstance(error, cls))
            return values.Encoded(f'"raise":[{values.quoted(kind.__name__)},{values.quoted(str(error)[:4000])}]', [])
        except Exception as error:
            raise CallbackFailed(error) from error
        finally:
            self.is_busy = False


def refuse(*_content: Any) -> Any:
    """What a node becomes that is no value."""
    raise values.WireError("an object where a value should be")


def _arguments(decoded: Any) -> tuple[list[Any], dict[str, Any]]:
    if type(decoded) is list and len(decoded) == 2:
        args, kwargs = decoded
        if type(args) is list and type(kwargs) is dict and all(type(name) is str for name in kwargs):
            return args, kwargs
    raise values.WireError("a call whose arguments are not described as agreed")


def _encoded(result: Any) -> values.Encoded:
    encoder = values.StrictEncoder()
    text = encoder.encode(result)
    if sum(map(len, encoder.buffers)) > MAX_BODY:
        raise ValueError("a function of the check returned more than can be sent")
    return values.Encoded(f'"answer":{text}', encoder.buffers)
