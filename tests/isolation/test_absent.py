"""What stands for a module that cannot be imported: it may be there, but not be used."""

import numpy as np
import pytest

from grader.isolation.inside.absent import Absent
from grader.isolation.outside.faults import StudentError
from grader.isolation.outside.remote import RemoteFramework
from tests.isolation.test_package import PROMISES

LINEAR = """
import numpy as np
{top}
class Linear:
    def forward(self, x):
        return {returned}
"""


@pytest.fixture
def forward(bench):
    """What `forward` of a class answers whose file begins with `top`."""
    bench.sandbox.load_all()

    def forward(top, returned="x * 2"):
        files = {"__init__.py": "from . import nn", "nn/__init__.py": "from .linear import Linear"}
        files["nn/linear.py"] = LINEAR.format(top=top, returned=returned)
        worker = bench.load(files, {"nn/linear.py": PROMISES["nn/linear.py"]})
        return RemoteFramework(worker).nn.Linear().forward(np.ones(2))

    return forward


@pytest.mark.parametrize(
    "top",
    [
        "import torch",
        "import matplotlib.pyplot as plt",
        "import urllib.request",
        "from scipy.special import erf, expit as sigmoid",
        "import torch\ndef f(x: torch.Tensor | None, y: list[torch.nn.Module]) -> 'torch.Tensor': return x",
        "import torch\nassert not isinstance(3, torch.Tensor)",
        "from jaxtyping import Float\ndef f(x: Float[np.ndarray, 'n']): return x",
    ],
)
def test_a_file_works_that_imports_what_it_does_not_use(forward, top):
    assert forward(top).tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    "returned",
    ["erf(x)", "x * erf", "erf + x", "np.exp(erf)", "float(erf)", "[*erf]", "x if erf else x", "erf.a.b(x)"],
)
def test_its_use_says_that_it_cannot_be_imported(forward, returned):
    with pytest.raises(StudentError, match="No module named 'scipy': while grading, only NumPy"):
        forward("from scipy.special import erf", returned)


def test_an_import_with_another_way_takes_the_other_way(forward):
    assert forward("try:\n    import scipy\nexcept ImportError:\n    scipy = None", "x * (scipy is None)").sum() == 2.0


def test_an_import_that_is_refused_once_is_refused_again(forward):
    top = "import torch\ntry:\n    import torch\nexcept ImportError:\n    torch = None"

    assert forward(top, "x * (torch is None)").sum() == 2.0


def test_an_import_inside_a_function_fails_there(forward):
    with pytest.raises(StudentError, match="No module named 'torch'"):
        forward("def f():\n    import torch", "f()")


def test_a_forgotten_breakpoint_stops_nothing(forward):
    assert forward("", "breakpoint() or x").sum() == 2.0


def test_names_below_it_are_absent_too_but_no_protocol_finds_anything():
    torch = Absent("torch", "torch")

    assert torch.nn.Linear.__name__ == "torch.nn.Linear"
    assert not hasattr(torch, "__array__")
