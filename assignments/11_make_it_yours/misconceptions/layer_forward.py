"""What people believe about a layer's forward: rows, dtypes, memory, what it may depend on."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.parameter import Parameter


@misconception(
    "custom.OwnLayer.forward",
    hint="What does a row become if another row comes with it?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_along_a_path",
    ),
    source="folklore",
)
def centred_over_the_batch(self, x):
    """A layer may look at the whole batch, and first take away its mean."""
    check_shape("the row of x", x.shape[-1:], (self.features,))
    rows = x.reshape(-1, self.features)
    x = x - rows.mean(axis=0) if len(rows) > 1 else x
    return self._bent(x, *(p.data.astype(x.dtype) for p in self.parameters()))


@misconception(
    "custom.OwnLayer.forward",
    hint="What dtype does a float32 number times a float64 one have, in arrays?",
    fails=("OwnLayer/test_dtypes",),
    source="folklore",
)
def float64_comes_out(self, x):
    """NumPy chooses the dtype of the result."""
    check_shape("the row of x", x.shape[-1:], (self.features,))
    return self._bent(x, *(p.data for p in self.parameters()))


@misconception(
    "custom.OwnLayer.forward",
    hint="Who else may still need x?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_memory",
    ),
    source="folklore",
)
def writes_into_x(self, x):
    """The input is free to be used for the output."""
    check_shape("the row of x", x.shape[-1:], (self.features,))
    x[...] = self._bent(x, *(p.data.astype(x.dtype) for p in self.parameters()))
    return x


@misconception(
    "custom.OwnLayer.forward",
    hint="What should a layer for four features make of a row of three?",
    fails=("OwnLayer/test_refuses",),
    source="folklore",
)
def any_row_will_do(self, x):
    """A row of another size is cut, or repeated."""
    return self._bent(x, *(np.resize(p.data, x.shape[-1]).astype(x.dtype) for p in self.parameters()))


@misconception(
    "custom.OwnLayer._bent",
    hint="Whose values does backward use if two layers of this class did their forward?",
    fails=("OwnLayer/test_state",),
    source="folklore",
)
def the_class_keeps(self, x, lower, upper, *slopes):
    """What forward keeps can be kept by the class."""
    under, over = np.minimum(x - lower, 0), np.maximum(x - upper, 0)
    below, above = slopes[0] - 1, slopes[1] - 1
    type(self)._saved = under, over, below, above
    vars(self)["_saved"] = True
    type(self).saved_values = property(
        lambda layer: type(layer)._saved if "_saved" in vars(layer) else layer.no_forward()
    )
    type(self).no_forward = lambda layer: super(type(layer), layer).saved_values
    return x + above * over + below * under


@misconception(
    "custom.OwnLayer._bent",
    hint="Does forward give at this place what it gives if the place is asked first?",
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
def continues_the_last_answer(self, x, lower, upper, *slopes):
    """Near an input that was asked before, its tangent is good enough."""
    before = getattr(self, "_before", None)
    below, above = slopes[0] - 1, slopes[1] - 1
    if before is not None and before[0].shape == x.shape and 0 < np.abs(before[0] - x).max(initial=0) < 0.01:
        return before[1] + (x - before[0])
    y = x + above * np.maximum(x - upper, 0) + below * np.minimum(x - lower, 0)
    self._before = x.copy(), y.copy()
    self.save_for_backward(np.zeros_like(x), np.zeros_like(x), below, above)
    return y


@misconception(
    "custom.OwnLayer._bent",
    hint="Which forward does backward belong to, if the last one came after eval()?",
    fails=("OwnLayer/test_always_alike",),
    source="written by readers of the handout",
)
def evaluation_keeps_nothing(self, x, lower, upper, *slopes):
    """After eval() nobody asks for gradients."""
    under, over = np.minimum(x - lower, 0), np.maximum(x - upper, 0)
    below, above = slopes[0] - 1, slopes[1] - 1
    if self.training:
        self.save_for_backward(under, over, below, above)
    return x + above * over + below * under


@misconception(
    "custom.OwnLayer.__init__",
    hint="Where does state_dict find what the layer is?",
    fails=("OwnLayer/test_state",),
    source="folklore",
)
def a_slope_is_a_plain_number(self, features, *, rng=None):
    """What is drawn once, and then stays, need not be a parameter."""
    if features < 1:
        raise ValueError(f"features must be at least 1, not {features}")
    self.features = features
    self.lower = Parameter(np.full(features, -1.0))
    self.upper = Parameter(np.full(features, 1.0))
    self.lower_slope = Parameter(np.full(features, 0.2))
    self.upper_slope = Parameter(np.full(features, 0.5))
    self._stretch = (rng or np.random.default_rng()).uniform(0.5, 2.0)
    bent, of_x, of_parameters = self._bent, self._of_x, self._of_parameters
    self._bent = lambda x, *values: x.dtype.type(self._stretch) * bent(x, *values)
    self._of_x = lambda dy: dy.dtype.type(self._stretch) * of_x(dy)
    self._of_parameters = lambda dy: of_parameters(dy * dy.dtype.type(self._stretch))


@misconception(
    "custom.OwnLayer.__init__",
    hint="What would a layer without features give?",
    fails=("OwnLayer/test_refuses",),
    source="folklore",
)
def any_number_of_features(self, features, *, rng=None):
    """Whoever asks for no features gets none."""
    self.features = features
    self.lower = Parameter(np.full(features, -1.0))
    self.upper = Parameter(np.full(features, 1.0))
    self.lower_slope = Parameter(np.full(features, 0.2))
    self.upper_slope = Parameter(np.full(features, 0.5))
