"""Wrong answers about when an element is wrong, and what is said of it."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import SMALLEST, GradientError


@misconception(
    "gradcheck._compare",
    hint="Is NaN larger than 1e-6?",
    fails=("Gradcheck/test_nan",),
)
def not_a_number_passes(argument, analytic, numerical, tolerance):
    """What is not larger than the tolerance is right."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if np.any(off > tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="How much does one wrong element of a thousand change the mean?",
    fails=("Gradcheck/test_tolerance",),
)
def on_average(argument, analytic, numerical, tolerance):
    """The mean of the differences says whether a gradient is right."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not (np.mean(np.abs(analytic - numerical)) <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="Two elements are wrong by 1 and by -1: what is their sum?",
    fails=("Gradcheck/test_furthest_of_the_first",),
)
def errors_cancel(argument, analytic, numerical, tolerance):
    """The sum of a gradient says whether it is right."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not (np.abs(np.sum(analytic - numerical)) <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="How large are the gradients themselves?",
    fails=("Gradcheck/test_scale",),
)
def absolute(argument, analytic, numerical, tolerance):
    """The tolerance is the largest difference that is allowed."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="Rounding is a share of what: of one element, or of the largest number that was computed with?",
    fails=("Gradcheck/test_scale",),
)
def for_each_element(argument, analytic, numerical, tolerance):
    """Each element may be off by a share of itself."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.maximum(np.abs(numerical), SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="What is the difference of arrays of shapes (1, 3) and (3,)?",
    fails=("Gradcheck/test_shapes",),
)
def shapes_broadcast(argument, analytic, numerical, tolerance):
    """Shapes that NumPy can combine fit together."""
    analytic = np.asarray(analytic).reshape(numerical.shape)
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="Which element tells most about the mistake?",
    fails=("Gradcheck/test_furthest_of_the_first",),
)
def the_first_wrong_element(argument, analytic, numerical, tolerance):
    """The first wrong element is told."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(~(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="Is the largest element of a gradient a wrong one?",
    fails=("Gradcheck/test_several_inputs", "Gradcheck/test_constants", "Gradcheck/test_place"),
)
def the_largest_gradient(argument, analytic, numerical, tolerance):
    """The element with the largest gradient is told."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.abs(numerical))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="Which row and column does element 7 of a matrix have?",
    fails=("Gradcheck/test_numerical_value", "Gradcheck/test_several_inputs", "Gradcheck/test_constants"),
)
def index_is_a_number(argument, analytic, numerical, tolerance):
    """An element has a number."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = (int(furthest),)
        raise GradientError(argument, index, float(analytic.flat[furthest]), float(numerical.flat[furthest]))


@misconception(
    "gradcheck._compare",
    hint="Which of the two is the analytic value?",
    fails=("Gradcheck/test_no_gradient", "Gradcheck/test_numerical_value", "Gradcheck/test_place"),
)
def the_other_way_round(argument, analytic, numerical, tolerance):
    """First comes what is right, then what was found."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(numerical[index]), float(analytic[index]))


@misconception(
    "gradcheck._compare",
    hint="Which way does a step go if the sign is wrong?",
    fails=("Gradcheck/test_upstream",),
)
def sizes_only(argument, analytic, numerical, tolerance):
    """What counts is how large a gradient is."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(np.abs(analytic) - np.abs(numerical))
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@misconception(
    "gradcheck._compare",
    hint="Which gradient has the wrong shape, and which shapes are these?",
    fails=("Gradcheck/test_shapes",),
)
def the_shape_without_its_argument(argument, analytic, numerical, tolerance):
    """The message says that the shapes differ."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError("a gradient has a wrong shape")
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))
