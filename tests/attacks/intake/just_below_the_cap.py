"""Two hundred files just below the size that is allowed. Seen to fail: the rest is graded, in time."""

from harness.arena import write


def build(home, files, known):
    line = b"x = 'a long text that makes the file long, and nothing else, and so on and on'\n"
    big = line * ((1 << 20) // len(line) - 1)
    write(home, files | {f"framework/big{n}.py": big for n in range(190)})
    return home
