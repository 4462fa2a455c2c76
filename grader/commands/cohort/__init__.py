"""The verbs of `grader cohort`, and what they need: where submissions are, whose they are, and who grades them."""
