"""A plugin of pytest with which a check on a student's machine has a third of a second."""

from grader.checks import local

local.SECONDS = 0.3
