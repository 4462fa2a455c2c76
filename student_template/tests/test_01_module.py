"""Public checks of assignment 01: run them on your own machine with `pytest`.

`student` is your framework. A module with attributes of its own is put together from outside here: an empty `Module()`,
and then `net.first = ...`, as a constructor would say `self.first = ...`.

The hidden checks ask the same of every layer, each kind under one name: values and gradients for every promised shape,
options, used again, memory, dtypes, refusals. Of each kind you find one here, for `Linear`.
"""

import numpy as np

from grader.checks import check_own_gradients, compare, fine, raises, weight

# The worked example of the handout.
W = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
B = np.array([0.5, 0.0, -0.5])
X = np.array([[1.0, 1.0], [1.0, 0.0]])
DY = np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 3.0]])


def worked_example(student):
    linear = student.nn.Linear(2, 3)
    linear.weight.data = W.copy()
    linear.bias.data = B.copy()
    return linear


def plain_linear(student, weights):
    linear = student.nn.Linear(2, 2, bias=False)
    linear.weight.data = np.array(weights)
    return linear


class TestLinear:
    @weight(1)
    def test_forward_is_an_affine_map(self, student):
        """Linear computes y = x W^T + b."""
        y = worked_example(student).forward(X.copy())
        compare(y, np.array([[3.5, 7.0, 10.5], [1.5, 3.0, 4.5]]), "Linear.forward(x)")

    @weight(1)
    def test_gradients_of_the_worked_example(self, student):
        """Linear.backward gives the three gradients of the handout's worked example."""
        linear = worked_example(student)
        linear.forward(X.copy())
        dx = linear.backward(DY.copy())
        compare(dx, np.array([[11.0, 14.0], [12.0, 14.0]]), "Linear.backward(dy)")
        compare(linear.weight.grad, np.array([[1.0, 1.0], [-1.0, 0.0], [5.0, 2.0]]), "weight.grad")
        compare(linear.bias.grad, np.array([1.0, -1.0, 5.0]), "bias.grad")

    @weight(1)
    def test_gradients_with_two_leading_dimensions(self, student, rng):
        """For an x of shape (4, 3, 5), Linear's gradients are the derivatives of x W^T + b by x, weight and bias."""
        linear = student.nn.Linear(5, 2)
        x, w, b = rng.normal(size=(4, 3, 5)), rng.normal(size=(2, 5)), rng.normal(size=2)
        linear.weight.data, linear.bias.data = w.copy(), b.copy()
        compare(linear.forward(x.copy()), x @ w.T + b, "Linear(5, 2).forward(x)")
        check_own_gradients(student, linear, x, parameters=("weight", "bias"), rng=rng)

    @weight(1)
    def test_a_second_backward_adds(self, student):
        """Linear.backward adds to the gradients that are already there."""
        linear = worked_example(student)
        linear.forward(X.copy())
        linear.backward(DY.copy())
        linear.backward(DY.copy())
        twice = np.array([[2.0, 2.0], [-2.0, 0.0], [10.0, 4.0]])
        compare(linear.weight.grad, twice, "weight.grad after two backward passes")
        compare(linear.bias.grad, np.array([2.0, -2.0, 10.0]), "bias.grad after two backward passes")

    @weight(0.5)
    def test_options_without_bias(self, student, rng):
        """Options: Linear(2, 3, bias=False) computes y = x W^T, and its bias is None."""
        linear, x = student.nn.Linear(2, 3, bias=False), rng.normal(size=(4, 2))
        linear.weight.data = W.copy()
        compare(linear.forward(x.copy()), x @ W.T, "Linear(2, 3, bias=False).forward(x)")
        compare(linear.bias, None, "Linear(2, 3, bias=False).bias")

    @weight(0.5)
    def test_used_again_after_other_batches(self, student, rng):
        """Used again: Linear answers as a new one does, whatever batches of this or another size it has seen before."""
        used = worked_example(student)
        for rows in (4, 4, 2, 5):
            new, x, dy = worked_example(student), rng.normal(size=(rows, 2)), rng.normal(size=(rows, 3))
            compare(new.forward(x.copy()), x @ W.T + B, f"Linear.forward(x) with {rows} rows")
            compare(used.forward(x.copy()), x @ W.T + B, f"Linear.forward(x) with {rows} rows, used again")
            used.weight.grad = used.bias.grad = None
            new.backward(dy.copy())
            compare(used.backward(dy.copy()), dy @ W, "Linear.backward(dy) of one that is used again")
            compare(used.weight.grad, new.weight.grad, "weight.grad of one that is used again")
            compare(used.bias.grad, new.bias.grad, "bias.grad of one that is used again")

    @fine
    @weight(0.25)
    def test_memory_of_arrays(self, student):
        """Memory: Linear takes an x in Fortran order and a dy that is read-only, and changes neither."""
        linear, x, dy = worked_example(student), student.array(X, "F"), student.array(DY, "read-only")
        compare(linear.forward(x), np.array([[3.5, 7.0, 10.5], [1.5, 3.0, 4.5]]), "Linear.forward(x)")
        compare(linear.backward(dy), np.array([[11.0, 14.0], [12.0, 14.0]]), "Linear.backward(dy)")
        compare(student.value(x), X, "x after forward and backward")
        compare(student.value(dy), DY, "dy after forward and backward")

    @fine
    @weight(0.25)
    def test_dtypes_are_those_of_x(self, student):
        """Dtypes: for a float32 x, Linear's y and dx are float32, and its gradients are float64 as the parameters
        are."""
        linear = worked_example(student)
        y = linear.forward(X.astype("float32"))
        compare(y, np.array([[3.5, 7.0, 10.5], [1.5, 3.0, 4.5]], "float32"), "Linear.forward(x) for a float32 x")
        compare(
            linear.backward(DY.astype("float32")),
            np.array([[11.0, 14.0], [12.0, 14.0]], "float32"),
            "Linear.backward(dy)",
        )
        compare(linear.bias.grad, np.array([1.0, -1.0, 5.0]), "bias.grad")

    @fine
    @weight(0.5)
    def test_refuses_what_cannot_be(self, student):
        """Refusals: backward before forward is a RuntimeError, and a dy of another shape than y a ValueError naming
        both."""
        linear = worked_example(student)
        with raises(RuntimeError, doing="Linear(2, 3).backward before forward"):
            linear.backward(DY.copy())
        linear.forward(X.copy())
        with raises(ValueError, doing="Linear(2, 3).backward given dy (1, 3) for (2, 3)", naming=((1, 3), (2, 3))):
            linear.backward(DY[:1].copy())


class TestIdentity:
    @weight(0.5)
    def test_does_nothing(self, student):
        """Identity gives x, and its backward dy, whatever the shape."""
        identity = student.nn.Identity()
        compare(identity.forward(X.copy()), X, "Identity().forward(x)")
        compare(identity.backward(-X), -X, "Identity().backward(dy)")


class TestFlatten:
    @weight(1)
    def test_each_value_finds_its_way_there_and_back(self, student):
        """Flatten() turns (2, 3, 4) into (2, 12) in row-major order, and its backward undoes exactly that."""
        flatten = student.nn.Flatten()
        values = np.arange(24.0)
        y = flatten.forward(values.reshape(2, 3, 4))
        compare(y, values.reshape(2, 12), "Flatten().forward(x)")
        compare(flatten.backward(-values.reshape(2, 12)), -values.reshape(2, 3, 4), "Flatten().backward(dy)")


class TestSequential:
    @weight(1)
    def test_order_of_the_modules(self, student):
        """Sequential runs its modules first to last, and goes back last to first."""
        first = plain_linear(student, [[1.0, 2.0], [0.0, 1.0]])
        second = plain_linear(student, [[0.0, 1.0], [1.0, 1.0]])
        chain = student.nn.Sequential(first, second)
        compare(chain.forward(np.array([[1.0, 1.0]])), np.array([[1.0, 4.0]]), "Sequential.forward(x)")
        compare(chain.backward(np.array([[1.0, 2.0]])), np.array([[2.0, 7.0]]), "Sequential.backward(dy)")

    @weight(1)
    def test_is_a_container(self, student):
        """A Sequential has a length, an index and an iterator, and gives back the very modules it was made of."""
        modules = [student.nn.Linear(4, 3), student.nn.Identity(), student.nn.Linear(3, 2)]
        chain = student.nn.Sequential(*modules)
        compare(len(chain), 3, "len(chain)")
        compare(chain[0] == modules[0], True, "`chain[0] is first`")
        compare(chain[-1] == modules[2], True, "`chain[-1] is last`")
        compare(list(chain) == modules, True, "`list(chain) == [first, middle, last]`")


class TestModule:
    @weight(1)
    def test_names_of_parameters(self, student):
        """named_parameters gives dotted names: own before children's, in order of assignment, what is shared once."""
        net = student.nn.Module()
        net.encoder = student.nn.Module()
        net.encoder.weight = student.nn.Parameter(np.ones((2, 2)))
        net.encoder.bias = student.nn.Parameter(np.ones(2))
        net.scale = student.nn.Parameter(np.ones(2))
        net.decoder = student.nn.Module()
        net.decoder.weight = net.encoder.weight
        names = ", ".join(name for name, _ in net.named_parameters())
        compare(names, "scale, encoder.weight, encoder.bias", "the list of names")
        compare(len(list(net.parameters())), 3, "the number of net.parameters()")

    @weight(0.5)
    def test_children_and_buffers(self, student):
        """children gives the modules held directly, named_buffers the names of all buffers, those of children too."""
        net = student.nn.Module()
        net.child = student.nn.Module()
        net.child.grandchild = student.nn.Module()
        net.child.register_buffer("mean", np.zeros(2))
        compare(list(net.children()) == [net.child], True, "`list(net.children()) == [net.child]`")
        compare(", ".join(name for name, _ in net.named_buffers()), "child.mean", "the list of buffers' names")

    @weight(1)
    def test_mode_reaches_everything_below(self, student):
        """train(mode) and eval set `training` of a module and all below it, of no other, and return the module."""
        net, other = student.nn.Module(), student.nn.Module()
        net.child = student.nn.Module()
        net.child.grandchild = student.nn.Module()
        modules = {"net": net, "net.child": net.child, "net.child.grandchild": net.child.grandchild, "other": other}
        compare(net.eval() == net, True, "`net.eval() is net`")
        for name, module in modules.items():
            compare(module.training, name == "other", f"{name}.training after net.eval()")
        compare(net.train() == net, True, "`net.train() is net`")
        net.child.train(False)
        for name, module in modules.items():
            compare(
                module.training, "child" not in name, f"{name}.training after net.train() and net.child.train(False)"
            )

    @weight(1)
    def test_zero_grad(self, student):
        """zero_grad sets the gradients of all parameters, also of those of children, to None."""
        net = student.nn.Module()
        net.scale = student.nn.Parameter(np.ones(2))
        net.child = student.nn.Module()
        net.child.weight = student.nn.Parameter(np.ones(2))
        net.scale.grad, net.child.weight.grad = np.ones(2), np.ones(2)
        net.zero_grad()
        compare(net.scale.grad, None, "net.scale.grad after net.zero_grad()")
        compare(net.child.weight.grad, None, "net.child.weight.grad after net.zero_grad()")

    @weight(1)
    def test_state_goes_from_one_model_to_another(self, student, rng):
        """A model that loads the state of another has the same parameters."""
        source, target = student.nn.Module(), student.nn.Module()
        for net in (source, target):
            net.child = student.nn.Module()
            net.child.weight = student.nn.Parameter(rng.normal(size=(3, 2)))
        saved = source.state_dict()
        expected = source.child.weight.data.copy()
        target.load_state_dict(saved)
        compare(saved["child.weight"], expected, 'source.state_dict()["child.weight"]')
        compare(target.child.weight.data, expected, "target.child.weight.data")


class TestAccumulateGrad:
    @weight(1)
    def test_adds_to_what_is_there(self, student):
        """accumulate_grad starts a gradient that is None, and adds to one that is not."""
        parameter = student.nn.Parameter(np.array([1.0, 2.0]))
        student.nn.module.accumulate_grad(parameter, np.array([0.5, 0.0]))
        compare(parameter.grad, np.array([0.5, 0.0]), "parameter.grad after one call")
        student.nn.module.accumulate_grad(parameter, np.array([0.5, 3.0]))
        compare(parameter.grad, np.array([1.0, 3.0]), "parameter.grad after two calls")
