"""A course of three classes, made to be attacked."""

from . import more, tiny

__all__ = ["more", "tiny"]
