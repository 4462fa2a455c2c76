"""What assignment 02 asks for."""

from .double import Double

__all__ = ["Double"]
