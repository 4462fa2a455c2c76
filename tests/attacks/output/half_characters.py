"""Messages with halves of characters, NUL and carriage returns. Seen to fail: every report can be written."""


class Wave:
    def __init__(self, k):
        raise ValueError("\ud800\udfff\0\r@MARK@\r\n\x85\x0b\x0c\x1c\ud83d")
