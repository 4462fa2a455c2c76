"""What people believe about where the classes are in an input of the class losses."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.loss.ClassLoss",
    hint="In an input of shape (2, 3, 4) with targets of shape (2, 4), how many classes are there?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_values",
        "NLLLoss/test_gradients",
        "NLLLoss/test_values",
    ),
    convention="This is the form in which Keras keeps the classes in the last dimension; the contract asks for (N, C,"
    " d1, ...).",
    source="irfanICMLL/structure_knowledge_distillation issue #60; folklore",
)
class classes_are_the_last_dimension:
    """The classes are the last dimension of the input, however many it has."""

    def prepare(self, input, target):
        scores = np.moveaxis(input, -1, 0)
        check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), scores.shape[:1])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
        if wrong.any():
            raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
        return scores, target

    def backward(self, dy=None):
        return np.moveaxis(super().backward(dy), 0, -1)


@misconception(
    "nn.loss.ClassLoss",
    hint="Number the elements of an array of shape (2, 3, 4) and look at one row after your reshape:"
    " are these the scores of one position?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_values",
        "NLLLoss/test_gradients",
        "NLLLoss/test_values",
    ),
    source="folklore (`logits.reshape(-1, C)` on (N, C, H, W))",
)
class positions_are_merged_by_reshape:
    """Reshaping (N, C, d1) to (N d1, C) gives one row of scores for each position."""

    def prepare(self, input, target):
        at = min(1, input.ndim - 1)
        places = input.shape[:at] + input.shape[at + 1 :]
        check_shape(f"target for input {input.shape}", target.shape, places)
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), input.shape[at : at + 1])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        wrong = ((target < 0) | (target >= input.shape[at])) & (target != self.ignore_index)
        if wrong.any():
            raise IndexError(f"target {target[wrong][0]} is not one of {input.shape[at]} classes")
        return input.reshape(*places, input.shape[at]).transpose(-1, *range(len(places))), target

    def backward(self, dy=None):
        dx = super().backward(dy)
        rows = dx.transpose(*range(1, dx.ndim), 0)
        return rows.reshape(dx.shape[1:2] + dx.shape[:1] + dx.shape[2:])


@misconception(
    "nn.loss.ClassLoss.prepare",
    hint="Which shape does the table of shapes give for a single example, without N?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_values",
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_values",
        "NLLLoss/test_gradients",
        "NLLLoss/test_values",
    ),
    source="folklore",
)
def there_is_always_a_batch(self, input, target):
    """The first dimension of the input is the batch and the second the classes."""
    scores = np.moveaxis(input, 1, 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if self.weight is not None:
        check_shape("weight", np.shape(self.weight), scores.shape[:1])
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"target must hold integers, got {target.dtype}")
    wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    return scores, target


@misconception(
    "nn.loss.ClassLoss",
    hint="For an input of shape (2, 3, 4, 5), to which of the 4 x 5 positions does the second row of your table of"
    " scores belong?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_values",
        "NLLLoss/test_gradients",
        "NLLLoss/test_values",
    ),
    source="written by readers of the handout",
)
class classes_change_places_with_the_last_dimension:
    """To bring the classes to the end, they change places with the last dimension."""

    def prepare(self, input, target):
        at = min(1, input.ndim - 1)
        check_shape(f"target for input {input.shape}", target.shape, input.shape[:at] + input.shape[at + 1 :])
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), input.shape[at : at + 1])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        wrong = ((target < 0) | (target >= input.shape[at])) & (target != self.ignore_index)
        if wrong.any():
            raise IndexError(f"target {target[wrong][0]} is not one of {input.shape[at]} classes")
        swapped = np.swapaxes(input, at, -1)
        self._swapped = swapped.shape
        return np.moveaxis(swapped.reshape(*target.shape, input.shape[at]), -1, 0), target

    def backward(self, dy=None):
        rows = np.moveaxis(super().backward(dy), 0, -1).reshape(self._swapped)
        return np.swapaxes(rows, min(1, rows.ndim - 1), -1)
