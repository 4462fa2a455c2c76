"""The example is run by the grader, not by pytest."""

collect_ignore = ["example"]
