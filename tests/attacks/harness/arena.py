"""The place of an attack: a course with a secret in it, and canaries that tell what was reached.

It takes one attack at a time.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.attack import HERE, Attack

PROVISIONAL = b'{"score": 0, "tests": [], "output": "not graded yet"}'
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # where everybody may write
COPIED = ("__init__.py", "tiny/__init__.py", "tiny/total.py", "more/__init__.py", "more/double.py")
WRONG = b"import numpy as np\nclass Wave:\n    def __init__(self, k): pass\n    def forward(self, x): return 7.0 + x\n"
# Where a worker's connection is; beside an ordinary test there is something else to write to.
CONNECTION = (
    "next((thing._sock.fileno() for thing in __import__('gc').get_objects()"
    " if type(thing).__name__ in ('Worker', 'Importer') and hasattr(thing, '_sock')), 3)"
)


class Arena:
    """Everything in it is readable and writable for everyone, so that no permission hides a missing wall."""

    def __init__(self, owner: int | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="arena-"))
        self.owner = owner
        self.secret = f"canary-{secrets.token_hex(16)}"
        self.mark = f"mark{secrets.token_hex(6)}"
        self.pids: dict[str, int] = {}
        self.course = self.folder / "course"
        self.results = self.folder / "results" / "results.json"
        self.open = self.folder / "open"
        self._before: list[tuple] = []
        self._build_course()
        self._open_sockets()
        self.reset()

    def _build_course(self) -> None:
        shutil.copytree(HERE / "course", self.course, ignore=shutil.ignore_patterns("__pycache__"))
        for file in self.course.rglob("*.py"):
            file.write_text(file.read_text().replace("@SECRET@", self.secret))
        self.results.parent.mkdir()
        self.open.mkdir()
        self.home = self.folder / "submission"
        self.home.mkdir(exist_ok=True)

    def _open_sockets(self) -> None:
        self.sockets = {
            "TCP": _listening(socket.AF_INET, ("127.0.0.1", 0)),
            "UDP": _bound(socket.AF_INET, ("127.0.0.1", 0)),
            "a Unix socket": _listening(socket.AF_UNIX, str(self.folder / "socket")),
            "an abstract Unix socket": _listening(socket.AF_UNIX, f"\0{self.mark}"),
        }
        with contextlib.suppress(OSError):
            self.sockets["TCP over IPv6"] = _listening(socket.AF_INET6, ("::1", 0))
        os.chmod(self.folder / "socket", 0o777)

    def reset(self) -> None:
        """Bring files and folders back to where they were before any attack."""
        for left in self.residue():
            shutil.rmtree(left, ignore_errors=True)
            left.unlink(missing_ok=True)
        if self._before and self._state() != self._before:
            for folder in (self.course, self.results.parent, self.open):
                shutil.rmtree(folder)
            self._build_course()
        self.results.write_bytes(PROVISIONAL)
        for path in (self.folder, *self._watched()):
            self._open_to_all(path)
        self._before = self._state()

    def _open_to_all(self, path: Path) -> None:
        path.chmod(0o777 if path.is_dir() else 0o666)
        if self.owner is not None:
            os.chown(path, self.owner, self.owner)

    def _watched(self) -> Iterator[Path]:
        """Everything but the submission and the socket."""
        for folder in (self.course, self.results.parent, self.open):
            yield from (path for path in (folder, *sorted(folder.rglob("*"))) if "__pycache__" not in path.parts)

    def close(self) -> None:
        """Remove everything, also what an attack left elsewhere."""
        for left in self.residue():
            left.unlink() if not left.is_dir() else shutil.rmtree(left)
        if self.mark_in_shared_memory():
            subprocess.run(["ipcrm", "-M", str(self.key)], check=False)
        for sock in self.sockets.values():
            sock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def known(self) -> dict[str, str]:
        """What an attacker may know."""
        files = {
            "HIDDEN_TEST": self.course / "assignments/01_waves/test_hidden.py",
            "ORDINARY_TEST": self.course / "ordinary/test_ordinary.py",
            "REFERENCE": self.course / "reference/tiny/wave.py",
            "COURSE": self.course,
            "RESULTS": self.results,
            "OPEN": self.open,
            "UNIX": self.folder / "socket",
        }
        tcp6 = self.sockets.get("TCP over IPv6", self.sockets["TCP"])
        ports = {
            "TCP": self.sockets["TCP"].getsockname()[1],
            "TCP6": tcp6.getsockname()[1],
            "UDP": self.sockets["UDP"].getsockname()[1],
        }
        others = {"MARK": self.mark, "CONNECTION": CONNECTION}
        return {name: str(value) for name, value in {**files, **ports, **self.pids, **others}.items()}

    def submission(self, attack: Attack) -> Path:
        """Write the submission that carries an attack."""
        home = self.home
        shutil.rmtree(home)
        home.mkdir()
        honest = {f"framework/{p}": (self.course / "reference" / p).read_bytes() for p in COPIED}
        if attack.builds:
            return _recipe(attack).build(home, honest | {"framework/tiny/wave.py": WRONG}, self.known())
        text = attack.text
        for name, value in self.known().items():
            text = text.replace(f"@{name}@", value)
        files = {"framework/tiny/wave.py": WRONG} if attack.place != "tiny/wave.py" else {}
        write(home, honest | files | {f"framework/{attack.place}": text.encode()})
        return home

    # What was reached

    def reached(self) -> Iterator[str]:
        """Sentences about files and sockets that something was done to since the last `reset`."""
        for name, sock in self.sockets.items():
            if _was_reached(sock):
                yield f"{name} was reached"
        if self._state() != self._before:
            yield "a file was changed, made or removed"
        if left := self.residue():
            yield f"something was left in {', '.join(sorted(str(p.parent) for p in left))}"
        if self.mark_in_shared_memory():
            yield "a segment of shared memory was left"

    def residue(self) -> list[Path]:
        return [path for folder in SHARED for path in folder.glob(f"*{self.mark}*")]

    def mark_in_shared_memory(self) -> bool:
        segments = Path("/proc/sysvipc/shm")
        return segments.exists() and any(line.split()[0] == str(self.key) for line in segments.read_text().splitlines())

    @property
    def key(self) -> int:
        """The mark as the key of a segment of shared memory."""
        return int(self.mark[4:], 16) & 0x7FFF_FFFF

    def _state(self) -> list[tuple]:
        """Names in the arena, and mode, owner and content of what is watched."""
        found: list[tuple] = [tuple(sorted(path.name for path in self.folder.iterdir()))]
        for path in self._watched():
            status = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found.append((str(path), status.st_mode, status.st_uid, content))
        return found


def write(home: Path, files: dict[str, bytes]) -> None:
    """Write files by their paths below `home`."""
    for name, data in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(data)


def _recipe(attack: Attack):
    spec = importlib.util.spec_from_file_location("recipe", attack.path)
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    return recipe


def _listening(children: int, address) -> socket.socket:
    sock = socket.socket(children, socket.SOCK_STREAM)
    sock.bind(address)
    sock.listen()
    sock.setblocking(False)
    return sock


def _bound(children: int, address) -> socket.socket:
    sock = socket.socket(children, socket.SOCK_DGRAM)
    sock.bind(address)
    sock.setblocking(False)
    return sock


def _was_reached(sock: socket.socket) -> bool:
    reached = False
    with contextlib.suppress(BlockingIOError):
        while True:
            if sock.type == socket.SOCK_DGRAM:
                sock.recv(1000)
            else:
                sock.accept()[0].close()
            reached = True
    return reached
