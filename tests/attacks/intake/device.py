"""A file is a link to a device that never ends. Seen to fail: the rest is graded, in time."""

from harness.arena import write


def build(home, files, known):
    write(home, {name: data for name, data in files.items() if not name.endswith("wave.py")})
    (home / "framework/tiny/wave.py").symlink_to("/dev/zero")
    return home
