"""An exception class whose name is lines and commands. Seen to fail: no report has them."""


class Wave:
    def __init__(self, k):
        raise type("Error\n::error::@MARK@\x1b[2J\n@MARK@", (Exception,), {"__module__": "m\n::error::@MARK@"})
