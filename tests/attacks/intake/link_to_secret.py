"""The file under test is a link to the hidden tests. Seen to fail: the secret never comes back."""

from harness.arena import write


def build(home, files, known):
    write(home, {name: data for name, data in files.items() if not name.endswith("wave.py")})
    (home / "framework/tiny/wave.py").symlink_to(known["ORDINARY_TEST"])
    return home
