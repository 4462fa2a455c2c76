"""Hidden checks of assignment 10: second derivatives, a bonus."""

import numpy as np

from grader.checks import fine, raises, weight
from grader.checks.battery import upstream

from .graphs import compare_gradients, go_back, leaves
from .operations import compare_data, positive


def second(twin, rng, expression, name, *shapes):
    """Compare the gradients of a scalar made of the gradients of an expression, and these gradients themselves."""
    tensors = leaves(twin, rng, *shapes)
    y = expression(*tensors)
    y.backward(upstream(rng, y.expected.data.shape), create_graph=True)
    gradients = [tensor.grad.read() for tensor in tensors]
    for letter, tensor, gradient in zip("xyz", tensors, gradients):
        gradient.name = f"{letter}.grad, a tensor, of {name}"
        gradient.compare("requires_grad")
        compare_data(gradient, gradient.name)
        tensor.set("grad", None)
    for gradient in gradients:
        gradient.backward(upstream(rng, gradient.expected.data.shape))
    compare_gradients(f"the gradients of {name}", *tensors)


class TestSecondDerivatives:
    @weight(1)
    def test_arithmetic(self, twin, rng):
        """Gradients of products, quotients and powers can be differentiated again, also where operands broadcast."""
        for name, expression in {
            "x * y": lambda x, y: x * y,
            "x / y": lambda x, y: x / y,
            "x ** y": lambda x, y: x**y,
            "x * x * y - y": lambda x, y: x * x * y - y,
        }.items():
            for shapes in (((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3))):
                second(twin, rng, expression, name, *shapes)
        second(twin, rng, lambda x: x**3, "x ** 3", (2, 3))

    @weight(1)
    def test_functions(self, twin, rng):
        """Gradients of functions of every entry, and of several, can be differentiated again."""
        for name in ("exp", "log", "sqrt", "tanh", "sigmoid", "var", "logsumexp", "softmax", "log_softmax"):
            second(twin, rng, lambda x, name=name: getattr(x, name)(), f"{name}(x)", (2, 3))
        for name in ("relu", "abs", "sum", "mean", "max", "min"):
            second(twin, rng, lambda x, name=name: getattr(x, name)() ** 3, f"{name}(x) ** 3", (2, 3))
        second(twin, rng, lambda x: x.clip(max=1.0) ** 3, "clip(x, max=1) ** 3", (2, 3))

    @weight(1)
    def test_matrices_and_shapes(self, twin, rng):
        """Gradients of products of matrices, of reshaped, indexed and joined tensors can be differentiated again."""
        for shapes in (((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (4, 3, 2)), ((2, 3), (3,))):
            second(twin, rng, lambda x, y: x @ y, "x @ y", *shapes)
        for name, expression in {
            "x.T ** 3": lambda x: x.transpose() ** 3,
            "x.reshape(3, 2) ** 3": lambda x: x.reshape(3, 2) ** 3,
            "x[[0, 0, 1]] ** 3": lambda x: x[[0, 0, 1]] ** 3,
            "x[:, 1] ** 3": lambda x: x[:, 1] ** 3,
        }.items():
            second(twin, rng, expression, name, (2, 3))
        for name in ("concatenate", "stack"):
            joined = f"{name}([x, y, x]) ** 3"
            second(twin, rng, lambda x, y, name=name: twin(f"autograd.{name}", [x, y, x]) ** 3, joined, (2, 3), (2, 3))
        for name in ("maximum", "minimum"):
            chosen = f"{name}(x, y) ** 3"
            second(twin, rng, lambda x, y, name=name: twin(f"autograd.{name}", x, y) ** 3, chosen, (2, 3), (2, 3))

    @weight(0.75)
    def test_graphs(self, twin, rng):
        """Gradients of whole graphs can be differentiated again, and a third time."""
        second(twin, rng, lambda x, w: (x @ w).tanh().sum(), "sum(tanh(x @ w))", (2, 3), (3, 2))
        second(twin, rng, lambda x: (x * x.exp() + x / x.sum()).log(), "log(x exp(x) + x / sum(x))", (2, 3))
        [x] = leaves(twin, rng, (3,))
        y = x**5
        for order in ("first", "second", "third"):
            x.set("grad", None)
            y.backward(np.ones(3), create_graph=True)
            y = x.grad.read()
            compare_data(y, f"the {order} derivative of x ** 5")

    @weight(0.75)
    def test_penalty(self, twin, rng):
        """The norm of a gradient can be part of a loss: both add to the same gradients."""
        x, w = leaves(twin, rng, (4, 3), (3,))
        y = (x @ w).sigmoid().mean()
        y.backward(create_graph=True)
        slope = x.grad.read()
        for tensor in (x, w):
            tensor.set("grad", None)
        (y + (slope * slope).sum()).backward()
        compare_gradients("a loss and the squared norm of its gradient", x, w, names="xw")

    @fine
    @weight(0.25)
    def test_without_a_graph(self, student, twin, rng):
        """Without create_graph, grad is an array; with it, operations of one's own are a RuntimeError."""
        [x] = leaves(twin, rng, (2, 3))
        (x * x).backward(upstream(rng, (2, 3)))
        compare_gradients("x * x", x)
        x = student.autograd.Tensor(positive(rng, (2, 3)), requires_grad=True)
        y = student.call("inside.applied", "Cube", x)
        with raises(RuntimeError, doing="create_graph through an operation of one's own"):
            y.backward(np.ones((2, 3)), create_graph=True)

    @fine
    @weight(0.25)
    def test_gradients_of_both_kinds(self, twin, rng):
        """With create_graph, a given tensor is part of the graph; without, grad is an array, even after one with it."""
        x, v = leaves(twin, rng, (2, 3), (2, 3))
        y = x * x * x
        y.backward(v, create_graph=True)
        slope = x.grad.read()
        slope.backward(upstream(rng, (2, 3)))
        compare_gradients("the gradient of x ** 3 for an upstream v", x, v, names="xv")
        [x] = leaves(twin, rng, (2, 3))
        y = x * x
        for create_graph in (True, False, True):
            y.backward(upstream(rng, (2, 3)), create_graph=create_graph)
        compare_data(x.grad.read(), "x.grad of x * x, with a graph, without and with it again")
        y.backward(np.ones((2, 3)))
        compare_gradients("x * x, without a graph after one with it", x)

    @fine
    @weight(0.25)
    def test_inside_no_grad(self, twin, rng):
        """create_graph records also inside no_grad; afterwards, the context is as it was."""
        [x] = leaves(twin, rng, (2, 3))
        y = x * x * x
        with twin("autograd.no_grad"):
            y.backward(np.ones((2, 3)), create_graph=True)
            after = x * 2
        after.name = "x * 2 after a backward inside no_grad"
        after.compare("requires_grad")
        gradient = x.grad.read()
        x.set("grad", None)
        go_back(gradient, rng, "3 x ** 2, recorded inside no_grad", x)
