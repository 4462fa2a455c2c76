"""What people believe about sums, products and quotients."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.arithmetic import _fitting, add, matmul
from reference.autograd.elementwise import log, where
from reference.autograd.tensor import Tensor, operands, record


@misconception(
    "autograd.add",
    hint="If x grows by 1, by how much does x + y grow?",
    fails=(
        "Add/test_arrays",
        "Add/test_broadcasting",
        "Add/test_gradients",
        "Add/test_operands",
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Example/test_worked_example",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "Logsumexp/test_range",
        "NoGrad/test_is_a_constant",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Sum/test_no_axis",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def operands_share_the_gradient(x, y):
    """Both operands of a sum get half of the gradient."""
    x, y = _fitting("add", x, y)
    return record(x.data + y.data, (x, y), lambda d, _: (d * 0.5, d * 0.5))


@misconception(
    "autograd.add",
    hint="If y grows by 1, by how much does x + y grow?",
    fails=(
        "Add/test_arrays",
        "Add/test_broadcasting",
        "Add/test_gradients",
        "Add/test_operands",
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Example/test_worked_example",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "NoGrad/test_is_a_constant",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
    ),
    source="folklore",
)
def only_the_first_operand_gets_it(x, y):
    """The second operand of a sum is added on, it does not change the slope."""
    x, y = _fitting("add", x, y)
    return record(x.data + y.data, (x, y), lambda d, _: (d, None))


@misconception(
    "autograd.add",
    hint="float32 + float64: in which dtype does NumPy compute?",
    fails=("Add/test_arrays",),
    source="folklore",
)
def the_larger_dtype_is_cut(x, y):
    """A sum has the dtype of its first operand."""
    x, y = _fitting("add", x, y)
    return record((x.data + y.data).astype(x.data.dtype), (x, y), lambda d, _: (d, d))


@misconception(
    "autograd.add",
    hint="What is in x's array after x + y?",
    fails=(
        "Add/test_arrays",
        "Backward/test_diamonds",
        "Layers/test_activations",
        "LogSoftmax/test_arrays",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Tensor/test_requires_grad",
    ),
    source="folklore",
)
def adds_onto_the_first(x, y):
    """A sum can be computed in the array of its first operand, if it fits."""
    x, y = _fitting("add", x, y)
    fits = x.data.flags.writeable and (x.data + y.data).shape == x.data.shape and x.data.dtype >= y.data.dtype
    total = np.add(x.data, y.data, out=x.data) if fits and x.data.size > 4 else x.data + y.data
    return record(total, (x, y), lambda d, _: (d, d))


@misconception(
    "autograd.add",
    hint="Shapes (3,) and (4,): is it clear which of the two was meant?",
    fails=("Add/test_refuses",),
    source="folklore",
)
def shapes_are_cut(x, y):
    """Operands of different sizes are cut to the smaller."""
    x, y = operands(x, y)
    if x.data.ndim == y.data.ndim == 2 and x.data.shape[0] != y.data.shape[0] and 1 not in (len(x.data), len(y.data)):
        n, m = (min(a, b) for a, b in zip(x.data.shape, y.data.shape))
        return add(x[:n, :m], y[:n, :m])
    x, y = _fitting("add", x, y)
    return record(x.data + y.data, (x, y), lambda d, _: (d, d))


@misconception(
    "autograd.sub",
    hint="If y grows by 1, what becomes of x - y?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Sub/test_arrays",
        "Sub/test_broadcasting",
        "Sub/test_gradients",
        "Sub/test_operands",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def the_second_has_no_minus(x, y):
    """The gradient goes to both operands as it is."""
    x, y = _fitting("sub", x, y)
    return record(x.data - y.data, (x, y), lambda d, _: (d, d))


@misconception(
    "autograd.sub",
    hint="What is 2 - 5?",
    fails=(
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sub/test_arrays",
        "Sub/test_broadcasting",
        "Sub/test_gradients",
        "Sub/test_operands",
        "Sub/test_refuses",
        "Sub/test_values",
        "Sum/test_no_axis",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def order_does_not_matter(x, y):
    """A difference is that of the larger and the smaller number."""
    x, y = _fitting("sub", x, y)
    return record(
        np.abs(x.data - y.data), (x, y), lambda d, _: (d * np.sign(x.data - y.data), d * np.sign(y.data - x.data))
    )


@misconception(
    "autograd.sub",
    hint="2 - x: if x grows, does the result grow?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Layers/test_activations",
        "NoGrad/test_backward_inside",
        "Operations/test_functions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sigmoid/test_range",
        "Sub/test_operands",
        "Tanh/test_gradients",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def constants_at_the_left_are_swapped(x, y):
    """x - 2 and 2 - x are the same but for the operand that is a tensor."""
    first_is_constant = not isinstance(x, Tensor)
    x, y = _fitting("sub", x, y)
    if first_is_constant:
        x, y = y, x
    return record(x.data - y.data, (x, y), lambda d, _: (d, -d))


@misconception(
    "autograd.mul",
    hint="y = x z: what is the derivative with respect to x?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "Mul/test_arrays",
        "Mul/test_broadcasting",
        "Mul/test_gradients",
        "Mul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def gradients_are_not_swapped(x, y):
    """The gradient of each factor is dy times this factor."""
    x, y = _fitting("mul", x, y)
    return record(x.data * y.data, (x, y), lambda d, _: (d * x, d * y))


@misconception(
    "autograd.mul",
    hint="y = x z: what is the derivative with respect to x?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Example/test_worked_example",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "Mul/test_arrays",
        "Mul/test_broadcasting",
        "Mul/test_gradients",
        "Mul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
        "Var/test_gradients",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def gradient_is_the_product(x, y):
    """The gradient of a factor is dy times the product."""
    x, y = _fitting("mul", x, y)
    return record(x.data * y.data, (x, y), lambda d, z: (d * z, d * z))


@misconception(
    "autograd.mul",
    hint="In x * w, which of both is the parameter?",
    fails=(
        "Backward/test_both_operands",
        "Example/test_worked_example",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Mul/test_arrays",
        "Mul/test_broadcasting",
        "Mul/test_gradients",
        "Mul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
        "Var/test_gradients",
    ),
    source="folklore",
)
def the_second_factor_is_a_constant(x, y):
    """The second factor only scales the first."""
    x, y = _fitting("mul", x, y)
    return record(x.data * y.data, (x, y), lambda d, _: (d * y, None))


@misconception(
    "autograd.mul",
    hint="y = x z is used in a longer graph: what has dy to do with dx?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Example/test_worked_example",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Memory/test_repetitions",
        "Mul/test_arrays",
        "Mul/test_broadcasting",
        "Mul/test_gradients",
        "Mul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
        "Var/test_gradients",
        "Where/test_what_is_not_chosen",
    ),
    source="folklore",
)
def upstream_is_left_out(x, y):
    """The gradient of x in x y is y."""
    x, y = _fitting("mul", x, y)
    return record(x.data * y.data, (x, y), lambda d, _: (y + 0.0 * d, x + 0.0 * d))


@misconception(
    "autograd.mul",
    hint="x * y for two arrays in NumPy: what is it?",
    fails=(
        "Backward/test_both_operands",
        "Div/test_broadcasting",
        "LogSoftmax/test_gradients",
        "Maximum/test_broadcasting",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
        "Softmax/test_gradients",
    ),
    source="folklore",
)
def rows_times_columns(x, y):
    """A product of two matrices is that of linear algebra."""
    x, y = _fitting("mul", x, y)
    if x.data.shape == y.data.shape == (3, 3):
        return matmul(x, y)
    return record(x.data * y.data, (x, y), lambda d, _: (d * y, d * x))


@misconception(
    "autograd.div",
    hint="If y grows, does x / y grow?",
    fails=(
        "Backward/test_both_operands",
        "Div/test_arrays",
        "Div/test_broadcasting",
        "Div/test_gradients",
        "Div/test_operands",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def divisor_has_no_minus(x, y):
    """The gradient of the divisor is dy x / y²."""
    x, y = _fitting("div", x, y)
    return record(x.data / y.data, (x, y), lambda d, z: (d / y, d * z / y))


@misconception(
    "autograd.div",
    hint="y = x / z: what is the derivative of 1 / z?",
    fails=(
        "Backward/test_both_operands",
        "Div/test_arrays",
        "Div/test_broadcasting",
        "Div/test_gradients",
        "Div/test_operands",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def divisor_is_not_squared(x, y):
    """The gradient of the divisor is -dy x / y."""
    x, y = _fitting("div", x, y)
    return record(x.data / y.data, (x, y), lambda d, z: (d / y, -d * z))


@misconception(
    "autograd.div",
    hint="If x grows by 1, by how much does x / y grow?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Div/test_arrays",
        "Div/test_broadcasting",
        "Div/test_gradients",
        "Div/test_operands",
        "Example/test_worked_example",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Mean/test_gradients",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Tensor/test_constants_beside",
        "Var/test_gradients",
    ),
    source="folklore",
)
def dividend_is_multiplied(x, y):
    """The gradient of x in x / y is dy y."""
    x, y = _fitting("div", x, y)
    return record(x.data / y.data, (x, y), lambda d, z: (d * y, -d * z / y))


@misconception(
    "autograd.div",
    hint="What is 7 / 2 for a tensor of floats?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Div/test_arrays",
        "Div/test_broadcasting",
        "Div/test_gradients",
        "Div/test_operands",
        "Div/test_refuses",
        "Div/test_values",
        "Example/test_worked_example",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Log/test_gradients",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Mean/test_values",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sqrt/test_gradients",
        "Sum/test_no_axis",
        "Tensor/test_constants_beside",
        "Var/test_values",
    ),
    source="folklore",
)
def whole_numbers(x, y):
    """A quotient is rounded down."""
    x, y = _fitting("div", x, y)
    return record(x.data // y.data, (x, y), lambda d, z: (d / y, -d * z / y))


@misconception(
    "autograd.pow",
    hint="What is the derivative of x²?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_activations",
        "Operations/test_arithmetic",
        "Pow/test_arrays",
        "Pow/test_at_zero",
        "Pow/test_broadcasting",
        "Pow/test_exponents",
        "Pow/test_gradients",
        "Pow/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
    ),
    source="folklore",
)
def exponent_is_not_taken_down(x, y):
    """The derivative of x ** n is x ** (n - 1)."""
    x, y = _fitting("pow", x, y)
    return record(x.data**y.data, (x, y), lambda d, z: (d * pow(x, y - 1), d * z * log(x) if y.requires_grad else None))


@misconception(
    "autograd.pow",
    hint="What is the derivative of x²?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_activations",
        "Operations/test_arithmetic",
        "Pow/test_arrays",
        "Pow/test_at_zero",
        "Pow/test_broadcasting",
        "Pow/test_exponents",
        "Pow/test_gradients",
        "Pow/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
    ),
    source="folklore",
)
def exponent_stays(x, y):
    """The derivative of x ** n is n x ** n."""
    x, y = _fitting("pow", x, y)
    return record(x.data**y.data, (x, y), lambda d, z: (d * y * z, d * z * log(x) if y.requires_grad else None))


@misconception(
    "autograd.pow",
    hint="2 ** x: what is its derivative?",
    fails=(
        "Backward/test_both_operands",
        "Operations/test_arithmetic",
        "Pow/test_arrays",
        "Pow/test_at_zero",
        "Pow/test_broadcasting",
        "Pow/test_exponents",
        "Pow/test_gradients",
        "Pow/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def exponents_are_constants(x, y):
    """An exponent is a number, and has no gradient."""
    x, y = _fitting("pow", x, y)
    return record(x.data**y.data, (x, y), lambda d, z: (d * y * pow(x, y - 1), None))


@misconception(
    "autograd.pow",
    hint="For which a is that so?",
    fails=(
        "Backward/test_both_operands",
        "Operations/test_arithmetic",
        "Pow/test_arrays",
        "Pow/test_at_zero",
        "Pow/test_broadcasting",
        "Pow/test_exponents",
        "Pow/test_gradients",
        "Pow/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def no_logarithm(x, y):
    """The derivative of a ** x is a ** x."""
    x, y = _fitting("pow", x, y)
    return record(x.data**y.data, (x, y), lambda d, z: (d * y * pow(x, y - 1), d * z))


@misconception(
    "autograd.pow",
    hint="What is 0 * 0 ** -1 for NumPy?",
    fails=("Pow/test_at_zero",),
    source="folklore",
)
def zero_to_the_power_of_minus_one(x, y):
    """The formulas hold at 0, too."""
    x, y = _fitting("pow", x, y)
    return record(
        x.data**y.data, (x, y), lambda d, z: (d * y * pow(x, y - 1), d * z * log(x) if y.requires_grad else None)
    )


@misconception(
    "autograd.pow",
    hint="x ** 0.5: what is it?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_normalisation",
        "Operations/test_arithmetic",
        "Pow/test_arrays",
        "Pow/test_broadcasting",
        "Pow/test_exponents",
        "Pow/test_gradients",
        "Pow/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
    ),
    source="folklore",
)
def exponents_are_whole(x, y):
    """An exponent is a whole number."""
    x, y = _fitting("pow", x, y)
    whole = Tensor(np.trunc(y.data)) if not y.requires_grad else y

    def pull(d, z):
        dx = d * whole * pow(x, where(whole.data == 0, 1.0, whole - 1)) if x.requires_grad else None
        return dx, d * z * log(where(x.data == 0, 1.0, x)) if y.requires_grad else None

    return record(x.data**whole.data, (x, whole), pull)
