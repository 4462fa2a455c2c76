"""The loop in the student's process: take a request, do its calls, send back plain data.

Requests (the header's "do"): "compile" {path: source bytes}; "load", "load quietly" with what `package.packed` gives;
"calls" [Call, ...]. Replies carry the request's "id" and "value", or "error": what was raised, in the words of the
student's process. During "load" a reply with "at" says which file is being executed. Objects stay here; the other side
knows them by number.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from grader.calls import Call, follow, perform
from grader.isolation import package, wire

CONFINED = b"\1"  # a worker's first byte, before it runs anything; another one is followed by what went wrong
MAX_FRAMES = 30  # of a traceback; deeper ones repeat themselves


class Worker:
    """The state of one worker: the connection, the package once it is loaded, the objects that the other side knows by number."""

    def __init__(self, sock: socket.socket, root: Any = None) -> None:
        self._sock = sock
        self._root = root
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # id(object) -> number; _objects keeps them alive
        self._classes: dict[type, int] = {}
        self._described: dict[str, list[Any]] = {}
        self._request = 0

    def serve(self) -> None:
        """Answer requests until the other side hangs up."""
        while True:
            try:
                header, body = wire.receive(self._sock)
            except EOFError:
                os._exit(0)
            self._request = header["id"]
            self._answer(header, body)

    def _answer(self, header: dict[str, Any], body: memoryview) -> None:
        # The classes that this reply has to describe: of objects kept, and of those found while it is encoded
        self._described = {}
        encoder = wire.Encoder(other=self._handle)
        try:
            decoder = wire.Decoder(body, handle=self._object, path=self._path)
            # Each result is encoded before the next one is made: as it is now, whatever becomes of it
            done = [encoder.encode(one, 1) for one in self.DO[header["do"]](self, _content(decoder, header["with"]))]
            self._send(encoder.buffers, value={"l": done})
        except (
            BaseException
        ) as error:  # a student's code may raise anything, SystemExit included, or return too much to send
            self._send([], error=_describe(error))

    def _send(self, buffers: list[bytes], **said: Any) -> None:
        wire.send(self._sock, {"id": self._request, "classes": self._described, **said}, buffers)

    def _compile(self, sources: dict[str, np.ndarray]) -> Iterator[Any]:
        for path, (code, problem) in package.compile_files({p: s.tobytes() for p, s in sources.items()}).items():
            yield [path, np.frombuffer(code, np.uint8), problem]

    def _load(self, files: np.ndarray, announcing: bool = True) -> Iterator[Any]:
        importer = package.install(package.unpacked(files), self._announce if announcing else lambda _path: None)
        self._root = package.import_package(importer)
        yield importer.broken

    def _load_quietly(self, files: np.ndarray) -> Iterator[Any]:
        return self._load(files, announcing=False)

    def _announce(self, path: str) -> None:
        wire.send(self._sock, {"id": self._request, "at": path}, [])

    def _calls(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            call = Call(*row)
            result = perform(call)
            if call.keep < 0:
                self._objects[call.keep] = result
                result = None
            yield self._keep(result) if call.keep > 0 else result

    def _keep(self, value: Any) -> wire.Handle:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._numbers)
            self._objects[number] = value
        return wire.Handle(number, self._class(type(value)))

    def _handle(self, value: Any) -> Any:
        if isinstance(value, np.ndarray | np.generic):  # a subclass, which could lie about its contents
            return {"u": f"{type(value).__module__}.{type(value).__qualname__}"[:200]}
        handle = self._keep(value)
        return {"h": [handle.number, handle.cls]}

    def _class(self, cls: type) -> int:
        number = self._classes.get(cls)
        if number is None:
            number = self._classes[cls] = len(self._classes)
            methods = [name for name in dir(cls) if callable(getattr(cls, name, None))]
            self._described[str(number)] = [cls.__name__[:200], [m for m in methods if m[:2] != "__"]]
        return number

    def _object(self, handle: wire.Handle) -> Any:
        return self._objects[handle.number]

    def _path(self, path: wire.Path) -> Any:
        return follow(self._root, path.dotted)

    DO: ClassVar = {"compile": _compile, "load": _load, "load quietly": _load_quietly, "calls": _calls}


def _content(decoder: wire.Decoder, node: Any) -> Any:
    """What a request is with; a list item by item, as one call may name what the one before has made."""
    return map(decoder.decode, node["l"]) if "l" in node else decoder.decode(node)


def _describe(error: BaseException) -> dict[str, Any]:
    try:
        message = str(error)[:4000]
    except BaseException:
        message = "(its message could not be read)"
    names = [f"{c.__module__}.{c.__qualname__}"[:200] for c in type(error).__mro__[:20]]
    return {"types": names, "message": message, "frames": _frames(error)}


def _frames(error: BaseException) -> list[list[Any]]:
    """[file, line, function] of the frames in the student's own files, innermost last."""
    frames, trace = [], error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(f"{package.PACKAGE}/"):
            frames.append([code.co_filename[:200], trace.tb_lineno, code.co_name[:100]])
        trace = trace.tb_next
    return frames[-MAX_FRAMES:]
