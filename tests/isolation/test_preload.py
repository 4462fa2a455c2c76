"""A sealed worker can open no file: whatever NumPy or the standard library would load later has to be loaded before."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from grader.isolation.inside import preload
from grader.isolation.outside.launch import BOOT, NUMPY, ROOT
from tests.isolation import walk

WALK = Path(walk.__file__).read_text()

# Modules that loaded modules import in some function or under some condition, and that workers nevertheless go without.
NOT_WANTED = {
    "other systems and other Pythons": """
        _aix_support _dummy_thread _ios_support _osx_support _py_abc _sysconfig _tokenize _winapi _winreg _wmi
        annotationlib encodings.mbcs importlib.readers java.lang msvcrt nt org.python.core plistlib vms_lib win32pdh
        winreg
    """,
    "files, networks and processes": """
        asyncio.coroutines concurrent.futures.process email.generator email.parser email.policy grp
        importlib.metadata._adapters importlib.resources._adapters mmap pwd subprocess tarfile unittest.async_case
        urllib.error urllib.request
    """,
    "tools, help and tests": """
        doctest getopt numpy.distutils numpy.distutils.misc_util numpy.f2py numpy.matlib optparse psutil py_compile
        pydoc pytest readline runpy shlex threadpoolctl yaml
    """,
    "slower substitutes for what is loaded": """
        _md5 _pydatetime _pydecimal _sha1 _sha2 _sha256 _sha3 _threading_local
    """,
    "types for editors, where they are not installed": """
        typing_extensions
    """,
}

WORKER_ROOMS = ("wire", "walls", "inside")

LIST_IMPORTS = """
import sys; sys.path += [{root!r}, {numpy!r}]
from grader.isolation.inside import forkserver, preload
preload.preload()
if {everything}: preload.preload_all()
for name, module in sorted(sys.modules.items()):
    print(name, getattr(module, "__file__", None) or "-", getattr(module, "__package__", None) or "-", sep="\\t")
"""


@pytest.fixture(scope="module", autouse=True)
def complete(sandbox):
    sandbox.load_all()


def modules_after(everything: bool) -> dict[str, tuple[str, str]]:
    """Module name -> (file, package) in an interpreter that did what the fork server does.

    It did so as at first, or as when more is wanted.
    """
    code = LIST_IMPORTS.format(root=str(ROOT), numpy=str(NUMPY), everything=everything)
    text = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True).stdout
    rows = (line.split("\t") for line in text.splitlines())
    return {name: (file, package) for name, file, package in rows}


@pytest.fixture(scope="module")
def loaded() -> dict[str, tuple[str, str]]:
    return modules_after(everything=True)


def imports(file: str, package: str) -> set[str]:
    """Every module that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(Path(file).read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = (
                importlib.util.resolve_name("." * node.level + (node.module or ""), package)
                if node.level
                else node.module
            )
            found.add(base)
            found |= {f"{base}.{alias.name}" for alias in node.names if is_module(f"{base}.{alias.name}")}
    return found


def is_module(name: str) -> bool:
    parent, _, last = name.rpartition(".")
    place = getattr(sys.modules.get(parent), "__path__", None)
    return bool(place) and any(list(Path(folder).glob(f"{last}.*")) or Path(folder, last).is_dir() for folder in place)


def test_nothing_that_loaded_modules_import_later_is_missing_but_what_is_not_wanted(loaded):
    """Read off the source texts of all loaded modules, so that a new version of Python or NumPy is noticed."""
    unwanted = {name for names in NOT_WANTED.values() for name in names.split()}
    missing: dict[str, set[str]] = {}
    for name, (file, package) in loaded.items():
        if file.endswith(".py") and not name.startswith("grader"):
            for imported in imports(file, package) - loaded.keys() - unwanted:
                missing.setdefault(imported, set()).add(name)

    assert not {name: by for name, by in missing.items() if not name.endswith(".*")}


def test_whatever_is_to_be_loaded_is_there_in_the_versions_in_use(loaded):
    # of some versions only
    optional = {"typing_extensions", "_suggestions", "numpy.lib.introspect", "numpy.strings", *preload.OLD.split()}

    assert set(preload.PRELOADED) - loaded.keys() <= optional


def test_what_is_usual_is_loaded_at_first_and_little_else(loaded):
    first = modules_after(everything=False).keys()

    assert set(preload.USUAL.split()) <= first <= loaded.keys()
    assert not first & {"unittest", "numpy.testing", "numpy.ma", "asyncio", "decimal"}


@pytest.mark.parametrize(
    "folder",
    ["reference", "tests/submissions/nearly_complete", "assignments/*/variants/loops", "assignments/*/variants/einsum"],
)
def test_frameworks_as_they_are_usually_written_need_nothing_that_is_not_loaded_at_first(folder):
    needed = {
        name
        for file in ROOT.glob(f"{folder}/**/*.py")
        for name in imports(str(file), "framework.nn")
        if not name.startswith("framework")
    }

    assert needed >= {"numpy", "math"} or "variants" in folder
    assert needed <= modules_after(everything=False).keys()


def test_nothing_of_the_course_or_of_other_packages_is_loaded(loaded):
    packages = {name.partition(".")[0] for name, (file, _) in loaded.items() if file != "-"}

    assert not packages & {"reference", "pytest", "click", "jsonschema", "rich", "_pytest", "hypothesis"}
    ours = {name for name in loaded if name.startswith("grader.")}
    rooms = tuple(f"grader.isolation.{room}" for room in WORKER_ROOMS)
    assert {name for name in ours if not name.startswith(rooms)} == {
        "grader.calls",
        "grader.isolation",
        "grader.package",
    }
    assert "main(" in BOOT


@pytest.mark.parametrize("part", ["", *walk.PARTS])
def test_no_function_of_numpy_needs_a_file_or_a_module_in_a_sealed_worker(bench, part):
    """The whole public interface, called with many arguments; results and exceptions are printed, too."""
    found, calls = bench.framework(WALK, seconds=120.0).walk_numpy(part)

    assert not found
    fewest = 30 if part == "typing" else 40  # since Python 3.12, types that it gives names to can no longer be called
    assert calls >= fewest or part in ("lib.npyio", "lib.mixins")


def test_no_method_of_arrays_and_generators_needs_a_file_or_a_module_in_a_sealed_worker(bench):
    found, calls = bench.framework(WALK, seconds=120.0).walk_methods()

    assert not found
    assert calls > 10_000


def test_ordinary_use_of_the_standard_library_works_in_a_sealed_worker(bench):
    assert bench.framework(WALK, seconds=120.0).walk_habits() == []


def test_files_are_refused_as_such(bench):
    """`np.load("weights.npz")` fails with an exception that says what is not permitted."""
    framework = bench.framework("import numpy as np\ndef load(): np.load('weights.npz')\n")
    with pytest.raises(Exception, match=r"not permitted: 'weights\.npz'") as caught:
        framework.load()

    assert caught.value.name == "PermissionError"
