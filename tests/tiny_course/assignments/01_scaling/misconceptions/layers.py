"""What people believe about Scale and Shift."""

from grader.assignment import misconception


@misconception(
    "nn.Scale.forward",
    hint="What is three times two?",
    fails=("Scale/test_forward",),
    source="folklore",
)
def factor_is_added(self, x):
    """To scale is to add the factor."""
    return x + self.factor


@misconception("nn.Scale.backward", hint="What happens to a gradient on its way back?", fails=("Scale/test_backward",))
def gradient_is_one(self, dy):
    """The gradient of a product is one."""
    return 0 * dy + 1


@misconception(
    "nn.Scale",
    hint="Which of the two numbers is below?",
    fails=("Scale/test_forward", "Scale/test_backward"),
    convention="This is the form in which x is divided by the factor; the contract asks for the product.",
)
class FactorDivides:
    """The factor is what x is divided by."""

    def forward(self, x):
        return x / self.factor

    def backward(self, dy):
        return dy / self.factor


@misconception("nn.shifted", hint="Is the result larger or smaller than before?", fails=("Shift/test_forward",))
def amount_is_taken_away(x, amount):
    """To shift is to take away."""
    return x - amount
