"""Run inside a sealed worker: calls all of NumPy's public interface, and much of the standard library.

Returns what failed for want of a file or a module; all other exceptions are expected, as most arguments are nonsense
for most functions.
"""

import contextlib
import copy
import datetime
import decimal
import fractions
import io
import json
import logging
import pickle
import pprint
import random
import statistics
import textwrap
import threading
import time
import traceback
import unittest
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import numpy as np

# They read or write files, print without end, or are there to look at the machine.
NOT_CALLED = {
    "load",
    "loadtxt",
    "genfromtxt",
    "fromfile",
    "fromregex",
    "save",
    "savez",
    "savez_compressed",
    "savetxt",
    "memmap",
    "open_memmap",
    "DataSource",
    "NpzFile",
    "load_library",
    "info",
    "show_config",
    "show_runtime",
    "test",
    "rundocs",
    "runstring",
    "tempdir",
    "temppath",
    "f2py",
    "matlib",
    "jiffies",
    "memusage",
    "measure",
    "add_newdoc",
    "check_support_sve",
    "run_threaded",
    "input",
    "breakpoint",
    "get_include",
    "run_subprocess",
}
# They write files, or take memory apart.
NOT_CALLED_METHODS = {
    "tofile",
    "dump",
    "__subclasshook__",
    "__init_subclass__",
    "__reduce__",
    "__reduce_ex__",
    "__setstate__",
    "__init__",
}
PARTS = """
char ctypeslib dtypes exceptions fft lib lib.array_utils lib.format lib.mixins lib.npyio lib.scimath lib.stride_tricks
linalg ma polynomial polynomial.chebyshev polynomial.hermite polynomial.hermite_e polynomial.laguerre
polynomial.legendre polynomial.polynomial random rec strings testing typing
""".split()  # noqa: SIM905


# fmt: off
def samples():
    matrix = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]])
    whole = np.arange(6).reshape(2, 3)
    text, dates = np.array(["one", "two"]), np.array(["2020-01-01", "2021-02-03"], "datetime64[D]")
    odd = np.array([np.nan, np.inf, 1e-300]), np.array([1 + 2j]), np.array([True, False]), np.array([1, "a"], object)
    masked = np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0])
    record = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    half = matrix.astype(np.float16)
    yield ()
    for value in (matrix, whole, text, dates, *odd, masked, record, half, 3, 2.5, "i4", [1, 2, 3], np.float32, None):
        yield (value,)
    yield from [(matrix, matrix), (matrix, 1), (whole, 2), (matrix[0], matrix[1]), (masked, masked), (3, 4)]
    yield from [(text, "o"), (text, text), (dates, dates), ("ij,jk->ik", matrix, matrix), ("%s", text)]
    yield from [(matrix, (3, 3)), (matrix, [0, 1]), (np.add, matrix), (lambda x: x, matrix), (matrix, matrix, matrix)]
    yield from [(0.0, 1.0, 5), (text, "o", "x"), (matrix[0], 1, 2), (lambda *x: x[0], (2, 2), float), (matrix, 0, 1)]
# fmt: on


def missing(call, *arguments):
    """The exception if it is about a file or a module. Results and exceptions are printed, as printing imports, too."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            result = call(*copy.deepcopy(arguments))
            show(result)
            if hasattr(result, "__next__"):
                next(result, None)
    except (ImportError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    except BaseException as error:
        return missing(describe, error)
    return None


def describe(error):
    return ["".join(traceback.format_exception(error)), repr(error)]


def show(value):
    for _ in (repr(value), str(value), f"{value}"):
        pass


def members(part):
    owner = np
    for name in part.split(".") if part else ():
        owner = getattr(owner, name)
    names = getattr(owner, "__all__", None) or [name for name in dir(owner) if not name.startswith("_")]
    for name in names:
        if name not in NOT_CALLED and callable(getattr(owner, name, None)):
            yield f"{part}.{name}", getattr(owner, name)


def walk_numpy(part):
    """Calls everything in one part of NumPy with all samples; returns [what, problem] pairs and the number of calls."""
    warnings.simplefilter("always")
    return walk(list(members(part)))


def walk(named):
    found, calls = {}, 0
    for name, thing in named:
        for arguments in samples():
            calls += 1
            problem = missing(thing, *arguments)
            if problem:
                found.setdefault(name, problem)
    return [[name, problem] for name, problem in found.items()], calls


def methods(owner):
    for name in dir(owner):
        with contextlib.suppress(ValueError):  # a property may raise it: the transposed of a vector
            if name not in NOT_CALLED_METHODS and callable(getattr(owner, name)):
                yield f"{type(owner).__name__}.{name}", getattr(owner, name)


def walk_methods():
    """The same for the methods of arrays, scalars and generators."""
    owners = [np.arange(6.0).reshape(2, 3), np.float64(2.5), np.random.default_rng(1), np.random.RandomState(1)]
    owners += [np.polynomial.Polynomial([1, 2]), np.datetime64("2020-01-01"), np.ma.masked_array([1.0, 2.0], [0, 1])]
    owners += [np.dtype("f8"), np.array(["a", "b"]), np.random.SeedSequence(3)]
    return walk([pair for owner in owners for pair in methods(owner)])


@dataclass
class Point:
    x: float
    y: float = 0.0


def in_a_thread():
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(abs, [-1, 2])) == [1, 2]
    failing = threading.Thread(target=lambda: 1 / 0)  # prints its traceback
    failing.start()
    failing.join()


def warn():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("something", stacklevel=1)
        np.float64(1) / 0
    for warning in caught:
        warnings.formatwarning(warning.message, warning.category, "framework/a.py", 3)
    warnings.showwarning(caught[0].message, caught[0].category, "framework/a.py", 3)


def files_in_memory():
    buffer = io.BytesIO()
    np.savez_compressed(buffer, a=np.arange(3))
    buffer.seek(0)
    assert np.load(buffer)["a"][2] == 2
    np.savetxt(io.StringIO(), np.eye(2))
    assert np.loadtxt(io.StringIO("1 2\n3 4")).shape == (2, 2)
    assert np.genfromtxt(io.StringIO("1,2\n3,"), delimiter=",").shape == (2, 2)
    np.save(io.BytesIO(), np.arange(3))


def classes_of_tests():
    class Case(unittest.TestCase):
        def test(self):
            with self.assertLogs() as logged:
                logging.getLogger("x").warning("y")
            assert logged.output == ["WARNING:x:y"]
            np.testing.assert_allclose(np.ones(3), np.ones(3) + 1e-9)
            self.assertEqual({"a": [1] * 50}, {"a": [1] * 49 + [2]})  # noqa: PT009

    unittest.TextTestRunner(io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Case))


def code_about_code():
    import inspect

    inspect.signature(np.einsum)
    inspect.getsourcefile(Point)
    inspect.getmodule(Point)
    inspect.stack()
    inspect.getdoc(np.sum)
    inspect.getmembers(Point)


HABITS = {
    "json": lambda: json.loads(json.dumps({"a": [1, 2.5, None, "ü"]}, indent=1)),
    "decimal": lambda: [decimal.Decimal("1.1").sqrt(), f"{decimal.Decimal(3):.2f}", fractions.Fraction("1/3")],
    "dates": lambda: [
        datetime.datetime.strptime("2020-01-02", "%Y-%m-%d"),
        datetime.datetime.now().isoformat(),
        time.strptime("1", "%d"),
    ],
    "times": lambda: [
        time.strftime("%c"),
        time.localtime(),
        time.ctime(),
        time.mktime(time.localtime()),
        time.process_time(),
        time.perf_counter(),
    ],
    "utc": lambda: [datetime.datetime.now(datetime.UTC), datetime.datetime.now().astimezone()],
    "pickle": lambda: pickle.loads(
        pickle.dumps([np.arange(3), Point(1.0), np.float32(1), np.random.default_rng(1), np.dtype("f4")])
    ),
    "old pickle": lambda: [pickle.loads(pickle.dumps(np.arange(3), protocol)) for protocol in range(6)],
    "copy": lambda: copy.deepcopy({"a": np.arange(3), "b": Point(1.0)}),
    "data class": lambda: [asdict(Point(1.0)), repr(Point(2.0))],
    "printing": lambda: [
        pprint.pformat({"a": list(range(50))}),
        textwrap.fill("a " * 100),
        f"{1e-17:.3g} {np.pi!r:>30} {10**6:,}",
    ],
    "print options": lambda: [
        np.set_printoptions(precision=3),
        np.array2string(np.arange(2000.0)),
        np.array_repr(np.zeros((0, 3))),
    ],
    "locale": lambda: f"{12345:n}",
    "random": lambda: [
        random.random(),
        random.Random(3).sample(range(10), 3),
        np.random.default_rng().normal(),
        np.random.seed(3),
    ],
    "statistics": lambda: [statistics.median([1, 2, 3]), statistics.NormalDist(0, 1).cdf(1.0)],
    "codecs": lambda: [
        "ü".encode(name)
        for name in (
            "utf-8",
            "utf-16",
            "utf-32",
            "latin-1",
            "cp1252",
            "utf-8-sig",
            "unicode_escape",
            "raw_unicode_escape",
        )
    ],
    "codec": lambda: [
        b"abc".decode("ascii"),
        "abc".encode("ascii", "xmlcharrefreplace"),
        b"\xff".decode(errors="replace"),
    ],
    "threads": in_a_thread,
    "warnings": warn,
    "files in memory": files_in_memory,
    "tests": classes_of_tests,
    "introspection": code_about_code,
    "standard streams": lambda: [print("x", flush=True), print("x", file=__import__("sys").stderr)],
    "text streams": lambda: io.TextIOWrapper(io.BytesIO(b"a"), encoding="latin-1").read(),
    "traceback": lambda: traceback.format_stack(),
    "print a traceback": lambda: traceback.print_exc(),
    "ufunc resolution": lambda: np.add.resolve_dtypes((np.dtype("f4"), np.dtype("i8"), None)),
    "einsum path": lambda: np.einsum_path("ij,jk,kl->il", np.eye(3), np.eye(3), np.eye(3), optimize="optimal"),
    "string formatting": lambda: [
        "%s %r %d" % (np.arange(3), np.float32(1), np.int64(2)),  # noqa: UP031
        f"{np.float64(2):>10.3f}",
    ],
    "date arrays": lambda: [
        np.datetime64("now"),
        np.busday_count("2020-01-01", "2020-02-01"),
        np.datetime_as_string(np.datetime64("2020-01-01T00:00"), timezone="local"),
    ],
    "structured arrays": lambda: [
        np.rec.array([(1, 2.0)], dtype="i4,f8"),
        np.zeros(2, "i4,f8")["f0"],
        np.dtype("i4,f8").descr,
    ],
    "ctypes": lambda: [np.arange(3).ctypes.data, np.ctypeslib.as_ctypes(np.arange(3)), np.arange(3).ctypes.shape],
    "interfaces": lambda: [
        np.asarray(memoryview(np.arange(3))),
        np.from_dlpack(np.arange(3.0)),
        np.arange(3).__array_interface__,
    ],
    "big linear algebra": lambda: [
        np.linalg.svd(np.random.rand(200, 200)),
        np.random.rand(300, 300) @ np.random.rand(300, 300),
    ],
    "fft": lambda: [np.fft.fft(np.random.rand(1000)), np.fft.rfft2(np.random.rand(30, 31))],
    "sorting": lambda: [
        np.sort(np.random.rand(100000)),
        np.argsort(np.random.rand(1000), kind="stable"),
        np.partition(np.arange(99)[::-1], 7),
    ],
    "sleep": lambda: time.sleep(0.001),
    "exceptions in a group": lambda: "".join(
        traceback.format_exception(ExceptionGroup("g", [ValueError(1), TypeError(2)]))
    ),
    "name error": lambda: "".join(traceback.format_exception(NameError("x"))),
}


# These end with an exception that has nothing to do with files, and whose message may need more of NumPy.
ERRORS = {
    "json error": lambda: json.loads("{"),
    "recursion": lambda: (lambda f: f(f))(lambda f: f(f)),
    "assertion": lambda: np.testing.assert_array_equal(np.arange(30.0), np.arange(30.0)[::-1]),
    "warning as error": lambda: np.testing.assert_no_warnings(np.sqrt, -1.0),
    "memory error": lambda: np.empty(10**13),
    "ufunc errors": lambda: np.add("a", 1),
    "ufunc cast": lambda: np.add(np.arange(3), 1.5, out=np.arange(3)),
    "floating point errors": lambda: [np.seterr(all="raise"), np.float64(1) / 0],
}


def walk_habits():
    """What students' code does with the standard library."""
    found = {name: failure(deed) for name, deed in HABITS.items()} | {
        name: missing(deed) for name, deed in ERRORS.items()
    }
    return [[name, problem] for name, problem in found.items() if problem]


def failure(deed):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            show(deed())
    except BaseException as error:
        return "".join(traceback.format_exception(error))[-800:]
    return None
