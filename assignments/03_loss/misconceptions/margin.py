"""What people believe about MultiMarginLoss."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="What is max(0, margin - z_t + z_c) for c = t, and is that c part of the sum?",
    fails=(
        "MultiMarginLoss/test_values",
        "MultiMarginLoss/test_worked_example",
        "MultiMarginLoss/test_values_with_options",
    ),
    source="lightaime/cs231n issue #9",
)
def target_competes_with_itself(self, input, target):
    """The sum is over all classes, the target included."""
    hot = self.one_hot(input, target)
    excess = np.maximum(0, self.margin - (hot * input).sum(axis=0) + input)
    share = self.weigh(hot).mean(axis=0)
    push = share * (excess > 0) * self.p * excess ** (self.p - 1)
    return share * (excess**self.p).sum(axis=0), push - hot * push.sum(axis=0)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="Which score occurs in every violated margin, and with which sign?",
    fails=(
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_worked_example",
        "MultiMarginLoss/test_gradients_with_options",
    ),
    source="folklore (CS231n)",
)
def target_is_not_pushed(self, input, target):
    """The scores that violate the margin have a slope; that of the target has none."""
    hot = self.one_hot(input, target)
    excess = (1 - hot) * np.maximum(0, self.margin - (hot * input).sum(axis=0) + input)
    share = self.weigh(hot).mean(axis=0)
    return share * (excess**self.p).sum(axis=0), share * (excess > 0) * self.p * excess ** (self.p - 1)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="If three classes violate the margin, in how many terms does the score of the target occur?",
    fails=(
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_gradients_with_options",
        "MultiMarginLoss/test_gradients_with_options_together",
    ),
    source="folklore (CS231n)",
)
def target_is_pushed_once(self, input, target):
    """The score of the target is pushed up once, however many classes violate the margin."""
    hot = self.one_hot(input, target)
    excess = (1 - hot) * np.maximum(0, self.margin - (hot * input).sum(axis=0) + input)
    share = self.weigh(hot).mean(axis=0)
    push = share * (excess > 0) * self.p * excess ** (self.p - 1)
    return share * (excess**self.p).sum(axis=0), push - hot * push.max(axis=0)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="Compare your value of the worked example with the handout's: by which factor do they differ?",
    fails=(
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_values",
        "MultiMarginLoss/test_worked_example",
        "MultiMarginLoss/test_gradients_with_options",
        "MultiMarginLoss/test_values_with_options",
    ),
    convention="This is the form in which the margins are summed over the classes, as in CS231n;"
    " the contract asks for their sum "
    "divided by C, as PyTorch does.",
    source="cs231n.github.io/linear-classify",
)
def margins_are_summed_over_classes(self, input, target):
    """The value is the sum of the violated margins."""
    hot = self.one_hot(input, target)
    excess = (1 - hot) * np.maximum(0, self.margin - (hot * input).sum(axis=0) + input)
    share = self.weigh(hot).sum(axis=0)
    push = share * (excess > 0) * self.p * excess ** (self.p - 1)
    return share * (excess**self.p).sum(axis=0), push - hot * push.sum(axis=0)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="With p = 2, should a margin violated by 3 pull as much as one violated by 0.1?",
    fails=(
        "MultiMarginLoss/test_gradients_with_options",
        "MultiMarginLoss/test_gradients_with_options_together",
        "MultiMarginLoss/test_worked_example",
    ),
    source="folklore",
)
def slope_is_that_of_the_first_power(self, input, target):
    """The slope counts the violated margins, whatever p is."""
    hot = self.one_hot(input, target)
    excess = (1 - hot) * np.maximum(0, self.margin - (hot * input).sum(axis=0) + input)
    share = self.weigh(hot).mean(axis=0)
    push = share * (excess > 0)
    return share * (excess**self.p).sum(axis=0), push - hot * push.sum(axis=0)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="Which margins does your loss ask for if margin = 0.4?",
    fails=("MultiMarginLoss/test_gradients_with_options", "MultiMarginLoss/test_values_with_options"),
    source="folklore (CS231n: `scores - correct + 1`)",
)
def margin_is_always_one(self, input, target):
    """The target has to win by 1."""
    hot = self.one_hot(input, target)
    excess = (1 - hot) * np.maximum(0, 1 - (hot * input).sum(axis=0) + input)
    share = self.weigh(hot).mean(axis=0)
    push = share * (excess > 0) * self.p * excess ** (self.p - 1)
    return share * (excess**self.p).sum(axis=0), push - hot * push.sum(axis=0)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="A class that is below the target by exactly the margin: does it violate the margin?",
    fails=("MultiMarginLoss/test_margin_just_met",),
    source="folklore",
)
def margin_just_met_still_pushes(self, input, target):
    """The slope of max(0, h) at h = 0 is 1."""
    hot = self.one_hot(input, target)
    excess = self.margin - (hot * input).sum(axis=0) + input
    violated = (1 - hot) * (excess >= 0)
    share = self.weigh(hot).mean(axis=0)
    push = share * violated * self.p * excess ** (self.p - 1)
    return share * (violated * excess**self.p).sum(axis=0), push - hot * push.sum(axis=0)


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="An example of class 0 loses against class 2: whose weight does the equation take?",
    fails=("MultiMarginLoss/test_gradients_with_options", "MultiMarginLoss/test_values_with_options"),
    source="folklore",
)
def weight_is_that_of_the_rival(self, input, target):
    """Each violated margin is scaled by the weight of the class that violates it."""
    hot = self.one_hot(input, target)
    excess = (1 - hot) * np.maximum(0, self.margin - (hot * input).sum(axis=0) + input)
    push = self.weigh((excess > 0) * self.p * excess ** (self.p - 1)) / len(input)
    return self.weigh(excess**self.p).mean(axis=0), push - hot * push.sum(axis=0)


@misconception(
    "nn.MultiMarginLoss.count",
    hint="Which losses have a mean that is weighted, and does the handout count this one among them?",
    fails=("MultiMarginLoss/test_gradients_with_options", "MultiMarginLoss/test_values_with_options"),
    convention="This is the form in which NLLLoss and CrossEntropyLoss take their mean;"
    " the contract asks MultiMarginLoss to divide "
    "by the number of examples.",
    source="folklore",
)
def mean_is_weighted(self, input, target):
    """With class weights, the mean divides by the total weight of the targets."""
    return float(self.weigh(self.one_hot(input, target)).sum())


@misconception(
    "nn.MultiMarginLoss.evaluate",
    hint="With p = 2 and a weight of 3, by what is your value multiplied?",
    fails=("MultiMarginLoss/test_values_with_options_together",),
    source="written by readers of the handout",
)
def weight_goes_into_the_power(self, input, target):
    """The weight of the target scales each violated margin, of which the power is taken then."""
    hot = self.one_hot(input, target)
    weight = self.weigh(hot).sum(axis=0)
    excess = (1 - hot) * weight * np.maximum(0, self.margin + (input - (hot * input).sum(axis=0)))
    push = weight * (excess > 0) * self.p * excess ** (self.p - 1) / len(input)
    return (excess**self.p).mean(axis=0), push - hot * push.sum(axis=0)
