"""What people believe about batch normalisation of images."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import BatchNorm1d
from reference.nn.module import check_shape


@misconception(
    "nn.BatchNorm2d",
    hint="How many numbers of a batch share one mean?",
    fails=(
        "BatchNorm2d/test_gradients",
        "BatchNorm2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="github.com/borgwang/tinynn cbfa45c980",
)
class every_place_by_itself:
    """Each place of each channel is normalised over the images alone."""

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
        by_batch = self.training or self.running_mean is None
        if by_batch and x.size == self.num_features:
            raise ValueError(f"a single number in a channel of {x.shape}")
        self._image = x.shape
        n = max(len(x), 1)
        column = (1, -1, 1, 1)
        if by_batch:
            mean = x.sum(axis=0, keepdims=True) / n
            var = ((x - mean) ** 2).sum(axis=0, keepdims=True) / n
            if self.training and self.running_mean is not None and len(x):
                m, unbiased = self.momentum, n / max(n - 1, 1)
                self.running_mean[...] = (1 - m) * self.running_mean + m * mean.mean(axis=(0, 2, 3))
                self.running_var[...] = (1 - m) * self.running_var + m * unbiased * var.mean(axis=(0, 2, 3))
        else:
            mean, var = self.running_mean.reshape(column), self.running_var.reshape(column)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, by_batch, x.dtype)
        weight, bias = (1.0, 0.0) if self.weight is None else (self.weight.data, self.bias.data)
        return (normal * np.reshape(weight, column) + np.reshape(bias, column)).astype(x.dtype)

    def backward(self, dy):
        normal, inverse, by_batch, dtype = self.saved_values
        check_shape("dy of BatchNorm2d", dy.shape, normal.shape)
        d_normal = dy
        if self.weight is not None:
            accumulate = [(self.weight, (dy * normal).sum(axis=(0, 2, 3))), (self.bias, dy.sum(axis=(0, 2, 3)))]
            for parameter, gradient in accumulate:
                parameter.grad = gradient + (0 if parameter.grad is None else parameter.grad)
                parameter.grad = parameter.grad.astype(parameter.data.dtype)
            d_normal = dy * self.weight.data.reshape(1, -1, 1, 1)
        if by_batch:
            n = max(len(dy), 1)
            mean, along = d_normal.sum(axis=0) / n, (d_normal * normal).sum(axis=0) / n
            d_normal = d_normal - mean - normal * along
        return (d_normal * inverse).astype(dtype)


@misconception(
    "nn.BatchNorm2d",
    hint="If you add 1 to one image of a batch, does the mean of the other ones move?",
    fails=(
        "BatchNorm2d/test_gradients",
        "BatchNorm2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
class every_image_by_itself:
    """Each channel of each image is normalised by itself."""

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
        by_batch = self.training or self.running_mean is None
        if by_batch and x.size == self.num_features:
            raise ValueError(f"a single number in a channel of {x.shape}")
        n, places, column = max(len(x), 1), x.shape[2] * x.shape[3], (1, -1, 1, 1)
        if by_batch:
            mean = x.mean(axis=(2, 3), keepdims=True)
            var = ((x - mean) ** 2).mean(axis=(2, 3), keepdims=True)
            if self.training and self.running_mean is not None and len(x):
                m, unbiased = self.momentum, places / max(places - 1, 1)
                self.running_mean[...] = (1 - m) * self.running_mean + m * mean.sum(axis=(0, 2, 3)) / n
                self.running_var[...] = (1 - m) * self.running_var + m * unbiased * var.sum(axis=(0, 2, 3)) / n
        else:
            mean, var = self.running_mean.reshape(column), self.running_var.reshape(column)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, by_batch, x.dtype)
        weight, bias = (1.0, 0.0) if self.weight is None else (self.weight.data, self.bias.data)
        return (normal * np.reshape(weight, column) + np.reshape(bias, column)).astype(x.dtype)

    def backward(self, dy):
        normal, inverse, by_batch, dtype = self.saved_values
        check_shape("dy of BatchNorm2d", dy.shape, normal.shape)
        d_normal = dy
        if self.weight is not None:
            accumulate = [(self.weight, (dy * normal).sum(axis=(0, 2, 3))), (self.bias, dy.sum(axis=(0, 2, 3)))]
            for parameter, gradient in accumulate:
                parameter.grad = gradient + (0 if parameter.grad is None else parameter.grad)
                parameter.grad = parameter.grad.astype(parameter.data.dtype)
            d_normal = dy * self.weight.data.reshape(1, -1, 1, 1)
        if by_batch:
            mean = d_normal.mean(axis=(2, 3), keepdims=True)
            along = (d_normal * normal).mean(axis=(2, 3), keepdims=True)
            d_normal = d_normal - mean - normal * along
        return (d_normal * inverse).astype(dtype)


@misconception(
    "nn.BatchNorm2d",
    hint="In a reshape of (N, C, H, W) to C columns, what stands in the first column?",
    fails=(
        "BatchNorm2d/test_gradients",
        "BatchNorm2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
class columns_without_moving_an_axis:
    """Images become a matrix with C columns by a reshape, which BatchNorm1d normalises."""

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
        self._image = x.shape
        return BatchNorm1d.forward(self, x.reshape(x.size // self.num_features, self.num_features)).reshape(x.shape)

    def backward(self, dy):
        flat = self.saved_values[0].shape
        check_shape("dy of BatchNorm2d", dy.shape, self._image)
        return BatchNorm1d.backward(self, dy.reshape(flat)).reshape(dy.shape)


@misconception(
    "nn.BatchNorm2d.forward",
    hint="With images of 4 x 5, by which n does the unbiased variance divide?",
    fails=(
        "BatchNorm2d/test_several_batches",
        "BatchNorm2d/test_state",
        "ResidualBlock/test_state",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def only_images_are_counted(self, x):
    """The running variance is n / (n - 1) times that of the batch, where n is the number of images."""
    if x.ndim != 4 or x.shape[1] != self.num_features:
        raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
    n, channels, height, width = self._shape = x.shape
    before = None if self.running_var is None else self.running_var.copy()
    y = super().forward(x.reshape(n, channels, height * width)).reshape(x.shape)
    if self.training and before is not None and n:
        new = (self.running_var - (1 - self.momentum) * before) / (self.momentum or 1)
        count = n * height * width
        new = new * (count - 1) / count * n / max(n - 1, 1)
        self.running_var[...] = (1 - self.momentum) * before + self.momentum * new
    return y


@misconception(
    "nn.BatchNorm2d.forward",
    hint="One image has many numbers in a channel: can it be normalised?",
    fails=(
        "BatchNorm2d/test_gradients",
        "BatchNorm2d/test_values",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def one_image_is_not_enough(self, x):
    """In training, a batch of one image cannot be normalised."""
    if x.ndim != 4 or x.shape[1] != self.num_features:
        raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
    n, channels, height, width = self._shape = x.shape
    if n == 1 and self.training:
        raise ValueError(f"a batch of one, {x.shape}")
    return super().forward(x.reshape(n, channels, height * width)).reshape(x.shape)


@misconception(
    "nn.BatchNorm2d.forward",
    hint="What should happen to an x with another number of channels?",
    fails=(
        "BatchNorm2d/test_dtypes",
        "BatchNorm2d/test_refuses",
        "ResidualBlock/test_dtypes",
        "ResidualBlock/test_of_nothing",
    ),
    source="folklore",
)
def the_base_class_checks(self, x):
    """BatchNorm1d will check what has to be checked."""
    self._shape = x.shape
    return super().forward(x.reshape(*x.shape[:2], -1)).reshape(x.shape)


@misconception(
    "nn.BatchNorm2d.forward",
    hint="Which averages does evaluation use?",
    fails=(
        "BatchNorm2d/test_at_first",
        "BatchNorm2d/test_used_again",
        "BatchNorm2d/test_dtypes",
        "BatchNorm2d/test_evaluation",
        "Network/test_reads_digits",
        "ResidualBlock/test_evaluation",
        "ResidualBlock/test_state",
        "ResidualBlock/test_used_again",
    ),
    source="github.com/ShivamShrirao/dnn_from_scratch b272520304",
)
def evaluation_uses_the_batch(self, x):
    """Mean and variance are always those of the batch."""
    if x.ndim != 4 or x.shape[1] != self.num_features:
        raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
    n, channels, height, width = self._shape = x.shape
    mean, var = self.running_mean, self.running_var
    if not self.training:
        self.running_mean = self.running_var = None
    y = super().forward(x.reshape(n, channels, height * width)).reshape(x.shape)
    self.running_mean, self.running_var = mean, var
    return y


@misconception(
    "nn.BatchNorm2d.backward",
    hint="A weight belongs to all numbers of a channel: is its gradient a sum or a mean over them?",
    fails=(
        "BatchNorm2d/test_gradients",
        "BatchNorm2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def parameters_are_averaged_over_places(self, dy):
    """The gradients of weight and bias are means over places."""
    n, channels, length = self.saved_values[0].shape
    check_shape("dy of BatchNorm2d", dy.shape, self._shape)
    own = [p for p in (self.weight, self.bias) if p is not None]
    before = [p.grad for p in own]
    for p in own:
        p.grad = None
    dx = super().backward(dy.reshape(n, channels, length)).reshape(dy.shape)
    for p, grad in zip(own, before, strict=True):
        p.grad = p.grad / p.grad.dtype.type(length) + (0 if grad is None else grad)
    return dx


@misconception(
    "nn.BatchNorm2d.backward",
    hint="Do the mean and the variance of the batch depend on x?",
    fails=(
        "BatchNorm2d/test_gradients",
        "BatchNorm2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def averages_are_constants(self, dy):
    """On the way back mean and variance are constants, in training as in evaluation."""
    normal, inverse, by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm2d", dy.shape, self._shape)
    self.save_for_backward(normal, inverse, False, dtype)
    dx = super().backward(dy.reshape(normal.shape)).reshape(dy.shape)
    self.save_for_backward(normal, inverse, by_batch, dtype)
    return dx


@misconception(
    "nn.BatchNorm2d.backward",
    hint="Which mode did the last forward have?",
    fails=("BatchNorm2d/test_mode_of_the_forward",),
    source="folklore",
)
def mode_of_the_backward(self, dy):
    """backward follows the mode that the module has now."""
    normal, inverse, by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm2d", dy.shape, self._shape)
    self.save_for_backward(normal, inverse, self.training or self.running_mean is None, dtype)
    dx = super().backward(dy.reshape(normal.shape)).reshape(dy.shape)
    self.save_for_backward(normal, inverse, by_batch, dtype)
    return dx


@misconception(
    "nn.BatchNorm2d.backward",
    hint="Which shapes of dy does a reshape let through?",
    fails=("BatchNorm2d/test_refuses",),
    source="folklore",
)
def any_shape_of_dy(self, dy):
    """A dy with the right number of elements is as good as one of the right shape."""
    n, channels, length = self.saved_values[0].shape
    return super().backward(dy.reshape(n, channels, length)).reshape(self._shape)


@misconception(
    "nn.BatchNorm2d.backward",
    hint="Which dtype does dx have, if x is float32?",
    fails=("BatchNorm2d/test_dtypes",),
    source="folklore",
)
def gradient_is_float64(self, dy):
    """dx is float64."""
    n, channels, length = self.saved_values[0].shape
    check_shape("dy of BatchNorm2d", dy.shape, self._shape)
    return super().backward(dy.reshape(n, channels, length)).reshape(dy.shape).astype(np.float64)


@misconception(
    "nn.BatchNorm2d.backward",
    hint="Whose array is dy after your backward?",
    fails=(
        "BatchNorm2d/test_memory",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def dy_is_used_up(self, dy):
    """dy is not needed any more, and may be cleared."""
    n, channels, length = self.saved_values[0].shape
    check_shape("dy of BatchNorm2d", dy.shape, self._shape)
    dx = super().backward(dy.reshape(n, channels, length)).reshape(dy.shape)
    if dy.flags.writeable:
        dy[...] = 0
    return dx


@misconception(
    "nn.BatchNorm2d.forward",
    hint="How does the second batch differ from the first?",
    fails=(
        "BatchNorm2d/test_dtypes",
        "BatchNorm2d/test_used_again",
        "ResidualBlock/test_dtypes",
        "ResidualBlock/test_used_again",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def normalised_once(self, x):
    """What is normalised is kept for backward once for each shape."""
    if x.ndim != 4 or x.shape[1] != self.num_features:
        raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have (N, {self.num_features}, H, W)")
    n, channels, height, width = self._shape = x.shape
    y = super().forward(x.reshape(n, channels, height * width)).reshape(x.shape)
    self.save_for_backward(*vars(self).setdefault("_kept", {}).setdefault(x.shape, self.saved_values))
    return y
