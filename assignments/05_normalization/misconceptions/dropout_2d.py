"""What people believe about Dropout2d."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.Dropout2d.forward",
    hint="How many numbers share one draw in Dropout2d?",
    fails=(
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
    ),
    source="folklore (copied from Dropout)",
)
def every_number_by_itself(self, x):
    """In images, too, every number is dropped by itself."""
    if x.ndim != 4:
        raise ValueError(f"shape {x.shape}")
    return self._drop(x, x.shape)


@misconception(
    "nn.Dropout2d.forward",
    hint="What is dropped together: the channels of an example, or the numbers of a channel?",
    fails=(
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
    ),
    source="folklore",
)
def whole_examples(self, x):
    """Dropout2d drops whole images."""
    if x.ndim != 4:
        raise ValueError(f"shape {x.shape}")
    return self._drop(x, (x.shape[0], 1, 1, 1))


@misconception(
    "nn.Dropout2d.forward",
    hint="What is dropped together: the channels at one pixel, or the pixels of one channel?",
    fails=(
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
    ),
    source="folklore",
)
def whole_pixels(self, x):
    """Dropout2d drops pixels, in all their channels."""
    if x.ndim != 4:
        raise ValueError(f"shape {x.shape}")
    return self._drop(x, (x.shape[0], 1, *x.shape[2:]))


@misconception(
    "nn.Dropout2d.forward",
    hint="Where do the channels stand in the shape of x?",
    fails=(
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
    ),
    convention="This is the form for images of shape (N, H, W, C), as in Keras; the contract asks for (N, C, H, W).",
    source="keras.layers.SpatialDropout2D",
)
def channels_come_last(self, x):
    """The channels are the last dimension."""
    if x.ndim != 4:
        raise ValueError(f"shape {x.shape}")
    return self._drop(x, (x.shape[0], 1, 1, x.shape[3]))


@misconception(
    "nn.Dropout2d.forward",
    hint="How many numbers does the handout draw for an x of shape (4, 3, 2, 5)?",
    fails=(
        "Dropout2d/test_values",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_refuses",
    ),
    source="folklore",
)
def a_draw_for_every_number(self, x):
    """A number is drawn for everything, and the first of a channel decides for it."""
    if x.ndim != 4:
        raise ValueError(f"shape {x.shape}")
    kept = self.rng.random(x.shape)[:, :, :1, :1] >= self.p if self.training else None
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout2d.forward",
    hint="For which example and channel is the second number that is drawn?",
    fails=(
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
        "Dropout2d/test_gradients",
    ),
    source="folklore",
)
def drawn_channel_by_channel(self, x):
    """The draws are made for one channel after another."""
    if x.ndim != 4:
        raise ValueError(f"shape {x.shape}")
    kept = None
    if self.training:
        kept = (self.p <= self.rng.random((x.shape[1], x.shape[0])).T)[:, :, np.newaxis, np.newaxis]
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout2d.forward",
    hint="Which shapes of x does the handout's table have for Dropout2d?",
    fails=("Dropout2d/test_refuses",),
    source="PyTorch (with a warning)",
)
def any_shape_will_do(self, x):
    """The first two dimensions are examples and channels, whatever comes after them."""
    return self._drop(x, (*x.shape[:2], *(1,) * (x.ndim - 2)))
