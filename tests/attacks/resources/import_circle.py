"""Files that import each other in a circle, and themselves. Seen to fail: every check has a result."""

from harness.arena import write

SPOILS = True


def build(home, files, known):
    circle = {
        f"framework/tiny/c{n}.py": f"from framework.tiny.c{(n + 1) % 50} import a\na = 1".encode() for n in range(50)
    }
    write(
        home,
        files
        | circle
        | {"framework/tiny/wave.py": b"from framework.tiny import wave, c0\nfrom framework.tiny.wave import Wave\n"},
    )
    return home
