"""A syntax error whose message quotes the source. Seen to fail: no report has lines or commands of it."""

raise SyntaxError(
    "bad\n::error::@MARK@\x1b[2J\n@MARK@ passed", ("framework/\n::error::@MARK@", 10**9, 1, "@MARK@\n" * 1000)
)
