"""What people believe about the order in which a graph is gone back through."""

from grader.assignment import misconception
from reference.autograd.tensor import Tensor, _accumulate, _fit


@misconception(
    "autograd.tensor._ordered",
    hint="h is used by y directly and, through three other operations, again: which of the two ways is found first?",
    fails=(
        "Backward/test_both_operands",
        "Detach/test_stops_gradients",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Operations/test_float32",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
    ),
    source="folklore",
)
def in_the_order_of_being_found(last):
    """Going from the result to its inputs, and to theirs, tensors can be gone back through as they are found."""
    order, seen = [last], {last}
    for tensor in order:
        for one in tensor._inputs:
            if one.requires_grad and one not in seen:
                seen.add(one)
                order.append(one)
    return order[::-1]


@misconception(
    "autograd.tensor._ordered",
    hint="h is used by a and by b, and a is visited first: is h's gradient complete when h is visited?",
    fails=(
        "Backward/test_diamonds",
        "Detach/test_stops_gradients",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "Matmul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_float32",
        "Programs/test_everything",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
    ),
    source="folklore",
)
def in_the_order_of_visits(last):
    """A depth-first search visits tensors in an order in which they can be gone back through."""
    order, seen, waiting = [], set(), [last]
    while waiting:
        tensor = waiting.pop()
        if tensor not in seen:
            seen.add(tensor)
            order.append(tensor)
            waiting += [one for one in tensor._inputs if one.requires_grad]
    return order[::-1]


@misconception(
    "autograd.tensor._ordered",
    hint="How many calls inside each other does Python allow?",
    fails=("Backward/test_deep", "Graphs/test_deep"),
    source="micrograd",
)
def by_recursion(last):
    """A function that calls itself for each input finds the order of any graph."""
    order, seen = [], set()

    def visit(tensor):
        if tensor not in seen:
            seen.add(tensor)
            for one in tensor._inputs:
                if one.requires_grad:
                    visit(one)
            order.append(tensor)

    visit(last)
    return order


@misconception(
    "autograd.tensor._ordered",
    hint="Every operation uses the one before twice: how often is the first one visited?",
    fails=("Backward/test_many_ways",),
    source="folklore",
)
def visits_every_way(last):
    """Nothing has to be remembered of what was visited: what comes twice is sorted out at the end."""
    order, waiting = [], [(last, False)]
    while waiting:
        tensor, done = waiting.pop()
        if done:
            order.append(tensor)
        else:
            waiting.append((tensor, True))
            waiting += [(one, False) for one in tensor._inputs if one.requires_grad]
    last_places = {tensor: place for place, tensor in reversed(list(enumerate(order)))}
    return [tensor for place, tensor in enumerate(order) if last_places[tensor] == place]


@misconception(
    "autograd.tensor._ordered",
    hint="Of x * h, which operand leads to more of the graph?",
    fails=(
        "Backward/test_chains",
        "Detach/test_stops_gradients",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "LogSoftmax/test_range",
        "Matmul/test_gradients",
        "NoGrad/test_records_nothing",
        "Operations/test_matmul",
        "Programs/test_everything",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
    ),
    source="folklore",
)
def only_first_operands(last):
    """The graph is the chain of first operands; what else requires a gradient is a leaf."""
    order, seen, tensor = [], set(), last
    while tensor is not None:
        order.append(tensor)
        seen.add(tensor)
        inputs = [one for one in tensor._inputs if one.requires_grad and one not in seen]
        order += [one for one in inputs[1:] if one.is_leaf]
        seen |= set(inputs)
        tensor = inputs[0] if inputs else None
    return order[::-1]


@misconception(
    "autograd.tensor._ordered",
    hint="h = x * x and k = x * x are not the same object, but of the same numbers: is one of them visited?",
    fails=(
        "Abs/test_gradients",
        "Add/test_gradients",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Clip/test_gradients",
        "Concatenate/test_gradients",
        "Div/test_gradients",
        "Example/test_worked_example",
        "Exp/test_gradients",
        "Getitem/test_gradients",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "Log/test_gradients",
        "LogSoftmax/test_gradients",
        "Logsumexp/test_gradients",
        "Matmul/test_gradients",
        "Max/test_gradients",
        "Maximum/test_ties",
        "Mean/test_gradients",
        "Min/test_gradients",
        "Minimum/test_ties",
        "Mul/test_gradients",
        "Neg/test_gradients",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "Relu/test_gradients",
        "Reshape/test_gradients",
        "SecondDerivatives/test_arithmetic",
        "Sigmoid/test_gradients",
        "Softmax/test_gradients",
        "Sqrt/test_gradients",
        "Stack/test_gradients",
        "Sub/test_gradients",
        "Sum/test_no_axis",
        "Tanh/test_gradients",
        "Tensor/test_constants_beside",
        "Transpose/test_gradients",
        "Var/test_gradients",
        "Where/test_conditions",
    ),
    source="folklore",
)
def equal_numbers_are_visited(last):
    """A tensor was visited before if its numbers were."""
    order, seen, waiting = [], {last.data.tobytes()}, [(last, iter(last._inputs))]
    while waiting:
        tensor, inputs = waiting[-1]
        new = next((one for one in inputs if one.requires_grad and one.data.tobytes() not in seen), None)
        if new is None:
            order.append(tensor)
            waiting.pop()
        else:
            seen.add(new.data.tobytes())
            waiting.append((new, iter(new._inputs)))
    return order


@misconception(
    "autograd.tensor._go_back",
    hint="One tensor is used twice: what happens to the gradient of the first use when that of the second comes?",
    fails=(
        "Add/test_operands",
        "Backward/test_both_operands",
        "Concatenate/test_operands",
        "Detach/test_stops_gradients",
        "Div/test_operands",
        "Example/test_worked_example",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Matmul/test_operands",
        "Maximum/test_operands",
        "Minimum/test_operands",
        "Mul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_float32",
        "Pow/test_operands",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Stack/test_operands",
        "Sub/test_operands",
        "Var/test_gradients",
        "Where/test_operands",
    ),
    source="folklore",
)
def the_last_use_counts(tensor, gradients):
    """The gradient of a tensor is what its use gives; it is set, not added."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    if tensor.is_leaf or tensor._retains:
        _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if part is not None and one.requires_grad:
            gradients[one] = _fit(part, one)


@misconception(
    "autograd.tensor._go_back",
    hint="In x * x, the two operands are one tensor: how many gradients does it get?",
    fails=(
        "Add/test_operands",
        "Backward/test_both_operands",
        "Concatenate/test_operands",
        "Div/test_operands",
        "Example/test_worked_example",
        "Function/test_several_inputs",
        "Graphs/test_diamond",
        "Layers/test_normalisation",
        "Matmul/test_operands",
        "Maximum/test_operands",
        "Minimum/test_operands",
        "Mul/test_operands",
        "Pow/test_operands",
        "Programs/test_everything",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Stack/test_operands",
        "Sub/test_operands",
        "Var/test_gradients",
        "Where/test_operands",
    ),
    source="folklore",
)
def one_gradient_for_each_operation(tensor, gradients):
    """An operation gives each of its tensors one gradient, also if it is both operands."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    if tensor.is_leaf or tensor._retains:
        _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in dict(zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True)).items():
        if part is not None and one.requires_grad:
            part = _fit(part, one)
            gradients[one] = gradients[one] + part if one in gradients else part


@misconception(
    "autograd.tensor._go_back",
    hint="The gradients of x and of y in x + y are both dy: are they the same array, and who writes into it?",
    fails=(
        "Backward/test_long_and_short_ways",
        "LogSoftmax/test_arrays",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
    ),
    source="folklore",
)
def adds_in_place(tensor, gradients):
    """What comes for a tensor can be added into the array of what came before."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    if tensor.is_leaf or tensor._retains:
        _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if part is not None and one.requires_grad:
            part = _fit(part, one)
            if one in gradients:
                gradients[one].data += part.data
            else:
                gradients[one] = part


@misconception(
    "autograd.tensor._go_back",
    hint="After a second backward, what is in the gradients of what lies between, from the first one?",
    fails=(
        "Backward/test_results_that_are_not_used",
        "Example/test_worked_example",
        "Function/test_a_context_for_each_call",
        "SecondDerivatives/test_arithmetic",
    ),
    source="micrograd",
)
def gradients_stay_between(tensor, gradients):
    """Every tensor of the graph adds what comes to its own grad, and passes that on."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    gradient = tensor.grad if isinstance(tensor.grad, Tensor) else Tensor(tensor.grad)
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if part is not None and one.requires_grad:
            part = _fit(part, one)
            gradients[one] = gradients[one] + part if one in gradients else part


@misconception(
    "autograd.tensor._go_back",
    hint="Which tensors did the student ask gradients of?",
    fails=("Backward/test_results_that_are_not_used",),
    source="micrograd",
)
def every_tensor_has_a_gradient(tensor, gradients):
    """All tensors of a graph get a grad, not only its leaves."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if part is not None and one.requires_grad:
            part = _fit(part, one)
            gradients[one] = gradients[one] + part if one in gradients else part


@misconception(
    "autograd.tensor._go_back",
    hint="A tensor does not require a gradient: what should its grad be?",
    fails=(
        "Add/test_operands",
        "Backward/test_only_leaves",
        "Concatenate/test_operands",
        "Div/test_operands",
        "Example/test_worked_example",
        "Matmul/test_operands",
        "Maximum/test_operands",
        "Minimum/test_operands",
        "Mul/test_operands",
        "Programs/test_everything",
        "Stack/test_operands",
        "Sub/test_operands",
        "Where/test_operands",
    ),
    source="folklore",
)
def constants_get_gradients(tensor, gradients):
    """Whatever stands in a graph gets its gradient, also a tensor that does not require one."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    if tensor.is_leaf or tensor._retains:
        _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if part is not None and not one.requires_grad:
            _accumulate(one, _fit(part, one))
        elif part is not None:
            part = _fit(part, one)
            gradients[one] = gradients[one] + part if one in gradients else part


@misconception(
    "autograd.tensor._go_back",
    hint="A Function gives None for a tensor: is that a gradient of 0, or none?",
    fails=("Function/test_several_inputs",),
    source="folklore",
)
def none_is_zero(tensor, gradients):
    """Where an operation gives no gradient, it is 0."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:
        return
    if tensor.is_leaf or tensor._retains:
        _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if one.requires_grad:
            part = Tensor(0.0 * one.data) if part is None else _fit(part, one)
            gradients[one] = gradients[one] + part if one in gradients else part
