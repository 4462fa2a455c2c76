"""The clock of a worker and the budget of all checks, without processes: the kernel's word and the time are made up."""

import pytest

from grader.isolation.outside import clock
from grader.isolation.outside.clock import LEAST, MOMENT, SECONDS_TO_READ, Budget, Clock
from grader.isolation.outside.processor import Use


class World:
    """A time that only moves when it is told to, and what the kernel would say of the worker."""

    def __init__(self) -> None:
        self.now, self.use = 1000.0, Use()

    def passes(self, seconds: float, running: float = 0.0, waiting: float = 0.0, is_ready: bool = False) -> None:
        self.now += seconds
        self.use = Use(self.use.running + running, self.use.waiting + waiting, is_ready)


@pytest.fixture
def world(monkeypatch) -> World:
    world = World()
    monkeypatch.setattr(clock, "monotonic", lambda: world.now)
    return world


UNUSED = Use()


def made(world: World, seconds: float = 5.0, until: float = 1e9, before: Use = UNUSED) -> Clock:
    made = Clock(seconds, until, lambda: world.use, before)
    made.start()
    return made


def is_over(clock: Clock) -> bool:
    try:
        clock.left()
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("busy", [1, 3, 12])
def test_a_loop_has_its_time_on_the_processor_however_many_others_want_it(world, busy):
    mine = made(world)
    used = 0
    while not is_over(mine):
        world.passes(busy * 0.1, running=0.1, waiting=(busy - 1) * 0.1)
        used += 1

    assert used in (49, 50, 51)
    assert mine.used == pytest.approx(5.0, abs=0.1)


def test_who_sleeps_is_over_by_the_wall_clock(world):
    mine = made(world)
    world.passes(4.9)
    assert mine.left() == pytest.approx(0.1)
    world.passes(0.2)

    assert is_over(mine)
    assert mine.used == 5.0


def test_between_an_answer_and_the_next_request_no_time_passes(world):
    """The grader itself may be kept waiting on a busy machine."""
    mine = made(world)
    world.passes(2.0, running=2.0)
    mine.stop()
    world.passes(100.0)
    mine.start()

    assert mine.left() == pytest.approx(3.0)
    assert mine.used == pytest.approx(2.0)


def test_while_an_answer_lies_here_no_time_passes_and_the_rest_of_it_may_take_a_moment_once(world):
    mine = made(world)
    world.passes(60.0)
    mine.find_answer()
    assert mine.left() == pytest.approx(5.0 + SECONDS_TO_READ)
    mine.stop()
    mine.start()

    assert mine.left() == pytest.approx(5.0)


def test_who_keeps_itself_waiting_has_no_more_time(world):
    """Eight threads on one processor: the first waits for the others."""
    mine = made(world)
    world.passes(5.0, running=5.0, waiting=4.4)

    assert is_over(mine)


def test_a_wait_that_has_not_ended_yet_is_waited_for(world):
    """The kernel counts it only when it has ended."""
    mine = made(world)
    world.passes(2.0, running=2.0)
    world.passes(9.0, is_ready=True)
    assert mine.left() == MOMENT
    world.passes(0.1, running=0.1, waiting=9.0, is_ready=True)

    assert mine.left() == pytest.approx(2.9)


def test_what_was_used_before_the_limit_does_not_count(world):
    world.use = Use(running=40.0, waiting=30.0)
    mine = made(world, before=world.use)
    world.passes(6.0, running=2.0, waiting=4.0)

    assert mine.left() == pytest.approx(3.0)


def test_after_the_end_of_the_whole_grading_waiting_counts(world):
    mine = made(world, until=1007.0)
    world.passes(6.0, running=1.0, waiting=5.0)
    assert mine.left() == pytest.approx(1.0)
    world.passes(1.0, waiting=1.0)

    assert is_over(mine)


def grants(budget: Budget, *used: float) -> list[float]:
    """What each check is granted; it uses so much, or all that it is granted."""
    found = []
    for wanted in used:
        granted = budget.grant()
        budget.give_back(granted - min(wanted, granted))
        found.append(granted)
    return found


def test_a_check_has_its_whole_time_as_long_as_no_other_needs_more_than_its_part():
    assert grants(Budget(5.0, 180.0, 60), *[1.4] * 60) == [5.0] * 60


def test_when_every_check_loops_all_end_in_the_total_and_none_has_less_than_its_part():
    found = grants(Budget(5.0, 180.0, 60), *[9.0] * 60)

    assert found[0] == 5.0
    assert min(found) == pytest.approx(1.5)
    assert sum(found) <= 180.0 + 1e-9


def test_loops_take_nothing_from_the_part_of_those_that_come_after_them():
    found = grants(Budget(5.0, 180.0, 60), *[9.0] * 50, *[0.1] * 10)

    assert min(found[50:]) >= 1.5


def test_a_total_that_is_too_small_leaves_every_check_a_moment():
    assert grants(Budget(5.0, 1e-9, 4), *[9.0] * 4) == [LEAST] * 4
    assert grants(Budget(0.1, 1e-9, 2), *[9.0] * 2) == [0.1] * 2


def test_more_checks_than_expected_have_their_part_too():
    """As a check whose worker was lost is run again."""
    assert grants(Budget(1.0, 2.0, 1), *[9.0] * 4) == [1.0] * 4


def test_what_checks_with_a_limit_of_their_own_need_is_set_aside():
    budget = Budget(5.0, 60.0, 4, own=50.0)

    assert budget.grant(30.0) == 30.0
    assert grants(budget, *[9.0] * 4) == [5.0, 2.5, 1.25, 1.25]


def test_what_such_a_check_leaves_is_common():
    budget = Budget(5.0, 34.0, 2, own=30.0)
    granted = budget.grant(30.0)
    budget.give_back(granted - 10.0)

    assert grants(budget, *[9.0] * 2) == [5.0, 5.0]
