"""Pure functions from a `Report` to a text in one format; nothing here runs, reads or writes anything.

    text        for the instructor's terminal: everything
    json        the whole report, for programs
    gradescope  results.json, validated against gradescope.schema.json

`student` decides what a student may be told of one result.
"""
