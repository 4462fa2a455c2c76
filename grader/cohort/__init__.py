"""A whole class: what was handed in, what was found, and what that says about the class.

Nothing here grades, and nothing reads a submission. All of it works on results that are stored.

rows        one row for everything that was handed in
schema.sql  the tables of the store
store       results, one transaction each; who handed in what in which run
summary     the rows as a table for a spreadsheet
attempts    which attempts of a person are graded
scores      from checks to the score of each person, under a policy
term        several assignments together
diff        what changes from one run to another, and why
merging     stores put together that were filled on several machines
publishing  scores that are given out
sheet       all results as arrays
statistics  what they say about the checks
beliefs     what they say about the class
similarity  what students wrote, for tools that find similar code
page        the report about the class, one page
gradebooks  scores for other programs
"""
