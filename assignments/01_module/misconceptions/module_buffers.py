"""What people believe about buffers."""

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter


@misconception(
    "nn.Module.named_buffers",
    hint="A BatchNorm sits inside a Sequential: who finds its running mean?",
    fails=("Module/test_a_large_tree", "Module/test_children_and_buffers", "Module/test_names_of_buffers"),
    source="folklore",
)
def own_buffers_only(self):
    """The buffers of a module are those that were registered with it, not with its children."""
    return self._module_buffers()


@misconception(
    "nn.Module.named_buffers",
    hint="One array is registered in two places: how many arrays are there?",
    fails=("Module/test_names_of_buffers",),
    source="folklore",
)
def shared_buffers_come_twice(self):
    """A buffer comes once for every name under which it was registered."""
    return (
        (prefix + name, buffer) for prefix, module in self._module_walk() for name, buffer in module._module_buffers()
    )


@misconception(
    "nn.Module._module_buffers",
    hint="What could be saved, or loaded, for a buffer that is None?",
    fails=("Module/test_a_buffer_that_is_none", "Module/test_names_of_buffers"),
    source="folklore",
)
def none_is_a_buffer_too(self):
    """Every registered name has a buffer, also one that is None."""
    return ((name, getattr(self, name)) for name in vars(self).get("_buffer_names", []))


@misconception(
    "nn.Module.register_buffer",
    hint="What will an optimizer do with a running mean that is among the parameters?",
    fails=(
        "Module/test_a_buffer_is_its_attribute",
        "Module/test_a_buffer_that_is_none",
        "Module/test_a_large_tree",
        "Module/test_load_state_dict_writes_in_place",
        "Module/test_loading_a_large_tree",
        "Module/test_names_of_buffers",
    ),
    source="github.com/PABannier/nanograd 58a79d8b93",
)
def buffers_are_parameters(self, name, array):
    """A buffer is a Parameter whose gradient stays None."""
    names = vars(self).setdefault("_buffer_names", [])
    taken = name in vars(self) or hasattr(type(self), name)
    if not name or "." in name or (taken and name not in names):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    if name not in names:
        names.append(name)
    setattr(self, name, None if array is None else Parameter(array))


@misconception(
    "nn.Module",
    hint="After `self.mean = new_array`, which of the two arrays should be saved with the model?",
    fails=("Module/test_a_buffer_is_its_attribute", "Module/test_a_buffer_that_is_none"),
    source="folklore",
)
class registered_array_counts:
    """The array that was registered is the buffer, whatever is assigned to the attribute later."""

    def register_buffer(self, name, array):
        buffers = vars(self).setdefault("_buffers", {})
        taken = name in vars(self) or hasattr(type(self), name)
        if not name or "." in name or (taken and name not in buffers):
            raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
        buffers[name] = array
        setattr(self, name, array)

    def _module_buffers(self):
        return ((name, b) for name, b in vars(self).get("_buffers", {}).items() if b is not None)


@misconception(
    "nn.Module.register_buffer",
    hint="The caller changes the registered array: should the module see that?",
    fails=("Module/test_a_buffer_is_its_attribute",),
    source="folklore",
)
def buffers_are_copies(self, name, array):
    """The module registers a copy of the array, which is then its own."""
    names = vars(self).setdefault("_buffer_names", [])
    taken = name in vars(self) or hasattr(type(self), name)
    if not name or "." in name or (taken and name not in names):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    if name not in names:
        names.append(name)
    setattr(self, name, None if array is None else array.copy())


@misconception(
    "nn.Module.register_buffer",
    hint="Which dtype does a counter of steps have, and which one does yours have after it was registered?",
    fails=("Module/test_names_of_buffers",),
    source="folklore",
)
def buffers_are_floats(self, name, array):
    """A buffer is an array of floats, as a parameter is."""
    names = vars(self).setdefault("_buffer_names", [])
    taken = name in vars(self) or hasattr(type(self), name)
    if not name or "." in name or (taken and name not in names):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    if name not in names:
        names.append(name)
    setattr(self, name, None if array is None else np.asarray(array, dtype=float))


@misconception(
    "nn.Module.register_buffer",
    hint="A buffer is called `forward`, or `weight` where a weight is: what is the attribute afterwards?",
    fails=("Module/test_impossible_names_of_buffers",),
    source="folklore",
)
def any_name_will_do(self, name, array):
    """Any text can be the name of a buffer."""
    names = vars(self).setdefault("_buffer_names", [])
    if name not in names:
        names.append(name)
    setattr(self, name, array)


@misconception(
    "nn.Module.register_buffer",
    hint="Besides names that are taken, which names could not be read back from a dotted path?",
    fails=("Module/test_impossible_names_of_buffers",),
    source="folklore",
)
def any_free_name_will_do(self, name, array):
    """Every name is possible that no other attribute has."""
    names = vars(self).setdefault("_buffer_names", [])
    if name not in names and (name in vars(self) or hasattr(type(self), name)):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    if name not in names:
        names.append(name)
    setattr(self, name, array)


@misconception(
    "nn.Module.register_buffer",
    hint="A buffer is registered for a second time, with a new array: what does the handout say about that?",
    fails=("Module/test_a_buffer_is_its_attribute", "Module/test_a_buffer_that_is_none"),
    source="folklore",
)
def buffers_are_registered_once(self, name, array):
    """A name that a buffer has already is taken, so registering it again is refused."""
    names = vars(self).setdefault("_buffer_names", [])
    if not name or "." in name or name in vars(self) or hasattr(type(self), name):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    names.append(name)
    setattr(self, name, array)
