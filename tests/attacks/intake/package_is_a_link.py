"""The package itself is a link to the reference. Seen to fail: no points for it."""

PLACE = "more/double.py"
SPOILS = True
REFUSED = True


def build(home, files, known):
    (home / "framework").symlink_to(known["COURSE"] + "/reference")
    return home
