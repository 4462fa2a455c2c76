"""What people believe about clip_grad_value_."""

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter
from reference.nn.utils.clip_grad import _gradients


@misconception(
    "nn.utils.clip_grad_value_",
    hint="Someone holds the array p.grad from before the call: what does it contain after it?",
    fails=("ClipGradValue/test_every_gradient", "ClipGradValue/test_limits_each_number"),
    source="folklore",
)
def clipping_by_value_makes_new_gradients(params, clip_value):
    """clip_grad_value_ puts new arrays into p.grad."""
    for p in [params] if isinstance(params, Parameter) else params:
        if p.grad is not None:
            p.grad = np.clip(p.grad, -clip_value, clip_value)


@misconception(
    "nn.utils.clip_grad_value_",
    hint="What happens to a gradient of -1000?",
    fails=(
        "ClipGradValue/test_every_gradient",
        "ClipGradValue/test_limits_each_number",
        "ClipGradValue/test_takes_an_iterator",
    ),
    source="folklore",
)
def only_large_numbers_are_limited(params, clip_value):
    """Clipping by value limits numbers from above."""
    for grad in _gradients(params):
        np.minimum(grad, clip_value, out=grad)


@misconception(
    "nn.utils.clip_grad_value_",
    hint="One number of a gradient is too large: should the numbers beside it change?",
    fails=(
        "ClipGradValue/test_every_gradient",
        "ClipGradValue/test_limits_each_number",
        "ClipGradValue/test_takes_an_iterator",
    ),
    source="folklore",
)
def array_is_scaled_to_the_value(params, clip_value):
    """A gradient with a number beyond the limit is scaled as a whole, until that number fits."""
    for grad in _gradients(params):
        largest = np.abs(grad).max()
        if largest > clip_value:
            grad *= clip_value / largest


@misconception(
    "nn.utils.clip_grad_value_",
    hint="How often can one go through model.parameters(), and what else may params be?",
    fails=("ClipGradValue/test_takes_an_iterator",),
    source="written by readers of the handout",
)
def clipping_by_value_takes_lists(params, clip_value):
    """clip_grad_value_ may go through the parameters more than once: they come as a list."""
    if any(p.grad is not None for p in params):
        for p in params:
            if p.grad is not None:
                np.clip(p.grad, -clip_value, clip_value, out=p.grad)
