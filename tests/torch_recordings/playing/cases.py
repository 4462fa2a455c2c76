"""All cases."""

from playing import activations, layers, losses, optimizers, schedules
from playing.case import Case


def all_cases() -> list[Case]:
    """Every case, always the same."""
    return [case for room in (layers, activations, losses, optimizers, schedules) for case in room.cases()]
