"""The grader is ended at random moments.

What was announced is in the results, the results are valid at every moment, and no process is left.
"""

import os
from pathlib import Path

import pytest

from tests.faults.interruptions import SIGNALS, interrupt

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="these tests look at processes in /proc")
TIMES = {"killed": 40 if os.environ.get("ALL_FAULTS") else 8, "terminated": 3, "hung up on": 3, "interrupted": 4}


@pytest.mark.parametrize("how", SIGNALS)
def test_a_grader_that_is_ended_loses_no_announced_result_and_leaves_nothing_running(how):
    tally = interrupt(how, TIMES[how])

    assert tally.injected == TIMES[how]
    assert tally.clean, tally
