"""Transformers: attention, the layers made of it, and a language model."""

from .attention import ScaledDotProductAttention, scaled_dot_product_attention
from .cache import KVCache
from .encoder import TransformerEncoderLayer
from .generation import generate
from .gpt import GPT
from .multihead import MultiheadAttention
from .positional import PositionalEncoding

__all__ = [
    "GPT",
    "KVCache",
    "MultiheadAttention",
    "PositionalEncoding",
    "ScaledDotProductAttention",
    "TransformerEncoderLayer",
    "generate",
    "scaled_dot_product_attention",
]
