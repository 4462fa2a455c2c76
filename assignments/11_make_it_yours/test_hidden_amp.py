"""Hidden checks of assignment 11: a scaler of losses."""

import math

import numpy as np

from grader.calls import Call
from grader.checks import EXACT, compare, fine, raises, weight
from grader.checks.strict import warnings_as_errors

OPTIONS = ({}, {"init_scale": 24.0}, {"growth_factor": 3.0}, {"backoff_factor": 0.2}, {"growth_interval": 3})
TOGETHER = {"init_scale": 100.0, "growth_factor": 1.5, "backoff_factor": 0.3, "growth_interval": 2}
# Whether a gradient overflows at each update; with an interval of 3, 2 or 1 the scale grows, waits and falls.
STORY = (False, False, False, True, False, False, True, True, False, False, False, False, False, False, False)
# Both are finite, also where their sum, their squares or the distance between them is not; then each is infinite.
LARGE = ((1.5e308, 1.5e308), (-1e200, 1e200), (1.5e308, -1.5e308), (math.inf, -math.inf))
SCALED = ("float32", "float64")


class Scaled:
    """A scaler and an optimizer on both sides, and two parameters."""

    def __init__(self, twin, rng, lr=0.1, **options):
        self._twin = twin
        self.scaler = twin("amp.GradScaler", **options)
        self.scaler.name = f"GradScaler({', '.join(f'{key}={value!r}' for key, value in options.items())})"
        self.parameters = [twin("nn.Parameter", rng.normal(size=shape)) for shape in ((3, 2), (4,))]
        self.optimizer = twin("optim.SGD", self.parameters, lr=lr)

    def give(self, *gradients):
        """Set the gradients, as if backward had given them."""
        for p, gradient in zip(self.parameters, gradients, strict=True):
            p.set("grad", None if gradient is None else gradient.copy())

    def compare(self, when):
        """All that there is to see."""
        scale = self.scaler.get_scale()
        scale.name = f"get_scale() {when}"
        scale.compare()
        for index, p in enumerate(self.parameters):
            for part in ("data", "grad"):
                found = self._twin.each([p], part)[0]
                found.name = f"parameters[{index}].{part} {when}"
                found.compare()


def overflowing(rng, bad):
    """Gradients with a number that is infinite or NaN in one of them."""
    gradients = [rng.normal(size=shape) for shape in ((3, 2), (4,))]
    if bad:
        chosen = gradients[int(rng.integers(2))]
        chosen.flat[int(rng.integers(chosen.size))] = rng.choice([np.inf, -np.inf, np.nan])
    return gradients


def tell(twin, rng, story=STORY, **options):
    """A story of steps and updates."""
    here = Scaled(twin, rng, **options)
    for number, bad in enumerate(story, start=1):
        here.give(*overflowing(rng, bad))
        here.scaler.step(here.optimizer)
        here.scaler.update()
        here.compare(f"after update {number}{' (overflow)' if bad else ''} of {here.scaler.name}")
    return here


class TestGradScaler:
    @weight(1)
    def test_defaults(self, twin):
        """A new GradScaler has the scale 65536 and the options of PyTorch."""
        scaler = twin("amp.GradScaler")
        scaler.get_scale().compare()
        scaler.state_dict().compare()
        scaler.is_enabled().compare()

    @weight(1.5)
    def test_scale(self, twin, rng):
        """scale multiplies an array, a float, and all that is in a list or a tuple, by the scale."""
        scaler = twin("amp.GradScaler", init_scale=24.0)
        x, z = rng.normal(size=(3, 2)), rng.normal(size=4)
        for given in (x, 0.5, [x, z], (x, [z, 2.0])):
            scaler.scale(given).compare()
        # NumPy turns an array of shape () into a scalar wherever it computes: both are right.
        scaler.scale(np.asarray(1.5)).judge(
            lambda found, expected: compare(np.asarray(found), np.asarray(expected), "scale(an array of shape ())")
        )
        scaler.get_scale().compare()

    @weight(1)
    def test_scale_tensors(self, student, rng):
        """scale takes autograd Tensors: gradients are then those of the loss, times the scale."""
        scaler = student.amp.GradScaler(init_scale=8.0)
        x = rng.normal(size=5)
        tensor = student.autograd.Tensor(x, requires_grad=True)
        loss = scaler.scale((tensor * tensor).sum())
        compare(np.asarray(student.get(loss, "data")), np.asarray(8 * np.sum(x * x)), "scale(loss).data")
        loss.backward()
        compare(student.get(tensor, "grad").copy(), 16 * x, "x.grad of 8 times the sum of x * x")

    @weight(2)
    def test_steps(self, twin, rng):
        """step unscales the gradients and lets the optimizer step; with an overflow anywhere, nothing moves."""
        tell(twin, rng, (False, True, False, True, True, False), init_scale=64.0)
        here = Scaled(twin, rng, init_scale=2.0)
        for number, sides in enumerate(LARGE, start=1):
            here.give(*(side * np.ones(shape) for side, shape in zip(sides, ((3, 2), (4,)), strict=True)))
            here.scaler.step(here.optimizer)
            here.scaler.update()
            here.compare(f"after step {number} with gradients of {sides[0]} and {sides[1]}")

    @weight(2)
    def test_scale_follows_its_equation(self, twin, rng):
        """The scale falls after each overflow, and grows after as many updates in a row without one as it should."""
        for options in OPTIONS:
            tell(twin, rng, **options)
        tell(twin, rng, init_scale=4.0, growth_interval=1)

    @weight(1)
    def test_options_together(self, twin, rng):
        """All options together: the scale follows its equation."""
        tell(twin, rng, STORY * 2, **TOGETHER)

    @weight(1)
    def test_default_interval(self, twin):
        """With default options the scale doubles after 2000 updates, not before."""
        scaler = twin("amp.GradScaler")
        parameter = twin("nn.Parameter", np.ones(2))
        optimizer = twin("optim.SGD", [parameter], lr=0.0)
        parameter.set("grad", np.ones(2))
        for part in (1999, 1, 2000):
            calls = [Call("call", scaler, "step", (optimizer,)), Call("call", scaler, "update")]
            twin.later(calls * part)
            found = scaler.get_scale()
            found.name = "get_scale() after 1999, 2000 and 4000 updates"
            found.compare()
            twin.finish()

    @weight(1.5)
    def test_unscale(self, twin, rng):
        """unscale_ divides each gradient by the scale, in place, once; step does not divide again."""
        here = Scaled(twin, rng, init_scale=16.0)
        here.give(*overflowing(rng, False))
        held = here.parameters[0].hold("grad")
        here.scaler.unscale_(here.optimizer)
        held.name = "the array that p.grad was, after unscale_"
        held.compare()
        here.compare("after unscale_")
        here.scaler.step(here.optimizer)
        here.compare("after unscale_ and step")
        here.scaler.update()
        here.give(rng.normal(size=(3, 2)), None)
        here.scaler.unscale_(here.optimizer)
        here.compare("after unscale_, where a gradient is None")

    @weight(1.5)
    def test_clipping(self, twin, rng):
        """Gradients are clipped after unscale_ and before step: the norm is that of the gradients themselves."""
        here = Scaled(twin, rng, init_scale=1024.0)
        for factor in (1.0, 0.001):
            here.give(*(1024.0 * factor * gradient for gradient in overflowing(rng, False)))
            here.scaler.unscale_(here.optimizer)
            norm = twin("nn.utils.clip_grad_norm_", here.parameters, 0.5)
            norm.name = "clip_grad_norm_ after unscale_"
            norm.compare()
            here.scaler.step(here.optimizer)
            here.scaler.update()
            here.compare("after unscale_, clipping, step and update")

    @weight(1.5)
    def test_several_optimizers(self, twin, rng):
        """Of two optimizers the one with an overflow leaves its step out, the other one steps; the scale falls once."""
        for bad in (0, 1):
            scaler = twin("amp.GradScaler", init_scale=32.0, growth_interval=2)
            parameters = [twin("nn.Parameter", rng.normal(size=3)) for _ in range(2)]
            optimizers = [twin("optim.SGD", [p], lr=0.5) for p in parameters]
            for number in range(4):
                for k, (p, optimizer) in enumerate(zip(parameters, optimizers, strict=True)):
                    gradient = rng.normal(size=3)
                    gradient[1] = np.nan if number == 1 and k == bad else gradient[1]
                    p.set("grad", gradient)
                    if k == 0:
                        scaler.unscale_(optimizer)
                    scaler.step(optimizer)
                scaler.update()
                scaler.get_scale().compare()
                for p in parameters:
                    p.compare("data")

    @weight(1)
    def test_resumes(self, twin, rng):
        """state_dict has the scale, the options and the count; a scaler that loads it goes on like the saved one."""
        saved = tell(twin, rng, STORY[:6], init_scale=12.0, growth_interval=4, growth_factor=5.0, backoff_factor=0.1)
        state = saved.scaler.state_dict()
        state.compare()
        other = Scaled(twin, rng, init_scale=2.0)
        other.scaler.load_state_dict(state)
        for number, bad in enumerate((False, False, True, *[False] * 5), start=1):
            other.give(*overflowing(rng, bad))
            other.scaler.step(other.optimizer)
            other.scaler.update()
            other.compare(f"after update {number} of a scaler that loaded a state")

    @weight(1)
    def test_disabled(self, twin, rng):
        """With enabled=False nothing is scaled, every step is taken, and the state is empty."""
        for options in ({"enabled": False}, {"enabled": False, **TOGETHER}):
            here = Scaled(twin, rng, **options)
            x = rng.normal(size=3)
            here.scaler.scale(x).compare()
            here.scaler.scale([x, 2.0]).compare()
            here.give(*overflowing(rng, False))
            here.scaler.unscale_(here.optimizer)
            here.scaler.step(here.optimizer)
            here.scaler.update()
            here.compare("after a step with enabled=False")
            here.give(*overflowing(rng, True))
            here.scaler.step(here.optimizer)
            here.scaler.update()
            here.compare("after a step with a gradient that is not finite, with enabled=False")
            here.scaler.state_dict().compare()
            here.scaler.is_enabled().compare()
            here.scaler.load_state_dict({})
            here.scaler.get_scale().compare()

    @fine
    @weight(0.5)
    def test_new_scale(self, twin, rng):
        """update(new_scale) sets the scale, and the count of updates goes on from where it was."""
        here = tell(twin, rng, (False, False), growth_interval=3)
        here.scaler.update(new_scale=10.0)
        here.scaler.state_dict().compare()
        here.give(*overflowing(rng, False))
        here.scaler.step(here.optimizer)
        here.scaler.update()
        here.compare("after update(new_scale=10.0) and another update")

    @fine
    @weight(0.5)
    def test_largest_scale(self, twin, rng):
        """A scale that float32 could not hold does not grow."""
        tell(twin, rng, (False,) * 5, init_scale=2.0**125, growth_interval=1)

    @fine
    @weight(0.75)
    def test_dtypes(self, student, rng):
        """What is scaled or unscaled keeps its dtype; x is only read; an overflow warns of nothing."""
        scaler = student.amp.GradScaler(init_scale=2.0**20)
        with warnings_as_errors(student):
            for dtype in SCALED:
                x = rng.normal(size=4).astype(dtype)
                given = student.array(x)
                compare(scaler.scale(given), x * np.dtype(dtype).type(2**20), f"scale(x) of {dtype}")
                compare(student.value(given), x, f"x ({dtype}) after scale(x)", EXACT)
                largest = np.full(3, np.finfo(dtype).max)
                compare(scaler.scale(largest), np.full(3, math.inf, dtype), f"scale of the largest number of {dtype}")
                parameter = student.nn.Parameter(x)
                parameter.grad = x * 3
                optimizer = student.optim.SGD([parameter], lr=0.1)
                scaler.unscale_(optimizer)
                compare(student.get(parameter, "grad").copy(), (x * 3) / 2**20, f"a gradient of {dtype}, unscaled")
                scaler.update()  # who knows an optimizer by its id, as PyTorch does, may meet the id again

    @fine
    @weight(0.75)
    def test_order(self, student, twin, rng):
        """unscale_ twice, step twice, unscale_ after step, and update before all of them, are RuntimeErrors."""
        gradient = rng.normal(size=2)

        def fresh():
            parameter = student.nn.Parameter(np.ones(2))
            parameter.grad = gradient
            return student.amp.GradScaler(), student.optim.SGD([parameter], lr=0.1), parameter

        for first, second in (("unscale_", "unscale_"), ("step", "step"), ("step", "unscale_")):
            scaler, optimizer, _ = fresh()
            student.run([Call("call", scaler, first, (optimizer,))])
            with raises(RuntimeError, doing=f"{second} after {first}, before update"):
                student.run([Call("call", scaler, second, (optimizer,))])
            scaler.update()
            student.run([Call("call", scaler, second, (optimizer,))])
        scaler, optimizer, parameter = fresh()
        with raises(RuntimeError, doing="update before any step"):
            scaler.update()
        with raises(RuntimeError, doing="load_state_dict({})"):
            scaler.load_state_dict({})
        scaler.step(optimizer)
        compare(student.get(parameter, "data").copy(), 1 - 0.1 * gradient / 65536, "p.data after a step")

    @fine
    @weight(0.5)
    def test_refuses(self, student):
        """A scale of 0, a growth_factor of 1, a backoff_factor of 0 or 1 and an interval of 0 are ValueErrors."""
        impossible = (
            ("init_scale", 0.0),
            ("init_scale", -2.0),
            ("growth_factor", 1.0),
            ("growth_factor", 0.5),
            ("backoff_factor", 1.0),
            ("backoff_factor", 0.0),
            ("growth_interval", 0),
        )
        for name, value in impossible:
            with raises(ValueError, doing=f"GradScaler({name}={value!r})"):
                student.amp.GradScaler(**{name: value})
        scaler = student.amp.GradScaler(init_scale=1.0, growth_factor=1.5, backoff_factor=0.9, growth_interval=1)
        compare(scaler.scale(3.0), 3.0, "scale(3.0) with init_scale=1.0")

    @fine
    @weight(0.5)
    def test_returns(self, student, rng):
        """step gives what the optimizer's step returns, and passes on its arguments; None if it is left out."""
        scaler = student.amp.GradScaler(init_scale=2.0)
        for bad, expected in ((False, [3.0, "x!"]), (True, None), (False, [3.0, "x!"])):
            optimizer = student.inside.Telling(np.array([np.inf if bad else 1.0]))
            compare(scaler.step(optimizer, 1.5, word="x"), expected, "scaler.step(optimizer, 1.5, word='x')")
            scaler.update()
