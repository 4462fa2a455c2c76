"""What a check is given."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import Any

import numpy as np
import pytest

from grader.authored import Data
from grader.checks.collecting import gives_partial_credit
from grader.checks.errors import under_test
from grader.checks.framework import LocalFramework
from grader.checks.plugins.state import State
from grader.checks.seeding import rng_for
from grader.checks.speed import SECONDS_OF_THE_REFERENCE, Speed, Work, measure
from grader.checks.twin import Workbench
from grader.checks.written import Written
from grader.checks.wrong import Wrong


class Fixtures:
    """The plugin that has them. They ask the state which check runs: pytest takes longer to make a `request`."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.fixture
    def student(self) -> Iterator[Any]:
        """The framework under test; a fresh one, in a process of its own, for every check."""
        run, before = self._state.present, monotonic()
        with run.open() as framework, under_test(framework):
            run.started += monotonic() - before  # to wait for a worker, or for its import, is no part of a check
            yield framework
            if run.error is None:
                framework.finish()  # what other fixtures asked for at their end

    @pytest.fixture
    def reference(self) -> LocalFramework:
        """The reference, with the interface of `student`."""
        return LocalFramework(self._state.plan.reference_of(self._state.present.check))

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Random numbers of this check and submission."""
        return rng_for(self._state.present.check.id, self._state.plan.seed)

    @pytest.fixture
    def data(self) -> Data:
        """Files of data, by name."""
        return Data(*self._state.assignment_of(self._state.present.check).data_folders)

    @pytest.fixture
    def twin(self, student: Any, rng: np.random.Generator) -> Workbench:
        """Makes objects on both sides, see `checks.twin`."""
        run = self._state.present
        wrong = Wrong(goes_on=not gives_partial_credit(run.item))  # what it sets after a wrong value would count
        run.bench = Workbench(student, self._state.plan.reference_of(run.check), rng, wrong=wrong)
        return run.bench

    @pytest.fixture
    def measure(self, student: Any, rng: np.random.Generator) -> Iterator[Callable[[Work], Speed]]:
        """Measures how fast the framework is beside the reference, see `checks.speed`."""
        plan, check = self._state.plan, self._state.present.check
        opened: AbstractContextManager[Any] = nullcontext(LocalFramework(plan.reference_of(check)))
        if student.is_alone and plan.open_reference:
            opened = plan.open_reference(self._state.assignment_of(check), SECONDS_OF_THE_REFERENCE)
        with opened as rival:
            yield lambda work: measure(student, rival, work, rng)

    @pytest.fixture
    def written(self, rng: np.random.Generator) -> Written:
        """Runs tests that the student wrote on right and wrong implementations, see `checks.written`."""
        return Written(self._state.present, rng)

    @pytest.fixture
    def set_score(self) -> Callable[[float], None]:
        return self._state.present.extras.set_score

    @pytest.fixture
    def set_leaderboard_value(self) -> Callable[[float | str], None]:
        return self._state.present.extras.set_leaderboard_value
