"""The parts of a language model of today, and the model itself."""

from .attention import GroupedQueryAttention
from .block import DecoderBlock
from .generation import generate
from .language_model import LanguageModel
from .rotary import RotaryEmbedding
from .swiglu import SwiGLU

__all__ = [
    "DecoderBlock",
    "GroupedQueryAttention",
    "LanguageModel",
    "RotaryEmbedding",
    "SwiGLU",
    "generate",
]
