"""A framework in one file, so that graders which know only files and notebooks can grade it too."""

from . import nn as nn
