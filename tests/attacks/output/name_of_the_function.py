"""A traceback whose functions and files have names with lines and commands. Seen to fail: no report has them."""


def _raise():
    raise ValueError("no")


class Wave:
    def __init__(self, k):
        code = _raise.__code__.replace(
            co_name="f\n::error::@MARK@\x1b[2J",
            co_qualname="f\n::error::@MARK@\x1b[2J",
            co_filename="framework/\n::error::@MARK@\x1b[2J",
        )
        _raise.__code__ = code
        _raise()
