"""Whether a cause may be named, or its place alone, by what was seen in all components of a submission."""

from collections.abc import Iterable, Sequence, Set

from grader.diagnosis.cause import Cause
from grader.diagnosis.component import Component
from grader.diagnosis.theory import Fit

SHARED = 3  # components; a belief about as many is about what they have in common
ALIKE = 2  # components in which the same checks fail, for no known reason: they are likely to share one


def weigh(components: Sequence[Component], sound: Set[str]) -> None:
    """Leave of each cause that is not sure its place: a component may show what a mistake elsewhere leads to.

    `sound` are the names of components of which every check passed.
    """
    found = [(component, cause) for component in components for cause in _causes(component)]
    unsure = [
        (component, cause)
        for component, cause in found
        if _is_at_home_in(sound, cause) or not _is_sure(component, cause, components)
    ]
    doubted = {cause for component, cause in unsure if component.name in cause.components}  # so they are elsewhere, too
    for component, cause in found:
        if cause in doubted or (component, cause) in unsure:
            _leave_its_place(component, cause)


def _leave_its_place(component: Component, cause: Cause) -> None:
    for case in component.cases:
        if cause in case.causes:
            case.causes[cause] = Fit.PLACE


def _causes(component: Component) -> list[Cause]:
    return list(dict.fromkeys(cause for case in component.cases for cause in case.causes))


def _is_at_home_in(sound: Set[str], cause: Cause) -> bool:
    """Whether a cause is about a part that shows nothing of it, though it has to: only its use elsewhere is wrong."""
    return any(home in sound for home in cause.homes & cause.components)


def _is_sure(component: Component, cause: Cause, components: Iterable[Component]) -> bool:
    """Whether all but the fine print of the component is explained, and what it has in common with others agrees.

    If the cause has to fail another component, too, that one may not have failed for other reasons alone.
    """
    failed = _failed(component)
    if any(not case.causes for case in component.cases if not case.failure.check.fine):
        return False
    others = [other for other in components if other is not component]
    if any(_is_refuted(other, cause) for other in others if other.name in cause.components):
        return False
    if any(other.name in cause.homes and cause not in _causes(other) for other in others):
        return False
    if len(cause.components) >= SHARED:
        return any(cause in _causes(other) for other in others)
    return not failed or sum(not _causes(other) and _failed(other) >= failed for other in others) < ALIKE


def _is_refuted(component: Component, cause: Cause) -> bool:
    """Whether a cause has no part in any failure of a component, where all was tried."""
    return not any(case.cut or case.is_shared_by(cause) for case in component.cases)


def _failed(component: Component) -> set[str]:
    """Names of the checks that failed, without those of fine print."""
    checks = (case.failure.check for case in component.cases)
    return {check.short_name.partition("/")[2] for check in checks if not check.fine}
