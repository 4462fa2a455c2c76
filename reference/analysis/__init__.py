"""Look inside what was trained: the main directions of data, and how similar two representations are."""

from .pca import PCA
from .similarity import layer_outputs, linear_cka, similarity_map

__all__ = ["PCA", "layer_outputs", "linear_cka", "similarity_map"]
