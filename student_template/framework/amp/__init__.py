"""Mixed precision: gradients that would vanish in half precision are computed on a larger scale."""

from .grad_scaler import GradScaler

__all__ = ["GradScaler"]
