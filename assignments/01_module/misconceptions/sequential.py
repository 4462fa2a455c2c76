"""What people believe about Sequential."""

from grader.assignment import misconception
from reference.nn.module import Module, Sequential


@misconception(
    "nn.Sequential.backward",
    hint="Which module saw the final output, and so is the first that can use dy?",
    fails=(
        "Sequential/test_append",
        "Sequential/test_gradients",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_order_of_the_modules",
    ),
    source="folklore (hidden by square layers)",
)
def backward_runs_first_to_last(self, dy):
    """Gradients pass through the modules in the same order as values, first to last."""
    for module in self:
        dy = module.backward(dy)
    return dy


@misconception(
    "nn.Sequential.backward",
    hint="With respect to which array is dy a gradient, and with respect to which one does the first module need it?",
    fails=(
        "Sequential/test_append",
        "Sequential/test_gradients",
        "Sequential/test_of_no_modules",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_order_of_the_modules",
    ),
    source="folklore",
)
def every_module_receives_dy(self, dy):
    """Every module's backward is called with the gradient of the loss, the dy that Sequential was given."""
    dx = None
    for module in reversed(list(self)):
        dx = module.backward(dy)
    return dx


@misconception(
    "nn.Sequential.forward",
    hint="What does the second module have to see: the input of the network, or something else?",
    fails=(
        "Sequential/test_append",
        "Sequential/test_dtypes",
        "Sequential/test_gradients",
        "Sequential/test_of_no_modules",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_order_of_the_modules",
    ),
    source="folklore",
)
def every_module_receives_x(self, x):
    """Every module is called with x, and the last result counts."""
    y = None
    for module in self:
        y = module(x)
    return y


@misconception(
    "nn.Sequential.backward",
    hint="Who needs the gradient with respect to the input of the first module?",
    fails=(
        "Sequential/test_append",
        "Sequential/test_dtypes",
        "Sequential/test_gradients",
        "Sequential/test_memory",
        "Sequential/test_of_no_modules",
        "Sequential/test_of_twelve_modules",
    ),
    source="github.com/AkiRusProd/numpy-nn-model feea932eb5 (the same slip in an activation)",
)
def backward_returns_nothing(self, dy):
    """Backward is done when every module has its gradients; there is nothing to return."""
    for module in reversed(list(self)):
        dy = module.backward(dy)


@misconception(
    "nn.Sequential",
    hint="A module finds its parts by looking at its own attributes: what does it find if they are in a list?",
    fails=(
        "Sequential/test_indexing",
        "Sequential/test_names",
        "Sequential/test_of_no_modules",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_used_again",
    ),
    source="github.com/AkiRusProd/numpy-nn-model 8319c52285; PyTorch's ModuleList exists for this",
)
class modules_are_kept_in_a_list(Module):
    """A Sequential keeps its modules in a list, where whoever collects parameters will find them."""

    def __init__(self, *modules):
        self.layers = []
        for module in modules:
            self.append(module)

    def append(self, module):
        if not isinstance(module, Module):
            raise TypeError(f"{module!r} is not a Module")
        self.layers.append(module)
        return self

    def __iter__(self):
        return iter(self.layers)


@misconception(
    "nn.Sequential.append",
    hint="With which number does indexing begin, and with which do your names begin?",
    fails=("Sequential/test_indexing", "Sequential/test_names", "Sequential/test_of_twelve_modules"),
    source="folklore",
)
def names_start_at_one(self, module):
    """The modules are called "1", "2" and so on."""
    if not isinstance(module, Module):
        raise TypeError(f"{module!r} is not a Module")
    setattr(self, str(len(self) + 1), module)
    return self


@misconception(
    "nn.Sequential.append",
    hint="What does `net = Sequential(a).append(b)` leave in net?",
    fails=("Sequential/test_append",),
    source="folklore (list.append)",
)
def append_returns_nothing(self, module):
    """append changes the Sequential and returns nothing, as that of a list does."""
    if not isinstance(module, Module):
        raise TypeError(f"{module!r} is not a Module")
    setattr(self, str(len(self)), module)


@misconception(
    "nn.Sequential.append",
    hint="After append(None), how many modules does the Sequential have, and when would the mistake come to light?",
    fails=("Sequential/test_what_is_no_module",),
    source="folklore",
)
def anything_can_be_appended(self, module):
    """Whatever is appended will be called in its turn; it need not be checked."""
    setattr(self, str(len(self)), module)
    return self


@misconception(
    "nn.Sequential.__init__",
    hint="Which exception does the handout name for Sequential([first, second])?",
    fails=("Sequential/test_what_is_no_module",),
    source="folklore (keras.Sequential takes a list)",
    convention="This is the form in which Keras takes the layers; the contract asks for modules one by one,"
    " and TypeError otherwise.",
)
def a_list_is_unpacked(self, *modules):
    """The modules may also be given as one list."""
    if len(modules) == 1 and isinstance(modules[0], list | tuple):
        modules = modules[0]
    for module in modules:
        self.append(module)


@misconception(
    "nn.Sequential.__getitem__",
    hint="What is the name of the attribute for the index -1?",
    fails=("Sequential/test_is_a_container", "Sequential/test_indexing"),
    source="folklore",
)
def index_is_the_name(self, index):
    """A module is found under its index, which is its name."""
    if str(index) not in vars(self):
        raise IndexError(f"there is no module {index}")
    return getattr(self, str(index))


@misconception(
    "nn.Sequential.__getitem__",
    hint="What is type(chain[1:]), and can you call forward on it?",
    fails=("Sequential/test_indexing",),
    source="folklore",
)
def slice_is_a_list(self, index):
    """A slice of a Sequential is the list of the modules in it."""
    return list(self)[index]


@misconception(
    "nn.Sequential.__getitem__",
    hint="What should chain[3] do if there are three modules, and what does a list do?",
    fails=("Sequential/test_what_is_no_module",),
    source="folklore (index % len for negative indices)",
)
def index_wraps_around(self, index):
    """Indices count around in a circle, so that negative ones work too."""
    if isinstance(index, slice):
        return Sequential(*list(self)[index])
    return list(self)[index % len(self)]


@misconception(
    "nn.Sequential.forward",
    hint="What does a chain of no steps make of its input?",
    fails=("Sequential/test_of_no_modules",),
    source="folklore",
)
def there_is_a_first_module(self, x):
    """There is always a first module, which receives x, and then perhaps more."""
    first, *rest = self
    y = first(x)
    for module in rest:
        y = module(y)
    return y


@misconception(
    "nn.Sequential.__iter__",
    hint='Which of the texts "2" and "10" comes first in a sorted list?',
    fails=("Sequential/test_of_twelve_modules",),
    source="written by readers of the handout",
)
def names_are_sorted_as_texts(self):
    """The modules come in the order of their names, which are their numbers."""
    return (module for _, module in sorted(self._module_values(Module)))


@misconception(
    "nn.Sequential.__getitem__",
    hint="What are the names of the parameters of chain[1:] in the handout?",
    fails=("Sequential/test_indexing",),
    convention="This is the form of PyTorch, where the modules of a slice keep their old numbers;"
    " the contract numbers them from 0 again.",
    source="PyTorch",
)
def slices_keep_their_numbers(self, index):
    """A slice of a Sequential holds the same modules under the same names."""
    pairs = list(self._module_values(Module))[index]
    if not isinstance(index, slice):
        return pairs[1]
    part = Sequential()
    for name, module in pairs:
        setattr(part, name, module)
    return part
