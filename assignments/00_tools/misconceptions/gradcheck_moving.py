"""Wrong answers about what a gradient check moves, and what stays."""

from grader.assignment import misconception
from reference.gradcheck import _copies, _name


@misconception(
    "gradcheck._forward",
    hint="At which point is the second parameter checked?",
    fails=("Gradcheck/test_one_argument_is_moved",),
)
def leaves_it_where_it_was_moved_to(module, inputs, parameters, reset, argument, point):
    """Once a parameter is checked, its value does not matter any more."""
    reset()
    given = [point if _name(i) == argument else value for i, value in enumerate(_copies(inputs))]
    if argument in parameters:
        parameters[argument].data = point
    return module.forward(*given)
