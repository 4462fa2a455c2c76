"""Layers."""

from .chain import Chain as Chain
from .given import LIMIT as LIMIT
from .given import require_array as require_array
from .scale import Scale as Scale
from .shift import Shift as Shift
from .shift import shifted as shifted
