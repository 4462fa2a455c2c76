"""What people believe about what a file has to say of a value."""

import numpy as np

from grader.assignment import misconception
from reference.serialization import KINDS, _added, _described, _generator, _key, _rebuilt


@misconception(
    "serialization._described",
    hint="Is (1, 2) the same as [1, 2] for who asks `type`?",
    fails=(
        "Save/test_there_and_back",
        "Save/test_values",
        "Save/test_the_file_has_it",
        "Save/test_loads_what_the_file_says",
        "Load/test_damaged",
        "Load/test_foreign",
        "Load/test_later_version",
    ),
    source="folklore",
)
def tuples_become_lists(value, arrays):
    """A tuple is a list, for a file."""
    match value:
        case np.ndarray():
            return {"array": _added(value, arrays)}
        case np.generic():
            return {"scalar": _added(value, arrays)}
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return {"list": [_described(item, arrays) for item in value]}
        case dict():
            return {"dict": [[_key(key), _described(item, arrays)] for key, item in value.items()]}
        case np.random.Generator():
            return {"generator": _described(value.bit_generator.state, arrays)}
    raise TypeError(f"a {type(value).__name__} cannot be saved")


@misconception(
    "serialization._key",
    hint="Which keys does the state of an optimizer have?",
    fails=(
        "Checkpoint/test_optimizer_and_generator",
        "Save/test_values",
        "Save/test_the_file_has_it",
        "Save/test_loads_what_the_file_says",
        "Load/test_damaged",
        "Load/test_foreign",
        "Load/test_later_version",
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_refused_files_change_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def keys_become_texts(key):
    """The key of a dict is a text."""
    if type(key) not in (str, int):
        raise TypeError(f"a dict with a {type(key).__name__} as key cannot be saved")
    return str(key)


@misconception(
    "serialization._key",
    hint="Can a key be rebuilt that is a pair of numbers?",
    fails=("Save/test_refuses_objects",),
    source="folklore",
)
def any_key_will_do(key):
    """Every key can be written down."""
    return key if type(key) in (str, int) else str(key)


@misconception(
    "serialization._described",
    hint="What is True, if one asks for its type?",
    fails=("Save/test_values",),
    source="folklore",
)
def bools_become_numbers(value, arrays):
    """True is 1."""
    match value:
        case np.ndarray():
            return {"array": _added(value, arrays)}
        case np.generic():
            return {"scalar": _added(value, arrays)}
        case bool():
            return int(value)
        case None | int() | float() | str():
            return value
        case list():
            return {"list": [_described(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_described(item, arrays) for item in value]}
        case dict():
            return {"dict": [[_key(key), _described(item, arrays)] for key, item in value.items()]}
        case np.random.Generator():
            return {"generator": _described(value.bit_generator.state, arrays)}
    raise TypeError(f"a {type(value).__name__} cannot be saved")


@misconception(
    "serialization._described",
    hint="How many digits does a float have?",
    fails=(
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def floats_are_rounded(value, arrays):
    """Twelve digits of a float are enough."""
    match value:
        case np.ndarray():
            return {"array": _added(value, arrays)}
        case np.generic():
            return {"scalar": _added(value, arrays)}
        case float():
            return float(f"{value:.12g}")
        case None | bool() | int() | str():
            return value
        case list():
            return {"list": [_described(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_described(item, arrays) for item in value]}
        case dict():
            return {"dict": [[_key(key), _described(item, arrays)] for key, item in value.items()]}
        case np.random.Generator():
            return {"generator": _described(value.bit_generator.state, arrays)}
    raise TypeError(f"a {type(value).__name__} cannot be saved")


@misconception(
    "serialization._described",
    hint="What dtype had the array, if only its numbers are written down?",
    fails=(
        "Save/test_arrays",
        "Save/test_generators",
        "Save/test_the_file_has_it",
        "Save/test_loads_what_the_file_says",
        "Save/test_refuses_objects",
        "Load/test_damaged",
        "Load/test_foreign",
        "Load/test_later_version",
    ),
    source="folklore",
)
def arrays_become_texts(value, arrays):
    """An array is a list of its numbers."""
    match value:
        case np.ndarray():
            numbers = value.tolist() if value.dtype.kind in "biuf" else [str(item) for item in value.ravel()]
            return {"array": _added(np.array(numbers, float if value.dtype.kind == "f" else None), arrays)}
        case np.generic():
            return {"scalar": _added(value, arrays)}
        case None | bool() | int() | float() | str():
            return value
        case list():
            return {"list": [_described(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_described(item, arrays) for item in value]}
        case dict():
            return {"dict": [[_key(key), _described(item, arrays)] for key, item in value.items()]}
        case np.random.Generator():
            return {"generator": _described(value.bit_generator.state, arrays)}
    raise TypeError(f"a {type(value).__name__} cannot be saved")


@misconception(
    "serialization._rebuilt",
    hint="What was it before: an array without a dimension, or a scalar?",
    fails=("Save/test_arrays",),
    source="folklore",
)
def scalars_come_back_as_arrays(tree, arrays):
    """A scalar of NumPy is an array without a dimension."""
    if not isinstance(tree, dict):
        return tree
    [(kind, content)] = tree.items()
    match kind:
        case "array" | "scalar":
            return arrays[content]
        case "list" | "tuple":
            items = [_rebuilt(item, arrays) for item in content]
            return items if kind == "list" else tuple(items)
        case "dict":
            return {key: _rebuilt(item, arrays) for key, item in content}
        case "generator":
            return _generator(_rebuilt(content, arrays))
    raise ValueError(f"nothing is described by {kind!r}")


@misconception(
    "serialization._added",
    hint="In which order does memory have the numbers of such an array?",
    fails=("Save/test_layouts",),
    source="folklore",
)
def memory_in_its_order(value, arrays):
    """The bytes of an array are its numbers, row by row."""
    if value.dtype.kind not in KINDS:
        raise TypeError(f"an array of dtype {value.dtype} cannot be saved")
    name = f"array_{len(arrays)}"
    flat = np.frombuffer(value.tobytes(order="A"), value.dtype.newbyteorder("="))
    arrays[name] = flat.reshape(value.shape)
    return name


@misconception(
    "serialization._added",
    hint="Which arrays of Python objects can be read again without pickle?",
    fails=("Save/test_refuses_objects",),
    source="folklore",
)
def any_array_will_do(value, arrays):
    """Every array can be saved."""
    name = f"array_{len(arrays)}"
    arrays[name] = np.asarray(value)
    return name


@misconception(
    "serialization._generator",
    hint="What do the next draws of a generator depend on, besides its kind?",
    fails=(
        "Save/test_there_and_back",
        "Checkpoint/test_optimizer_and_generator",
        "Save/test_generators",
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def generators_begin_anew(state):
    """A generator is known by its kind and its seed."""
    return np.random.Generator(getattr(np.random, state["bit_generator"])(0))


@misconception(
    "serialization._generator",
    hint="Which kinds of generators does NumPy have?",
    fails=("Save/test_generators",),
    source="folklore",
)
def every_generator_is_pcg64(state):
    """Every generator is a default_rng."""
    rng = np.random.default_rng(0)
    if state["bit_generator"] == "PCG64":
        rng.bit_generator.state = state
    return rng


@misconception(
    "serialization._generator",
    hint="An int32 takes half of a draw: where is the other half?",
    fails=("Save/test_generators",),
    source="folklore",
)
def half_a_draw_is_lost(state):
    """The state of a generator is the large number in it."""
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = {**state, **({"has_uint32": 0, "uinteger": 0} if "has_uint32" in state else {})}
    return np.random.Generator(bits)
