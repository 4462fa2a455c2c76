"""What people believe about fans."""

import math

from grader.assignment import misconception
from reference.nn.init import _require_matrix


@misconception(
    "nn.init._fans",
    hint="How many numbers does one output of a layer with a weight of shape (3, 2) add up?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_values",
        "KaimingNormal/test_worked_example",
    ),
    convention="This is the form for a weight of shape (in, out), as in Keras and Flax; the contract asks for (O, I,"
    " ...).",
    source="github.com/AkiRusProd/numpy-transformer b48494302a",
)
def fans_are_swapped(p):
    """The first size of a weight is fan_in, the second one fan_out."""
    _require_matrix(p)
    inputs, outputs, *kernel = p.shape
    return {"fan_in": inputs * math.prod(kernel), "fan_out": outputs * math.prod(kernel)}


@misconception(
    "nn.init._fans",
    hint="How many products does one output of a convolution with a weight of shape (4, 3, 5, 5) add up?",
    fails=(
        "XavierUniform/test_values",
        "KaimingUniform/test_values",
        "KaimingNormal/test_values",
        "XavierNormal/test_values",
    ),
    source="folklore",
)
def kernel_does_not_count(p):
    """fan_in is the number of input channels, fan_out that of output channels."""
    _require_matrix(p)
    return {"fan_in": p.shape[1], "fan_out": p.shape[0]}


@misconception(
    "nn.init._fans",
    hint="Into how many outputs does one number of an input channel go, in a convolution?",
    fails=(
        "XavierUniform/test_values",
        "KaimingNormal/test_worked_example",
        "XavierNormal/test_values",
        "KaimingUniform/test_values_with_options",
    ),
    source="folklore",
)
def kernel_counts_for_the_inputs_alone(p):
    """fan_in is the number of weights of one output, and fan_out the number of output channels."""
    _require_matrix(p)
    return {"fan_in": math.prod(p.shape[1:]), "fan_out": p.shape[0]}


@misconception(
    "nn.init._fans",
    hint="Which dimensions of a weight of shape (4, 3, 5, 7) are its kernel?",
    fails=(
        "XavierUniform/test_values",
        "KaimingUniform/test_values",
        "KaimingNormal/test_values",
        "XavierNormal/test_values",
    ),
    source="folklore (shape[0] and shape[-1])",
)
def fans_are_the_first_and_the_last_size(p):
    """fan_out is the first size and fan_in the last one."""
    _require_matrix(p)
    return {"fan_in": p.shape[-1], "fan_out": p.shape[0]}


@misconception(
    "nn.init._fans",
    hint="Count the weights of one output: along which dimensions does the count run?",
    fails=(
        "XavierUniform/test_values",
        "KaimingUniform/test_values",
        "KaimingNormal/test_values",
        "XavierNormal/test_values",
    ),
    convention="This is the form for a weight of shape (*K, in, out), as in Keras and Flax; the contract asks for (O,"
    " I, *K).",
    source="keras.initializers",
)
def kernel_comes_first(p):
    """The last size is fan_out, the one before it fan_in, and what stands in front is the kernel."""
    _require_matrix(p)
    *kernel, outputs, inputs = p.shape
    return {"fan_in": inputs * math.prod(kernel), "fan_out": outputs * math.prod(kernel)}


@misconception(
    "nn.init._require_matrix",
    hint="How many inputs does one output of a bias have?",
    fails=(
        "XavierUniform/test_refuses",
        "XavierNormal/test_refuses",
        "KaimingUniform/test_refuses",
        "KaimingNormal/test_refuses",
        "Orthogonal/test_refuses",
    ),
    source="folklore",
)
def nothing_is_checked(p):
    """A vector is a matrix with one row or column."""
    if len(p.shape) < 2:
        p.data = p.data.reshape(-1, 1)
