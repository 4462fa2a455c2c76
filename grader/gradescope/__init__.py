"""What happens on Gradescope: `run_autograder` ends here. Facts about the platform are from gradescope-autograders.readthedocs.io.

place     the folder there, and what it gives
metadata  submission_metadata.json, of which nothing is taken for granted
machine   how much time and memory the container has
results   a report becomes results.json under a policy
first     the first results.json, with an earlier score
run       one grading, from the first results.json to the last
preview   what a student sees of a results.json, and when
"""
