"""How source text becomes the package `framework` in a worker: a file that fails takes only itself down."""

import numpy as np
import pytest

from grader.isolation.inside import package
from grader.isolation.outside.faults import OutOfTime, StudentError, WorkerDied
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.wire.files import packed
from grader.result import Outcome

GOOD = "class Linear:\n    def forward(self, x):\n        return 2 * x\n"
FILES = {
    "__init__.py": "from . import nn",
    "nn/__init__.py": "from .linear import Linear\nfrom .loss import Loss",
    "nn/linear.py": GOOD,
}
PROMISES = {"nn/linear.py": ["Linear"], "nn/loss.py": ["Loss"]}

BROKEN = {
    "a syntax error": ("def f(:\n", "SyntaxError: invalid syntax (line 1)"),
    "a null byte": ("x = 1\0", "null byte"),
    "a division by zero": ("x = 1\ny = 1 / 0\n", "ZeroDivisionError: division by zero (line 2)"),
    "an end of the program": ("import sys\nsys.exit('bye')\n", "SystemExit: bye (line 2)"),
    "a module that may not be imported": (
        "import torch\ntorch.Tensor()\n",
        "ModuleNotFoundError: No module named 'torch'",
    ),
    "an unknown encoding": ("# coding: klingon\n", "klingon"),
    "brackets nested too deeply": ("(" * 1000 + ")" * 1000, "nested"),
    "an exception that cannot be printed": (
        "class E(BaseException):\n    def __str__(self): return 'é' * 3\nraise E()\n",
        "E: ééé (line 3)",
    ),
}


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_fails_takes_only_itself_down(bench, text, words):
    """Its names can be imported, and say what went wrong as soon as they are used; the other files work."""
    bench.sandbox.load_all()
    worker = bench.load({**FILES, "nn/loss.py": text}, PROMISES)
    framework = RemoteFramework(worker)

    assert list(worker.loaded) == ["nn/loss.py"]
    assert words in worker.loaded["nn/loss.py"]
    assert framework.nn.Linear().forward(np.ones(2)).tolist() == [2.0, 2.0]
    with pytest.raises(StudentError, match=r"framework/nn/loss\.py could not be imported") as caught:
        framework.nn.Loss()
    assert caught.value.outcome is Outcome.BLOCKED


def test_a_missing_name_becomes_a_placeholder_that_says_so(bench):
    worker = bench.load({**FILES, "nn/loss.py": "class Los: pass"}, PROMISES)

    assert worker.loaded == {"nn/loss.py": "it does not define Loss"}
    with pytest.raises(StudentError, match=r"framework/nn/loss\.py does not define Loss") as caught:
        RemoteFramework(worker).nn.Loss()
    assert caught.value.outcome is Outcome.BLOCKED


def test_a_class_can_inherit_from_a_placeholder(bench):
    loss = "from .linear import Linear\nclass Loss(Linear): pass\ndef other(): return 3\n"
    files = {**FILES, "nn/linear.py": "1 / 0", "nn/loss.py": loss, "nn/__init__.py": "from .loss import Loss, other"}
    framework = RemoteFramework(bench.load(files, PROMISES))

    assert framework.nn.other() == 3
    with pytest.raises(StudentError, match="ZeroDivisionError"):
        framework.nn.Loss()


def test_a_broken_file_without_promises_breaks_what_imports_it(bench):
    files = {**FILES, "nn/extra.py": "1 / 0", "nn/loss.py": "from .extra import x\nclass Loss: pass"}
    worker = bench.load(files, PROMISES)

    assert "ZeroDivisionError" in worker.loaded["nn/loss.py"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [("while True: pass", OutOfTime), ("import os\nos._exit(0)", WorkerDied), ("import os\nos.abort()", WorkerDied)],
)
def test_the_file_that_never_ends_or_ends_the_process_is_known(bench, text, fault):
    """So that a grading can leave it out and go on with the others."""
    rows = bench.worker().request(
        "compile", {p: np.frombuffer(t.encode(), np.uint8) for p, t in {**FILES, "nn/loss.py": text}.items()}, {}
    )
    worker = bench.worker()
    worker.limit(0.5)
    with pytest.raises(fault):
        worker.request("load", packed([*row, PROMISES.get(row[0], [])] for row in rows), {})

    assert worker.at == "nn/loss.py"


def test_after_an_inner_import_the_outer_file_is_the_one_at_work(bench):
    files = {**FILES, "nn/loss.py": "from . import linear\nimport os\nos._exit(3)"}
    rows = bench.worker().request("compile", {p: np.frombuffer(t.encode(), np.uint8) for p, t in files.items()}, {})
    worker = bench.worker()
    with pytest.raises(WorkerDied, match="exit code 3"):
        worker.request("load", packed([*row, PROMISES.get(row[0], [])] for row in rows), {})

    assert worker.at == "nn/loss.py"


@pytest.mark.parametrize(
    "name", ["torch", "antigravity", "framework.nothing", "grader.compare", "reference", "sqlite3"]
)
def test_what_was_not_loaded_before_cannot_be_imported_and_the_message_names_the_policy(bench, name):
    bench.sandbox.load_all()
    framework = bench.framework(f"def load():\n    import {name}\n")

    with pytest.raises(
        StudentError, match="only NumPy, part of the standard library and your own framework package"
    ) as caught:
        framework.load()
    assert caught.value.is_a(ModuleNotFoundError)


def test_frames_of_an_error_name_the_students_files_and_lines(bench):
    framework = bench.framework("def outer():\n    return inner()\n\ndef inner():\n    return [][1]\n")
    with pytest.raises(StudentError) as caught:
        framework.outer()

    assert caught.value.frames == [("framework/__init__.py", 2, "outer"), ("framework/__init__.py", 5, "inner")]
    assert caught.value.name == "IndexError"


def test_a_problem_is_described_in_one_line():
    assert package.describe(ValueError("no")) == "ValueError: no"
    assert package.describe(KeyboardInterrupt()) == "KeyboardInterrupt"
