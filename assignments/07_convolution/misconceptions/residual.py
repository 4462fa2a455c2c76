"""What people believe about residual blocks."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import ReLU
from reference.nn.batchnorm2d import BatchNorm2d
from reference.nn.conv import Conv2d
from reference.nn.module import Sequential


@misconception(
    "nn.ResidualBlock.backward",
    hint="A sum has two terms: which of them depend on x?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def gradient_of_the_shortcut_is_dropped(self, dy):
    """dx comes back through the convolutions."""
    d_sum = self.relu2.backward(dy)
    d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(d_sum))))
    if self.downsample is not None:
        self.downsample.backward(d_sum)
    return self.conv1.backward(d_inner)


@misconception(
    "nn.ResidualBlock.backward",
    hint="Through which relu has the shortcut gone?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def shortcut_goes_around_the_last_relu(self, dy):
    """The gradient of the shortcut is dy."""
    d_sum = self.relu2.backward(dy)
    d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(d_sum))))
    d_shortcut = dy if self.downsample is None else self.downsample.backward(dy)
    return self.conv1.backward(d_inner) + d_shortcut.astype(d_sum.dtype)


@misconception(
    "nn.ResidualBlock.backward",
    hint="Is the derivative of a sum of two terms their mean?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def paths_share_the_gradient(self, dy):
    """Each of the two paths gets half of the gradient."""
    d_sum = self.relu2.backward(dy) / 2
    d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(d_sum))))
    d_shortcut = d_sum if self.downsample is None else self.downsample.backward(d_sum)
    return self.conv1.backward(d_inner) + d_shortcut


@misconception(
    "nn.ResidualBlock.backward",
    hint="Which dtype does dx have, if x is float32?",
    fails=("ResidualBlock/test_dtypes",),
    source="folklore",
)
def gradient_is_float64(self, dy):
    """dx is float64."""
    d_sum = self.relu2.backward(dy)
    d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(d_sum))))
    d_shortcut = d_sum if self.downsample is None else self.downsample.backward(d_sum)
    return (self.conv1.backward(d_inner) + d_shortcut).astype(np.float64)


@misconception(
    "nn.ResidualBlock.backward",
    hint="Whose array is dy after your backward?",
    fails=("ResidualBlock/test_memory",),
    source="folklore",
)
def dy_is_used_up(self, dy):
    """The gradient of the sum is written into dy."""
    d_sum = self.relu2.backward(dy)
    if dy.flags.writeable:
        dy[...] = d_sum
    d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(d_sum))))
    d_shortcut = d_sum if self.downsample is None else self.downsample.backward(d_sum)
    return self.conv1.backward(d_inner) + d_shortcut


@misconception(
    "nn.ResidualBlock.forward",
    hint="What is added at the end?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def no_shortcut(self, x):
    """y is what the convolutions compute."""
    inner = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
    if self.downsample is not None:
        self.downsample(x)
    return self.relu2(inner)


@misconception(
    "nn.ResidualBlock",
    hint="Can y be negative?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
class no_relu_after_the_sum:
    """The sum is the end: there is one relu, between the convolutions."""

    def forward(self, x):
        inner = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        y = inner + (x if self.downsample is None else self.downsample(x))
        self.save_for_backward(y.shape)
        return y

    def backward(self, dy):
        if dy.shape != self.saved_values[0]:
            raise ValueError(f"dy has shape {dy.shape}, but should have shape {self.saved_values[0]}")
        d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(dy))))
        d_shortcut = dy.astype(d_inner.dtype) if self.downsample is None else self.downsample.backward(dy)
        return self.conv1.backward(d_inner) + d_shortcut


@misconception(
    "nn.ResidualBlock",
    hint="Is the last relu before the sum or after it?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
class relu_before_the_sum:
    """The second relu belongs to the convolutions, and the shortcut is added after it."""

    def forward(self, x):
        inner = self.relu2(self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x))))))
        return inner + (x if self.downsample is None else self.downsample(x))

    def backward(self, dy):
        d_inner = self.bn2.backward(self.relu2.backward(dy))
        d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(d_inner)))
        d_shortcut = dy.astype(d_inner.dtype) if self.downsample is None else self.downsample.backward(dy)
        return self.conv1.backward(d_inner) + d_shortcut


@misconception(
    "nn.ResidualBlock.forward",
    hint="What does one relu keep, if it is called twice?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def one_relu_twice(self, x):
    """As relu has no parameters, one serves for both places."""
    self.relu2 = self.relu1
    inner = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
    return self.relu1(inner + (x if self.downsample is None else self.downsample(x)))


@misconception(
    "nn.ResidualBlock.forward",
    hint="Which averages does bn2 have after a batch?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def one_batch_norm_twice(self, x):
    """bn1 normalises both convolutions, as they have the same number of channels."""
    inner = self.bn1(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
    self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
    return self.relu2(inner + (x if self.downsample is None else self.downsample(x)))


@misconception(
    "nn.ResidualBlock.forward",
    hint="In which order do convolution, normalisation and relu come?",
    fails=(
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def relu_before_the_batch_norm(self, x):
    """relu comes right after the convolution, and bn1 after it."""
    inner = self.bn2(self.conv2(self.bn1(self.relu1(self.conv1(x)))))
    return self.relu2(inner + (x if self.downsample is None else self.downsample(x)))


@misconception(
    "nn.ResidualBlock.__init__",
    hint="Which of the two convolutions makes the image smaller?",
    fails=("ResidualBlock/test_gradients_with_options", "ResidualBlock/test_values_with_options"),
    source="folklore",
)
def second_convolution_has_the_stride(self, in_channels, out_channels, stride=1, *, rng=None):
    """conv2 has the stride."""
    rng = np.random.default_rng() if rng is None else rng
    self.conv1 = Conv2d(in_channels, out_channels, 3, padding=1, bias=False, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None
    if stride != 1 or in_channels != out_channels:
        convolution = Conv2d(in_channels, out_channels, 1, stride, bias=False, rng=rng)
        self.downsample = Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="With stride 2 and equal channels, can x be added as it is?",
    fails=("ResidualBlock/test_gradients_with_options", "ResidualBlock/test_values_with_options"),
    source="folklore",
)
def downsample_for_channels_alone(self, in_channels, out_channels, stride=1, *, rng=None):
    """downsample is needed where the numbers of channels differ."""
    rng = np.random.default_rng() if rng is None else rng
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None
    if in_channels != out_channels:
        convolution = Conv2d(in_channels, out_channels, 1, stride, bias=False, rng=rng)
        self.downsample = Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="If stride is 1 and no channel is added, what has to be done to x?",
    fails=("ResidualBlock/test_gradients", "ResidualBlock/test_values"),
    source="folklore",
)
def always_a_downsample(self, in_channels, out_channels, stride=1, *, rng=None):
    """The shortcut always has a convolution."""
    rng = np.random.default_rng() if rng is None else rng
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    convolution = Conv2d(in_channels, out_channels, 1, stride, bias=False, rng=rng)
    self.downsample = Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="Which modules does downsample have?",
    fails=(
        "ResidualBlock/test_gradients_with_options",
        "ResidualBlock/test_values_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def downsample_is_a_convolution(self, in_channels, out_channels, stride=1, *, rng=None):
    """downsample is a convolution without a normalisation."""
    rng = np.random.default_rng() if rng is None else rng
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None
    if stride != 1 or in_channels != out_channels:
        self.downsample = Sequential(Conv2d(in_channels, out_channels, 1, stride, bias=False, rng=rng))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="How large are the kernels of downsample?",
    fails=(
        "ResidualBlock/test_gradients_with_options",
        "ResidualBlock/test_values_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def downsample_has_large_kernels(self, in_channels, out_channels, stride=1, *, rng=None):
    """The convolution of downsample has kernels of 3 x 3, as the others."""
    rng = np.random.default_rng() if rng is None else rng
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None
    if stride != 1 or in_channels != out_channels:
        convolution = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
        self.downsample = Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="What does a batch normalisation do to a constant that was added before?",
    fails=("ResidualBlock/test_at_first", "ResidualBlock/test_state", "Network/test_reads_digits"),
    source="folklore",
)
def convolutions_have_a_bias(self, in_channels, out_channels, stride=1, *, rng=None):
    """The convolutions have a bias, as by default."""
    rng = np.random.default_rng() if rng is None else rng
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None
    if stride != 1 or in_channels != out_channels:
        convolution = Conv2d(in_channels, out_channels, 1, stride, rng=rng)
        self.downsample = Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="Which module draws first?",
    fails=("ResidualBlock/test_at_first",),
    source="torchvision, whose ResNet makes downsample before the block",
)
def downsample_draws_first(self, in_channels, out_channels, stride=1, *, rng=None):
    """downsample is made, and draws, before the other convolutions."""
    rng = np.random.default_rng() if rng is None else rng
    convolution = None
    if stride != 1 or in_channels != out_channels:
        convolution = Conv2d(in_channels, out_channels, 1, stride, bias=False, rng=rng)
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, rng=rng)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False, rng=rng)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None if convolution is None else Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()


@misconception(
    "nn.ResidualBlock.__init__",
    hint="Who gets the generator that the block is given?",
    fails=("ResidualBlock/test_at_first",),
    source="folklore",
)
def generator_is_not_passed_on(self, in_channels, out_channels, stride=1, *, rng=None):
    """Each convolution draws from a generator of its own."""
    self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
    self.bn1 = BatchNorm2d(out_channels)
    self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
    self.bn2 = BatchNorm2d(out_channels)
    self.downsample = None
    if stride != 1 or in_channels != out_channels:
        convolution = Conv2d(in_channels, out_channels, 1, stride, bias=False)
        self.downsample = Sequential(convolution, BatchNorm2d(out_channels))
    self.relu1, self.relu2 = ReLU(), ReLU()
