"""Variants of the reference share the files in which nothing can differ, and no others."""

import ast
from pathlib import Path

import pytest

from grader.assignment import Course, Variants
from grader.assignment.memory_package import module_of
from grader.assignment.sharing import Sharing, holds_state
from grader.calls import follow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def variants() -> Variants:
    return Variants(Course.load(ROOT))


@pytest.mark.parametrize(
    "text",
    [
        "_seen = {}",
        "_seen: list = []",
        "count = 0\ndef f():\n    global count\n    count += 1",
        "class A:\n    cache = dict()",
        "def f(x, seen=[]):\n    pass",
        "import functools\n@functools.cache\ndef f(x):\n    pass",
        "for name in 'ab':\n    print(name)",
    ],
)
def test_what_may_keep_something_holds_state(text):
    assert holds_state(ast.parse(text))


def test_definitions_and_constants_hold_none():
    text = '"""A module."""\nimport numpy as np\nA = (1, -2.5)\nB = np.inf\nC = np.ndarray | None\n__all__ = ["A"]\n'
    text += "class D:\n    kind = 'd'\n    def f(self, x=A):\n        self.x = {}\n"

    assert not holds_state(ast.parse(text))


def test_what_imports_a_file_with_state_or_one_that_differs_is_not_shared():
    files = {
        "__init__.py": "from . import nn",
        "nn/__init__.py": "from .a import A",
        "nn/a.py": "class A: pass",
        "nn/b.py": "from .a import A",
        "nn/c.py": "def f():\n    from ..state import seen",
        "nn/d.py": "import math",
        "state.py": "seen = []",
    }
    sharing = Sharing({file: ast.parse(text) for file, text in files.items()})

    assert sharing.shared(["nn/a.py"]) == {"nn/d.py"}
    assert sharing.shared(["nn/d.py"]) == {"nn/a.py", "nn/b.py"}


def test_what_another_file_changes_at_its_import_is_not_shared():
    files = {"a.py": "class A: pass", "b.py": "from .a import A\nA.f = len", "c.py": "from .a import A", "d.py": ""}

    assert Sharing({file: ast.parse(text) for file, text in files.items()}).shared([]) == {"d.py"}


@pytest.mark.parametrize("file", ["optim/adam.py", "nn/linear.py", "autograd/arithmetic.py"])
def test_everything_is_where_it_is_in_a_package_of_its_own(variants, file):
    package = variants.importer({file: variants.trees[file]}, sharing=True)()

    assert follow(package, module_of(file)) is not follow(variants.original, module_of(file))
    for path in map(module_of, variants.trees):
        own, original = (vars(follow(p, path) if path else p) for p in (package, variants.original))
        assert own.keys() >= {name for name in original if not name.startswith("_")}


def test_a_variant_leaves_the_original_as_it_is(variants):
    tensor = variants.original.autograd.Tensor
    before = dict(vars(tensor))
    package = variants.importer({"autograd/arithmetic.py": variants.trees["autograd/arithmetic.py"]}, sharing=True)()

    assert dict(vars(tensor)) == before
    assert package.autograd.Tensor is not tensor
