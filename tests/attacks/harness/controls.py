"""What each attack achieved in the positive control, kept in controls.json with a fingerprint of what was run."""

import hashlib
import json

from harness.attack import HERE, Attack

FILE = HERE / "controls.json"
ORDINARY = HERE / "course" / "ordinary" / "test_ordinary.py"


def read() -> dict[str, dict]:
    """Attack -> {"file": fingerprint, "achieved": sentences}; an attack that achieved nothing counts as a fault."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def note(attack: Attack, achieved: list[str]) -> None:
    """Keep a control's result."""
    from harness.attack import all_attacks

    known = read() | {attack.id: {"file": fingerprint(attack), "achieved": achieved}}
    existing = {a.id for a in all_attacks()}
    text = json.dumps({name: known[name] for name in sorted(known) if name in existing}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


def fingerprint(attack: Attack) -> str:
    """Of the attack's text, and of the ordinary test beside which it was run."""
    return hashlib.sha256(attack.text.encode() + ORDINARY.read_bytes()).hexdigest()[:16]


def is_attack(name: str) -> bool:
    """Whether it succeeds where nothing stands in its way."""
    return bool(read()[name]["achieved"])
