"""What people believe about calling a Module, about its training mode and its gradients, and about its constructor."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module
from reference.nn.parameter import Parameter


@misconception(
    "nn.Module.__call__",
    hint="Which modules of this course will need a second input, and would your call hand it on?",
    fails=("Module/test_call",),
    source="folklore",
)
def a_module_has_one_input(self, x):
    """A module is called with one array."""
    return self.forward(x)


@misconception(
    "nn.Module.train",
    hint="A Dropout sits inside a Sequential inside the network: who tells it that training is over?",
    fails=(
        "Module/test_a_large_tree",
        "Module/test_mode_of_children_that_differ",
        "Module/test_mode_reaches_everything_below",
        "Sequential/test_of_no_modules",
    ),
    source="folklore",
)
def mode_is_set_here(self, mode=True):
    """train and eval set the mode of the module that they are called on."""
    self.training = mode
    return self


@misconception(
    "nn.Module.train",
    hint="How far down does the mode get in a tree of three levels?",
    fails=(
        "Module/test_a_large_tree",
        "Module/test_mode_of_children_that_differ",
        "Module/test_mode_reaches_everything_below",
    ),
    source="folklore",
)
def mode_reaches_children(self, mode=True):
    """train and eval set the mode of a module and of its children."""
    for module in (self, *self.children()):
        module.training = mode
    return self


@misconception(
    "nn.Module.train",
    hint="One model is evaluated while another one is trained: which `training` does each of them see?",
    fails=("Module/test_mode_reaches_everything_below",),
    convention="This is the form in which Chainer has one switch for the whole program;"
    " the contract asks for a mode of each module.",
    source="Chainer (config.train), DeZero",
)
def one_mode_for_all(self, mode=True):
    """Training or evaluating is a state of the program: all modules are in the same mode."""
    Module.training = mode
    return self


@misconception(
    "nn.Module.train",
    hint="What is `net` after `net = Net().train()`?",
    fails=("Module/test_mode_reaches_everything_below",),
    source="folklore",
)
def train_returns_nothing(self, mode=True):
    """train and eval change the module and return nothing."""
    for module in self.modules():
        module.training = mode


@misconception(
    "nn.Module.train",
    hint="What does net.train(False) ask for?",
    fails=(
        "Module/test_a_large_tree",
        "Module/test_mode_of_children_that_differ",
        "Module/test_mode_reaches_everything_below",
        "Sequential/test_of_no_modules",
    ),
    source="folklore",
)
def train_means_true(self, mode=True):
    """train sets the mode to True; for False there is eval."""
    for module in self.modules():
        module.training = True
    return self


@misconception(
    "nn.Module.zero_grad",
    hint="Is no gradient the same as a gradient of zero, and which of them does the contract put into `grad`?",
    fails=("Module/test_a_large_tree", "Module/test_zero_grad"),
    convention="This is the form of older versions of PyTorch, set_to_none=False; the contract asks for None.",
    source="PyTorch before version 2.0",
)
def gradients_become_zeros(self):
    """zero_grad fills every gradient with zeros."""
    for parameter in self.parameters():
        parameter.grad = np.zeros_like(parameter.data)


@misconception(
    "nn.Module.zero_grad",
    hint="In a network of two layers, whose attributes are the parameters?",
    fails=("Module/test_a_large_tree", "Module/test_zero_grad"),
    source="folklore",
)
def own_gradients_only(self):
    """zero_grad clears the gradients of the module's own parameters; children clear theirs."""
    for _, parameter in self._module_values(Parameter):
        parameter.grad = None


@misconception(
    "nn.Module",
    hint="A subclass has a constructor of its own and never calls super().__init__():"
    " which of your attributes are missing?",
    fails=("Module/test_without_the_base_constructor",),
    source="folklore (PyTorch asks for super().__init__())",
)
class base_constructor_has_run:
    """Every module has what the constructor of Module sets up, because subclasses call it first."""

    def __init__(self):
        self.training = True
        self._buffer_names = []

    def register_buffer(self, name, array):
        taken = name in vars(self) or hasattr(type(self), name)
        if not name or "." in name or (taken and name not in self._buffer_names):
            raise KeyError(f"{type(self).__name__} cannot have a buffer named {name!r}")
        if name not in self._buffer_names:
            self._buffer_names.append(name)
        setattr(self, name, array)


@misconception(
    "nn.Module.train",
    hint="The network is in training mode, and one of its layers was set to evaluation: what does net.train() find?",
    fails=("Module/test_mode_of_children_that_differ",),
    source="written by readers of the handout",
)
def everything_below_has_this_mode(self, mode=True):
    """A module that is in the wanted mode already has nothing to do: all below it are in that mode, too."""
    if self.training == mode:
        return self
    self.training = mode
    for child in self.children():
        child.train(mode)
    return self
