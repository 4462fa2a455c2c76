"""Messages with escape sequences that clear the screen, set titles and draw "passed".

Seen to fail: no report has them.
"""


class Wave:
    def __init__(self, k):
        raise ValueError("\x1b[2J\x1b[1;1H\x1b]0;passed\x07\x9b32m@MARK@ passed\x1b[0m\x08\x08\x7f")
