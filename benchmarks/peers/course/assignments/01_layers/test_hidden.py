"""The checks of the benchmark as this project would write them; checks.py expresses the same ones for other graders."""

import numpy as np

from grader.calls import Call
from grader.checks import Tolerance, check_gradients, compare, weight

STABLE = Tolerance(relative=1e-6, scaled=1e-8)  # as in checks.py


def check(sentence):
    """A check of one point, with the sentence that its student reads."""

    def decorate(function):
        function.__doc__ = sentence
        return weight(1)(function)

    return decorate


def compare_forward(twin, rng, name, shape=(8, 16), arguments=(), **options):
    twin(f"nn.{name}", *arguments, **options).forward(rng.normal(size=shape)).compare(tolerance=STABLE)


def compare_gradients(twin, rng, name, shape=(8, 16), arguments=(), **options):
    check_gradients(twin(f"nn.{name}", *arguments, **options), rng.normal(size=shape), rng=rng)


def compare_steps(twin, rng, name, steps, **options):
    parameters = [twin("nn.Parameter", rng.normal(size=shape)) for shape in ((4, 3), (5,))]
    optimizer = twin(f"nn.{name}", parameters, **options)
    for _ in range(steps):
        given = [Call("set", p, "grad", (rng.normal(size=p.expected.data.shape),)) for p in parameters]
        twin.run([*given, Call("call", optimizer, "step")])
    for p in parameters:
        p.compare("data", tolerance=STABLE)


@check("Linear.forward is x W^T + b.")
def test_linear_forward(twin, rng):
    compare_forward(twin, rng, "Linear", arguments=(16, 12))


@check("Linear.backward gives the gradients of x, weight and bias.")
def test_linear_gradients(twin, rng):
    compare_gradients(twin, rng, "Linear", arguments=(16, 12))


@check("A second Linear.backward adds to the gradients.")
def test_linear_accumulates(twin, rng):
    linear = twin("nn.Linear", 16, 12)
    for _ in range(2):
        linear.forward(rng.normal(size=(8, 16)))
        linear.backward(rng.normal(size=(8, 12)))
    linear.compare("weight.grad", "bias.grad", tolerance=STABLE)


@check("ReLU.forward is max(x, 0).")
def test_relu_forward(twin, rng):
    compare_forward(twin, rng, "ReLU")


@check("ReLU.backward is the derivative.")
def test_relu_gradients(twin, rng):
    compare_gradients(twin, rng, "ReLU")


@check("ReLU.forward leaves its input as it is.")
def test_relu_leaves_its_input(student, rng):
    values = rng.normal(size=(8, 16))
    x = student.array(values)
    student.nn.ReLU().forward(x)
    compare(student.value(x), values, "x after ReLU.forward", STABLE)


@check("Sigmoid.forward is 1 / (1 + exp(-x)).")
def test_sigmoid_forward(twin, rng):
    compare_forward(twin, rng, "Sigmoid")


@check("Sigmoid.backward is the derivative.")
def test_sigmoid_gradients(twin, rng):
    compare_gradients(twin, rng, "Sigmoid")


@check("Tanh.forward is tanh(x).")
def test_tanh_forward(twin, rng):
    compare_forward(twin, rng, "Tanh")


@check("Tanh.backward is the derivative.")
def test_tanh_gradients(twin, rng):
    compare_gradients(twin, rng, "Tanh")


@check("SiLU.forward is x / (1 + exp(-x)).")
def test_silu_forward(twin, rng):
    compare_forward(twin, rng, "SiLU")


@check("SiLU.backward is the derivative.")
def test_silu_gradients(twin, rng):
    compare_gradients(twin, rng, "SiLU")


@check("SiLU.forward is right at -1000, 0 and 1000.")
def test_silu_extremes(twin):
    twin("nn.SiLU").forward(np.array([[-1000.0, 0.0, 1000.0]])).compare(tolerance=STABLE)


@check("Softmax.forward gives shares that sum to 1.")
def test_softmax_forward(twin, rng):
    compare_forward(twin, rng, "Softmax", (8, 10))


@check("Softmax.backward is the derivative.")
def test_softmax_gradients(twin, rng):
    compare_gradients(twin, rng, "Softmax", (8, 10))


@check("Softmax.forward does not overflow.")
def test_softmax_extremes(twin, rng):
    twin("nn.Softmax").forward(1000.0 + rng.normal(size=(4, 6))).compare(tolerance=STABLE)


@check("Conv2d.forward is a cross-correlation.")
def test_conv_forward(twin, rng):
    compare_forward(twin, rng, "Conv2d", (2, 3, 8, 8), (3, 2, 3), padding=1)


@check("Conv2d.forward keeps to its stride.")
def test_conv_stride(twin, rng):
    compare_forward(twin, rng, "Conv2d", (2, 3, 8, 8), (3, 2, 3), stride=2, padding=1)


@check("Conv2d.backward gives the gradients of x, weight and bias.")
def test_conv_gradients(twin, rng):
    compare_gradients(twin, rng, "Conv2d", (2, 3, 8, 8), (3, 2, 3), padding=1)


@check("CrossEntropyLoss is the mean of -log softmax(x)[target].")
def test_cross_entropy_value(twin, rng):
    twin("nn.CrossEntropyLoss").forward(rng.normal(size=(8, 10)), rng.integers(0, 10, 8)).compare(tolerance=STABLE)


@check("CrossEntropyLoss.backward is the derivative.")
def test_cross_entropy_gradients(twin, rng):
    check_gradients(twin("nn.CrossEntropyLoss"), rng.normal(size=(8, 10)), rng.integers(0, 10, 8), rng=rng)


@check("CrossEntropyLoss does not overflow.")
def test_cross_entropy_extremes(twin):
    x = np.array([[1000.0, 0.0, -1000.0], [0.0, 1000.0, 0.0]])
    twin("nn.CrossEntropyLoss").forward(x, np.array([1, 1])).compare(tolerance=STABLE)


@check("MSELoss is the mean of (x - target)^2.")
def test_mse_value(twin, rng):
    twin("nn.MSELoss").forward(rng.normal(size=(8, 12)), rng.normal(size=(8, 12))).compare(tolerance=STABLE)


@check("MSELoss.backward is the derivative.")
def test_mse_gradients(twin, rng):
    check_gradients(twin("nn.MSELoss"), rng.normal(size=(8, 12)), rng.normal(size=(8, 12)), rng=rng)


@check("Sequential.forward applies its modules in order.")
def test_sequential_forward(twin, rng):
    twin("nn.Sequential", twin("nn.Linear", 16, 12), twin("nn.Tanh")).forward(rng.normal(size=(8, 16))).compare(
        tolerance=STABLE
    )


@check("Sequential.backward goes through its modules from the last to the first.")
def test_sequential_backward(twin, rng):
    model = twin("nn.Sequential", twin("nn.Linear", 16, 12), twin("nn.Tanh"), twin("nn.Linear", 12, 4))
    model.forward(rng.normal(size=(8, 16)))
    model.backward(rng.normal(size=(8, 4))).compare(tolerance=STABLE)


@check("SGD goes against the gradient.")
def test_sgd_steps(twin, rng):
    compare_steps(twin, rng, "SGD", 5, lr=0.05)


@check("SGD with momentum keeps its velocity.")
def test_sgd_momentum(twin, rng):
    compare_steps(twin, rng, "SGD", 5, lr=0.05, momentum=0.9)


@check("Adam corrects its means for their start.")
def test_adam_steps(twin, rng):
    compare_steps(twin, rng, "Adam", 10, lr=0.01)


@check("Twenty steps of training give the losses that they should.")
def test_training(twin, rng):
    layers = twin("nn.Linear", 16, 12), twin("nn.ReLU"), twin("nn.Linear", 12, 4)
    model, loss = twin("nn.Sequential", *layers), twin("nn.CrossEntropyLoss")
    optimizer = twin("nn.SGD", [p for layer in layers[::2] for p in (layer.weight, layer.bias)], lr=0.3)
    x, target = rng.normal(size=(32, 16)), rng.integers(0, 4, 32)
    for _ in range(20):
        loss.forward(model.forward(x), target).compare(tolerance=STABLE)
        optimizer.zero_grad()
        model.backward(loss.backward())
        optimizer.step()
