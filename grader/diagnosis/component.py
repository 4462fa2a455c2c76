"""Finds the beliefs about a component that fit all that was seen in it, in failed checks and in passed ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.assignment import Variants
from grader.diagnosis.cause import Cause, of_misconceptions
from grader.diagnosis.clues import Case
from grader.diagnosis.evidence import ENOUGH
from grader.diagnosis.suspects import exclude_each_other, functions_of
from grader.diagnosis.theory import Fit, Theory, both
from grader.diagnosis.trials import Trials
from grader.result import Check, CheckResult, Outcome


@dataclass(eq=False)
class Component:
    """The checks of one component in one submission, failed ones and passed ones, and the other components."""

    name: str
    cases: list[Case]
    passed: list[Check]
    others: Sequence["Component"] = ()

    def settle(self, trials: Trials, variants: Variants, is_over: Callable[[], bool]) -> None:
        """Find the causes of each failure among the theories that were tried.

        A theory is accepted if it explains one failure, and predicts nothing in any check of the component that was not
        seen. Also, enough numbers must agree to exclude chance. If there are no numbers, it has to explain all
        failures, in this component and in each other one that it is about. If no single belief explains everything, two
        at once are considered, which have to.
        """
        fitting = _unique(theory for case in self.cases for theory in case.fitting)
        believed = [theory for theory in fitting if not is_over() and self._is_believed(theory, trials)]
        self._note(believed, self.cases, variants)
        if unexplained := [case for case in self.cases if not case.is_explained]:
            self._note(self._in_pairs(believed, trials, variants, is_over), unexplained, variants)

    def _note(self, theories: Sequence[Theory], cases: Iterable[Case], variants: Variants) -> None:
        """Make these theories causes of the failures that they fit.

        A pair counts only where neither of the two explains alone.
        """
        for theory in theories:
            for case in cases:
                found = case.tried.get(theory)
                is_alone = len(theory.misconceptions) == 1
                if found and found.fit in (Fit.WHOLE, Fit.PART, Fit.ALIKE) and (is_alone or not case.is_explained):
                    case.causes[_cause(theory, variants)] = found.fit

    def _is_believed(self, theory: Theory, trials: Trials) -> bool:
        fits = [trials.settle(case, theory) for case in self.cases]
        if Fit.OTHER in fits or Fit.WHOLE not in fits or self._is_refuted(theory, trials):
            return False
        if self._numbers(theory) >= ENOUGH:
            return True
        return self._is_explained_by(theory, trials) and self._is_explained_elsewhere(theory, trials)

    def _is_explained_elsewhere(self, theory: Theory, trials: Trials) -> bool:
        """Whether the theory explains each other component that it is about."""
        affected = [other for other in self.others if other.name in theory.components]
        return all(component._is_explained_by(theory, trials) for component in affected)

    def _is_explained_by(self, theory: Theory, trials: Trials) -> bool:
        return {trials.settle(case, theory) for case in self.cases} <= {Fit.WHOLE, Fit.ALIKE}

    def _is_refuted(self, theory: Theory, trials: Trials) -> bool:
        """Whether the theory fails a check that has passed."""
        return any(trials.fails(self.cases[0].failure, check.id, theory) for check in self.passed)

    def _in_pairs(
        self, believed: Sequence[Theory], trials: Trials, variants: Variants, is_over: Callable[[], bool]
    ) -> list[Theory]:
        """The beliefs that are in every pair that explains all failures, and the pair if it is the only one."""
        pairs = []
        for one, other in self._candidates(believed, trials, variants, is_over):
            if is_over():
                return []
            if self._is_whole(both(one, other), trials):
                pairs.append((one, other))
        if not pairs:
            return []
        first = both(*pairs[0])
        if self._numbers(first) < ENOUGH and not self._is_explained_elsewhere(first, trials):
            return []
        in_all = [theory for theory in pairs[0] if all(theory in pair for pair in pairs)]
        return [*in_all, first] if len(pairs) == 1 else in_all

    def _candidates(
        self, believed: Sequence[Theory], trials: Trials, variants: Variants, is_over: Callable[[], bool]
    ) -> Iterator[tuple[Theory, Theory]]:
        """Pairs that one student can have. One of the two has to fit some check without the other.

        A belief that fails a check which has passed fails it beside another one, too, and is left out.
        """
        fitting = _unique([*believed, *(theory for case in self.cases for theory in case.fitting)])
        failing = _unique([*fitting, *(theory for case in self.cases for theory in case.failing)])
        possible = [theory for theory in failing if not is_over() and not self._is_refuted(theory, trials)]
        for one, other in combinations(possible, 2):
            if one not in fitting:  # these come first; the rest are pairs of others
                return
            if not exclude_each_other(one.misconceptions[0], other.misconceptions[0], variants):
                yield one, other

    def _is_whole(self, pair: Theory, trials: Trials) -> bool:
        """Whether a pair gives the very same in every check; those that no single belief explains come first."""
        cases = sorted(self.cases, key=lambda case: case.is_explained)
        return all(trials.of(case, pair).fit is Fit.WHOLE for case in cases) and not self._is_refuted(pair, trials)

    def _numbers(self, theory: Theory) -> int:
        return sum(case.tried[theory].numbers for case in self.cases)


def components_of(cases: Iterable[Case], results: Iterable[CheckResult]) -> list[Component]:
    """The components with failed checks, and the checks in them that passed."""
    components: dict[str, Component] = {}
    for case in cases:
        name = case.failure.check.component
        components.setdefault(name, Component(name, [], [])).cases.append(case)
    for result in results:
        if result.outcome is Outcome.PASSED and result.check.component in components:
            components[result.check.component].passed.append(result.check)
    for component in components.values():
        component.others = [other for other in components.values() if other is not component]
    return list(components.values())


def sound_components(results: Iterable[CheckResult]) -> set[str]:
    """The names of components of which every check passed."""
    outcomes: dict[str, set[Outcome]] = {}
    for result in results:
        outcomes.setdefault(result.check.component, set()).add(result.outcome)
    return {name for name, found in outcomes.items() if found == {Outcome.PASSED}}


def _cause(theory: Theory, variants: Variants) -> Cause:
    functions = {function: m.name for m in theory.misconceptions for function in functions_of(m, variants)}
    return of_misconceptions(theory.misconceptions, functions)


def _unique(theories: Iterable[Theory]) -> list[Theory]:
    return list(dict.fromkeys(theories))
