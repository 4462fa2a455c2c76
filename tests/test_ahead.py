"""What is done ahead is done while the caller goes on, and told when it is wanted."""

from threading import Event
from time import monotonic, sleep, thread_time

import pytest

from grader.ahead import Ahead, Latest


def test_an_action_begins_at_once_and_gives_its_result_when_that_is_wanted():
    begun, may_end = Event(), Event()

    def act():
        begun.set()
        may_end.wait(10)
        return 7

    ahead = Ahead(act)
    assert begun.wait(10)
    may_end.set()
    assert (ahead.result(), ahead.result()) == (7, 7)


def test_what_an_action_raises_is_raised_to_whoever_wants_its_result():
    def act():
        raise ValueError("no")

    with Ahead(act) as ahead, pytest.raises(ValueError, match="no"):
        ahead.result()


@pytest.mark.parametrize("leaves_by", [None, ValueError])
def test_the_end_of_a_block_waits_for_the_action(leaves_by):
    may_end, done = Event(), []

    def leave():
        with Ahead(lambda: (may_end.wait(10), done.append(1))):
            may_end.set()
            if leaves_by:
                raise leaves_by

    with pytest.raises(leaves_by) if leaves_by else Ahead(list):
        leave()
    assert done == [1]


def test_ctrl_c_does_not_wait_for_the_action():
    may_end = Event()
    with pytest.raises(KeyboardInterrupt), Ahead(lambda: may_end.wait(10)):
        raise KeyboardInterrupt
    may_end.set()


def test_the_latest_value_is_acted_on_and_what_came_before_it_left_out():
    begun, may_go_on, done = Event(), Event(), []

    def act(value):
        done.append(value)
        begun.set()
        may_go_on.wait(10)

    latest = Latest(act, pause=10)
    latest.put(1)
    assert begun.wait(10)
    for value in (2, 3, 4):
        latest.put(value)
    may_go_on.set()
    latest.put(5)
    latest.close()
    assert (done[0], done[-1], 2 in done) == (1, 5, False)


def test_nothing_is_done_any_more_once_the_latest_is_closed():
    done = []
    latest = Latest(done.append)
    latest.close()
    latest.put(1)
    assert done == []


def test_what_went_wrong_with_a_value_is_raised_in_the_end():
    latest = Latest(lambda value: 1 // value)
    latest.put(0)
    with pytest.raises(ZeroDivisionError):
        latest.close()


def test_what_takes_much_of_the_processor_is_followed_by_a_longer_pause():
    ends, begins = [], []

    def work(_value):
        begins.append(monotonic())
        until = thread_time() + 0.02
        while thread_time() < until:
            pass
        ends.append(monotonic())

    latest = Latest(work, pause=0)
    latest.put(1)
    while not ends:
        sleep(0.001)
    latest.put(2)
    while len(ends) < 2:
        sleep(0.001)
    latest.close()
    assert begins[1] - ends[0] >= 0.18  # nine times what it took
