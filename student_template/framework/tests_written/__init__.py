"""Tests that students write, and drafts of what they test."""

from . import drafts as drafts
from . import test_linear_gradients as test_linear_gradients
from . import test_mean_squared_error as test_mean_squared_error
from . import test_softmax as test_softmax
