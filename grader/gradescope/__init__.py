"""Grading on Gradescope. The platform's `run_autograder` leads here.

Facts about the platform are from gradescope-autograders.readthedocs.io.

place     the folder /autograder: what it gives, and where results go
metadata  reads submission_metadata.json, and copes with whatever is missing or strange in it
machine   how much time and memory the container has
results   turns a report into results.json, under a policy
first     the first results.json, with an earlier score
run       one grading, from the first results.json to the last
preview   what a student sees of a results.json, and when
"""
