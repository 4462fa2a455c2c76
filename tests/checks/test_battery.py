"""How a law becomes a check of each member."""

import math

import pytest

from grader.checks.battery import Battery, LossLaws, ModuleLaws, OptimizerLaws, SchedulerLaws, law
from grader.checks.battery.laws import GRAIN, shared
from grader.checks.decorators import weight
from grader.checks.local import HIDDEN


class Thing:
    def __init__(self, name: str, edges: tuple[str, ...] = ()) -> None:
        self.name, self.edges = name, edges


class ThingLaws(Battery):
    @law("{name} holds.", 2)
    def test_holds(self):
        return self.member.name

    @law("{name} holds at its edges.", needs="edges")
    def test_edges(self):
        return self.member.edges

    @law("{name} has fine print.", fine=True)
    def test_fine_print(self): ...


class Box(ThingLaws, member=Thing("Box", ("left",)), points=3.5):
    @weight(1)
    def test_of_its_own(self):
        """A box has a lid."""


class Ball(ThingLaws, member=Thing("Ball"), points=1): ...


def test_every_law_is_a_check_of_the_member_with_a_sentence_about_it():
    assert Box.test_holds.__doc__ == "Box holds."
    assert Ball.test_holds.__doc__ == "Ball holds."
    assert Box().test_holds() == "Box"


def test_a_law_that_needs_what_the_member_lacks_is_no_check_of_it():
    assert Box().test_edges() == ("left",)
    assert Ball.test_edges is None


def test_points_are_shared_by_weight_and_fine_print_weighs_half():
    names = ("test_holds", "test_edges", "test_fine_print")

    assert [getattr(Box, name).__weight__ for name in names] == [2.0, 1.0, 0.5]
    assert Box.test_fine_print.__fine__
    assert not hasattr(Box.test_holds, "__fine__")


def test_a_check_of_the_member_alone_keeps_its_own_points():
    assert Box.test_of_its_own.__weight__ == 1


def test_an_assignment_may_say_a_law_in_its_own_way():
    class StrictLaws(ThingLaws):
        @law("{name} holds strictly.")
        def test_holds(self):
            return "strictly"

    class Strict(StrictLaws, member=Thing("Disc"), points=1): ...

    assert Strict.test_holds.__doc__ == "Disc holds strictly."
    assert Strict().test_holds() == "strictly"


@pytest.mark.parametrize(
    ("points", "weights"), [(1, [1, 1, 1]), (4, [2, 1, 1, 0.5, 0.5]), (0.2, [5, 1, 1, 1]), (0.15, [100, 1, 1])]
)
def test_shares_add_up_exactly_and_are_whole_grains(points, weights):
    shares = shared(points, weights)

    assert round(math.fsum(shares), 10) == points
    assert min(shares) >= GRAIN
    assert all(math.isclose(share / GRAIN, round(share / GRAIN)) for share in shares)


@pytest.mark.parametrize(("points", "count"), [(0.1, 3), (1.01, 2)])
def test_points_that_cannot_be_shared_are_refused(points, count):
    with pytest.raises(ValueError, match="cannot be shared"):
        shared(points, [1] * count)


def test_what_students_read_of_hidden_checks_names_every_kind_of_law():
    """A law of a new kind needs a word there, or it belongs to one of these."""
    words = {
        "numbers": ("values", "gradients", "steps", "rates", "last_rates", "precision", "kinds_of_number"),
        "options, alone and together": ("with_options", "with_options_together", "groups", "evaluation", "state"),
        "used again": ("used_again", "built_later"),
        "dtypes": ("dtypes",),
        "memory": ("memory",),
        "errors": ("refuses",),
        "saved states": ("resumes",),
        "very large or small": ("range", "nothing_to_average", "missing_and_zero_gradients"),
    }
    told = " ".join(HIDDEN.split())
    endings = tuple(f"test_{word}" if word[:4] != "with" else word for found in words.values() for word in found)

    assert [word for word in words if word not in told] == []
    for laws in (ModuleLaws, LossLaws, OptimizerLaws, SchedulerLaws):
        assert [name for name in dir(laws) if name.startswith("test_") and not name.endswith(endings)] == []
