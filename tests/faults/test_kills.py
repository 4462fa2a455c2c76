"""Processes of a grading are killed at random moments. Every check keeps its result, and other checks do not notice."""

from pathlib import Path

import pytest

from tests.faults import kills

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="process descriptors are Linux's")


def test_workers_that_are_killed_cost_their_own_checks_and_nothing_else():
    tally = kills.kill_workers(200)

    assert tally.injected >= 200
    assert tally.clean, tally


def test_workers_that_are_killed_before_the_first_check_leave_a_whole_report():
    assert kills.kill_workers_of_the_preparation(6).clean


def test_a_fork_server_that_is_killed_in_the_middle_of_a_check_costs_nobody_a_point():
    tally = kills.kill_fork_servers(20)

    assert tally.injected >= 20
    assert tally.clean, tally
