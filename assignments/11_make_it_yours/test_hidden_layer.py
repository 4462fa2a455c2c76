"""Hidden checks of assignment 11: a layer of the student's own. Its contract is all that judges it."""

import numpy as np

from grader.calls import Call
from grader.checks import EXACT, Tolerance, check_own_gradients, compare, fine, raises, weight
from grader.compare import Mismatch

from .layers import (
    FEATURES,
    NODES_OF_PARAMETERS,
    OFF_COURSE,
    Asked,
    moved_value,
    own_layer,
    require_course,
    require_like,
    require_path,
    signs,
)

# Sums in another order: of 20 rows, and of dy in two parts. Some 100 roundings of numbers that partly cancel.
REORDERED = Tolerance(1e-9, 1e-9)
FLOAT32 = Tolerance(1e-3, 1e-3)  # of a layer that divides or takes roots; what computes in float16 is off by 1e-2
# Computed gradients are noisy by some roundings, 1e-15. Differences of forward are noisy by rounding over step: 1e-10
# for a step of 1e-6, 1e-12 for one of 1e-4.
NOISE = 1e-13
REGIMES = {
    "usual": lambda rng, shape: rng.normal(size=shape),
    "small": lambda rng, shape: 0.05 * rng.normal(size=shape),
    "large": lambda rng, shape: signs(rng, shape) * rng.uniform(2, 6, shape),
    "positive": lambda rng, shape: rng.uniform(0.2, 3, shape),
    "negative": lambda rng, shape: -rng.uniform(0.2, 3, shape),
}


def check_gradients_in(student, asked, regime, shape, rng):
    x = REGIMES[regime](rng, shape)
    check_own_gradients(student, asked.layer, x, parameters=asked.names, rng=rng)


class TestOwnLayer:
    @weight(2)
    def test_is_your_own(self, student, rng):
        """OwnLayer has a parameter that matters, more than one regime, and is none of the layers of the course."""
        own_layer(student, rng)

    @weight(2)
    def test_gradients(self, student, rng):
        """OwnLayer.backward gives the derivative of its forward, for x and each parameter, as the layer is made."""
        own_layer(student, rng)
        for features, rows in ((FEATURES, 6), (3, 1), (7, 4), (1, 5)):
            asked = Asked(student, rng, features, moved=False)
            check_gradients_in(student, asked, "usual", (rows, features), rng)

    @weight(2)
    def test_gradients_after_training(self, student, rng):
        """The gradients are right for other values of the parameters, too."""
        for _ in range(3):
            asked = own_layer(student, rng)
            check_gradients_in(student, asked, "usual", (5, FEATURES), rng)

    @weight(2)
    def test_gradients_in_every_regime(self, student, rng):
        """The gradients are right for an x that is small, large, positive or negative."""
        asked = own_layer(student, rng)
        for regime in REGIMES:
            check_gradients_in(student, asked, regime, (4, FEATURES), rng)

    @weight(2)
    def test_further_dimensions(self, student, rng):
        """x may have any number of dimensions; each row is computed by itself, forward and backward."""
        asked = own_layer(student, rng)
        x, dy = rng.normal(size=(2, 3, FEATURES)), signs(rng, (2, 3, FEATURES))
        whole, gradients = asked.forward(x), asked.gradients(x, dy)[0]
        for shape in ((6, FEATURES), (3, 1, 2, FEATURES)):
            compare(asked.forward(x.reshape(shape)), whole.reshape(shape), f"forward(x) of shape {shape}", REORDERED)
            other = asked.gradients(x.reshape(shape), dy.reshape(shape))[0]
            compare(other["x"], gradients["x"].reshape(shape), f"backward(dy) of shape {shape}", REORDERED)
        sums = {name: np.zeros_like(value) for name, value in asked.values.items()}
        for index in np.ndindex(2, 3):
            compare(asked.forward(x[index]), whole[index], f"forward(x[{index}])", REORDERED)
            alone = asked.gradients(x[index], dy[index])[0]
            compare(alone["x"], gradients["x"][index], f"backward(dy[{index}]) after forward(x[{index}])", REORDERED)
            sums = {name: value + alone[name] for name, value in sums.items()}
        for name, value in sums.items():
            compare(gradients[name], value, f"OwnLayer.{name}.grad, and its sum over single rows", REORDERED)

    @weight(1)
    def test_always_alike(self, student, rng):
        """Only x and the parameters count: the layer is the same after other inputs, and after eval() and train()."""
        asked = own_layer(student, rng)
        x, other, dy = rng.normal(size=(5, FEATURES)), 3 * rng.normal(size=(5, FEATURES)), signs(rng, (5, FEATURES))
        y, gradients = asked.forward(x), asked.gradients(x, dy)[0]
        for mode in ("eval", "train"):
            asked.gradients(other, dy)
            student.run([Call("call", asked.layer, mode)])
            for rows in (other, other[:2]):
                asked.forward(rows)
            compare(asked.forward(x), y, f"forward(x) after {mode}() and other inputs", REORDERED)
            for name, found in asked.gradients(x, dy)[0].items():
                compare(found, gradients[name], f"the gradient of {name} after {mode}() and other inputs", REORDERED)

    @weight(2)
    def test_linear_in_dy(self, student, rng):
        """backward is linear: of 2 dy - 3 dz it gives 2 times that of dy minus 3 times that of dz, and 0 of 0."""
        asked = own_layer(student, rng)
        x = rng.normal(size=(6, FEATURES))
        dy, dz = signs(rng, x.shape) * rng.uniform(0.5, 1.5, x.shape), rng.normal(size=x.shape)
        asked_for = (dy, dz, 2 * dy - 3 * dz, np.zeros_like(dy))
        of_dy, of_dz, of_both, of_zero = [asked.gradients(x, each)[0] for each in asked_for]
        for name, value in of_both.items():
            compare(value, 2 * of_dy[name] - 3 * of_dz[name], f"the gradient of {name} for 2 dy - 3 dz", REORDERED)
            compare(of_zero[name], np.zeros_like(value), f"the gradient of {name} for a dy of zeros", REORDERED)

    @weight(2)
    def test_along_a_path(self, student, rng):
        """Along a path of inputs, dx adds up to what forward changes from one end to the other."""
        asked = own_layer(student, rng)
        require_path(asked, rng, OFF_COURSE)

    @weight(2)
    def test_along_a_path_of_parameters(self, student, rng):
        """Along a path of parameters, their gradients add up to what forward changes from one end to the other."""
        asked = own_layer(student, rng)
        x = 1.5 * rng.normal(size=(20, FEATURES))
        start = asked.values
        end = {name: moved_value(value, rng) for name, value in start.items()}
        dy = signs(rng, x.shape)
        first = asked.forward(x)
        shares = (rng.permutation(NODES_OF_PARAMETERS) + 0.5) / NODES_OF_PARAMETERS
        places = [{name: start[name] + share * (end[name] - start[name]) for name in start} for share in shares]
        found = asked.gradients(x, dy, places)
        asked.move(end)
        last = asked.forward(x)
        steps = [(each[name] * (end[name] - start[name])).ravel() for each in found for name in start]
        require_course(
            np.concatenate(steps) / NODES_OF_PARAMETERS, np.sum(dy * (last - first)), "the parameters", OFF_COURSE
        )

    @weight(1)
    def test_computed(self, student, rng):
        """Gradients are computed, not measured: they are as smooth as rounding lets them be."""
        asked = own_layer(student, rng)
        places, dy = 1.5 * rng.normal(size=(6, 1, FEATURES)), signs(rng, FEATURES)
        centred = np.arange(16.0)[:, None] - 7.5
        x = places + 1e-9 * centred * signs(rng, FEATURES)
        dx = asked.gradients(x, np.broadcast_to(dy, x.shape).copy())[0]["x"]
        slope = np.sum(centred * dx, axis=1, keepdims=True) / np.sum(centred**2)
        noise = np.abs(dx - dx.mean(axis=1, keepdims=True) - centred * slope).max() / np.abs(dx).max()
        if not noise <= NOISE:
            raise Mismatch(
                "The gradients are noisy: are they differences of forward?",
                f"dx of inputs that are 1e-9 apart jumps by {noise:.2g} of its size; rounding alone gives about 1e-15",
            )

    @weight(1)
    def test_accumulates(self, student, rng):
        """Gradients of the parameters add up, also over two backward after one forward; zero_grad forgets them."""
        asked = own_layer(student, rng)
        x, z, dy = rng.normal(size=(5, FEATURES)), rng.normal(size=(3, FEATURES)), signs(rng, (5, FEATURES))
        of_x, of_z = asked.gradients(x, dy)[0], asked.gradients(z, dy[:3])[0]
        layer = asked.layer
        layer.zero_grad()
        for inputs, times in ((x, 2), (z, 1)):
            layer.forward(inputs)
            for _ in range(times):
                layer.backward(dy[: len(inputs)])
        for name in asked.names:
            found = student.get(layer, f"{name}.grad").copy()
            compare(found, 2 * of_x[name] + of_z[name], f"OwnLayer.{name}.grad after three backward", REORDERED)
        layer.zero_grad()
        for name in asked.names:
            compare(student.get(layer, f"{name}.grad"), None, f"OwnLayer.{name}.grad after zero_grad()")

    @weight(1)
    def test_state(self, student, rng):
        """All that a layer is, is in its state, and its own: another one is the same function once it has loaded it."""
        asked, other = own_layer(student, rng), own_layer(student, rng)
        x, dy = rng.normal(size=(5, FEATURES)), signs(rng, (5, FEATURES))
        dx = asked.gradients(x, dy)[0]["x"]
        y = asked.forward(x)
        other.forward(-x)
        compare(asked.layer.backward(dy), dx, "backward after another layer's forward", REORDERED)
        if np.array_equal(other.forward(x), y):
            raise Mismatch("The parameters do not matter.", "two layers with other parameters give the same y")
        [state] = student.run([Call("call", asked.layer, "state_dict", keep=True)])
        other.layer.load_state_dict(state)
        compare(other.forward(x), y, "forward of a layer that loaded the state of another one", EXACT)

    @fine
    @weight(1)
    def test_dtypes(self, student, rng):
        """y and dx have the dtype of x, float32 or float64, and gradients that of their parameter."""
        asked = own_layer(student, rng)
        x, dy = rng.normal(size=(5, FEATURES)), signs(rng, (5, FEATURES))
        y, expected = asked.forward(x), asked.gradients(x, dy)[0]
        for of_x, of_dy, of_parameters in (("f4", "f8", "f8"), ("f8", "f4", "f8"), ("f8", "f8", "f4"), ("f4",) * 3):
            asked.move({name: value.astype(of_parameters) for name, value in asked.values.items()})
            found = asked.forward(x.astype(of_x))
            compare(found.astype(float), y, f"forward of {of_x} with parameters of {of_parameters}", FLOAT32)
            gradients = asked.gradients(x.astype(of_x), dy.astype(of_dy))[0]
            for name, value in expected.items():
                compare(gradients[name].astype(float), value.astype(float), f"the gradient of {name}", FLOAT32)

    @fine
    @weight(0.5)
    def test_empty(self, student, rng):
        """x may have no row; y and dx have none then, and gradients are 0."""
        asked = own_layer(student, rng)
        empty = np.zeros((0, FEATURES))
        require_like(asked.layer.forward(empty), empty, "OwnLayer.forward(x) without a row")
        for name, value in asked.gradients(empty, empty)[0].items():
            compare(value, np.zeros_like(value), f"the gradient of {name}, where x has no row")

    @fine
    @weight(1)
    def test_memory(self, student, rng):
        """x and dy are only read, whatever their layout; y and dx have memory of their own."""
        asked = own_layer(student, rng)
        x, dy = rng.normal(size=(5, FEATURES)), signs(rng, (5, FEATURES))
        y, expected = asked.forward(x), asked.gradients(x, dy)[0]
        for layout in ("F", "strided", "read-only", "big-endian"):
            given, upstream = student.array(x, layout), student.array(dy, layout)
            compare(asked.layer.forward(given), y, f"forward of a {layout} array", REORDERED)
            compare(asked.layer.backward(upstream), expected["x"], f"backward of a {layout} array", REORDERED)
            compare(student.value(given), x, f"x ({layout}) after forward and backward", EXACT)
            compare(student.value(upstream), dy, f"dy ({layout}) after backward", EXACT)
        given, upstream = student.array(x), student.array(dy)
        [found] = student.run([Call("call", asked.layer, "forward", (given,), keep=True)])
        student.run([Call("set item", found, "", (Ellipsis, 9.0))])
        compare(student.value(given), x, "x after y was overwritten", EXACT)
        [dx] = student.run([Call("call", asked.layer, "backward", (upstream,), keep=True)])
        compare(student.value(dx).copy(), expected["x"], "dx after y was overwritten", REORDERED)
        student.run([Call("set item", dx, "", (Ellipsis, 9.0))])
        compare(student.value(upstream), dy, "dy after dx was overwritten", EXACT)
        compare(asked.layer.backward(dy), expected["x"], "a second backward, after dx was overwritten", REORDERED)

    @fine
    @weight(1)
    def test_refuses(self, student, rng):
        """backward before forward is a RuntimeError; a row or a dy of another shape, and no features, ValueErrors."""
        own_layer(student, rng)
        fresh = Asked(student, rng)
        with raises(RuntimeError, doing="OwnLayer(4).backward(dy) before any forward"):
            fresh.layer.backward(np.ones((5, FEATURES)))
        with raises(ValueError, doing="OwnLayer(4).forward of shape (5, 3)", naming=(3, 4)):
            fresh.layer.forward(np.ones((5, 3)))
        fresh.forward(rng.normal(size=(5, FEATURES)))
        for shape in ((4, FEATURES), (FEATURES,), (5, 1)):
            with raises(ValueError, doing=f"backward of shape {shape} after forward of shape (5, 4)", naming=(shape,)):
                fresh.layer.backward(np.ones(shape))
        with raises(ValueError, doing="OwnLayer(0)"):
            student.custom.OwnLayer(0)
