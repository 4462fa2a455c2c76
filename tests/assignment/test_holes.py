"""Stubs: what a hole leaves standing, what it takes away, and that the rest stays to the letter."""

from textwrap import dedent

import pytest

from grader.assignment.holes import hollow


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
