"""Whether a cause may be named, or its place alone, by what was seen in all components of a submission."""

from collections.abc import Iterable, Sequence

from grader.diagnosis.cause import Cause
from grader.diagnosis.component import Component
from grader.diagnosis.theory import Fit

SHARED = 3  # components; a belief about as many is about what they have in common
ALIKE = 2  # components in which the same checks fail, for no known reason: they are likely to share one


def weigh(components: Sequence[Component]) -> None:
    """Leave of each cause that is not sure its place: a component may show what a mistake elsewhere leads to."""
    unsure = [(c, cause) for c in components for cause in _causes(c) if not _is_sure(c, cause, components)]
    for component, cause in unsure:
        for case in component.cases:
            if cause in case.causes:
                case.causes[cause] = Fit.PLACE


def _causes(component: Component) -> list[Cause]:
    return list(dict.fromkeys(cause for case in component.cases for cause in case.causes))


def _is_sure(component: Component, cause: Cause, components: Iterable[Component]) -> bool:
    """Whether all but the fine print of the component is explained, and what it has in common with others agrees."""
    failed = _failed(component)
    if any(not case.causes for case in component.cases if not case.failure.check.fine):
        return False
    others = [other for other in components if other is not component]
    if any(other.name in cause.homes and cause not in _causes(other) for other in others):
        return False
    if len(cause.components) >= SHARED:
        return any(cause in _causes(other) for other in others)
    return not failed or sum(not _causes(other) and _failed(other) >= failed for other in others) < ALIKE


def _failed(component: Component) -> set[str]:
    """Names of the checks that failed, without those of fine print."""
    checks = (case.failure.check for case in component.cases)
    return {check.short_name.partition("/")[2] for check in checks if not check.fine}
