"""Messages with characters that turn, hide or join text. Seen to fail: no report has them."""

ODD = "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0x61C, 0xAD, 0x180E, 0xFEFF))
)
TAGS = "".join(map(chr, range(0xE0020, 0xE0030)))


class Wave:
    def __init__(self, k):
        raise ValueError(f"a{ODD}b{TAGS}c\ufff9d\ufffbe\U000f0000f\uffff")
