"""What people believe about which names are buffers, and which are taken."""

from grader.assignment import misconception


@misconception(
    "nn.Module.register_buffer",
    hint="What does hasattr(Module(), 'saved_values') do, and why?",
    fails=("Module/test_impossible_names_of_buffers",),
    source="written by readers of the handout",
)
def hasattr_knows_what_is_taken(self, name, array):
    """Whether a name is taken can be asked of the object with hasattr."""
    names = vars(self).setdefault("_buffer_names", [])
    if not name or "." in name or (name not in names and hasattr(self, name)):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    if name not in names:
        names.append(name)
    setattr(self, name, array)


@misconception(
    "nn.Module.register_buffer",
    hint="A buffer is registered as None, and an array is assigned to the attribute later: is it saved with the model?",
    fails=("Module/test_a_buffer_that_is_none", "Module/test_names_of_buffers"),
    source="written by readers of the handout",
)
def none_is_not_registered(self, name, array):
    """A buffer that is None is no buffer: it is an attribute, and nothing has to be kept in mind about it."""
    names = vars(self).setdefault("_buffer_names", [])
    taken = name in vars(self) or hasattr(type(self), name)
    if not name or "." in name or (taken and name not in names):
        raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
    if array is not None and name not in names:
        names.append(name)
    setattr(self, name, array)


@misconception(
    "nn.Module",
    hint="Two models of different classes: how many lists of names are there, and who appends to them?",
    fails=("Module/test_buffers_of_another_module", "Module/test_impossible_names_of_buffers"),
    source="written by readers of the handout (a list in the class body)",
)
class names_belong_to_the_class:
    """The list of the names of buffers stands in the body of the class, and each module then has its own."""

    _names: list[str] = []  # noqa: RUF012

    def register_buffer(self, name, array):
        taken = name in vars(self) or hasattr(type(self), name)
        if not name or "." in name or (taken and name not in self._names):
            raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
        if name not in self._names:
            self._names.append(name)
        setattr(self, name, array)

    def _module_buffers(self):
        return ((name, vars(self)[name]) for name in self._names if vars(self).get(name) is not None)
