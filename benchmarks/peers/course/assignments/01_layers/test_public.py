"""No public checks: every grader of the benchmark is given the same hidden ones."""
