"""What people take for one another in a file: texts and numbers, dicts and signs, numbers of NumPy and of Python."""

import numpy as np

from grader.assignment import misconception
from reference.serialization import _added, _described, _generator, _key, _rebuilt


@misconception(
    "serialization._rebuilt",
    hint="Which keys has {1: 'a', '1': 'b'}, after it was saved and loaded?",
    fails=("Save/test_values",),
    source="written by readers of the handout",
)
def keys_of_digits_are_numbers(tree, arrays):
    """A key that looks like a number was one."""
    if not isinstance(tree, dict):
        return tree
    [(kind, content)] = tree.items()
    match kind:
        case "array":
            return arrays[content]
        case "scalar":
            return arrays[content][()]
        case "dict":
            keys = [int(key) if isinstance(key, str) and key.isdigit() else key for key, _ in content]
            return {key: _rebuilt(item, arrays) for key, (_, item) in zip(keys, content, strict=True)}
        case "generator":
            return _generator(_rebuilt(content, arrays))
    return {"list": list, "tuple": tuple}[kind](_rebuilt(item, arrays) for item in content)


@misconception(
    "serialization._described",
    hint="Is np.float64(0.5) a float? What does `type` say of it?",
    fails=("Save/test_arrays",),
    source="written by readers of the handout",
)
def numbers_of_numpy_are_those_of_python(value, arrays):
    """Whatever isinstance calls a float or a str is one."""
    match value:
        case np.ndarray():
            return {"array": _added(value, arrays)}
        case None | bool() | int() | float() | str():
            return value
        case np.generic():
            return {"scalar": _added(value, arrays)}
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
    hint="What does load make of a dict whose only key is the word for a list?",
    fails=("Save/test_values",),
    source="written by readers of the handout",
)
def dicts_are_dicts_of_the_file(value, arrays):
    """A dict with texts as keys is written as it is, beside the dicts by which the file tells kinds."""
    match value:
        case np.ndarray():
            return {"array": _added(value, arrays)}
        case np.generic():
            return {"scalar": _added(value, arrays)}
        case None | bool() | int() | float() | str():
            return value
        case list():
            return {"list": [_described(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_described(item, arrays) for item in value]}
        case dict():
            if list(value) in (["list"], ["tuple"]) and isinstance(next(iter(value.values())), list):
                return {kind: [_described(item, arrays) for item in items] for kind, items in value.items()}
            return {"dict": [[_key(key), _described(item, arrays)] for key, item in value.items()]}
        case np.random.Generator():
            return {"generator": _described(value.bit_generator.state, arrays)}
    raise TypeError(f"a {type(value).__name__} cannot be saved")
