"""The part of the grader that the public checks use."""
