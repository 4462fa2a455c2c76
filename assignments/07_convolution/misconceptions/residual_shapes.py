"""What people believe about shapes in a residual block."""

from grader.assignment import misconception


@misconception(
    "nn.ResidualBlock",
    hint="An image of one number, and stride 2: how large is the sum, and does the shortcut have a convolution?",
    fails=("ResidualBlock/test_values_with_options", "ResidualBlock/test_gradients_with_options"),
    source="a reader of the handout",
)
class shortcut_by_shapes:
    """The shortcut is x itself wherever it has the shape of what the convolutions compute."""

    def forward(self, x):
        inner = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        self.is_plain = inner.shape == x.shape
        return self.relu2(inner + (x if self.is_plain else self.downsample(x)))

    def backward(self, dy):
        d_sum = self.relu2.backward(dy)
        d_inner = self.bn1.backward(self.relu1.backward(self.conv2.backward(self.bn2.backward(d_sum))))
        return self.conv1.backward(d_inner) + (d_sum if self.is_plain else self.downsample.backward(d_sum))
