"""Stubs: what a hole leaves standing, what it takes away, and that the rest stays to the letter."""

import ast
from textwrap import dedent

import pytest

from grader.assignment.holes import HoleError, exported_names, find_holes, hollow, promised_names


def stub(source: str, *holes: str) -> str:
    return hollow(dedent(source).lstrip("\n"), holes, lambda _name: "nn")


def expected(source: str) -> str:
    return dedent(source).lstrip("\n")


# Each case: the reference, the holes, the stub.
CASES = {
    "a function loses its body and keeps its docstring": (
        '''
        def exp(x: float) -> float:
            """Return e to the power of x."""
            total = 1.0
            return total * 2.718**x
        ''',
        ["exp"],
        '''
        def exp(x: float) -> float:
            """Return e to the power of x."""
            raise NotImplementedError("nn.exp")
        ''',
    ),
    "a class stands for all its public methods and keeps its attributes": (
        '''
        class Linear(Module):
            """A layer."""

            kind = "affine"  # given

            def __init__(self, n: int) -> None:
                self.n = n

            def forward(self, x):
                """Return y."""
                return x * self.n
        ''',
        ["Linear"],
        '''
        class Linear(Module):
            """A layer."""

            kind = "affine"  # given

            def __init__(self, n: int) -> None:
                raise NotImplementedError("nn.Linear.__init__")

            def forward(self, x):
                """Return y."""
                raise NotImplementedError("nn.Linear.forward")
        ''',
    ),
    "one method of a class": (
        """
        class A:
            def f(self):
                return 1

            def g(self):
                return 2
        """,
        ["A.g"],
        """
        class A:
            def f(self):
                return 1

            def g(self):
                raise NotImplementedError("nn.A.g")
        """,
    ),
    "bodies in the line of the signature": (
        '''
        class A:
            def f(self): return 1
            def g(self): "Doc."; return 2
            def h(self): """Only a docstring."""
        ''',
        ["A"],
        '''
        class A:
            def f(self):
                raise NotImplementedError("nn.A.f")
            def g(self):
                "Doc."
                raise NotImplementedError("nn.A.g")
            def h(self):
                """Only a docstring."""
                raise NotImplementedError("nn.A.h")
        ''',
    ),
    "a signature over several lines": (
        '''
        def f(
            x: dict[str, int],
            key=lambda pair: pair[1:],
            *,
            mark=":",  # a colon:
        ) -> dict[str, int]:
            """Doc
            in two lines.
            """
            return x
        ''',
        ["f"],
        '''
        def f(
            x: dict[str, int],
            key=lambda pair: pair[1:],
            *,
            mark=":",  # a colon:
        ) -> dict[str, int]:
            """Doc
            in two lines.
            """
            raise NotImplementedError("nn.f")
        ''',
    ),
    "comments of the solution go, wherever they stand": (
        '''
        def f(x):  # the trick is to shift
            # before the docstring
            """Doc."""  # after it
            # before the code
            return x  # beside it
            # after the code

        # about g
        def g(x):
            return x
        ''',
        ["f"],
        '''
        def f(x):
            """Doc."""
            raise NotImplementedError("nn.f")

        # about g
        def g(x):
            return x
        ''',
    ),
    "decorators stay": (
        """
        class A:
            @property
            def p(self):
                return self._p

            @p.setter
            def p(self, value):
                self._p = value

            @staticmethod
            @cache
            def s():
                return 3
        """,
        ["A"],
        """
        class A:
            @property
            def p(self):
                raise NotImplementedError("nn.A.p")

            @p.setter
            def p(self, value):
                raise NotImplementedError("nn.A.p")

            @staticmethod
            @cache
            def s():
                raise NotImplementedError("nn.A.s")
        """,
    ),
    "generators, coroutines and nested functions are bodies like others": (
        """
        def f():
            def inner():
                yield 1
            yield from inner()

        async def g():
            await f()

        def h():
            class Local:
                def m(self): return 1
            return Local
        """,
        ["f", "g", "h"],
        """
        def f():
            raise NotImplementedError("nn.f")

        async def g():
            raise NotImplementedError("nn.g")

        def h():
            raise NotImplementedError("nn.h")
        """,
    ),
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
        ["f"],
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
    "private classes, dunder names and public parts of an assignment stay": (
        """
        __all__ = ["f"]
        _a, b = 1, 2
        Box._size = 3

        class _Base:
            x = 1

        def f():
            return 1
        """,
        ["f"],
        """
        __all__ = ["f"]
        _a, b = 1, 2
        Box._size = 3

        class _Base:
            x = 1

        def f():
            raise NotImplementedError("nn.f")
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
        ["f"],
        """
        def f():
            raise NotImplementedError("nn.f")
        # the end
        """,
    ),
    "strings that look like code": (
        """
        def f(x=":#"):
            '''Doc: def g(): # no'''
            return "def h():"

        TEXT = '''
        def f():
            # no comment
        '''
        """,
        ["f"],
        """
        def f(x=":#"):
            '''Doc: def g(): # no'''
            raise NotImplementedError("nn.f")

        TEXT = '''
        def f():
            # no comment
        '''
        """,
    ),
    "letters of more than one byte": (
        '''
        def größe(ε: float = 1, ü="→") -> "Größe": return ε
        def f(ε):
            """∂L/∂x = ε·dy, ‖x‖ ≤ 1."""; return ε
        ''',
        ["größe", "f"],
        '''
        def größe(ε: float = 1, ü="→") -> "Größe":
            raise NotImplementedError("nn.größe")
        def f(ε):
            """∂L/∂x = ε·dy, ‖x‖ ≤ 1."""
            raise NotImplementedError("nn.f")
        ''',
    ),
}


@pytest.mark.parametrize(("source", "holes", "wanted"), CASES.values(), ids=CASES.keys())
def test_a_stub_is_the_reference_without(source, holes, wanted):
    assert stub(source, *holes) == expected(wanted)


@pytest.mark.parametrize(("source", "holes", "_wanted"), CASES.values(), ids=CASES.keys())
def test_a_stub_compiles(source, holes, _wanted):
    compile(stub(source, *holes), "stub.py", "exec")


@pytest.mark.parametrize("character", ["\u2028", "\x0c", "\x1c", "\x85"])
def test_a_character_that_ends_a_line_elsewhere_does_not_shift_the_cuts(character):
    source = f'X = "{character}"\ndef f():\n    return 1\n'

    assert hollow(source, ["f"], lambda _name: "nn") == source.replace("return 1", 'raise NotImplementedError("nn.f")')


def test_without_holes_only_what_is_private_goes():
    assert stub("def f():\n    return 1  # kept\n") == "def f():\n    return 1  # kept\n"


def test_the_message_says_how_the_name_is_reached():
    module_of = {"A.f": "nn", "g": "optim.lr_scheduler"}.__getitem__

    text = hollow("class A:\n    def f(self): ...\ndef g(): ...\n", ["A", "g"], module_of)

    assert 'NotImplementedError("nn.A.f")' in text
    assert 'NotImplementedError("optim.lr_scheduler.g")' in text


@pytest.mark.parametrize("hole", ["Nothing", "A.nothing", "Nothing.f", "A._private", "_private", "A.f.g", "LIMIT", "inner"])
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
