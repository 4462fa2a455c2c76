"""A submission without the package, but with everything around it. Seen to fail: every check has a result."""

from harness.arena import write

PLACE = "more/double.py"
SPOILS = True


def build(home, files, known):
    write(home, {name.replace("framework/", "frame work/"): b"raise SystemExit" for name in files})
    return home
