"""Hidden checks of assignment 04: clipping."""

import math

import numpy as np

from grader.checks import Tolerance, fine, weight
from grader.checks.battery.optimizer import SHAPES

CLIPPED = Tolerance(1e-5, 0.0)  # the 1e-6 that is added to a norm of about 1 has a public check of its own


def parameter_with(twin, gradient):
    p = twin("nn.Parameter", np.zeros_like(gradient))
    p.set("grad", gradient)
    return p


def gradients_of_every_shape(rng):
    """Also of every size, and one in float32."""
    gradients = [
        np.asarray(size * rng.normal(size=shape))
        for shape, size in zip(SHAPES, (1.0, 1e4, 1.0, 10.0, 2.0, 1.0, 1.0), strict=True)
    ]
    return [*gradients, rng.normal(size=3).astype(np.float32)]


def compare_clipping(twin, function, gradients, *args, **kwargs):
    """Clip parameters with these gradients and one without; compare what is returned, and the arrays that were the
    gradients."""
    parameters = [parameter_with(twin, gradient) for gradient in gradients]
    held = [p.hold("grad") for p in parameters]
    twin(f"nn.utils.{function}", [twin("nn.Parameter", np.zeros(3)), *parameters], *args, **kwargs).compare()
    for index, array in enumerate(held):
        array.name = f"the array that is gradient {index} of {len(held)}, after {function}"
        array.compare(tolerance=CLIPPED)


def model_with_gradients(twin, rng):
    model = twin("nn.Linear", 3, 2)
    model.set("weight.grad", rng.normal(size=(2, 3)))
    model.set("bias.grad", rng.normal(size=2))
    return model


class TestClipGradNorm:
    @weight(0.75)
    def test_scales_all_gradients_alike(self, twin, rng):
        """clip_grad_norm_ scales the arrays p.grad, of any shape, by one factor for all, skips None, and returns the
        norm before as a float."""
        compare_clipping(twin, "clip_grad_norm_", gradients_of_every_shape(rng), max_norm=0.5)

    @weight(0.75)
    def test_norm_types(self, twin, rng):
        """clip_grad_norm_ takes the common norm of all gradients in any norm_type: 1, 3 or infinity."""
        for norm_type in (1.0, 3.0, math.inf):
            for sign in (1.0, -1.0):  # the largest number of all is positive once, and negative once
                gradients = [rng.normal(size=(3, 4)), np.append(rng.normal(size=4), 9.0 * sign)]
                compare_clipping(twin, "clip_grad_norm_", gradients, max_norm=0.1, norm_type=norm_type)
            compare_clipping(twin, "clip_grad_norm_", [], max_norm=0.1, norm_type=norm_type)

    @weight(0.5)
    def test_takes_an_iterator(self, twin, rng):
        """clip_grad_norm_ works on any iterable of parameters, also on one that can be gone through only once, and on a
        single Parameter."""
        model = model_with_gradients(twin, rng)
        twin("nn.utils.clip_grad_norm_", model.parameters(), max_norm=0.5).compare()
        twin("nn.utils.clip_grad_norm_", model.weight, max_norm=0.1).compare(tolerance=CLIPPED)
        model.compare("weight.grad", "bias.grad", tolerance=CLIPPED)

    @fine
    @weight(0.25)
    def test_tiny_norms(self, twin):
        """Where max_norm is small, the 1e-6 of clip_grad_norm_ counts, also for a norm between max_norm - 1e-6 and
        max_norm; with a max_norm of 0 all gradients become 0."""
        for gradient in (0.8e-6, 1e-6, 3e-6):
            compare_clipping(twin, "clip_grad_norm_", [np.array([gradient])], max_norm=1e-6)
        compare_clipping(twin, "clip_grad_norm_", [np.array([3.0, -4.0])], max_norm=0.0)


class TestClipGradValue:
    @weight(0.5)
    def test_every_gradient(self, twin, rng):
        """clip_grad_value_ limits each number of the arrays p.grad, of all parameters and of any shape, and skips
        None."""
        compare_clipping(twin, "clip_grad_value_", gradients_of_every_shape(rng), clip_value=0.5)

    @weight(0.5)
    def test_takes_an_iterator(self, twin, rng):
        """clip_grad_value_ works on any iterable of parameters, also on one that can be gone through only once, and on
        a single Parameter."""
        model = model_with_gradients(twin, rng)
        twin("nn.utils.clip_grad_value_", model.parameters(), 0.5)
        twin("nn.utils.clip_grad_value_", model.bias, 0.1)
        model.compare("weight.grad", "bias.grad")
