"""What people believe about the CNN."""

import numpy as np

from grader.assignment import misconception
from reference.interop.renaming import rename
from reference.interop.torch_models import _CLASSIFIER, _filled, _needed, _sized, _sizes
from reference.nn import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from reference.nn.pooling import AdaptiveAvgPool2d


@misconception(
    "interop.cnn_from_torch",
    hint="What does DataParallel write before each name?",
    fails=("CNN/test_recorded", "CNN/test_prefix"),
    source="folklore",
)
def a_prefix_is_a_part_of_the_name(state):
    """Names are taken as they are."""
    state = rename(state, [(r".*\.num_batches_tracked", None)])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="What if the model was saved without DataParallel?",
    fails=(
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_counts",
    ),
    source="folklore",
)
def a_prefix_is_always_there(state):
    """Each name begins with "module."."""
    if not all(name.startswith("module.") for name in state):
        raise KeyError("module.")
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Does your BatchNorm have it?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
    ),
    source="folklore",
)
def counts_are_loaded(state):
    """num_batches_tracked is an array like the others."""
    state = rename(state, [(r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Does anything depend on num_batches_tracked?",
    fails=("CNN/test_counts",),
    source="folklore",
)
def counts_have_to_be_there(state):
    """Each name of the program has to be there."""
    if not any(name.endswith("num_batches_tracked") for name in state):
        raise KeyError("num_batches_tracked")
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Which size of the first weight is that of the input?",
    fails=(
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_round_trip",
    ),
    source="folklore",
)
def one_channel_comes_in(state):
    """Images have one channel."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(min(channels, 1), middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="What does the border of an image see?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def convolutions_do_not_pad(state):
    """padding=1 does not matter, as the mean is taken anyway."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Which names does features.0 have?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def both_convolutions_have_a_bias(state):
    """A convolution has a bias."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Which names does features.4 have?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def no_convolution_has_a_bias(state):
    """Before a BatchNorm no bias is needed."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1, bias=False),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="What does the next convolution see?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def nothing_is_pooled(state):
    """Pooling only makes an image smaller, so it may be left out."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(1),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="What is the stride by default?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def pooling_moves_by_one(state):
    """The stride of a pooling is 1."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2, 1),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Which of the two poolings is the last one?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def the_largest_is_taken_at_last(state):
    """Pooling takes the largest."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        MaxPool2d(2),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="What does evaluation divide by?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_round_trip",
    ),
    source="folklore",
)
def averages_are_not_loaded(state):
    """Running averages come back by themselves."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    fresh = model.state_dict()
    state = {k: fresh["0" + k[8:]] if "running" in k else v for k, v in state.items()}
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Which share of the new mean is in running_mean after a step?",
    fails=("CNN/test_recorded", "CNN/test_step"),
    source="folklore",
)
def momentum_is_a_tenth_of_the_old(state):
    """momentum is how much of the old average stays."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle, momentum=0.9),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Which eps does BatchNorm2d have?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def eps_is_small(state):
    """eps only avoids a division by 0."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out, eps=1e-12),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="Where is the number of classes to be read?",
    fails=(
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def there_are_ten_classes(state):
    """Digits have ten classes."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, max(10, 0 * len(last))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_from_torch",
    hint="In which order does the program list them?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def relu_is_before_normalisation(state):
    """The ReLU comes before the BatchNorm."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        ReLU(),
        BatchNorm2d(middle),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(
        model,
        rename(
            state, [(r"features\.1\.(.*)", r"0.2.\1"), (r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]
        ),
    )


@misconception(
    "interop.cnn_to_torch",
    hint="Which names does the program load?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_step",
        "CNN/test_round_trip",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def counts_are_not_given_back(model):
    """What the course has not, it cannot give back."""
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    return {name: array for name, array in state.items() if "tracked" not in name}


@misconception(
    "interop.cnn_to_torch",
    hint="Which dtype does a counter have?",
    fails=("CNN/test_step", "CNN/test_counts"),
    source="folklore",
)
def counts_are_floats(model):
    """A counter is a number."""
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    return state | {f"features.{i}.num_batches_tracked": np.array(0.0) for i in (1, 5)}


@misconception(
    "interop.cnn_to_torch",
    hint="Which shape does a counter have?",
    fails=("CNN/test_step", "CNN/test_counts"),
    source="folklore",
)
def counts_have_a_dimension(model):
    """A counter is an array of one number."""
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    return state | {f"features.{i}.num_batches_tracked": np.zeros(1, np.int64) for i in (1, 5)}


@misconception(
    "interop.cnn_to_torch",
    hint='Who writes "module."?',
    fails=(
        "CNN/test_recorded",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_prefix",
    ),
    source="folklore",
)
def the_prefix_is_given_back(model):
    """What was loaded with a prefix is given back with it."""
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    state = {f"module.{name}": array for name, array in state.items()}
    return state | {f"features.{i}.num_batches_tracked": np.array(0, np.int64) for i in (1, 5)}


@misconception(
    "interop.cnn_to_torch",
    hint="What does evaluation divide by?",
    fails=(
        "CNN/test_recorded",
        "CNN/test_step",
        "CNN/test_round_trip",
        "CNN/test_prefix",
    ),
    source="folklore",
)
def averages_are_not_given_back(model):
    """Running averages are not learned, so they are not given back."""
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    state = {name: array for name, array in state.items() if "running" not in name}
    return state | {f"features.{i}.num_batches_tracked": np.array(0, np.int64) for i in (1, 5)}


@misconception(
    "interop.cnn_from_torch",
    hint="What if one of two is missing?",
    fails=("CNN/test_counts",),
    source="a reader of the handout",
)
def counts_come_in_pairs(state):
    """Both num_batches_tracked are there, or none."""
    counts = [name for name in state if name.endswith(".num_batches_tracked")]
    if len(counts) == 1:
        raise KeyError(f"missing keys: the other one of {counts}")
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


@misconception(
    "interop.cnn_to_torch",
    hint="What if somebody counts in it?",
    fails=("CNN/test_memory",),
    source="a reader of the handout",
)
def a_counter_is_a_constant(model, zero=np.array(0, np.int64)):  # noqa: B008 - that it is made once is the mistake
    """0 is 0, so one array of it is enough."""
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    return state | {f"features.{i}.num_batches_tracked": zero for i in (1, 5)}


@misconception(
    "interop.cnn_from_torch",
    hint="Which kernels does the program have?",
    fails=("CNN/test_refuses",),
    source="a reader of the handout",
)
def kernels_have_any_size(state):
    """The size of a kernel is that of its array, too."""
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    middle, channels, *one = _sizes("features.0.weight", first, 4)
    out, _, *other = _sizes("features.4.weight", second, 4)
    features = Sequential(
        Conv2d(channels, middle, tuple(one), padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, tuple(other), padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))
