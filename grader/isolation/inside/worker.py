"""The loop of the student's process: it reads a request, does its calls, and sends back plain data.

Each frame is a request, a reply, or part of a callback:

- A request has "do" in its header: "compile" with {path: source bytes}; "load" or "load quietly" with what
  `wire.files.packed` makes; or "calls" with [row, ...], see `wire.calls`.
- A reply has the request's "id", and "value"; or "error", what the student's code raised, as this process describes it.
- During "load", a reply with "at" says which file is being executed.
- A reply with "wants" is the last one: the student's code imports a module that another worker could have loaded.
- A reply with "callback" is a call of a function of the other side. A frame with "answer" or "raise" answers it, and
  the request goes on.

Objects stay in this process; the other side knows them by number.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NoReturn

import numpy as np

from grader.calls import CAN_CROSS, EXCEPTIONS, follow, methods_of, perform
from grader.isolation.inside import package
from grader.isolation.wire import frames, values
from grader.isolation.wire.calls import read_call
from grader.isolation.wire.files import unpacked
from grader.package import PACKAGE

MAX_FRAMES = 30  # of a traceback; deeper tracebacks repeat themselves


class Worker:
    """The state of one worker.

    It has the connection, the package once it is loaded, and the objects that the other side knows by number.
    """

    def __init__(self, sock: socket.socket, root: Any = None) -> None:
        self._sock = sock
        self._reader = frames.Reader(sock)
        self._root = root
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # id(object) -> number; _objects keeps them alive
        self._classes: dict[type, int] = {}
        self._described: dict[str, list[Any]] = {}
        self._request = 0
        self._is_answering = False  # a request: only then the other side hears a call of one of its functions
        self._is_calling_back = False

    def serve(self) -> None:
        """Answer requests until the other side closes the connection."""
        global _serving
        _serving = self
        while True:
            try:
                header, body = self._reader.receive()
            except EOFError:
                os._exit(0)
            self._request = header["id"]
            self._answer(header, body)

    def _answer(self, header: dict[str, Any], body: memoryview) -> None:
        # The classes that this reply has to describe: of objects that are kept, and of those found while it is encoded
        self._described = {}
        encoder = values.Encoder(self._handle)
        decoder = values.Decoder(body, self._object, self._path, function=self._function)
        done: list[str] = []
        self._is_answering = True
        try:
            for one in self.DO[header["do"]](self, decoder, header["with"]):
                done.append(encoder.encode(one, 1))  # encoded now, as the next call may change it
            self._send(encoder.buffers, done)
        except BaseException as error:  # a student's code may raise anything, SystemExit included
            self._send_error(encoder.buffers, done, _describe(error))
        finally:
            self._is_answering = False

    def _send_error(self, buffers: list[bytes], done: list[str], error: str) -> None:
        """Send the results of the calls before the error, and the error.

        If the results are too large, send the error alone.
        """
        try:
            self._send(buffers, done, error=error)
        except frames.WireError:
            self._send([], [], error=error)

    def _send(self, buffers: list[bytes], done: list[str], **said: str) -> None:
        if self._described:
            said["classes"] = json.dumps(self._described)
        parts = [f'"{key}":{text}' for key, text in said.items()]
        value = f'"value":{{"l":[{",".join(done)}]}}'
        frames.send(self._sock, f'{{"id":{self._request},{",".join([value, *parts])}}}', buffers)

    def _compile(self, decoder: values.Decoder, node: Any) -> Iterator[Any]:
        sys.meta_path.append(package.ImportPolicy(_give_up))  # a source may name an encoding that is not loaded yet
        sources: dict[str, np.ndarray] = decoder.decode(node)
        for path, (code, problem) in package.compile_files({p: s.tobytes() for p, s in sources.items()}).items():
            yield [path, np.frombuffer(code, np.uint8), problem]

    def _load(self, decoder: values.Decoder, node: Any, announcing: bool = True) -> Iterator[Any]:
        files = [package.SourceFile.from_row(*row) for row in unpacked(decoder.decode(node))]
        loader = package.install(files, self._announce if announcing else lambda _path: None, _give_up)
        self._root = package.import_package(loader)
        yield loader.broken

    def _load_quietly(self, decoder: values.Decoder, node: Any) -> Iterator[Any]:
        return self._load(decoder, node, announcing=False)

    def _announce(self, path: str) -> None:
        frames.send(self._sock, json.dumps({"id": self._request, "at": path}), [])

    def give_up(self) -> NoReturn:
        """End the process at once, in the middle of an import. Student code could catch an exception."""
        frames.send(self._sock, f'{{"id":{self._request},"wants":1}}', [])
        os._exit(0)

    def _calls(self, decoder: values.Decoder, node: Any) -> Iterator[Any]:
        for row in node["l"]:
            call = read_call(row, decoder)  # decoded now, as it may name what the call before has made
            result = perform(call)
            if call.keep < 0:
                self._objects[call.keep] = result
                result = None
            yield self._keep(result) if call.keep > 0 else result

    def _keep(self, value: Any) -> values.Handle:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._numbers)
            self._objects[number] = value
        return values.Handle(number, self._class(type(value)))

    def _handle(self, value: Any) -> str:
        if isinstance(value, np.ndarray | np.generic):  # of a subclass, which could lie about its contents
            return values.unsendable(f"{type(value).__module__}.{type(value).__qualname__}"[:200])
        handle = self._keep(value)
        return values.handle(handle.number, handle.cls)

    def _class(self, cls: type) -> int:
        number = self._classes.get(cls)
        if number is None:
            number = self._classes[cls] = len(self._classes)
            self._described[str(number)] = [cls.__name__[:200], [*methods_of(cls)]]
        return number

    def _object(self, number: int, _cls: int) -> Any:
        return self._objects[number]

    def _path(self, dotted: str) -> Any:
        return follow(self._root, dotted)

    def _function(self, number: int, functions: bool) -> Callable[..., Any]:
        """The function that student code gets for a function of the other side."""

        def function_of_the_check(*args: Any, **kwargs: Any) -> Any:
            lent: list[Callable[..., Any]] = []
            if functions:
                args = tuple([_lent(value, lent) for value in args])
                kwargs = {name: _lent(value, lent) for name, value in kwargs.items()}
            return self._call_back(number, args, kwargs, lent)

        return function_of_the_check

    def _call_back(
        self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any], lent: Sequence[Callable[..., Any]]
    ) -> Any:
        """Have the other side call one of its functions, and wait for what that gives or raises.

        It may call the functions in `lent`, which are among the arguments by their numbers, until it has answered.
        """
        encoder = PlainEncoder()
        text = encoder.encode([list(args), kwargs])
        if self._is_calling_back or not self._is_answering:
            raise RuntimeError("a function of the check is called while it runs, or after the check has ended")
        self._is_calling_back = True
        raised = None
        try:
            self._send_plain(f'"callback":{number},"with":{text}', encoder.buffers)
            answer, body = self._reader.receive()
            while "call" in answer:
                raised = self._call_lent(lent[answer["call"]], answer["with"], body)
                answer, body = self._reader.receive()
        finally:
            self._is_calling_back = False
        if "again" in answer:
            raise raised
        if "raise" in answer:
            name, message = answer["raise"]
            raise EXCEPTIONS[name](message)
        return values.Decoder(body).decode(answer["answer"])

    def _call_lent(self, function: Callable[..., Any], node: Any, body: memoryview) -> BaseException | None:
        """Tell the other side what a function gives, or that it raised; what it raised."""
        encoder = PlainEncoder()
        try:
            args, kwargs = values.Decoder(body).decode(node)
            text = encoder.encode(function(*args, **kwargs))
        except BaseException as error:
            self._send_plain(f'"raised":{_describe(error)}', [])
            return error
        self._send_plain(f'"gave":{text}', encoder.buffers)
        return None

    def _send_plain(self, text: str, buffers: list[bytes]) -> None:
        frames.send(self._sock, f'{{"id":{self._request},{text}}}', buffers)

    DO: ClassVar = {"compile": _compile, "load": _load, "load quietly": _load_quietly, "calls": _calls}


def _lent(value: Any, lent: list[Callable[..., Any]]) -> Any:
    """The value; of something to call, its number among those that are lent with it."""
    if not callable(value):
        return value
    lent.append(value)
    return values.Function(len(lent) - 1)


class PlainEncoder(values.Encoder):
    """Encodes arguments for a function of the other side. What cannot cross is a mistake of the student's code."""

    def __init__(self) -> None:
        super().__init__(lambda value: self.cannot(type(value).__name__))

    def cannot(self, what: str) -> str:
        """Raise TypeError."""
        raise TypeError(f"a function of the check takes {CAN_CROSS}, and is given {what}")


_serving: Worker | None = (
    None  # in this process: a package that an importer has imported lives on in the workers that it forks
)


def _give_up() -> NoReturn:
    _serving.give_up()


def _describe(error: BaseException) -> str:
    try:
        message = str(error)[:4000]
    except BaseException:
        message = "(its message could not be read)"
    names = [f"{c.__module__}.{c.__qualname__}"[:200] for c in type(error).__mro__[:20]]
    return json.dumps({"types": names, "message": message, "frames": _frames(error)})


def _frames(error: BaseException) -> list[list[Any]]:
    """[file, line, function] of the frames in the student's own files, innermost last."""
    found, trace = [], error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(f"{PACKAGE}/"):
            found.append([code.co_filename[:200], trace.tb_lineno, code.co_qualname.replace("<locals>.", "")[:100]])
        trace = trace.tb_next
    return found[-MAX_FRAMES:]
