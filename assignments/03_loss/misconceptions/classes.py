"""What people believe about targets that are classes, in all losses that take them."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.loss.ClassLoss",
    hint="A label file has an error and holds a -1: which class does your loss teach the network then?",
    fails=(
        "CrossEntropyLoss/test_class_out_of_range",
        "CrossEntropyLoss/test_refuses",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
    ),
    source="folklore",
)
class negative_classes_count_from_the_end:
    """A class is an index into the scores, so NumPy says whether it exists."""

    def prepare(self, input, target):
        scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
        check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), scores.shape[:1])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        return scores, target

    def one_hot(self, input, target):
        ignored = target == self.ignore_index
        hot = np.eye(len(input), dtype=input.dtype)[:, np.where(ignored, 0, target)]
        return np.where(ignored, 0, hot)


@misconception(
    "nn.loss.ClassLoss",
    hint="Which number marks an example that does not count if ignore_index is 2, and which if it is left out?",
    fails=(
        "CrossEntropyLoss/test_class_out_of_range",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values_with_options",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values_with_options",
    ),
    source="folklore",
)
class ignored_is_whatever_is_negative:
    """Targets below 0 are the ones that do not count."""

    def prepare(self, input, target):
        scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
        check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), scores.shape[:1])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        if np.any(target >= len(scores)):
            raise IndexError(f"target {target.max()} is not one of {len(scores)} classes")
        return scores, target

    def one_hot(self, input, target):
        return np.equal.outer(np.arange(len(input)), target).astype(input.dtype)


@misconception(
    "nn.loss.ClassLoss.prepare",
    hint="Which shapes of targets does the table in the handout have for an input of shape (4, 3)?",
    fails=("CrossEntropyLoss/test_refuses", "MultiMarginLoss/test_refuses", "NLLLoss/test_refuses"),
    convention="This is the form in which Keras and many courses take one-hot rows;"
    " the contract asks for integer classes.",
    source="keras.losses.categorical_crossentropy; oreilly-japan/deep-learning-from-scratch",
)
def one_hot_targets_are_welcome(self, input, target):
    """A target of the shape of the input holds one-hot rows, whose maximum is the class."""
    if target.shape == input.shape and input.ndim > 1:
        target = target.argmax(axis=1)
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
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
    "nn.loss.ClassLoss.prepare",
    hint="What does `log_p[np.arange(N), t]` pick if t has the shape (N, 1), and who should notice?",
    fails=("CrossEntropyLoss/test_refuses", "MultiMarginLoss/test_refuses", "NLLLoss/test_refuses"),
    source="folklore",
)
def column_of_classes_fits(self, input, target):
    """Targets of shape (N, 1) are as good as targets of shape (N,)."""
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    if target.shape == (*scores.shape[1:], 1):
        target = target.reshape(scores.shape[1:])
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
    "nn.loss.ClassLoss.prepare",
    hint="Somebody passes probabilities, 0.9 and 0.2, as targets: which classes does your loss see?",
    fails=("CrossEntropyLoss/test_refuses", "MultiMarginLoss/test_refuses", "NLLLoss/test_refuses"),
    source="folklore",
)
def classes_may_be_floats(self, input, target):
    """Classes of another dtype are made integers, as 2.0 and 2 are the same class."""
    target = target.astype(np.int64)
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if self.weight is not None:
        check_shape("weight", np.shape(self.weight), scores.shape[:1])
    wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    return scores, target


@misconception(
    "nn.loss.ClassLoss.prepare",
    hint="Which dtypes hold integers, besides the one that np.array([0, 1]) has on your machine?",
    fails=(
        "CrossEntropyLoss/test_integer_targets",
        "CrossEntropyLoss/test_memory",
        "MultiMarginLoss/test_memory",
        "NLLLoss/test_integer_targets",
        "NLLLoss/test_memory",
    ),
    convention="This is the form in which PyTorch takes int64 targets only;"
    " the contract asks for integers of any kind.",
    source='folklore ("expected scalar type Long")',
)
def classes_are_int64(self, input, target):
    """Targets that are classes have the dtype int64."""
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if self.weight is not None:
        check_shape("weight", np.shape(self.weight), scores.shape[:1])
    if target.dtype != np.int64:
        raise ValueError(f"target must hold integers, got {target.dtype}")
    wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    return scores, target


@misconception(
    "nn.loss.ClassLoss.prepare",
    hint="What does a list of one weight say about class 2 of three classes, and what does NumPy make of it?",
    fails=("CrossEntropyLoss/test_refuses", "MultiMarginLoss/test_refuses", "NLLLoss/test_refuses"),
    source="folklore",
)
def weights_need_no_check(self, input, target):
    """Class weights fit if NumPy can multiply them with the scores."""
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"target must hold integers, got {target.dtype}")
    wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    return scores, target


@misconception(
    "nn.loss.ClassLoss.one_hot",
    hint="If ignore_index is 2 and there are three classes, does a target of 2 count?",
    fails=(
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_integer_targets",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_values_with_options",
        "NLLLoss/test_gradients_with_options",
    ),
    source="written by readers of the handout",
)
def ignored_is_never_a_class(self, input, target):
    """A target that is one of the classes counts, whatever ignore_index is."""
    return np.equal.outer(np.arange(len(input)), target).astype(input.dtype)


@misconception(
    "nn.loss.ClassLoss.prepare",
    hint="What does the handout say of boolean targets, and what would `labels > 0` mean for three classes?",
    fails=("CrossEntropyLoss/test_refuses", "MultiMarginLoss/test_refuses", "NLLLoss/test_refuses"),
    source="written by readers of the handout",
)
def booleans_are_integers(self, input, target):
    """False and True are the classes 0 and 1."""
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if self.weight is not None:
        check_shape("weight", np.shape(self.weight), scores.shape[:1])
    if target.dtype.kind not in "iub":
        raise ValueError(f"target must hold integers, got {target.dtype}")
    wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    return scores, target.astype(int) if target.dtype.kind == "b" else target


@misconception(
    "nn.loss.ClassLoss",
    hint="Four weights are given for three classes: who should notice, and when?",
    fails=("CrossEntropyLoss/test_refuses", "MultiMarginLoss/test_refuses", "NLLLoss/test_refuses"),
    source="written by readers of the handout",
)
class weights_are_looked_up_by_index:
    """A class weight is looked up by its index, so NumPy says whether it is there."""

    def prepare(self, input, target):
        scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
        check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
        if wrong.any():
            raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
        return scores, target

    def weigh(self, hot):
        if self.weight is None:
            return hot
        return (hot.T * np.asarray(self.weight, hot.dtype)[np.arange(len(hot))]).T
