"""What people believe about the backward of a layer of their own."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "custom.OwnLayer._of_parameters",
    hint="Feed one row once and then twice: how should the two gradients of a parameter relate?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_along_a_path_of_parameters",
    ),
    source="folklore",
)
def averages_over_rows(self, dy):
    """The gradient of a parameter is the mean over the rows."""
    under, over, below, above = self.saved_values
    dy = dy / max(1, dy.size // self.features)
    return {
        self.lower: -below * dy * (under < 0),
        self.upper: -above * dy * (over > 0),
        self.lower_slope: dy * under,
        self.upper_slope: dy * over,
    }


@misconception(
    "custom.OwnLayer._of_parameters",
    hint="If dy is twice as large, what becomes of each gradient?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path_of_parameters",
    ),
    source="folklore",
)
def ignores_dy_in_parameters(self, dy):
    """The gradient of a parameter depends on the input alone."""
    under, over, below, above = self.saved_values
    return {
        self.lower: -below * (under < 0),
        self.upper: -above * (over > 0),
        self.lower_slope: under,
        self.upper_slope: over,
    }


@misconception(
    "custom.OwnLayer._of_parameters",
    hint="If a threshold moves a little, does y change where x is beyond it?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_along_a_path_of_parameters",
    ),
    source="folklore",
)
def thresholds_have_no_gradient(self, dy):
    """A threshold only chooses, so it has no gradient."""
    under, over, _, _ = self.saved_values
    zeros = np.zeros_like(dy)
    return {self.lower: zeros, self.upper: zeros, self.lower_slope: dy * under, self.upper_slope: dy * over}


@misconception(
    "custom.OwnLayer._of_x",
    hint="What is dy/dx where x is far to the right?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
    ),
    source="folklore",
)
def forgets_the_large(self, dy):
    """Beyond the usual range the derivative hardly matters."""
    under, _, below, _ = self.saved_values
    return dy * (1 + below * (under < 0))


@misconception(
    "custom.OwnLayer._of_x",
    hint="The parameters were trained for a while: which values should backward use?",
    fails=(
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
    ),
    source="folklore",
)
def uses_first_slopes(self, dy):
    """The slopes in the derivative are those that the layer was made with."""
    under, over, *_ = self.saved_values
    return (dy * (1 - 0.8 * (under < 0) - 0.5 * (over > 0))).astype(dy.dtype)


@misconception(
    "custom.OwnLayer.backward",
    hint="Two batches, one step: what should p.grad hold after the second backward?",
    fails=("OwnLayer/test_accumulates",),
    source="folklore",
)
def replaces_gradients(self, dy):
    """Every backward writes new gradients."""
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    dy = dy.astype(under.dtype)
    for parameter, rows in self._of_parameters(dy).items():
        parameter.grad = rows.reshape(-1, self.features).sum(axis=0).astype(parameter.data.dtype)
    return self._of_x(dy)


@misconception(
    "custom.OwnLayer.backward",
    hint="Which dtype should p.grad have, if p.data is float64 and x is float32?",
    fails=("OwnLayer/test_dtypes",),
    source="folklore",
)
def gradients_have_the_dtype_of_x(self, dy):
    """A gradient has the dtype of what was computed with."""
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    dy = dy.astype(under.dtype)
    for parameter, rows in self._of_parameters(dy).items():
        accumulate_grad(parameter, rows.reshape(-1, self.features).sum(axis=0))
        parameter.grad = parameter.grad.astype(dy.dtype)
    return self._of_x(dy)


@misconception(
    "custom.OwnLayer.backward",
    hint="Which are the rows, if x has three dimensions?",
    fails=(
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
def sums_over_the_first_dimension(self, dy):
    """The rows are the first dimension."""
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    dy = dy.astype(under.dtype)
    for parameter, rows in self._of_parameters(dy).items():
        accumulate_grad(parameter, rows.sum(axis=0))
    return self._of_x(dy)


@misconception(
    "custom.OwnLayer.backward",
    hint="What does a dy of one row mean if y had five?",
    fails=("OwnLayer/test_refuses",),
    source="folklore",
)
def any_dy_will_do(self, dy):
    """A dy of another shape is stretched."""
    under, *_ = self.saved_values
    dy = np.resize(dy, under.shape).astype(under.dtype)
    for parameter, rows in self._of_parameters(dy).items():
        accumulate_grad(parameter, rows.reshape(-1, self.features).sum(axis=0))
    return self._of_x(dy)


@misconception(
    "custom.OwnLayer.backward",
    hint="Of which input would the gradient be?",
    fails=("OwnLayer/test_refuses",),
    source="folklore",
)
def works_before_forward(self, dy):
    """Without a forward there is nothing to change, and dy goes back as it is."""
    if "_saved" not in vars(self):
        return dy.copy()
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    dy = dy.astype(under.dtype)
    for parameter, rows in self._of_parameters(dy).items():
        accumulate_grad(parameter, rows.reshape(-1, self.features).sum(axis=0))
    return self._of_x(dy)


@misconception(
    "custom.OwnLayer._of_x",
    hint="How many digits does a difference of two nearly equal numbers have?",
    fails=(
        "OwnLayer/test_computed",
        "OwnLayer/test_dtypes",
    ),
    source="folklore",
)
def takes_differences(self, dy):
    """The derivative can as well be measured."""
    under, over, below, above = self.saved_values
    x = np.where(under < 0, self.lower.data + under, np.where(over > 0, self.upper.data + over, 0.0))

    def f(x):
        return x + above * np.maximum(x - self.upper.data, 0) + below * np.minimum(x - self.lower.data, 0)

    return (dy * (f(x + 1e-6) - f(x - 1e-6)) / 2e-6).astype(under.dtype)


@misconception(
    "custom.OwnLayer.backward",
    hint="Who gave dy, and may still need it?",
    fails=(
        "OwnLayer/test_accumulates",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_memory",
    ),
    source="folklore",
)
def writes_into_dy(self, dy):
    """dy is used up by backward."""
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    for parameter, rows in self._of_parameters(dy.astype(under.dtype)).items():
        accumulate_grad(parameter, rows.reshape(-1, self.features).sum(axis=0))
    dy[...] = self._of_x(dy)
    return dy


@misconception(
    "custom.OwnLayer.backward",
    hint="Is backward linear? What is backward of 2 dy - 3 dz?",
    fails=("OwnLayer/test_linear_in_dy",),
    source="folklore",
)
def clips_its_gradients(self, dy):
    """Gradients are kept in bounds, so that no training explodes."""
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    dy = np.clip(dy.astype(under.dtype), -2, 2)
    for parameter, rows in self._of_parameters(dy).items():
        accumulate_grad(parameter, rows.reshape(-1, self.features).sum(axis=0))
    return self._of_x(dy)


@misconception(
    "custom.OwnLayer.backward",
    hint="What is the mean of no rows?",
    fails=("OwnLayer/test_empty",),
    source="folklore",
)
def needs_a_row(self, dy):
    """There is always a row."""
    under, *_ = self.saved_values
    check_shape("dy", dy.shape, under.shape)
    dy = dy.astype(under.dtype)
    for parameter, rows in self._of_parameters(dy).items():
        rows = rows.reshape(-1, self.features)
        accumulate_grad(parameter, np.nanmean(rows, axis=0) * len(rows))
    return self._of_x(dy)
