"""What people believe about tensors, and about what is recorded."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.grad_mode import enable_grad, is_grad_enabled, no_grad
from reference.autograd.tensor import Tensor, _first_gradient, _go_back, _ordered, _refuse


@misconception(
    "autograd.Tensor.__init__",
    hint="An optimizer writes into the array of a parameter: does the next forward see that?",
    fails=("Detach/test_shares_its_array", "Tensor/test_keeps_the_array"),
    source="PyTorch",
    convention="This is what torch.tensor does; the contract asks that an array of floats is kept.",
)
def arrays_are_copied(self, data, requires_grad=False):
    """A tensor copies what it is made of."""
    array = np.array(data.data if isinstance(data, Tensor) else data)
    if array.dtype.kind != "b":
        array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    elif requires_grad:
        raise RuntimeError("bool cannot require a gradient")
    self.data, self.grad, self.requires_grad = array, None, requires_grad
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.__init__",
    hint="What is the dtype of a float32 array after np.asarray(x, dtype=float)?",
    fails=(
        "Abs/test_arrays",
        "Add/test_arrays",
        "Backward/test_dtypes",
        "BroadcastTo/test_arrays",
        "Clip/test_at_the_bounds",
        "Concatenate/test_arrays",
        "Div/test_arrays",
        "Exp/test_arrays",
        "Function/test_dtypes",
        "Getitem/test_arrays",
        "Log/test_arrays",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Matmul/test_arrays",
        "Max/test_arrays",
        "Maximum/test_arrays",
        "Mean/test_arrays",
        "Min/test_arrays",
        "Minimum/test_arrays",
        "Mul/test_arrays",
        "Neg/test_arrays",
        "Operations/test_float32",
        "Pow/test_arrays",
        "Relu/test_arrays",
        "Reshape/test_arrays",
        "Sigmoid/test_range",
        "Softmax/test_range",
        "Sqrt/test_arrays",
        "Stack/test_arrays",
        "Sub/test_arrays",
        "Sum/test_arrays",
        "Tanh/test_arrays",
        "Tensor/test_data",
        "Transpose/test_arrays",
        "Var/test_arrays",
        "Where/test_arrays",
    ),
    source="folklore",
)
def everything_is_float64(self, data, requires_grad=False):
    """A tensor computes in float64."""
    array = np.asarray(data.data if isinstance(data, Tensor) else data)
    if array.dtype.kind != "b":
        array = array.astype(np.float64, copy=False)
    elif requires_grad:
        raise RuntimeError("bool cannot require a gradient")
    self.data, self.grad, self.requires_grad = array, None, requires_grad
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.__init__",
    hint="x = Tensor([1, 2]): what is x / 2, and what is the dtype of its gradient?",
    fails=("Tensor/test_data",),
    source="PyTorch",
    convention="This is what PyTorch does with integers; the contract asks for float64.",
)
def integers_stay_integers(self, data, requires_grad=False):
    """A tensor has the dtype of what it is made of."""
    array = np.asarray(data.data if isinstance(data, Tensor) else data)
    if requires_grad and array.dtype.kind == "b":
        raise RuntimeError("bool cannot require a gradient")
    if array.dtype.kind == "f":
        array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    self.data, self.grad, self.requires_grad = array, None, requires_grad
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.__init__",
    hint="x[x > 0]: what kind of numbers has the key to be made of?",
    fails=("Getitem/test_keys_that_are_tensors", "Tensor/test_data"),
    source="folklore",
)
def bool_becomes_float(self, data, requires_grad=False):
    """Every tensor is made of floats, also that of a comparison."""
    array = np.asarray(data.data if isinstance(data, Tensor) else data)
    array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    self.data, self.grad, self.requires_grad = array, None, requires_grad
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.__init__",
    hint="What would the derivative with respect to True be?",
    fails=("Tensor/test_bool_needs_no_gradient",),
    source="folklore",
)
def bool_may_require_a_gradient(self, data, requires_grad=False):
    """Any tensor may require a gradient."""
    array = np.asarray(data.data if isinstance(data, Tensor) else data)
    if array.dtype.kind != "b":
        array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    self.data, self.grad, self.requires_grad = array, None, requires_grad
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.__init__",
    hint="What does Tensor(x) say about gradients, if nothing is said?",
    fails=("Tensor/test_data",),
    source="folklore",
)
def a_copy_requires_what_the_tensor_does(self, data, requires_grad=False):
    """A tensor that is made of a tensor requires a gradient if that one does."""
    requires_grad = requires_grad or getattr(data, "requires_grad", False)
    array = np.asarray(data.data if isinstance(data, Tensor) else data)
    if array.dtype.kind != "b":
        array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    elif requires_grad:
        raise RuntimeError("bool cannot require a gradient")
    self.data, self.grad, self.requires_grad = array, None, bool(requires_grad)
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.__init__",
    hint="Is there a difference between no gradient, and a gradient of zeros?",
    fails=(
        "Add/test_operands",
        "Backward/test_results_that_are_not_used",
        "Concatenate/test_operands",
        "Detach/test_stops_gradients",
        "Div/test_operands",
        "Example/test_worked_example",
        "Function/test_several_inputs",
        "Matmul/test_operands",
        "Maximum/test_operands",
        "Minimum/test_operands",
        "Mul/test_operands",
        "Pow/test_operands",
        "Programs/test_everything",
        "Stack/test_operands",
        "Sub/test_operands",
        "Tensor/test_data",
        "Where/test_operands",
    ),
    source="folklore",
)
def grad_begins_with_zeros(self, data, requires_grad=False):
    """grad begins with zeros, so that it can be added to."""
    array = np.asarray(data.data if isinstance(data, Tensor) else data)
    if array.dtype.kind != "b":
        array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    elif requires_grad:
        raise RuntimeError("bool cannot require a gradient")
    self.data, self.grad, self.requires_grad = array, np.zeros_like(array), requires_grad
    self._inputs, self._pull, self._retains = (), None, False


@misconception(
    "autograd.Tensor.is_leaf",
    hint="A constant times a constant is no parameter: did an operation that was recorded make it?",
    fails=(
        "Abs/test_at_zero",
        "Add/test_gradients",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Clip/test_at_the_bounds",
        "Concatenate/test_gradients",
        "Detach/test_stops_gradients",
        "Div/test_gradients",
        "Example/test_worked_example",
        "Exp/test_gradients",
        "Function/test_one_input",
        "Getitem/test_repeated",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "Log/test_gradients",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Matmul/test_gradients",
        "Max/test_ties",
        "Maximum/test_ties",
        "Mean/test_gradients",
        "Min/test_ties",
        "Minimum/test_ties",
        "Mul/test_gradients",
        "Neg/test_gradients",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "Relu/test_at_zero",
        "Reshape/test_gradients",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Sigmoid/test_range",
        "Softmax/test_range",
        "Sqrt/test_gradients",
        "Stack/test_gradients",
        "Sub/test_gradients",
        "Sum/test_no_axis",
        "Tanh/test_gradients",
        "Tensor/test_data",
        "Transpose/test_gradients",
        "Var/test_gradients",
        "Where/test_conditions",
    ),
    source="folklore",
)
def leaves_require_gradients(self):
    """A leaf is what requires a gradient and was not computed."""
    return self.requires_grad and self._pull is None


@misconception(
    "autograd.Tensor.is_leaf",
    hint="After backward has freed the graph, was y still made by an operation?",
    fails=(
        "Abs/test_at_zero",
        "Add/test_gradients",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Clip/test_at_the_bounds",
        "Concatenate/test_gradients",
        "Detach/test_stops_gradients",
        "Div/test_gradients",
        "Example/test_worked_example",
        "Exp/test_gradients",
        "Function/test_one_input",
        "Getitem/test_repeated",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "Log/test_gradients",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Matmul/test_gradients",
        "Max/test_ties",
        "Maximum/test_ties",
        "Mean/test_gradients",
        "Min/test_ties",
        "Minimum/test_ties",
        "Mul/test_gradients",
        "Neg/test_gradients",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "Relu/test_at_zero",
        "Reshape/test_gradients",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Sigmoid/test_range",
        "Softmax/test_range",
        "Sqrt/test_gradients",
        "Stack/test_gradients",
        "Sub/test_gradients",
        "Sum/test_no_axis",
        "Tanh/test_gradients",
        "Tensor/test_data",
        "Transpose/test_gradients",
        "Var/test_gradients",
        "Where/test_conditions",
    ),
    source="folklore",
)
def leaves_have_no_inputs(self):
    """A leaf is what has no inputs."""
    return not self._inputs


@misconception(
    "autograd.Tensor.detach",
    hint="Something is written into x's array: should the detached one see it?",
    fails=("Detach/test_shares_its_array",),
    source="folklore",
)
def detach_copies(self):
    """What is detached has nothing to do with the tensor any more: its numbers are copied."""
    return Tensor(self.data.copy())


@misconception(
    "autograd.Tensor.detach",
    hint="y.detach() is used in one place, y in another: should y lose its gradient?",
    fails=("Detach/test_stops_gradients", "Graphs/test_no_grad"),
    source="folklore",
)
def detach_cuts_the_tensor_itself(self):
    """detach takes the tensor out of its graph."""
    self.requires_grad, self._inputs, self._pull = False, (), None
    return self


@misconception(
    "autograd.Tensor.detach",
    hint="Does a gradient go back through a tensor that was detached?",
    fails=("Detach/test_stops_gradients",),
    source="folklore",
)
def detached_tensors_require_gradients(self):
    """A detached tensor is a new leaf that requires a gradient like the old one."""
    return Tensor(self.data, self.requires_grad)


@misconception(
    "autograd.Tensor.retain_grad",
    hint="What should happen when a gradient is asked for that there cannot be?",
    fails=("Backward/test_retain_grad_needs_a_gradient",),
    source="folklore",
)
def constants_may_retain(self):
    """retain_grad of a tensor without a gradient does nothing."""
    self._retains = self.requires_grad


@misconception(
    "autograd.Tensor.retain_grad",
    hint="Is the gradient there after the next backward, if the tensor is no leaf?",
    fails=("Backward/test_only_leaves",),
    source="folklore",
)
def leaves_retain_anyway(self):
    """A tensor that requires a gradient keeps it anyway."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")


@misconception(
    "autograd.Tensor.backward",
    hint="backward of one result is called a second time: is anything left of its graph?",
    fails=(
        "Backward/test_twice",
        "Example/test_worked_example",
        "Function/test_a_context_for_each_call",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="PyTorch",
    convention="This is the default of PyTorch; the contract asks that a second backward adds up.",
)
def graphs_are_always_freed(self, gradient=None, retain_graph=False, create_graph=False):
    """A graph is freed after backward unless retain_graph is given."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not (retain_graph or create_graph) and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), _refuse


@misconception(
    "autograd.Tensor.backward",
    hint="retain_graph=False: what is in memory afterwards, while y is still there?",
    fails=("RetainedGraphs/test_is_freed",),
    source="folklore",
)
def graphs_are_never_freed(self, gradient=None, retain_graph=True, create_graph=False):
    """Python frees the graph when it is time; retain_graph changes nothing."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            _go_back(waiting.pop(), gradients)


@misconception(
    "autograd.Tensor.backward",
    hint="Two results share h. One graph is freed: what can the other one still go back through?",
    fails=("RetainedGraphs/test_shared_part_is_freed",),
    source="folklore",
)
def only_the_result_is_freed(self, gradient=None, retain_graph=True, create_graph=False):
    """It is enough to cut the result off; the rest is freed with it."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            _go_back(waiting.pop(), gradients)
        if not retain_graph and not self.is_leaf:
            self._inputs, self._pull = (), _refuse


@misconception(
    "autograd.Tensor.backward",
    hint="A freed graph is gone through once more: should that go unnoticed?",
    fails=("RetainedGraphs/test_is_freed",),
    source="folklore",
)
def freed_graphs_give_nothing(self, gradient=None, retain_graph=True, create_graph=False):
    """A second backward of a freed graph has nothing to do."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), lambda _dy, _y: ()


@misconception(
    "autograd.Tensor.backward",
    hint="After backward has freed a graph, does its result still require a gradient?",
    fails=("RetainedGraphs/test_shared_part_is_freed",),
    source="folklore",
)
def freed_tensors_become_constants(self, gradient=None, retain_graph=True, create_graph=False):
    """What was freed is a constant from then on."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull, tensor.requires_grad = (), None, False


@misconception(
    "autograd.Tensor.backward",
    hint="backward of a constant: is that more likely meant, or a mistake?",
    fails=("Backward/test_refuses_constants",),
    source="folklore",
)
def constants_have_nothing_to_do(self, gradient=None, retain_graph=True, create_graph=False):
    """backward of a tensor that requires no gradient does nothing."""
    if not self.requires_grad:
        return
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), _refuse


@misconception(
    "autograd.Tensor.backward",
    hint="Can a gradient be differentiated if nothing was recorded while it was computed?",
    fails=("SecondDerivatives/test_arithmetic",),
    source="folklore",
)
def create_graph_makes_tensors(self, gradient=None, retain_graph=True, create_graph=False):
    """create_graph makes grad a tensor."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        leaves = [tensor for tensor in waiting if tensor.is_leaf or tensor._retains]
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), _refuse
    for tensor in leaves if create_graph else ():
        tensor.grad = Tensor(tensor.grad, requires_grad=True)


@misconception(
    "autograd.Tensor.backward",
    hint="backward(create_graph=True) is called inside no_grad: who asked for what?",
    fails=("SecondDerivatives/test_inside_no_grad",),
    source="folklore",
)
def no_grad_counts_more(self, gradient=None, retain_graph=True, create_graph=False):
    """Inside no_grad nothing is recorded, also not with create_graph."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph and is_grad_enabled() else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), _refuse


@misconception(
    "autograd.Tensor.backward",
    hint="y was recorded before no_grad began: can its gradient be asked for inside?",
    fails=("NoGrad/test_backward_inside",),
    source="folklore",
)
def no_backward_inside_no_grad(self, gradient=None, retain_graph=True, create_graph=False):
    """Inside no_grad there are no gradients, so backward is refused."""
    if not self.requires_grad or not (is_grad_enabled() or create_graph):
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), _refuse


@misconception(
    "autograd.Tensor.backward",
    hint="Two losses are gone back through, one after the other: what is left of the first one's gradient?",
    fails=(
        "Backward/test_adds_up",
        "Example/test_worked_example",
        "Function/test_what_is_given",
        "Getitem/test_keys_that_are_tensors",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Where/test_conditions",
    ),
    source="micrograd",
)
def backward_clears_first(self, gradient=None, retain_graph=True, create_graph=False):
    """backward begins with clean gradients: what is there from before is set to None."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    with enable_grad() if create_graph else no_grad():
        gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
        for tensor in waiting:
            tensor.grad = None
        while waiting:
            tensor = waiting.pop()
            _go_back(tensor, gradients)
            if not retain_graph and not tensor.is_leaf:
                tensor._inputs, tensor._pull = (), _refuse


@misconception(
    "autograd.Tensor.backward",
    hint="Who else has this tensor, and wants its own gradient recorded?",
    fails=(
        "Backward/test_refuses_gradients",
        "Function/test_refuses",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_inside_no_grad",
    ),
    source="folklore",
)
def create_graph_stays_on(self, gradient=None, retain_graph=True, create_graph=False):
    """create_graph switches recording on."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    context = enable_grad() if create_graph else no_grad()
    context.__enter__()
    gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
    while waiting:
        tensor = waiting.pop()
        _go_back(tensor, gradients)
        if not retain_graph and not tensor.is_leaf:
            tensor._inputs, tensor._pull = (), _refuse
    if not create_graph:
        context.__exit__(None, None, None)


@misconception(
    "autograd.record",
    hint="Inside no_grad, what is the way back good for?",
    fails=(
        "Function/test_is_recorded_where_it_should",
        "Graphs/test_no_grad",
        "NoGrad/test_records_nothing",
        "SecondDerivatives/test_inside_no_grad",
    ),
    source="folklore",
)
def no_grad_is_not_asked(data, inputs, pull):
    """An operation records itself if an operand requires a gradient."""
    result = Tensor(data)
    if any(tensor.requires_grad for tensor in inputs):
        result.requires_grad, result._inputs, result._pull = True, tuple(inputs), pull
    return result


@misconception(
    "autograd.record",
    hint="Of x * constant, does the result depend on something that requires a gradient?",
    fails=(
        "Add/test_operands",
        "Backward/test_chains",
        "Concatenate/test_operands",
        "Detach/test_stops_gradients",
        "Div/test_operands",
        "Example/test_worked_example",
        "Function/test_what_is_given",
        "Graphs/test_diamond",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Matmul/test_operands",
        "Maximum/test_operands",
        "Mean/test_gradients",
        "Minimum/test_operands",
        "Mul/test_operands",
        "NoGrad/test_records_nothing",
        "Operations/test_reductions",
        "Pow/test_exponents",
        "Programs/test_everything",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Stack/test_operands",
        "Sub/test_operands",
        "Sum/test_no_axis",
        "Tensor/test_requires_grad",
        "Var/test_gradients",
        "Where/test_conditions",
    ),
    source="folklore",
)
def all_inputs_have_to_require(data, inputs, pull):
    """A result requires a gradient if all that it is made of do."""
    result = Tensor(data)
    if is_grad_enabled() and all(tensor.requires_grad for tensor in inputs):
        result.requires_grad, result._inputs, result._pull = True, tuple(inputs), pull
    return result


@misconception(
    "autograd.record",
    hint="In constant * x, which operand is asked whether a gradient is wanted?",
    fails=(
        "Add/test_operands",
        "Backward/test_deep_and_wide",
        "Concatenate/test_operands",
        "Div/test_operands",
        "Example/test_worked_example",
        "Function/test_what_is_given",
        "Layers/test_activations",
        "Matmul/test_operands",
        "Maximum/test_operands",
        "Minimum/test_operands",
        "Mul/test_operands",
        "Operations/test_constants",
        "Pow/test_exponents",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Stack/test_operands",
        "Sub/test_operands",
        "Tensor/test_requires_grad",
        "Where/test_operands",
    ),
    source="folklore",
)
def the_first_input_decides(data, inputs, pull):
    """A result requires a gradient if its first operand does."""
    result = Tensor(data)
    if is_grad_enabled() and inputs and inputs[0].requires_grad:
        result.requires_grad, result._inputs, result._pull = True, tuple(inputs), pull
    return result


@misconception(
    "autograd.record",
    hint="Does anybody want the gradient of a constant times a constant?",
    fails=("Backward/test_refuses_constants", "Function/test_is_recorded_where_it_should", "Tensor/test_requires_grad"),
    source="folklore",
)
def every_operation_is_recorded(data, inputs, pull):
    """Every result of an operation requires a gradient."""
    result = Tensor(data)
    if is_grad_enabled() and result.data.dtype.kind == "f":
        result.requires_grad, result._inputs, result._pull = True, tuple(inputs), pull
    return result


@misconception(
    "autograd.record",
    hint="A tensor keeps a function, and the function keeps the tensor: when are both freed?",
    fails=("Memory/test_repetitions",),
    source="micrograd",
)
def the_way_back_keeps_the_result(data, inputs, pull):
    """The function that goes back may use the result, as micrograd does."""
    result = Tensor(data)
    if is_grad_enabled() and any(tensor.requires_grad for tensor in inputs):
        result.requires_grad, result._inputs = True, tuple(inputs)
        result._pull = lambda dy, _y: pull(dy, result)
    return result


@misconception(
    "autograd.record",
    hint="Are there graphs that nobody goes back through, and who forgets them?",
    fails=("Memory/test_repetitions",),
    source="a Wengert list",
)
def everything_is_kept_on_a_tape(data, inputs, pull, tape=[]):  # noqa: B006
    """All operations are noted on one list, so that nothing gets lost."""
    result = Tensor(data)
    if is_grad_enabled() and any(tensor.requires_grad for tensor in inputs):
        result.requires_grad, result._inputs, result._pull = True, tuple(inputs), pull
        tape.append(result)
    return result


@misconception(
    "autograd.operands",
    hint="What is the dtype of a float32 array times np.asarray(2.0)?",
    fails=("Mean/test_arrays", "Operations/test_float32", "Tensor/test_constants_beside", "Var/test_arrays"),
    source="folklore",
)
def numbers_are_float64(*values):
    """A number is an array of float64 like any other."""
    return tuple(value if isinstance(value, Tensor) else Tensor(np.asarray(value)) for value in values)


@misconception(
    "autograd.operands",
    hint="Of float32 and float64, in which one can the other's numbers be held?",
    fails=("Tensor/test_constants_beside",),
    source="folklore",
)
def the_first_dtype_counts(*values):
    """All operands are computed with in the dtype of the first tensor."""
    first = next((value for value in values if isinstance(value, Tensor)), None)
    dtype = first.data.dtype if first is not None and first.data.dtype.kind == "f" else np.float64
    return tuple(
        value if isinstance(value, Tensor) else Tensor(np.asarray(value).astype(dtype) if np.ndim(value) else value)
        for value in (np.asarray(v, dtype) if type(v) in (int, float) else v for v in values)
    )


@misconception(
    "autograd.operands",
    hint="Who asked for the gradient of an array?",
    fails=(
        "Clip/test_at_the_bounds",
        "Layers/test_activations",
        "Max/test_ties",
        "Min/test_ties",
        "Operations/test_functions",
        "Programs/test_everything",
        "Relu/test_at_zero",
        "SecondDerivatives/test_functions",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def arrays_require_gradients(*values):
    """An array that stands beside a tensor becomes a tensor like it, with a gradient."""
    floats = [value.dtype for value in values if getattr(value, "dtype", np.dtype(bool)).kind == "f"]
    dtype = np.result_type(*floats) if floats else np.dtype(np.float64)
    arrays = (np.asarray(value, dtype) if type(value) in (int, float) else value for value in values)
    return tuple(value if isinstance(value, Tensor) else Tensor(value, np.ndim(value) > 0) for value in arrays)
