"""What a student's code can import: whatever the fork server has loaded, as a worker can open no file.

NumPy and the standard library load several of their parts on first use, so these parts are named here, too. What most
submissions do not need is loaded only when one first asks for any of it. Loading all of it takes longer than loading
NumPy, and every fork would have to copy the page tables of it.
"""

import contextlib
import importlib
import sys
import time
import warnings
from collections.abc import Iterable

# What submissions usually import, and what Python imports for a warning, a traceback, or a name that is not ASCII.
USUAL = """
__future__ numpy numpy.random abc bisect collections contextlib copy dataclasses enum functools inspect itertools json
linecache math numbers operator os pathlib pickle random re string struct sys textwrap time traceback typing types
unicodedata warnings weakref
"""
NUMPY = """
numpy numpy.char numpy.ctypeslib numpy.dtypes numpy.exceptions numpy.fft numpy.lib numpy.lib.array_utils
numpy.lib.format numpy.lib.introspect numpy.lib.mixins numpy.lib.npyio numpy.lib.recfunctions numpy.lib.scimath
numpy.lib.stride_tricks numpy.linalg numpy.ma numpy.ma.mrecords numpy.polynomial numpy.random numpy.rec numpy.strings
numpy.testing numpy.testing.overrides numpy.typing numpy.version
"""
STANDARD = """
__future__ abc argparse array ast base64 bisect builtins bz2 cProfile cmath codecs collections collections.abc
concurrent.futures contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib dis doctest enum errno
fractions functools gc glob graphlib gzip hashlib heapq importlib inspect io itertools json keyword linecache locale
logging lzma math numbers operator os os.path pathlib pdb pickle platform pprint profile pstats queue random re reprlib
secrets shutil signal statistics string struct sys tempfile textwrap threading time timeit token tokenize traceback
tracemalloc types typing unicodedata unittest uuid warnings weakref zipfile zlib
"""
# Old addresses of functions, which editors still write into `import` lines.
OLD = """
numpy.core.arrayprint numpy.core.defchararray numpy.core.einsumfunc numpy.core.fromnumeric numpy.core.function_base
numpy.core.getlimits numpy.core.multiarray numpy.core.numeric numpy.core.numerictypes numpy.core.records
numpy.core.shape_base numpy.core.umath
"""
# Loaded by others on first use: strptime, pools of threads, `assertLogs`, "Did you mean", paths as addresses, the
# encodings that source files are likely to name, and that of names in zip files, which `numpy.load` reads.
HIDDEN = """
_strptime _suggestions concurrent.futures.thread typing_extensions unittest._log urllib.parse encodings.ascii
encodings.cp437 encodings.cp1252 encodings.latin_1 encodings.raw_unicode_escape encodings.unicode_escape
encodings.utf_16 encodings.utf_16_be encodings.utf_16_le encodings.utf_32 encodings.utf_32_be encodings.utf_32_le
encodings.utf_8 encodings.utf_8_sig
"""
PRELOADED = (NUMPY + STANDARD + OLD + HIDDEN).split()
_PACKAGES = {name.partition(".")[0] for name in PRELOADED}
_is_complete = False  # whether all of it is loaded in this process


def importable(name: str) -> bool:
    """Whether student code can import the module of this dotted name. Of NumPy it can import everything."""
    return name in PRELOADED or name in _PACKAGES or name.startswith("numpy.")


def refusal(name: str) -> ModuleNotFoundError:
    """The error that an import of anything else raises, here and on a student's own machine."""
    return ModuleNotFoundError(
        f"No module named {name!r}: while grading, only NumPy, part of the standard library and your own"
        " framework package can be imported",
        name=name,
    )


def preload() -> None:
    """Import what is usual."""
    _load(USUAL.split())
    time.localtime()  # reads the time zone


def preload_all() -> None:
    """Import all of it, except what this version of Python or NumPy does not have."""
    global _is_complete
    _load(PRELOADED)
    _is_complete = True


def may_come(name: str) -> bool:
    """Whether `preload_all` could load a module that is not loaded.

    Other imports load parts of the standard library, too.
    """
    top = name.partition(".")[0]
    return not _is_complete and (top == "numpy" or top in sys.stdlib_module_names)


def _load(names: Iterable[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # importing some old names of NumPy gives a DeprecationWarning
        for name in names:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
