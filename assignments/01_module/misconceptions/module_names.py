"""What people believe about the names of a Module's parts, and about their order."""

from grader.assignment import misconception
from reference.nn.module import Module, _first_of_each
from reference.nn.parameter import Parameter


@misconception(
    "nn.Module.named_parameters",
    hint="Two layers of one network both call their parameter `weight`: how does a reader of your names tell them"
    " apart?",
    fails=("Module/test_names_of_parameters", "Sequential/test_indexing", "Sequential/test_names"),
    source="folklore",
)
def names_have_no_path(self):
    """The name of a parameter is that of the attribute which holds it."""
    return _first_of_each(pair for module in self.modules() for pair in module._module_values(Parameter))


@misconception(
    "nn.Module.named_parameters",
    hint="Which comes first in the handout's order: a parameter of this module, or that of a child assigned before it?",
    fails=(
        "Module/test_names_of_parameters",
        "Module/test_order_of_names",
        "Module/test_shared_means_the_same_object",
    ),
    source="folklore",
)
def attributes_in_their_order(self):
    """Parameters come in the order of the attributes: those of a child at the place where the child was assigned."""

    def walk(module, prefix):
        for name, value in vars(module).items():
            if isinstance(value, Parameter):
                yield prefix + name, value
            elif isinstance(value, Module):
                yield from walk(value, f"{prefix}{name}.")

    return _first_of_each(walk(self, ""))


@misconception(
    "nn.Module.named_parameters",
    hint="Is a parameter of a child nearer to this module, or more important, than its own?",
    fails=(
        "Module/test_a_large_tree",
        "Module/test_names_of_parameters",
        "Module/test_order_of_names",
        "Module/test_shared_means_the_same_object",
    ),
    source="folklore",
)
def children_come_first(self):
    """The parameters of the children come first, then the module's own."""

    def walk(module, prefix):
        for name, child in module._module_values(Module):
            yield from walk(child, f"{prefix}{name}.")
        yield from ((prefix + name, p) for name, p in module._module_values(Parameter))

    return _first_of_each(walk(self, ""))


@misconception(
    "nn.Module.named_parameters",
    hint="In which order does `dir` list attributes, and in which one were they assigned?",
    fails=("Module/test_names_of_parameters", "Module/test_order_of_names"),
    source="folklore (dir, inspect.getmembers); JAX sorts the keys of a dict",
)
def names_are_sorted(self):
    """Parameters come in the alphabetical order of their names."""
    return iter(
        sorted(
            _first_of_each(
                (prefix + name, p)
                for prefix, module in self._module_walk()
                for name, p in module._module_values(Parameter)
            ),
            key=lambda pair: pair[0],
        )
    )


@misconception(
    "nn.Module.named_parameters",
    hint="Draw the tree: after the first child, does the walk go down or to the side?",
    fails=("Module/test_a_large_tree", "Module/test_order_of_names"),
    source="folklore (a queue of modules still to visit)",
)
def level_by_level(self):
    """Parameters come level by level: those of all children before those of any grandchild."""

    def walk():
        queue = [("", self)]
        for prefix, module in queue:
            yield from ((prefix + name, p) for name, p in module._module_values(Parameter))
            queue += [(f"{prefix}{name}.", child) for name, child in module._module_values(Module)]

    return _first_of_each(walk())


@misconception(
    "nn.Module._module_walk",
    hint="Which sign stands between the parts of a name in the handout's example?",
    fails=(
        "Module/test_names_of_buffers",
        "Module/test_names_of_parameters",
        "Sequential/test_indexing",
        "Sequential/test_names",
        "Sequential/test_of_twelve_modules",
    ),
    convention="This is the form of TensorFlow's variable names; the contract asks for dots.",
    source="TensorFlow",
)
def paths_have_slashes(self, prefix=""):
    """The parts of a name are joined by slashes, like a path of directories."""
    yield prefix, self
    for name, child in self._module_values(Module):
        yield from child._module_walk(f"{prefix}{name}/")


@misconception(
    "nn.Module.modules",
    hint="Does the handout's walk finish one child, with all that is below it, before the next one?",
    fails=("Module/test_children_and_modules",),
    source="folklore (a queue of modules still to visit)",
)
def modules_level_by_level(self):
    """modules() goes level by level: all children before any grandchild."""
    queue = [self]
    for module in queue:
        queue += [child for child in module.children() if not any(child is other for other in queue)]
    return iter(queue)
