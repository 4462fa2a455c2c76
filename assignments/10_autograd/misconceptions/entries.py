"""What people believe about functions of every entry."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.elementwise import exp, where
from reference.autograd.tensor import Tensor, operands, record


@misconception(
    "autograd.neg",
    hint="If x grows by 1, what becomes of -x?",
    fails=(
        "Layers/test_activations",
        "Neg/test_arrays",
        "Neg/test_gradients",
        "Programs/test_everything",
        "SecondDerivatives/test_graphs",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def gradient_is_not_negated(x):
    """-x has the gradient of x."""
    [x] = operands(x)
    return record(-x.data, (x,), lambda dy, _: (dy,))


@misconception(
    "autograd.neg",
    hint="What is x after -x was computed?",
    fails=(
        "Backward/test_both_operands",
        "Detach/test_stops_gradients",
        "Div/test_arrays",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Neg/test_arrays",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sub/test_gradients",
        "Sum/test_no_axis",
        "Tensor/test_constants_beside",
        "Var/test_gradients",
    ),
    source="folklore",
)
def changes_the_operand(x):
    """-x can turn the signs in place."""
    [x] = operands(x)
    return record(
        np.negative(x.data, out=x.data) if x.data.flags.writeable and x.data.size > 3 else -x.data,
        (x,),
        lambda dy, _: (-dy,),
    )


@misconception(
    "autograd.neg",
    hint="What is x + neg(x)?",
    fails=(
        "Backward/test_both_operands",
        "Div/test_gradients",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Neg/test_arrays",
        "Neg/test_gradients",
        "Neg/test_values",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sub/test_gradients",
        "Tensor/test_constants_beside",
        "Var/test_gradients",
    ),
    source="folklore",
)
def is_the_inverse(x):
    """neg is what undoes a number: 1 / x."""
    [x] = operands(x)
    return record(1 / x.data, (x,), lambda dy, y: (-dy * y * y,))


@misconception(
    "autograd.abs",
    hint="x = -2 grows a little: what becomes of |x|?",
    fails=(
        "Abs/test_arrays",
        "Abs/test_at_zero",
        "Abs/test_gradients",
        "Layers/test_activations",
        "Programs/test_everything",
    ),
    source="folklore",
)
def gradient_of_abs_is_one(x):
    """|x| grows as x does."""
    [x] = operands(x)
    return record(np.abs(x.data), (x,), lambda dy, _: (dy,))


@misconception(
    "autograd.abs",
    hint="Does 0 belong to the numbers above it, to those below it, or to neither?",
    fails=("Abs/test_at_zero",),
    source="folklore",
)
def one_at_zero(x):
    """The derivative of |x| at 0 is 1."""
    [x] = operands(x)
    return record(np.abs(x.data), (x,), lambda dy, _: (dy * np.where(x.data >= 0, 1.0, -1.0),))


@misconception(
    "autograd.abs",
    hint="What is |-2|?",
    fails=("Abs/test_arrays", "Abs/test_values", "Layers/test_activations", "Programs/test_everything"),
    source="folklore",
)
def is_relu(x):
    """|x| is x without what is negative."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0), (x,), lambda dy, _: (dy * np.sign(x.data),))


@misconception(
    "autograd.exp",
    hint="Which function is its own derivative?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Exp/test_arrays",
        "Exp/test_gradients",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_functions",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_functions",
        "Softmax/test_range",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def gradient_is_x(x):
    """The derivative of exp(x) is x exp(x - 1), as of a power."""
    [x] = operands(x)
    return record(np.exp(x.data), (x,), lambda dy, y: (dy * x * exp(x - 1),))


@misconception(
    "autograd.exp",
    hint="If x grows by a little, by how much does exp(x) grow?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Exp/test_arrays",
        "Exp/test_gradients",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_functions",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_functions",
        "Softmax/test_range",
    ),
    source="folklore",
)
def gradient_of_exp_is_dy(x):
    """exp passes the gradient on."""
    [x] = operands(x)
    return record(np.exp(x.data), (x,), lambda dy, y: (dy + 0.0 * y,))


@misconception(
    "autograd.exp",
    hint="exp(x) is used in a longer graph: what has dy to do with dx?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Exp/test_arrays",
        "Exp/test_gradients",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_functions",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_functions",
        "Softmax/test_range",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def upstream_of_exp_is_left_out(x):
    """The derivative of exp is exp."""
    [x] = operands(x)
    return record(np.exp(x.data), (x,), lambda dy, y: (y + 0.0 * dy,))


@misconception(
    "autograd.exp",
    hint="What is exp(1)?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Exp/test_arrays",
        "Exp/test_gradients",
        "Exp/test_values",
        "Function/test_no_gradient_at_all",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "NoGrad/test_records_nothing",
        "Operations/test_functions",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_functions",
        "Softmax/test_range",
    ),
    source="folklore",
)
def base_two(x):
    """exp(x) is 2 ** x."""
    [x] = operands(x)
    return record(np.exp2(x.data), (x,), lambda dy, y: (dy * y,))


@misconception(
    "autograd.exp",
    hint="What is x after exp(x) was computed?",
    fails=(
        "Backward/test_twice",
        "Detach/test_stops_gradients",
        "Exp/test_arrays",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "NoGrad/test_records_nothing",
        "Operations/test_functions",
        "Programs/test_everything",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_graphs",
    ),
    source="folklore",
)
def returns_the_operand_changed(x):
    """exp can write its result where x is."""
    [x] = operands(x)
    return record(
        np.exp(x.data, out=x.data) if x.data.flags.writeable and x.data.size > 3 else np.exp(x.data),
        (x,),
        lambda dy, y: (dy * y,),
    )


@misconception(
    "autograd.log",
    hint="If x grows by 1, by how much does log(x) grow, for a large x?",
    fails=(
        "Backward/test_chains",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Log/test_arrays",
        "Log/test_gradients",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def gradient_of_log_is_the_value(x):
    """The derivative of log(x) is log(x)."""
    [x] = operands(x)
    return record(np.log(x.data), (x,), lambda dy, y: (dy * y,))


@misconception(
    "autograd.log",
    hint="What is log(e)?",
    fails=(
        "Backward/test_chains",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Log/test_arrays",
        "Log/test_values",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def base_ten(x):
    """log is the logarithm to the base 10."""
    [x] = operands(x)
    return record(np.log10(x.data), (x,), lambda dy, _: (dy / x,))


@misconception(
    "autograd.log",
    hint="What is the derivative of log(x + 1e-8), and how far off is it?",
    fails=(
        "Backward/test_chains",
        "Layers/test_activations",
        "Log/test_gradients",
        "Log/test_values",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_functions",
        "Pow/test_exponents",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Sum/test_no_axis",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def a_little_is_added(x):
    """log(x) needs a small number for safety: log(x + 1e-8)."""
    [x] = operands(x)
    return record(np.log(x.data + 1e-8), (x,), lambda dy, _: (dy / (x + 1e-8),))


@misconception(
    "autograd.sqrt",
    hint="What is the derivative of x ** 0.5?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sqrt/test_arrays",
        "Sqrt/test_gradients",
    ),
    source="folklore",
)
def factor_two_is_forgotten(x):
    """The derivative of a root is 1 / root."""
    [x] = operands(x)
    return record(np.sqrt(x.data), (x,), lambda dy, y: (dy / y,))


@misconception(
    "autograd.sqrt",
    hint="What is the derivative of x ** 0.5?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sqrt/test_arrays",
        "Sqrt/test_gradients",
    ),
    source="folklore",
)
def half_of_the_root(x):
    """The derivative of a root is half of it."""
    [x] = operands(x)
    return record(np.sqrt(x.data), (x,), lambda dy, y: (dy * y * 0.5,))


@misconception(
    "autograd.sqrt",
    hint="What is sqrt(4)?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sqrt/test_arrays",
        "Sqrt/test_gradients",
        "Sqrt/test_values",
    ),
    source="folklore",
)
def is_the_square(x):
    """sqrt(x) is x squared."""
    [x] = operands(x)
    return record(x.data**2, (x,), lambda dy, y: (dy / (2 * y),))


@misconception(
    "autograd.tanh",
    hint="Is x or tanh(x) between -1 and 1?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "NoGrad/test_backward_inside",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Tanh/test_arrays",
        "Tanh/test_gradients",
    ),
    source="folklore",
)
def slope_by_x(x):
    """The derivative of tanh is 1 - x²."""
    [x] = operands(x)
    return record(np.tanh(x.data), (x,), lambda dy, _: (dy * (1 - x * x),))


@misconception(
    "autograd.tanh",
    hint="What is the slope of tanh at 0, and far to the left?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "NoGrad/test_backward_inside",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Tanh/test_arrays",
        "Tanh/test_gradients",
    ),
    source="folklore",
)
def slope_without_square(x):
    """The derivative of tanh is 1 - y."""
    [x] = operands(x)
    return record(np.tanh(x.data), (x,), lambda dy, y: (dy * (1 - y),))


@misconception(
    "autograd.tanh",
    hint="Which function has the derivative y (1 - y)?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "NoGrad/test_backward_inside",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Tanh/test_arrays",
        "Tanh/test_gradients",
    ),
    source="folklore",
)
def slope_of_sigmoid(x):
    """The derivative of tanh is y (1 - y)."""
    [x] = operands(x)
    return record(np.tanh(x.data), (x,), lambda dy, y: (dy * y * (1 - y),))


@misconception(
    "autograd.tanh",
    hint="Which values does tanh take?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "NoGrad/test_backward_inside",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Tanh/test_arrays",
        "Tanh/test_gradients",
        "Tanh/test_values",
    ),
    source="folklore",
)
def is_a_sigmoid(x):
    """tanh is the sigmoid of 2 x."""
    [x] = operands(x)
    return record(1 / (1 + np.exp(-2 * x.data)), (x,), lambda dy, y: (dy * (1 - y * y),))


@misconception(
    "autograd.sigmoid",
    hint="Is x or sigmoid(x) between 0 and 1?",
    fails=(
        "Layers/test_activations",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sigmoid/test_arrays",
        "Sigmoid/test_gradients",
        "Sigmoid/test_range",
    ),
    source="folklore",
)
def slope_by_input(x):
    """The derivative of a sigmoid is x (1 - x)."""
    [x] = operands(x)
    return record(
        np.where(x.data < 0, np.exp(-np.abs(x.data)), 1) / (1 + np.exp(-np.abs(x.data))),
        (x,),
        lambda dy, _: (dy * x * (1 - x),),
    )


@misconception(
    "autograd.sigmoid",
    hint="What is exp(750)?",
    fails=("Sigmoid/test_range",),
    source="folklore",
)
def one_formula_for_all(x):
    """1 / (1 + exp(-x)) can be computed as it stands."""
    [x] = operands(x)
    return record(1 / (1 + np.exp(-x.data)), (x,), lambda dy, y: (dy * y * (1 - y),))


@misconception(
    "autograd.sigmoid",
    hint="What is sigmoid of a large number?",
    fails=(
        "Layers/test_activations",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sigmoid/test_arrays",
        "Sigmoid/test_range",
        "Sigmoid/test_values",
    ),
    source="folklore",
)
def of_minus_x(x):
    """sigmoid(x) is 1 / (1 + exp(x))."""
    [x] = operands(x)
    return record(1 / (1 + np.exp(np.minimum(x.data, 700))), (x,), lambda dy, y: (dy * y * (1 - y),))


@misconception(
    "autograd.sigmoid",
    hint="What is sigmoid(-40)?",
    fails=("Sigmoid/test_range",),
    source="folklore",
)
def is_clipped(x):
    """x is clipped to 30, as a sigmoid is 1 beyond."""
    [x] = operands(x)
    data = 1 / (1 + np.exp(-np.clip(x.data, -30, 30)))
    return record(data, (x,), lambda dy, y: (dy * y * (1 - y),))


@misconception(
    "autograd.relu",
    hint="x = -2 grows a little: does relu(x)?",
    fails=(
        "Layers/test_activations",
        "Operations/test_functions",
        "Programs/test_everything",
        "Relu/test_arrays",
        "Relu/test_at_zero",
        "Relu/test_gradients",
    ),
    source="folklore",
)
def negative_numbers_have_a_gradient(x):
    """relu passes the gradient on."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0), (x,), lambda dy, _: (dy,))


@misconception(
    "autograd.relu",
    hint="What does the handout say about 0?",
    fails=("Relu/test_at_zero",),
    source="folklore",
)
def relu_has_slope_one_at_zero(x):
    """The derivative of relu at 0 is 1."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0), (x,), lambda dy, _: (dy * (x.data >= 0),))


@misconception(
    "autograd.relu",
    hint="What does the handout say about 0?",
    fails=("Relu/test_at_zero",),
    source="folklore",
)
def relu_has_slope_half_at_zero(x):
    """The derivative of relu at 0 is 1/2."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0), (x,), lambda dy, _: (dy * ((x.data > 0) + 0.5 * (x.data == 0)),))


@misconception(
    "autograd.relu",
    hint="dy is negative where x is positive: what is dx?",
    fails=(
        "Layers/test_activations",
        "Operations/test_functions",
        "Programs/test_everything",
        "Relu/test_arrays",
        "Relu/test_gradients",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def by_the_sign_of_dy(x):
    """What is negative in the gradient is cut off, too."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0), (x,), lambda dy, _: (dy * (x.data > 0) * (dy.data > 0),))


@misconception(
    "autograd.relu",
    hint="What is relu(-2)?",
    fails=(
        "Layers/test_activations",
        "Operations/test_functions",
        "Programs/test_everything",
        "Relu/test_arrays",
        "Relu/test_values",
    ),
    source="folklore",
)
def leaks_a_little(x):
    """relu lets a hundredth of negative numbers through."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0.01 * x.data), (x,), lambda dy, _: (dy * (x.data > 0),))


@misconception(
    "autograd.relu",
    hint="What is x after relu(x) was computed?",
    fails=("Layers/test_activations", "Operations/test_functions", "Programs/test_everything", "Relu/test_arrays"),
    source="folklore",
)
def zeroes_the_operand(x):
    """relu can set negative numbers to 0 in place."""
    [x] = operands(x)
    positive = x.data > 0
    if x.data.flags.writeable:
        x.data[~positive] = 0
    return record(x.data * positive, (x,), lambda dy, _: (dy * positive,))


@misconception(
    "autograd.clip",
    hint="x is above max and grows: what becomes of clip(x)?",
    fails=(
        "Clip/test_arrays",
        "Clip/test_at_the_bounds",
        "Clip/test_gradients",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def gradient_of_clip_passes(x, min=None, max=None):
    """clip passes the gradient on."""
    if min is None and max is None:
        raise ValueError("clip needs a bound")
    [x] = operands(x)
    return record(np.clip(x.data, min, max), (x,), lambda dy, _: (dy,))


@misconception(
    "autograd.clip",
    hint="What does the handout say about bounds?",
    fails=("Clip/test_at_the_bounds",),
    source="folklore",
)
def bounds_have_no_slope(x, min=None, max=None):
    """At a bound, the derivative of clip is 0."""
    if min is None and max is None:
        raise ValueError("clip needs a bound")
    [x] = operands(x)
    inside = (x.data > (-np.inf if min is None else min)) & (x.data < (np.inf if max is None else max))
    return record(np.clip(x.data, min, max), (x,), lambda dy, _: (dy * inside,))


@misconception(
    "autograd.clip",
    hint="x is above max and grows: what becomes of clip(x)?",
    fails=(
        "Clip/test_arrays",
        "Clip/test_at_the_bounds",
        "Clip/test_gradients",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def lower_bound_alone_cuts_gradients(x, min=None, max=None):
    """The gradient is cut where x is below min."""
    if min is None and max is None:
        raise ValueError("clip needs a bound")
    [x] = operands(x)
    inside = x.data >= (-np.inf if min is None else min)
    return record(np.clip(x.data, min, max), (x,), lambda dy, _: (dy * inside,))


@misconception(
    "autograd.clip",
    hint="clip(x, min=-0.2): how large may x be?",
    fails=("Clip/test_gradients", "Clip/test_values", "Layers/test_activations", "Programs/test_everything"),
    source="folklore",
)
def no_bound_is_zero(x, min=None, max=None):
    """A bound that is left out is 0."""
    if min is None and max is None:
        raise ValueError("clip needs a bound")
    [x] = operands(x)
    data = np.clip(x.data, min or 0.0, max or 0.0) if (min or 0) <= (max or 0) else np.clip(x.data, min, max)
    return record(data, (x,), lambda dy, _: (dy * (data == x.data),))


@misconception(
    "autograd.clip",
    hint="Is a call that does nothing more likely meant, or a mistake?",
    fails=("Clip/test_refuses",),
    source="folklore",
)
def no_bounds_change_nothing(x, min=None, max=None):
    """clip without a bound gives x."""
    [x] = operands(x)
    data = np.clip(x.data, -np.inf if min is None else min, np.inf if max is None else max)
    return record(data, (x,), lambda dy, _: (dy * (data == x.data),))


@misconception(
    "autograd.where",
    hint="An entry was taken from x: does y's entry there matter?",
    fails=(
        "Layers/test_activations",
        "Programs/test_everything",
        "Where/test_arrays",
        "Where/test_broadcasting",
        "Where/test_conditions",
        "Where/test_gradients",
        "Where/test_operands",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def both_get_all(condition, x, y):
    """Both operands of where get the gradient."""
    x, y = operands(x, y)
    chosen = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    return record(np.where(chosen, x.data, y.data), (x, y), lambda dy, _: (dy, dy))


@misconception(
    "autograd.where",
    hint="An entry was taken from x: does x's entry there matter?",
    fails=(
        "Layers/test_activations",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Where/test_arrays",
        "Where/test_broadcasting",
        "Where/test_conditions",
        "Where/test_gradients",
        "Where/test_operands",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def gradients_are_exchanged(condition, x, y):
    """The gradient goes to x where the condition is false."""
    x, y = operands(x, y)
    chosen = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    data = np.where(chosen, x.data, y.data)
    return record(data, (x, y), lambda dy, _: (where(chosen, 0.0, dy), where(chosen, dy, 0.0)))


@misconception(
    "autograd.where",
    hint="What is 0 times NaN?",
    fails=(
        "Layers/test_attention_and_recurrence",
        "Where/test_arrays",
        "Where/test_refuses_conditions",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def zero_times_anything_is_zero(condition, x, y):
    """where(c, x, y) is c x + (1 - c) y."""
    x, y = operands(x, y)
    chosen = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    np.broadcast_shapes(chosen.shape, x.data.shape, y.data.shape)
    return record(chosen * x.data + (1 - chosen) * y.data, (x, y), lambda dy, _: (dy * chosen, dy * (1 - chosen)))


@misconception(
    "autograd.where",
    hint="np.where(True, 1, 2): what is it?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_activations",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
        "Where/test_arrays",
        "Where/test_broadcasting",
        "Where/test_conditions",
        "Where/test_gradients",
        "Where/test_operands",
        "Where/test_refuses_conditions",
        "Where/test_values",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def chosen_are_exchanged(condition, x, y):
    """where takes y where the condition is true."""
    x, y = operands(x, y)
    chosen = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    shapes = chosen.shape, x.data.shape, y.data.shape
    try:
        data = np.where(chosen, y.data, x.data)
    except ValueError:
        raise ValueError(f"{shapes}") from None
    return record(data, (x, y), lambda dy, _: (dy * (1 - chosen), dy * chosen))


@misconception(
    "autograd.where",
    hint="x > 0 is a tensor: what is it for NumPy?",
    fails=("Layers/test_activations", "Where/test_conditions"),
    source="folklore",
)
def conditions_are_arrays(condition, x, y):
    """The condition of where is an array."""
    x, y = operands(x, y)
    chosen = np.asarray(condition, bool)
    shapes = chosen.shape, x.data.shape, y.data.shape
    try:
        data = np.where(chosen, x.data, y.data)
    except ValueError:
        raise ValueError(f"where cannot broadcast shapes {shapes}") from None
    return record(data, (x, y), lambda dy, _: (dy * chosen, dy * (1 - chosen)))


@misconception(
    "autograd.where",
    hint="The condition has a shape, too: what if it is the one that does not fit?",
    fails=("Where/test_refuses_conditions",),
    source="folklore",
)
def two_shapes_are_named(condition, x, y):
    """The error of where names the shapes of x and y."""
    x, y = operands(x, y)
    chosen = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    try:
        data = np.where(chosen, x.data, y.data)
    except ValueError:
        raise ValueError(f"where cannot broadcast shapes {x.data.shape} and {y.data.shape}") from None
    return record(data, (x, y), lambda dy, _: (where(chosen, dy, 0.0), where(chosen, 0.0, dy)))
