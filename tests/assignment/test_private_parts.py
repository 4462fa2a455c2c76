"""Stubs without what is private, and what is refused as a hole."""

import ast
from textwrap import dedent

import pytest

from grader.assignment.holes import HoleError, exported_names, find_holes, hollow, promised_names


def stub(source: str, *holes: str) -> str:
    return hollow(dedent(source).lstrip("\n"), holes, lambda _name: "nn")


# Each case: the reference and the stub; the hole is f.
CASES = {
    "what is private goes, with its comments and decorators": (
        '''
        """Module."""

        import numpy as np

        # a constant of the solution
        _EPS = 1e-8
        _A, (_B, _C) = 1, (2, 3)
        _TABLE: dict[str, int] = {
            "a": 1,
        }
        LIMIT = 3

        def f(x):
            return _helper(x)

        # how it works
        @cache
        def _helper(x):
            return x
            # that was it

        class A:
            def g(self):
                return self._g()

            def _g(self):
                return 1
        ''',
        '''
        """Module."""

        import numpy as np

        LIMIT = 3

        def f(x):
            raise NotImplementedError("nn.f")

        class A:
            def g(self):
                return self._g()
        ''',
    ),
    "dunder names, public parts of an assignment and private classes that are inherited from stay": (
        """
        __all__ = ["f"]
        _a, b = 1, 2
        Box._size = 3

        class _Base:
            x = 1

            def _g(self):
                return 2

        class A(_Base):
            x = 2

        def f():
            return 1
        """,
        """
        __all__ = ["f"]
        _a, b = 1, 2
        Box._size = 3

        class _Base:
            x = 1

        class A(_Base):
            x = 2

        def f():
            raise NotImplementedError("nn.f")
        """,
    ),
    "other private classes go, with their public methods": (
        """
        def f(x):
            return _Counts(x).most()

        # what occurs, and how often
        @dataclass
        class _Counts:
            x: list

            def most(self):
                return self._all()[0]

            def _all(self):
                return sorted(self.x)

        LIMIT = 3
        """,
        """
        def f(x):
            raise NotImplementedError("nn.f")

        LIMIT = 3
        """,
    ),
    "a file that begins and ends with what goes": (
        """
        _EPS = 1e-8
        def f():
            return 1
        def _g():
            return 2
        # the end
        """,
        """
        def f():
            raise NotImplementedError("nn.f")
        # the end
        """,
    ),
}


@pytest.mark.parametrize(("source", "wanted"), CASES.values(), ids=CASES.keys())
def test_a_stub_holds_nothing_private(source, wanted):
    assert stub(source, "f") == dedent(wanted).lstrip("\n")


@pytest.mark.parametrize(
    "hole", ["Nothing", "A.nothing", "Nothing.f", "A._private", "_private", "A.f.g", "LIMIT", "inner"]
)
def test_an_unknown_or_private_hole_is_refused_by_name(hole):
    source = """
    LIMIT = 1
    class A:
        def f(self):
            def inner(): ...
        def _private(self): ...
    def _private(): ...
    """

    with pytest.raises(HoleError, match=f"'{hole}'"):
        stub(source, hole)


@pytest.mark.parametrize("body", ["x = 1", "def _f(self): ..."])
def test_a_class_without_public_methods_is_no_hole(body):
    """There would be nothing for students to write, and whatever is in it would be given away."""
    with pytest.raises(HoleError, match="has no public method"):
        stub(f"class A:\n    {body}\n", "A")


def test_a_stub_that_would_not_compile_is_refused():
    with pytest.raises(HoleError, match="the stub does not compile"):
        stub("class A:\n    def _f(self): ...\ndef g(): ...\n", "g")


def test_holes_are_found_in_the_order_listed():
    tree = ast.parse("def f(): ...\nclass A:\n    def g(self): ...\n    def __init__(self): ...\n")

    assert [name for name, _node in find_holes(tree, ["A", "f"])] == ["A.g", "A.__init__", "f"]


def test_a_hole_listed_twice_is_found_once():
    tree = ast.parse("class A:\n    def f(self): ...\n")

    assert [name for name, _node in find_holes(tree, ["A.f", "A"])] == ["A.f"]


def test_promised_names_are_the_public_classes_and_functions():
    source = "import numpy\nX = 1\nclass A: ...\ndef f(): ...\nasync def g(): ...\nclass _B: ...\ndef _h(): ...\n"

    assert promised_names(source) == ("A", "f", "g")


def test_exported_names_say_where_they_come_from():
    source = "from .linear import Linear as Linear, Identity\nfrom . import utils\nfrom .a.b import c as d\nimport os\n"

    assert exported_names(source) == {"Linear": "linear", "Identity": "linear", "d": "a.b"}
