"""One step of training, as the recorded ones were taken."""

from itertools import combinations

import numpy as np

from . import interop
from .interop import load, rename, save
from .nn import CrossEntropyLoss
from .optim import SGD, AdamW


def step(model, x, target, adam=False):
    """The loss before it, and the model after it."""
    model.train()
    learned = [*model.parameters()]
    if adam:
        optimizer = AdamW(learned, lr=0.01, eps=1e-3, weight_decay=0.1)
    else:
        optimizer = SGD(learned, lr=0.1, momentum=0.9, weight_decay=0.01)
    optimizer.zero_grad()
    cross_entropy = CrossEntropyLoss()
    logits = model(x)
    loss = cross_entropy(logits.reshape(-1, logits.shape[-1]), np.asarray(target).reshape(-1))
    model.backward(cross_entropy.backward().reshape(logits.shape))
    optimizer.step()
    return loss


def facts_of_arrays(data):
    """What the memory of each array of a file is like, and whether it shares none with another or with the file."""
    found = load(data)
    view = np.frombuffer(data, np.uint8)
    return [
        {
            "writable": bool(array.flags.writeable),
            "C order": bool(array.flags.c_contiguous),
            "native": bool(array.dtype.isnative),
            "alone": not any(np.shares_memory(array, other) for other in [view, *found.values()] if other is not array),
        }
        for array in found.values()
    ]


def stays_as_it_is(arrays):
    """Whether saving arrays leaves them and the metadata alone."""
    metadata = {"format": "np"}
    copies = {name: array.copy() for name, array in arrays.items()}
    save(arrays, metadata)
    same = all(np.array_equal(arrays[name], array) for name, array in copies.items())
    return same and list(arrays) == list(copies) and metadata == {"format": "np"}


def renamed_facts():
    """Whether the arrays are the same objects, the state is as it was, and rules may come one by one."""
    state = {"a": np.zeros(2), "b": np.ones(3)}
    found = rename(state, (rule for rule in [("d", None), ("b", "c")]))
    same = found["a"] is state["a"] and found["c"] is state["b"]
    return [same, list(state) == ["a", "b"], list(found) == ["a", "c"]]


def kept(name, state, x, target, *more):
    """What a step of training leaves alone: the state a model was made from, and a state that it gave before."""
    given = {key: array.copy() for key, array in state.items()}
    model = getattr(interop, f"{name}_from_torch")(state, *more)
    before = getattr(interop, f"{name}_to_torch")(model)
    copies = {key: array.copy() for key, array in before.items()}
    step(model, x, target)
    untouched = [
        all(np.array_equal(now[key], then[key]) for key in then) for now, then in ((state, given), (before, copies))
    ]
    after = {key: array.copy() for key, array in getattr(interop, f"{name}_to_torch")(model).items()}
    for array in before.values():
        array[...] = 77
    again = getattr(interop, f"{name}_to_torch")(model)
    stays = all(np.array_equal(after[key], again[key]) for key in after)
    alone = not any(np.shares_memory(one, other) for one, other in combinations(again.values(), 2))
    return [*untouched, list(state) == list(given), stays, alone]


def encoder_facts(state, heads):
    """Whether a state is left alone, the encoder has memory of its own, and its dtype."""
    copies = {key: array.copy() for key, array in state.items()}
    encoder = interop.encoder_from_torch(state, heads)
    stays = list(state) == list(copies) and all(np.array_equal(state[key], copies[key]) for key in state)
    arrays = [parameter.data for parameter in encoder.parameters()]
    own = not any(np.shares_memory(mine, theirs) for mine in arrays for theirs in state.values())
    return [stays, own, all(array.dtype == np.float32 for array in arrays)]
