"""A small autograd tensor and a context, as students write them: the text of a package for both sides."""

import numpy as np

enabled = True


class no_grad:  # noqa: N801
    def __enter__(self):
        global enabled
        self.before, enabled = enabled, False
        return self

    def __exit__(self, *exception):
        global enabled
        enabled = self.before
        Tensor.left_with = getattr(exception[0], "__name__", None)
        return True  # to swallow what was raised, which no check may allow


class Tensor:
    __array_ufunc__ = None
    left_with = None

    def __init__(self, data, parents=(), pull=None):
        self.data = np.array(data, float)
        self.grad = None
        self.parents = parents if enabled else ()
        self.pull = pull

    def __add__(self, other):
        other = as_tensor(other)
        return Tensor(self.data + other.data, (self, other), lambda g: (g, g))

    __radd__ = __add__

    def __mul__(self, other):
        other = as_tensor(other)
        return Tensor(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data))

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -as_tensor(other)

    def __rsub__(self, other):
        return as_tensor(other) + -self

    def __matmul__(self, other):
        return Tensor(self.data @ other.data, (self, other), lambda g: (g @ other.data.T, self.data.T @ g))

    def __pow__(self, power):
        return Tensor(self.data**power, (self,), lambda g: (g * power * self.data ** (power - 1),))

    def __getitem__(self, key):
        def pull(g):
            whole = np.zeros_like(self.data)
            whole[key] = g
            return (whole,)

        return Tensor(self.data[key], (self,), pull)

    def __iadd__(self, other):
        self.data += other
        return self

    def __lt__(self, other):
        return self.data < as_tensor(other).data

    def __len__(self):
        return len(self.data)

    def itself(self):
        return self

    def backward(self):
        order, seen, waiting = [], set(), [(self, False)]
        while waiting:
            node, is_done = waiting.pop()
            if is_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node.parents]
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            for parent, gradient in zip(node.parents, node.pull(node.grad) if node.parents else (), strict=True):
                parent.grad = gradient if parent.grad is None else parent.grad + gradient


def as_tensor(value):
    return value if isinstance(value, Tensor) else Tensor(value)


class Plain:
    """It defines no operator."""
