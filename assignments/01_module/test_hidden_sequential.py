"""Hidden checks of assignment 01: Sequential."""

from dataclasses import dataclass

from grader.checks import compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws

from .trees import ONES, build, called, names_of, normal


@dataclass(frozen=True)
class Chain(Layer):
    """A Sequential of layers whose sizes are equal, one of them a Sequential again: only the order tells them apart."""

    def make(self, twin, options):
        inner = twin("nn.Sequential", twin("nn.Linear", 4, 4), twin("nn.Identity"), twin("nn.Linear", 4, 4))
        chain = twin("nn.Sequential", twin("nn.Linear", 4, 4), inner)
        chain.name = "Sequential(Linear(4, 4), Sequential(Linear(4, 4), Identity(), Linear(4, 4)))"
        return chain


CHAIN = Chain(
    "nn.Sequential", shapes=((6, 4), (4,), (2, 3, 4), (0, 4)), sizes=((4, 4), (2, 4), (5, 4)), draw=normal, owns=False
)


class TestSequential(ModuleLaws, member=CHAIN, points=2):
    @weight(1)
    def test_of_twelve_modules(self, twin, rng):
        """A Sequential of more than ten modules keeps their order, forward, backward and in its names."""
        chain = twin("nn.Sequential", *(twin("nn.Linear", 4, 4) for _ in range(12)))
        chain.name = "Sequential(twelve of Linear(4, 4))"
        chain.forward(rng.normal(size=(3, 4))).compare()
        chain.backward(rng.normal(size=(3, 4))).compare()
        chain.state_dict().compare()

    @weight(1)
    def test_names(self, student):
        """A Sequential's modules are its children "0", "1" and so on, and one Sequential may be in another."""
        parts = [build(student, {"weight": ONES}) for _ in range(3)]
        chain = student.nn.Sequential(parts[0], student.nn.Sequential(parts[1], parts[2]))
        compare(names_of(chain.named_parameters()), "0.weight, 1.0.weight, 1.1.weight", "the list of names")

    @weight(1)
    def test_of_no_modules(self, student, twin, rng):
        """Sequential() is the identity, forward and backward, and as a part of another Sequential a module like
        others."""
        chain, x, dy = student.nn.Sequential(), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
        compare([chain.forward(x), chain.backward(dy)], [x, dy], "[Sequential().forward(x), Sequential().backward(dy)]")
        longer = twin("nn.Sequential", twin("nn.Sequential"), twin("nn.Linear", 3, 4))
        longer.name = "Sequential(Sequential(), Linear(3, 4))"
        longer.forward(x).compare()
        longer.backward(rng.normal(size=(2, 4))).compare()
        longer.eval()
        longer.compare("0.training")
        compare(len(list(longer.actual.children())), 2, f"the number of children() of {longer.name}")

    @weight(0.75)
    def test_indexing(self, student):
        """A Sequential takes negative indices and slices, which give a Sequential."""
        parts = [build(student, {"weight": ONES}) for _ in range(3)]
        names = dict(zip(parts, ("first", "second", "third"), strict=True))
        chain = student.nn.Sequential(*parts)
        compare(called([chain[-3], *chain[1:]], names), "first, second, third", "[chain[-3], *chain[1:]]")
        compare(called(chain[::-2], names), "third, first", "chain[::-2]")
        compare(names_of(chain[1:].named_parameters()), "0.weight, 1.weight", "the list of names in chain[1:]")

    @weight(0.75)
    def test_append(self, twin, rng):
        """append adds a module at the end, also after the Sequential was used, and returns the Sequential."""
        chain = twin("nn.Sequential", twin("nn.Linear", 4, 4))
        chain.forward(rng.normal(size=(3, 4)))
        longer = chain.append(twin("nn.Linear", 4, 4))
        compare(longer.actual == chain.actual, True, "`chain.append(last) is chain`")
        chain.name = "Sequential(first).append(last)"
        chain.forward(rng.normal(size=(3, 4))).compare()
        chain.backward(rng.normal(size=(3, 4))).compare()

    @fine
    @weight(0.5)
    def test_what_is_no_module(self, student):
        """Sequential(...) and append raise TypeError for what is no Module; an index out of range is an IndexError."""
        chain = student.nn.Sequential(*(student.nn.Identity() for _ in range(3)))
        with raises(TypeError, doing="chain.append(None)"):
            chain.append(None)
        with raises(TypeError, doing="Sequential([first, second]) with a list"):
            student.nn.Sequential([student.nn.Identity(), student.nn.Identity()])
        for index in (3, -4):
            with raises(IndexError, doing=f"chain[{index}] of a Sequential of 3"):
                chain[index]
