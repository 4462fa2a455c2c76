"""A submission without the package, but with everything around it. Seen to fail: a sentence says so."""

from harness.arena import write

PLACE = "more/double.py"
SPOILS = True
REFUSED = True


def build(home, files, known):
    write(home, {name.replace("framework/", "frame work/"): b"raise SystemExit" for name in files})
    return home
