"""What assignment 01 asks for."""

from .total import Total
from .wave import Wave

__all__ = ["Total", "Wave"]
