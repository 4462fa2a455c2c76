"""Every attack, in the configuration of this machine.

`python tests/attacks` runs all configurations and prints the table.
"""

import sys
from pathlib import Path

import pytest

from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.probing import probe

# The harness also runs outside pytest and as other users: it is no part of `tests`.
sys.path.insert(0, str(Path(__file__).parent))

from harness import configurations, controls, findings, parallel
from harness.attack import CLASSES, all_attacks

ATTACKS = all_attacks()


@pytest.fixture(scope="module")
def running(request):
    """Attack -> what it will have achieved: all that were selected run in the background, in order."""
    items = [item for item in request.session.items if "running" in getattr(item, "fixturenames", ())]
    with Sandbox().start() as sandbox:
        missing = probe.shortfall(probe.examine(sandbox))
    if missing:
        pytest.skip(f"hostile code is not let loose here: {missing}")
    with parallel.running(
        configurations.Configuration(), [item.callspec.params["attack"] for item in items]
    ) as results:
        yield results


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are confined on Linux alone")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_achieves_nothing_that_is_not_declared(attack, running):
    """No file, socket, process, secret, verdict or report is reached; all else is graded as it would have been.

    Or it is what SECURITY.md says that nothing stops, and no more than that.
    """
    assert running[attack.id].result() == list(attack.declared)


@pytest.mark.parametrize(("waited", "found"), [(0.5, ["test_forward took 8.5 s"]), (6.0, [])])
def test_a_slow_check_is_seen_where_no_busy_machine_explains_it(waited, found):
    assert list(findings.seconds({"test_forward": (9.0, 0.6)}, waited)) == found


def test_there_are_attacks_of_every_class():
    assert {attack.kind for attack in ATTACKS} == set(CLASSES)
    assert len(ATTACKS) >= 120


def test_every_attack_has_a_positive_control():
    """`controls.json` was made from the files as they are; if not, run `python tests/attacks controls` as root."""
    known = controls.read()

    assert {a.id: known.get(a.id, {}).get("file") for a in ATTACKS} == {a.id: controls.fingerprint(a) for a in ATTACKS}


def test_enough_of_them_are_attacks_and_not_only_faults():
    """An attack succeeds where test and submission share a process."""
    assert sum(controls.is_attack(attack.id) for attack in ATTACKS) >= 120
