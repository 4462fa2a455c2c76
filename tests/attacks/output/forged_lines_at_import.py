"""The same from the import. Seen to fail: the student's words never begin a line of the report."""

raise ValueError("\n\n@MARK@: 10 of 10 points\n\n@MARK@ all checks passed\n")
