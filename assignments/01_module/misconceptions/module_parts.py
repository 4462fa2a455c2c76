"""What people believe about what belongs to a Module: its parameters, its children, its modules."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, _first_of_each
from reference.nn.parameter import Parameter


@misconception(
    "nn.Module.named_parameters",
    hint="Count the parameters of a network of two layers by hand. How many do you get?",
    fails=(
        "Module/test_a_large_tree",
        "Module/test_names_of_buffers",
        "Module/test_names_of_parameters",
        "Module/test_order_of_names",
        "Module/test_shared_means_the_same_object",
        "Module/test_zero_grad",
        "Sequential/test_indexing",
        "Sequential/test_names",
    ),
    source="github.com/AkiRusProd/numpy-nn-model 8319c52285",
)
def own_parameters_only(self):
    """The parameters of a module are those among its own attributes."""
    return self._module_values(Parameter)


@misconception(
    "nn.Module.named_parameters",
    hint="Where does a grandchild's parameter appear in your list?",
    fails=("Module/test_a_large_tree", "Module/test_order_of_names", "Sequential/test_names"),
    source="folklore",
)
def two_levels_are_enough(self):
    """The parameters of a module are its own and those of its children."""
    levels = [("", self), *((f"{name}.", child) for name, child in self._module_values(Module))]
    return _first_of_each((prefix + name, p) for prefix, m in levels for name, p in m._module_values(Parameter))


@misconception(
    "nn.Module.named_parameters",
    hint="How many times would an optimizer step through your list change a weight that two layers share?",
    fails=("Module/test_names_of_parameters", "Module/test_shared_means_the_same_object"),
    source="folklore",
)
def shared_parameters_come_twice(self):
    """A parameter that several layers share is a parameter of each of them, and comes once for each."""
    return (
        (prefix + name, p) for prefix, module in self._module_walk() for name, p in module._module_values(Parameter)
    )


@misconception(
    "nn.Module.named_parameters",
    hint="Two biases start at zero. Are they one parameter?",
    fails=("Module/test_shared_means_the_same_object", "Sequential/test_indexing", "Sequential/test_names"),
    source="folklore (`in` and == compare values)",
)
def equal_means_shared(self):
    """A parameter is shared if its values are there already."""
    seen = []
    for prefix, module in self._module_walk():
        for name, p in module._module_values(Parameter):
            if not any(np.array_equal(p.data, other.data) for other in seen):
                seen.append(p)
                yield prefix + name, p


@misconception(
    "nn.Module._module_values",
    hint="What does the handout say that a list of modules is to its owner, and what is Sequential for?",
    fails=("Module/test_only_attributes_count",),
    convention="This is the form in which several frameworks, such as tinygrad, look into lists and dicts;"
    " the contract asks for "
    "attributes only.",
    source="tinygrad; github.com/AkiRusProd/numpy-nn-model 8319c52285",
)
def lists_and_dicts_are_searched(self, kind):
    """Modules and parameters in a list or a dict belong to the module that has the list."""
    for name, value in vars(self).items():
        inside = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(inside, dict):
            yield from ((f"{name}.{key}", item) for key, item in inside.items() if isinstance(item, kind))
        elif isinstance(value, kind):
            yield name, value


@misconception(
    "nn.Module.named_parameters",
    hint="Should an optimizer change a constant, a mask, or a running mean?",
    fails=("Module/test_a_large_tree", "Module/test_names_of_buffers", "Module/test_only_attributes_count"),
    source="github.com/PABannier/nanograd 58a79d8b93",
)
def arrays_are_parameters(self):
    """Every array among the attributes is a parameter."""
    return _first_of_each(
        (prefix + name, value)
        for prefix, module in self._module_walk()
        for name, value in vars(module).items()
        if isinstance(value, Parameter | np.ndarray)
    )


@misconception(
    "nn.Module.parameters",
    hint="Where would an optimizer find the gradient that belongs to an item of your list?",
    fails=("Module/test_a_large_tree", "Module/test_shared_means_the_same_object", "Module/test_zero_grad"),
    source="folklore",
)
def parameters_are_arrays(self):
    """parameters() gives the arrays that are to be trained."""
    return (parameter.data for _, parameter in self.named_parameters())


@misconception(
    "nn.Module.children",
    hint="If net.a has a module inside, whose child is that?",
    fails=("Module/test_children_and_buffers", "Module/test_children_and_modules"),
    source="folklore",
)
def children_are_all_below(self):
    """The children of a module are all modules below it, at any depth."""
    return (module for module in self.modules() if module is not self)


@misconception(
    "nn.Module.children",
    hint="net.again is net.a: how many children does net have?",
    fails=("Module/test_children_and_modules",),
    source="folklore",
)
def every_attribute_is_a_child(self):
    """Each attribute that holds a module is a child of its own, also where two hold the same module."""
    return (child for _, child in self._module_values(Module))


@misconception(
    "nn.Module.modules",
    hint="If somebody looks for all Linear layers of a model that is a single Linear, what should be found?",
    fails=("Module/test_a_large_tree", "Module/test_children_and_modules"),
    source="folklore",
)
def a_module_is_not_among_its_modules(self):
    """modules() gives everything below the module, not the module itself."""
    return (module for _, module in _first_of_each(self._module_walk()) if module is not self)


@misconception(
    "nn.Module.modules",
    hint="One module is reachable on two ways: how often is it in your list, and how often is it in the model?",
    fails=("Module/test_children_and_modules",),
    source="folklore",
)
def modules_come_with_every_path(self):
    """modules() gives a module once for every path that leads to it."""
    return (module for _, module in self._module_walk())


@misconception(
    "nn.Module.named_parameters",
    hint="Two Parameters refer to one array: how many of them have a `grad`?",
    fails=("Module/test_shared_means_the_same_object",),
    source="written by readers of the handout",
)
def one_array_is_one_parameter(self):
    """Parameters are the same if they hold the same array."""
    seen = set()
    for prefix, module in self._module_walk():
        for name, parameter in module._module_values(Parameter):
            if id(parameter.data) not in seen:
                seen.add(id(parameter.data))
                yield prefix + name, parameter


@misconception(
    "nn.Module._module_values",
    hint="What is bool(Sequential()), and why?",
    fails=("Sequential/test_of_no_modules",),
    source="written by readers of the handout",
)
def a_part_is_true(self, kind):
    """An attribute that is a module is true in a condition, and one without modules is nothing."""
    return ((name, value) for name, value in vars(self).items() if isinstance(value, kind) and value)
