"""What people believe about clipping."""

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter
from reference.nn.utils.clip_grad import _gradients


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="After clipping, is the long vector of all gradients still parallel to what it was?",
    fails=(
        "ClipGradNorm/test_one_norm_for_all",
        "ClipGradNorm/test_scales_all_gradients_alike",
        "ClipGradNorm/test_norm_types",
    ),
    source="folklore",
)
def every_parameter_is_clipped_by_itself(params, max_norm, norm_type=2.0):
    """The gradient of each parameter is scaled by its own norm."""
    grads = _gradients(params)
    norms = [float(np.linalg.norm(grad.astype(np.float64).ravel(), float(norm_type))) for grad in grads]
    for grad, norm in zip(grads, norms, strict=True):
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return float(np.linalg.norm(norms, float(norm_type))) if norms else 0.0


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="Is the clipped gradient still parallel to the old one?",
    fails=(
        "ClipGradNorm/test_one_norm_for_all",
        "ClipGradNorm/test_scales_all_gradients_alike",
        "ClipGradNorm/test_norm_types",
    ),
    source="folklore",
)
def numbers_are_clipped_where_the_norm_is_meant(params, max_norm, norm_type=2.0):
    """To clip by max_norm, each number is limited to the range from -max_norm to max_norm."""
    grads = _gradients(params)
    norms = [np.linalg.norm(grad.astype(np.float64).ravel(), float(norm_type)) for grad in grads]
    for grad in grads:
        np.clip(grad, -max_norm, max_norm, out=grad)
    return float(np.linalg.norm(norms, float(norm_type))) if norms else 0.0


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What does clipping do to a gradient that is shorter than max_norm already?",
    fails=("ClipGradNorm/test_small_gradients_stay",),
    source="folklore",
)
def gradients_are_stretched_to_max_norm(params, max_norm, norm_type=2.0):
    """After clipping, the norm is max_norm."""
    grads = _gradients(params)
    if not grads:
        return 0.0
    norm = float(
        np.linalg.norm(
            [np.linalg.norm(g.astype(np.float64).ravel(), float(norm_type)) for g in grads], float(norm_type)
        )
    )
    for grad in grads:
        grad *= max_norm / (norm + 1e-6)
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What does the handout's table of conventions add to the norm, before it divides?",
    fails=("ClipGradNorm/test_one_norm_for_all", "ClipGradNorm/test_tiny_norms"),
    convention="This is the form without the 1e-6 that PyTorch adds to the norm;"
    " the contract asks for max_norm / (norm + 1e-6).",
    source="Optax, clip_by_global_norm; Pascanu, Mikolov and Bengio (2013)",
)
def norm_is_divided_by_as_it_is(params, max_norm, norm_type=2.0):
    """The factor is max_norm / norm wherever the norm is larger than max_norm."""
    grads = _gradients(params)
    if not grads:
        return 0.0
    norm = float(
        np.linalg.norm(
            [np.linalg.norm(g.astype(np.float64).ravel(), float(norm_type)) for g in grads], float(norm_type)
        )
    )
    if norm > max_norm:
        for grad in grads:
            grad *= max_norm / norm
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What would a user learn from a returned norm that is always max_norm or less?",
    fails=(
        "ClipGradNorm/test_one_norm_for_all",
        "ClipGradNorm/test_scales_all_gradients_alike",
        "ClipGradNorm/test_norm_types",
    ),
    source="folklore",
)
def norm_after_clipping_is_returned(params, max_norm, norm_type=2.0):
    """What is returned is the norm that the gradients have now."""
    grads = _gradients(params)
    if not grads:
        return 0.0
    norm = float(
        np.linalg.norm(
            [np.linalg.norm(g.astype(np.float64).ravel(), float(norm_type)) for g in grads], float(norm_type)
        )
    )
    factor = min(1.0, max_norm / (norm + 1e-6))
    for grad in grads:
        grad *= factor
    return norm * factor


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="Two gradients are (3) and (4): how long is the vector (3, 4)?",
    fails=(
        "ClipGradNorm/test_one_norm_for_all",
        "ClipGradNorm/test_scales_all_gradients_alike",
        "ClipGradNorm/test_norm_types",
    ),
    source="folklore",
)
def norms_of_the_parameters_add_up(params, max_norm, norm_type=2.0):
    """The norm of all gradients is the sum of the norms of each."""
    grads = _gradients(params)
    norm = float(sum(np.linalg.norm(grad.astype(np.float64).ravel(), float(norm_type)) for grad in grads))
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What is the norm of (3, 4) for norm_type 1, and what for infinity?",
    fails=("ClipGradNorm/test_norm_types",),
    source="folklore",
)
def norm_is_always_euclidean(params, max_norm, norm_type=2.0):
    """The norm is the root of the sum of squares, whatever norm_type says."""
    grads = _gradients(params)
    norm = float(np.sqrt(sum((grad.astype(np.float64) ** 2).sum() for grad in grads)))
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What is 0.5 to the power of infinity, and what is the infinity norm of (0.5, 0.2)?",
    fails=("ClipGradNorm/test_norm_types",),
    source="folklore",
)
def infinity_is_a_power_like_any_other(params, max_norm, norm_type=2.0):
    """The formula with powers holds for every norm_type, also for infinity."""
    grads = _gradients(params)
    norm = float(sum((np.abs(grad.astype(np.float64)) ** norm_type).sum() for grad in grads) ** (1 / norm_type))
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="How often can one go through model.parameters()?",
    fails=("ClipGradNorm/test_takes_an_iterator",),
    source="folklore",
)
def parameters_can_be_gone_through_twice(params, max_norm, norm_type=2.0):
    """The parameters are gone through once for the norm and once more for the scaling."""
    params = [params] if isinstance(params, Parameter) else params
    norms = [np.linalg.norm(p.grad.astype(np.float64).ravel(), float(norm_type)) for p in params if p.grad is not None]
    norm = float(np.linalg.norm(norms, float(norm_type))) if norms else 0.0
    for p in params:
        if p.grad is not None:
            p.grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What does the handout allow in the place of an iterable of parameters?",
    fails=("ClipGradNorm/test_takes_an_iterator",),
    source="folklore",
)
def one_parameter_comes_in_a_list(params, max_norm, norm_type=2.0):
    """Parameters always come as an iterable."""
    grads = [p.grad for p in params if p.grad is not None]
    norm = float(
        np.linalg.norm(np.concatenate([g.astype(np.float64).ravel() for g in grads] or [[]]), float(norm_type))
    )
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad._gradients",
    hint="What is in p.grad of a parameter that took no part?",
    fails=(
        "ClipGradNorm/test_norm_types",
        "ClipGradNorm/test_scales_all_gradients_alike",
        "ClipGradNorm/test_small_gradients_stay",
        "ClipGradValue/test_every_gradient",
        "ClipGradValue/test_limits_each_number",
    ),
    source="github.com/oreilly-japan/deep-learning-from-scratch-3 c9adbb1dce (the same in an optimizer)",
)
def every_gradient_is_there(params):
    """By the time of clipping, every parameter has a gradient."""
    params = [params] if isinstance(params, Parameter) else params
    return [p.grad for p in params]


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="Someone holds the array p.grad from before the call: what does it contain after it?",
    fails=(
        "ClipGradNorm/test_norm_types",
        "ClipGradNorm/test_scales_all_gradients_alike",
        "ClipGradNorm/test_tiny_norms",
    ),
    source="folklore",
)
def clipping_makes_new_gradients(params, max_norm, norm_type=2.0):
    """Clipping puts new arrays into p.grad."""
    params = [p for p in ([params] if isinstance(params, Parameter) else params) if p.grad is not None]
    norms = [np.linalg.norm(p.grad.astype(np.float64).ravel(), float(norm_type)) for p in params]
    norm = float(np.linalg.norm(norms, float(norm_type))) if norms else 0.0
    for p in params:
        p.grad = p.grad * min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="max_norm is 1e-6, and so is the norm: what is the factor of the handout's formula?",
    fails=("ClipGradNorm/test_tiny_norms",),
    source="written by readers of the handout",
)
def norms_up_to_max_norm_stay(params, max_norm, norm_type=2.0):
    """Gradients whose norm is at most max_norm are left as they are."""
    grads = _gradients(params)
    norms = [np.linalg.norm(grad.astype(np.float64).ravel(), float(norm_type)) for grad in grads]
    norm = float(np.linalg.norm(norms, float(norm_type))) if norms else 0.0
    if norm > max_norm:
        for grad in grads:
            grad *= max_norm / (norm + 1e-6)
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="All numbers of a gradient are negative: what is its infinity norm?",
    fails=("ClipGradNorm/test_norm_types",),
    source="folklore",
)
def infinity_norm_is_the_largest_number(params, max_norm, norm_type=2.0):
    """The infinity norm is the largest number of all gradients."""
    grads = _gradients(params)
    flat = np.concatenate([np.zeros(1), *(grad.astype(np.float64).ravel() for grad in grads)])
    norm = float(flat.max() if norm_type == float("inf") else np.linalg.norm(flat, float(norm_type)))
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm


@misconception(
    "nn.utils.clip_grad_norm_",
    hint="What is the norm of (3, 4), and what is the sum of the squares?",
    fails=("ClipGradNorm/test_one_norm_for_all", "ClipGradNorm/test_scales_all_gradients_alike"),
    source="folklore",
)
def norm_has_no_root(params, max_norm, norm_type=2.0):
    """The norm is the sum of the squares."""
    grads = _gradients(params)
    norm = float(sum((np.abs(grad.astype(np.float64)) ** norm_type).sum() for grad in grads))
    if np.isinf(norm_type):
        norm = max((float(np.abs(grad).max()) for grad in grads), default=0.0)
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return norm
