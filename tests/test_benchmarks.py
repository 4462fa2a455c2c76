"""The benchmark against other graders is fair: the same checks in both ways of writing, and an oracle that is right."""

from importlib import import_module, util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

PEERS = Path(__file__).resolve().parents[1] / "benchmarks" / "peers"


@pytest.fixture
def peers(monkeypatch):
    """The modules of the benchmark by name."""
    monkeypatch.syspath_prepend(PEERS)
    return {name: import_module(name) for name in ("bare", "checks", "submissions")}


def framework(source: str) -> ModuleType:
    module = util.module_from_spec(util.spec_from_loader("nn", None))
    exec(source, vars(module))
    return module


def test_both_ways_to_write_the_checks_have_the_same_names(peers):
    assert [check.__name__ for check in peers["checks"].CHECKS] == list(peers["submissions"].CHECKS)


def test_the_vectorised_answer_passes_every_check(peers):
    nn = framework(peers["submissions"].VECTORISED)

    assert all(peers["bare"].passes(check, nn) for check in peers["checks"].CHECKS)


def test_every_bug_of_the_cohort_fails_the_checks_that_the_oracle_lists(peers):
    submissions, checks = peers["submissions"], peers["checks"]
    wrong = [s for s in submissions.cohort(submissions.VECTORISED) if s.fails]

    assert len(wrong) == 12
    for submission in wrong:
        nn = framework(submission.source)
        quick = [c for c in checks.CHECKS if c.__name__ in submission.fails or not c.__name__.endswith("gradients")]

        with np.errstate(all="ignore"):
            failed = {c.__name__ for c in quick if not peers["bare"].passes(c, nn)}

        assert failed == submission.fails


def test_both_cohorts_can_be_written(peers):
    submissions = peers["submissions"]

    assert [len(submissions.cohort(base)) for base in (submissions.NAIVE, submissions.VECTORISED)] == [36, 36]
    assert len(submissions.misbehaving()) == 9
